import HillockIR

/// Discrete Fourier transforms, as `numpy.fft` has them.
///
/// ```swift
/// let x = NDArray([1.0, 2.0, 0.0, -1.0])
/// let spectrum = fft.rfft(x)                          // [2, 1 - 3i, 0]
/// let back = fft.irfft(spectrum, count: 4)            // x again
/// fft.fft(ComplexArray(x, 1)).shape                   // [4]
/// ```
///
/// Lines of any length are transformed along any axis, in `f32` or `f64` (other dtypes as `f32`); short of rounding the
/// inverse gives back what was transformed. All functions work at once, inside `jit`, loops and branches, in `vmap`, and have
/// derivatives of any order in both modes. The bits depend on the length and the dtype alone: not on the processor, the
/// number of threads, or what else is transformed.
///
/// Lengths of small prime factors are fastest; one with a prime factor above 61 costs as much as three of about twice the
/// length.
///
/// No function throws: an axis that is not there gives an `index` error, a length below 1 an `argument` error, and arrays
/// without axes a `shape` error.
public struct FourierTransforms: Sendable {
  /// Where the transforms are divided by what. Forward and inverse transform of one norm undo each other.
  public enum Norm: Sendable {
    /// The inverse is divided by the number of elements.
    case backward
    /// Both are divided by its square root: they keep the sum of squares.
    case ortho
    /// The forward transform is divided by it.
    case forward

    func scale(_ count: Double, isInverse: Bool) -> Double {
      switch self {
      case .backward: isInverse ? 1 / count : 1
      case .ortho: 1 / count.squareRoot()
      case .forward: isInverse ? 1 : 1 / count
      }
    }
  }
}

/// The discrete Fourier transforms.
public let fft = FourierTransforms()

extension FourierTransforms {
  /// The transform along an axis, Σ x[j] · exp(-2πi j k / n).
  ///
  /// ```swift
  /// fft.fft(NDArray([1.0, 0.0, 0.0]))                 // [1, 1, 1]
  /// ```
  /// - Parameters:
  ///   - count: the length of the lines that are transformed: they are cut, or get zeros behind them. Without it they are as
  ///     long as the axis.
  public func fft(
    _ x: some ComplexConvertible, count: Int? = nil, axis: Int = -1, norm: Norm = .backward
  ) -> ComplexArray {
    transform(x.complex, "fft", [count], [axis], norm, isInverse: false)
  }

  /// The inverse transform along an axis, Σ x[j] · exp(2πi j k / n) / n.
  public func ifft(
    _ x: some ComplexConvertible, count: Int? = nil, axis: Int = -1, norm: Norm = .backward
  ) -> ComplexArray {
    transform(x.complex, "ifft", [count], [axis], norm, isInverse: true)
  }

  /// The transform along several axes, one after the other; along all, unless they are given. `counts` has a length for each
  /// of them.
  ///
  /// ```swift
  /// fft.fftn(ones(2, 3))                              // 6 at [0, 0], 0 elsewhere
  /// ```
  public func fftn(
    _ x: some ComplexConvertible, counts: [Int]? = nil, axes: [Int]? = nil, norm: Norm = .backward
  ) -> ComplexArray {
    transform(x.complex, "fftn", counts?.map(Optional.some), axes, norm, isInverse: false)
  }

  /// The inverse transform along several axes, or along all.
  public func ifftn(
    _ x: some ComplexConvertible, counts: [Int]? = nil, axes: [Int]? = nil, norm: Norm = .backward
  ) -> ComplexArray {
    transform(x.complex, "ifftn", counts?.map(Optional.some), axes, norm, isInverse: true)
  }

  /// The transform along the last two axes.
  public func fft2(
    _ x: some ComplexConvertible, counts: [Int]? = nil, axes: [Int] = [-2, -1], norm: Norm = .backward
  ) -> ComplexArray {
    transform(x.complex, "fft2", counts?.map(Optional.some), axes, norm, isInverse: false)
  }

  /// The inverse transform along the last two axes.
  public func ifft2(
    _ x: some ComplexConvertible, counts: [Int]? = nil, axes: [Int] = [-2, -1], norm: Norm = .backward
  ) -> ComplexArray {
    transform(x.complex, "ifft2", counts?.map(Optional.some), axes, norm, isInverse: true)
  }

  /// The first n/2 + 1 elements of the transform of real numbers; the others are the conjugates of these.
  public func rfft(
    _ x: some ArrayConvertible, count: Int? = nil, axis: Int = -1, norm: Norm = .backward
  ) -> ComplexArray {
    realTransform(x.array, "rfft", [count], [axis], norm)
  }

  /// The inverse of ``rfft(_:count:axis:norm:)``: real numbers from the first half of their transform.
  ///
  /// - Parameters:
  ///   - count: how many numbers there are. Without it they are even in number, 2 (m - 1) from m elements. Give it where it
  ///     is odd.
  public func irfft(
    _ x: some ComplexConvertible, count: Int? = nil, axis: Int = -1, norm: Norm = .backward
  ) -> NDArray {
    realInverse(x.complex, "irfft", [count], [axis], norm)
  }

  /// The transform of real numbers along several axes, or along all; of the last of these the first half.
  public func rfftn(
    _ x: some ArrayConvertible, counts: [Int]? = nil, axes: [Int]? = nil, norm: Norm = .backward
  ) -> ComplexArray {
    realTransform(x.array, "rfftn", counts?.map(Optional.some), axes, norm)
  }

  /// The inverse of ``rfftn(_:counts:axes:norm:)``.
  public func irfftn(
    _ x: some ComplexConvertible, counts: [Int]? = nil, axes: [Int]? = nil, norm: Norm = .backward
  ) -> NDArray {
    realInverse(x.complex, "irfftn", counts?.map(Optional.some), axes, norm)
  }

  /// The transform of real numbers along the last two axes.
  public func rfft2(
    _ x: some ArrayConvertible, counts: [Int]? = nil, axes: [Int] = [-2, -1], norm: Norm = .backward
  ) -> ComplexArray {
    realTransform(x.array, "rfft2", counts?.map(Optional.some), axes, norm)
  }

  /// The inverse of ``rfft2(_:counts:axes:norm:)``.
  public func irfft2(
    _ x: some ComplexConvertible, counts: [Int]? = nil, axes: [Int] = [-2, -1], norm: Norm = .backward
  ) -> NDArray {
    realInverse(x.complex, "irfft2", counts?.map(Optional.some), axes, norm)
  }

  /// The transform of a signal whose first half is given, of which the other half is the conjugate: real numbers.
  public func hfft(_ x: some ComplexConvertible, count: Int? = nil, axis: Int = -1, norm: Norm = .backward) -> NDArray {
    realInverse(x.complex.conjugate, "hfft", [count], [axis], norm.opposite)
  }

  /// The inverse of ``hfft(_:count:axis:norm:)``.
  public func ihfft(_ x: some ArrayConvertible, count: Int? = nil, axis: Int = -1, norm: Norm = .backward) -> ComplexArray {
    realTransform(x.array, "ihfft", [count], [axis], norm.opposite).conjugate
  }
}

extension FourierTransforms.Norm {
  /// The norm whose forward transform is scaled as the inverse one of this.
  fileprivate var opposite: FourierTransforms.Norm {
    switch self {
    case .backward: .forward
    case .ortho: .ortho
    case .forward: .backward
    }
  }
}
