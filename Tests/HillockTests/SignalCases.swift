import Hillock

/// What the cases of `Oracle/signals.json` call. Complex operands and results are two arrays each.
enum SignalFunctions {
  typealias Function = @Sendable ([NDArray]) -> [NDArray]

  private static func complexes(_ function: @escaping @Sendable ([ComplexArray]) -> ComplexArray) -> Function {
    { x in
      let z = function(stride(from: 0, to: x.count, by: 2).map { ComplexArray(x[$0], x[$0 + 1]) })
      return [z.real, z.imaginary]
    }
  }

  private static func one(_ function: @escaping @Sendable (ComplexArray) -> ComplexArray) -> Function {
    complexes { function($0[0]) }
  }

  private static func real(_ function: @escaping @Sendable (ComplexArray) -> NDArray) -> Function {
    { [function(ComplexArray($0[0], $0[1]))] }
  }

  private static func ofReal(_ function: @escaping @Sendable (NDArray) -> ComplexArray) -> Function {
    { x in
      let z = function(x[0])
      return [z.real, z.imaginary]
    }
  }

  /// A number of the dtype of an array.
  private static func number(_ value: Double, _ z: ComplexArray) -> ComplexArray {
    ComplexArray(NDArray(value)).asType(z.dtype)
  }

  private static let complex: [String: Function] = [
    "complex exp": one { exp($0) }, "complex log": one { log($0) }, "complex sqrt": one { sqrt($0) },
    "complex sin": one { sin($0) }, "complex cos": one { cos($0) }, "complex tan": one { tan($0) },
    "complex sinh": one { sinh($0) }, "complex cosh": one { cosh($0) }, "complex tanh": one { tanh($0) },
    "complex abs": real { abs($0) }, "complex angle": real { $0.angle }, "complex conjugate": one { $0.conjugate },
    "complex square": one { square($0) }, "complex power 5": one { pow($0, 5) }, "complex power -2": one { pow($0, -2) },
    "complex 2 - z": one { number(2, $0) - $0 }, "complex 3 / z": one { number(3, $0) / $0 },
    "complex z / 4": one { $0.scaled(by: 0.25) },
    "complex prod": one { $0.prod(axis: 1) }, "complex prod all": one { $0.prod() }, "complex sum": one { $0.sum(axis: 0) },
    "complex mean": one { $0.mean() }, "complex adjoint": one { $0.adjoint }, "complex cumsum": one { $0.cumsum(axis: 1) },
    "complex part": one { $0[1..., .stride(by: 2)] }, "complex reshaped": one { $0.reshaped(2, 6) },
    "complex product": complexes { $0[0] * $0[1] }, "complex sum of two": complexes { $0[0] + $0[1] },
    "complex difference": complexes { $0[0] - $0[1] }, "complex quotient": complexes { $0[0] / $0[1] },
    "complex pow": complexes { pow($0[0], $0[1]) }, "complex concatenated": complexes { concatenate([$0[0], $0[1]], axis: 1) },
    "complex matmul": complexes { matmul($0[0], $0[1]) }, "complex outer": complexes { outer($0[0], $0[1]) },
    "complex vecdot": complexes { vecdot($0[0], $0[1], axis: 0) }, "complex kron": complexes { kron($0[0], $0[1]) },
    "complex tensordot": complexes { tensordot($0[0], $0[1]) },
    "complex tensordot of axes": complexes { tensordot($0[0], $0[1], axes: ([0], [0])) },
  ]

  private static let inverses: [String: Function] = [
    "complex asin": one { asin($0) }, "complex acos": one { acos($0) }, "complex atan": one { atan($0) },
    "complex asinh": one { asinh($0) }, "complex acosh": one { acosh($0) }, "complex atanh": one { atanh($0) },
    "complex expm1": one { expm1($0) }, "complex log1p": one { log1p($0) }, "complex log2": one { log2($0) },
    "complex log10": one { log10($0) }, "complex sign": one { sign($0) }, "complex cumprod": one { $0.cumprod(axis: 1) },
    "complex prod of axes": one { $0.prod(axes: [0, -1]) }, "complex sum of axes": one { $0.sum(axes: [1, 0]) },
    "complex diagonal": one { $0.diagonal(offset: 1) },
  ]

