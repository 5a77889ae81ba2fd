import HillockIR

extension FourierTransforms {
  /// The frequencies of the elements of a transform of n samples, in cycles per unit of `spacing`: from 0 up, then the
  /// negative ones.
  ///
  /// ```swift
  /// fft.fftfreq(5, spacing: 0.1)                      // [0, 2, 4, -4, -2]
  /// ```
  /// n below 1 gives an `argument` error, a dtype that is not floating a `dtype` error.
  public func fftfreq(_ n: Int, spacing: Double = 1, dtype: DType = .f32) -> NDArray {
    frequencies(n, "fftfreq", spacing, dtype, count: n) { $0 <= (n - 1) / 2 ? $0 : $0 - n }
  }

  /// The frequencies of the elements of ``rfft(_:count:axis:norm:)`` of n samples.
  public func rfftfreq(_ n: Int, spacing: Double = 1, dtype: DType = .f32) -> NDArray {
    frequencies(n, "rfftfreq", spacing, dtype, count: n / 2 + 1) { $0 }
  }

  private func frequencies(
    _ n: Int, _ name: String, _ spacing: Double, _ dtype: DType, count: Int, _ place: (Int) -> Int
  ) -> NDArray {
    guard n >= 1 else {
      return NDArray(failing: HillockError(.argument, "\(name): frequencies of \(n) samples; there is at least one"))
    }
    guard dtype.isFloating else {
      return NDArray(failing: HillockError(.dtype, "\(name): frequencies are floats, not \(dtype.name)"))
    }
    return Creation.progression(name, count: count, dtype: dtype) { .double(Double(place($0)) / (Double(n) * spacing)) }
  }

  /// The elements moved so that the frequency 0 is in the middle, along some axes or along all.
  ///
  /// ```swift
  /// fft.fftshift(NDArray([0, 1, 2, -2, -1]))          // [-2, -1, 0, 1, 2]
  /// ```
  public func fftshift(_ x: some ArrayConvertible, axes: [Int]? = nil) -> NDArray { shifted(x.array, axes) { $0 / 2 } }

  /// The same of complex numbers.
  public func fftshift(_ x: ComplexArray, axes: [Int]? = nil) -> ComplexArray { x.map { shifted($0, axes) { $0 / 2 } } }

  /// The inverse of ``fftshift(_:axes:)-(ArrayConvertible,_)``.
  public func ifftshift(_ x: some ArrayConvertible, axes: [Int]? = nil) -> NDArray { shifted(x.array, axes) { -($0 / 2) } }

  /// The same of complex numbers.
  public func ifftshift(_ x: ComplexArray, axes: [Int]? = nil) -> ComplexArray { x.map { shifted($0, axes) { -($0 / 2) } } }

  private func shifted(_ x: NDArray, _ axes: [Int]?, _ shift: (Int) -> Int) -> NDArray {
    x.with(axes: axes ?? Array(x.type.shape.indices)) { axes in
      axes.reduce(x) { $0.rolled(by: shift(x.type.shape[$1]), axis: $1) }
    }
  }
}
