import HillockIR

/// The convolution of two arrays with as many axes, along all of them, by Fourier transforms: the same as
/// ``convolve(_:_:_:)`` of vectors but for rounding, and faster where both are long. SciPy's function of this name.
///
/// ```swift
/// fftconvolve(NDArray([1.0, 2.0, 3.0]), NDArray([0.0, 1.0, 0.5]))      // [0, 1, 2.5, 4, 1.5]
/// ```
/// - Parameter mode: `.full` gives all places at which they overlap; `.same` the middle of them, with the shape of a;
///   `.valid` those at which one lies wholly in the other.
///
/// The rounding of an element is that of the largest ones: a small element beside large ones has fewer digits than by
/// ``convolve(_:_:_:)``. Computed in `f32` or `f64`; integers in `f32`. Different numbers of axes, arrays without axes or
/// without elements, and in the mode `.valid` arrays of which none contains the other, give a `shape` error.
public func fftconvolve(
  _ a: some ArrayConvertible, _ v: some ArrayConvertible, _ mode: ConvolutionMode = .full
) -> NDArray {
  NDArray.floats(a, v) { a, v in
    let (x, y) = (a.type.shape, v.type.shape)
    let contains = zip(x, y).allSatisfy { $0 >= $1 }, isContained = zip(x, y).allSatisfy { $0 <= $1 }
    guard x.count == y.count, !x.isEmpty, !x.contains(0), !y.contains(0), mode != .valid || contains || isContained else {
      return NDArray(
        failing: HillockError(
          .shape,
          "fftconvolve takes two arrays of as many axes, with elements, of which for .valid one contains the other, "
            + "not shapes \(x) and \(y)"
        ))
    }
    let full = zip(x, y).map { $0 + $1 - 1 }, counts = full.map(smoothLength)
    let product = fft.rfftn(a, counts: counts) * fft.rfftn(v, counts: counts)
    let whole = fft.irfftn(product, counts: counts)
    let sizes =
      switch mode {
      case .full: full
      case .same: x
      case .valid: zip(x, y).map { Swift.max($0, $1) - Swift.min($0, $1) + 1 }
      }
    let starts = zip(full, sizes).map { ($0 - $1) / 2 }
    return .evaluate(.slice(starts: starts, steps: starts.map { _ in 1 }, sizes: sizes), [whole])
  }
}

/// The least number from n on whose prime factors are 2, 3 and 5.
private func smoothLength(_ n: Int) -> Int {
  func rest(_ n: Int, without factor: Int) -> Int { n % factor == 0 ? rest(n / factor, without: factor) : n }
  return (n...).first { [2, 3, 5].reduce($0, rest) == 1 } ?? n
}