  private static let fourier: [String: Function] = [
    "fft": one { fft.fft($0) }, "fft axis": one { fft.fft($0, axis: 0) }, "fft cut": one { fft.fft($0, count: 4) },
    "fft longer": one { fft.fft($0, count: 5, axis: 1) }, "fft ortho": one { fft.fft($0, norm: .ortho) },
    "fft forward": one { fft.fft($0, norm: .forward) }, "ifft": one { fft.ifft($0) },
    "ifft axis": one { fft.ifft($0, count: 7, axis: -2) }, "ifft ortho": one { fft.ifft($0, norm: .ortho) },
    "ifft forward": one { fft.ifft($0, norm: .forward) }, "fft2": one { fft.fft2($0) }, "ifft2": one { fft.ifft2($0) },
    "fftn": one { fft.fftn($0) }, "fftn some": one { fft.fftn($0, counts: [3, 4], axes: [0, 2]) },
    "ifftn": one { fft.ifftn($0) }, "fftn lengths": one { fft.fftn($0, counts: [4, 5]) }, "irfft": real { fft.irfft($0) },
    "irfft odd": real { fft.irfft($0, count: 11) }, "irfft short": real { fft.irfft($0, count: 3, axis: 1) },
    "irfft one": real { fft.irfft($0, count: 1) }, "irfftn": real { fft.irfftn($0) },
    "irfftn odd": real { fft.irfftn($0, counts: [2, 5]) }, "irfft2": real { fft.irfft2($0, norm: .ortho) },
    "hfft": real { fft.hfft($0) }, "hfft odd": real { fft.hfft($0, count: 9) }, "fftshift": one { fft.fftshift($0) },
    "ifftshift": one { fft.ifftshift($0, axes: [1]) }, "rfft": ofReal { fft.rfft($0) },
    "rfft even": ofReal { fft.rfft($0, count: 6) }, "rfft axis": ofReal { fft.rfft($0, count: 8, axis: 0) },
    "rfftn": ofReal { fft.rfftn($0) }, "rfftn lengths": ofReal { fft.rfftn($0, counts: [4, 6]) },
    "rfft2": ofReal { fft.rfft2($0, norm: .forward) }, "ihfft": ofReal { fft.ihfft($0) },
    "fft of reals": ofReal { fft.fft($0) }, "spectrum and back": { [fft.irfft(fft.rfft($0[0]), count: 7)] },
    "fft of 67": one { fft.fft($0) }, "fft of 144": one { fft.fft($0) },
    "fftconvolve full": { [fftconvolve($0[0], $0[1])] }, "fftconvolve same": { [fftconvolve($0[0], $0[1], .same)] },
    "fftconvolve valid": { [fftconvolve($0[0], $0[1], .valid)] },
  ]

  private static let convolutions: [String: Function] = [
    "conv 1": { [conv($0[0], $0[1])] },
    "conv 1 strided": { [conv($0[0], $0[1], strides: [2], padding: .same, dilation: [2])] },
    "conv 2": { [conv($0[0], $0[1])] }, "conv 2 same": { [conv($0[0], $0[1], strides: [2, 3], padding: .same)] },
    "conv 2 padded": {
      [conv($0[0], $0[1], strides: [1, 2], padding: .ends(before: [2, 0], after: [1, 3]), dilation: [1, 2])]
    },
    "conv 2 cut": { [conv($0[0], $0[1], padding: .ends(before: [-1, 1], after: [0, -2]))] },
    "conv 2 spread": {
      [conv($0[0], $0[1], strides: [1, 2], padding: .ends(before: [1, 2], after: [1, 0]), inputDilation: [2, 3])]
    },
    "conv 2 groups": { [conv($0[0], $0[1], padding: .same, groups: 2)] },
    "conv 2 depthwise": { [conv($0[0], $0[1], strides: [2, 1], padding: .same, groups: 4)] },
    "conv 2 of points": { [conv($0[0], $0[1])] },
    "conv 2 first": { [conv($0[0], $0[1], strides: [2, 1], padding: .by([1, 1]), groups: 2, layout: .channelsFirst)] },
    "conv 3": { [conv($0[0], $0[1], strides: [1, 2, 1], padding: .ends(before: [1, 0, 1], after: [1, 0, 0]))] },
    "conv of nothing": { [conv($0[0], $0[1])] }, "convTranspose": { [convTranspose($0[0], $0[1], strides: [2, 2])] },
    "convTranspose same": { [convTranspose($0[0], $0[1], strides: [2, 3], padding: .same)] },
    "convTranspose far": { [convTranspose($0[0], $0[1], strides: [4, 3])] },
    "convTranspose dilated": { [convTranspose($0[0], $0[1], strides: [1, 2], padding: .same, dilation: [2, 3])] },
    "convTranspose far same": { [convTranspose($0[0], $0[1], strides: [5, 4], padding: .same)] },
    "convTranspose of the kernel": {
      [convTranspose($0[0], $0[1], strides: [2, 2], padding: .same, transposesKernel: true)]
    },
    "convTranspose first": {
      [
        convTranspose(
          $0[0], $0[1], strides: [2, 2], padding: .by([1, 1]), outputPadding: [1, 0], groups: 2, transposesKernel: true,
          layout: .channelsFirst)
      ]
    },
  ]

  private static let pools: [String: Function] = [
    "maxPool": { [maxPool($0[0], window: [2, 3])] },
    "maxPool same": { [maxPool($0[0], window: [3, 3], strides: [2, 1], padding: .same)] },
    "maxPool padded": { [maxPool($0[0], window: [3, 2], padding: .by([1, 1]))] },
    "sumPool": { [sumPool($0[0], window: [2, 2], strides: [1, 2], padding: .same)] },
    "avgPool": { [avgPool($0[0], window: [2, 2], padding: .same)] },
    "avgPool inside": { [avgPool($0[0], window: [3, 3], strides: [2, 2], padding: .same, countsPadding: false)] },
    "maxPool 1": { [maxPool($0[0], window: [4], strides: [2])] },
    "avgPool first": { [avgPool($0[0], window: [2, 2], strides: [1, 1], layout: .channelsFirst)] },
    "maxPool 3": { [maxPool($0[0], window: [2, 2, 2], strides: [1, 2, 1])] },
  ]

  static let all = [complex, inverses, fourier, convolutions, pools].reduce(into: [:]) { $0.merge($1) { first, _ in first } }
}
