import CHillock
import HillockIR
import HillockRuntime
import Synchronization

// Transforms of real lines of an even length are complex ones of half the length: elements with even and with odd numbers are
// the real and the imaginary parts (J. W. Cooley, P. A. W. Lewis and P. D. Welch, J. Sound Vib. 12, 1970).
extension FourierTransforms {
  /// The first half of the transform of a real array along an axis.
  func realLine(_ x: NDArray, _ axis: Int) -> ComplexArray {
    let count = x.type.shape[axis], half = count / 2
    guard count % 2 == 0 else {
      return line(ComplexArray(ofOne: x, zerosLike(x)), axis, false).map { $0.part(0, half + 1, axis) }
    }
    return ComplexArray { () throws(HillockError) in
      let moved = x.movingAxis(axis, to: -1), last = moved.type.rank - 1
      let (cosines, sines) = try RootsOfUnity.half(count, moved.dtype)
      let parts = NDArray.evaluate(.array(.fft), [moved.every(2, from: 0), moved.every(2, from: 1)], count: 2)
      let z = parts.map { concatenate([$0, $0.part(0, 1, last)], axis: last) }, mirrored = z.map { $0.flipped(axis: last) }
      let even = (z[0] + mirrored[0], z[1] - mirrored[1]), odd = (z[1] + mirrored[1], mirrored[0] - z[0])
      let real = 0.5 * (even.0 + (cosines * odd.0 + sines * odd.1))
      let imaginary = 0.5 * (even.1 + (cosines * odd.1 - sines * odd.0))
      return ComplexArray(ofOne: real, imaginary).movingAxis(-1, to: axis)
    }
  }

  /// The real array of which this is the first half of the transform, times its length. What is imaginary of the sum, and of
  /// the highest frequency of an even length, is left out: it belongs to no real numbers.
  func realInverseLine(_ z: ComplexArray, _ count: Int, _ axis: Int) -> NDArray {
    let half = count / 2
    guard count % 2 == 0 else {
      let inside = z.map { $0.part(1, half, axis) }, behind = inside.map { $0.flipped(axis: axis) }
      let first = z.real.part(0, 1, axis)
      let whole = ComplexArray(
        ofOne: concatenate([first, inside.real, behind.real], axis: axis),
        concatenate([zerosLike(first), inside.imaginary, -behind.imaginary], axis: axis))
      return line(whole, axis, true).real
    }
    return NDArray { () throws(HillockError) in
      let moved = z.movingAxis(axis, to: -1), last = moved.real.type.rank - 1, shape = moved.real.type.shape
      let (cosines, sines) = try RootsOfUnity.half(count, moved.dtype)
      let (c, s) = (cosines.part(0, half, 0), sines.part(0, half, 0))
      let none = zerosLike(moved.real.part(0, 1, last))
      let imaginary = concatenate([none, moved.imaginary.part(1, half - 1, last), none], axis: last)
      let (re, im) = (moved.real.part(0, half, last), imaginary.part(0, half, last))
      let mirroredRe = moved.real.flipped(axis: last).part(0, half, last)
      let mirroredIm = imaginary.flipped(axis: last).part(0, half, last)
      let difference = (re - mirroredRe, im + mirroredIm)
      let real = re + mirroredRe - (s * difference.0 + c * difference.1)
      let rest = im - mirroredIm + (c * difference.0 - s * difference.1)
      // Back: with real and imaginary parts exchanged.
      let parts = NDArray.evaluate(.array(.fft), [rest, real], count: 2)
      let together = stack([parts[1], parts[0]], axis: -1).reshaped(Array(shape.dropLast()) + [count])
      return together.movingAxis(-1, to: axis)
    }
  }
}

/// Tables of roots, as exact as those of the transforms; the last ones are kept.
private enum RootsOfUnity {
  private struct Key: Hashable {
    var length: Int
    var dtype: DType
  }

  private static let mostKept = 32
  private static let longestKept = 1 << 20
  private static let kept = Mutex<[Key: (NDArray, NDArray)]>([:])

  /// cos(2πk/n) and sin(2πk/n) for k up to n/2.
  static func half(_ length: Int, _ dtype: DType) throws(HillockError) -> (cosines: NDArray, sines: NDArray) {
    let key = Key(length: length, dtype: dtype), type = ArrayType(dtype, [length / 2 + 1])
    if let known = kept.withLock({ $0[key] }) { return known }
    let (real, imaginary) = (
      try Storage.allocate(byteCount: type.byteCount), try Storage.allocate(byteCount: type.byteCount)
    )
    hk_fft_roots(Int64(length), Int64(type.count), Int32(dtype.rawValue), real.base, imaginary.base)
    let roots = try Trace.suspended { () throws(HillockError) in
      (NDArray(real, type), try (-NDArray(imaginary, type)).checked())
    }
    guard type.count <= longestKept else { return roots }
    kept.withLock { kept in
      if kept.count >= mostKept { kept.removeAll() }
      kept[key] = roots
    }
    return roots
  }
}

extension NDArray {
  /// The elements of the last axis from a place on, `step` apart.
  fileprivate func every(_ step: Int, from start: Int) -> NDArray {
    let shape = type.shape, last = shape.count - 1
    var (starts, steps, sizes) = (shape.map { _ in 0 }, shape.map { _ in 1 }, shape)
    (starts[last], steps[last], sizes[last]) = (start, step, shape[last] / step)
    return .evaluate(.slice(starts: starts, steps: steps, sizes: sizes), [self])
  }
}
