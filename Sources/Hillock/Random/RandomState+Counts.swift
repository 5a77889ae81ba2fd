import HillockIR

extension RandomState {
  /// Whole numbers with a Poisson distribution, `i32`: how many events there are where so many are expected.
  ///
  /// Exact for every mean: small ones by inversion, others by transformed rejection (Hörmann 1993). A mean of 0 or less, or NaN, gives 0;
  /// numbers that `i32` does not hold give the largest that it does.
  ///
  /// ```swift
  /// let spikes = random.poisson(0.8, 100)                    // i32[100]
  /// let each = random.poisson(NDArray([0.1, 5, 1000]))       // i32[3]
  /// ```
  ///
  /// - Parameters:
  ///   - mean: a number, or an array that is broadcast to the shape.
  ///   - shape: the shape of the draw; without, that of the means.
  public func poisson(_ mean: some ArrayConvertible, _ shape: Int...) -> NDArray {
    counts(.poisson, mean.array, nil, shape.isEmpty ? nil : shape)
  }
  /// The same for a shape that is an array.
  public func poisson(_ mean: some ArrayConvertible, _ shape: [Int]) -> NDArray { counts(.poisson, mean.array, nil, shape) }

  /// How many of `tries` succeed, each with probability p, `i32`; exact as ``poisson(_:_:)`` is.
  ///
  /// ```swift
  /// let heads = random.binomial(10, 0.5, 100)                // i32[100]
  /// ```
  ///
  /// - Parameters:
  ///   - tries: whole numbers; p and they are broadcast to the shape.
  ///   - shape: the shape of the draw; without, that of tries and p.
  public func binomial(_ tries: some ArrayConvertible, _ p: some ArrayConvertible, _ shape: Int...) -> NDArray {
    counts(.binomial, p.array, tries.array, shape.isEmpty ? nil : shape)
  }
  /// The same for a shape that is an array.
  public func binomial(_ tries: some ArrayConvertible, _ p: some ArrayConvertible, _ shape: [Int]) -> NDArray {
    counts(.binomial, p.array, tries.array, shape)
  }

  private func counts(_ kind: CountKind, _ means: NDArray, _ tries: NDArray?, _ shape: [Int]?) -> NDArray {
    var operands = [means, tries].compactMap { $0?.settled }
    if let failed = operands.first(where: { $0.error != nil }) { return failed }
    if let tries = operands.last, tries.dtype != .bool, kind == .binomial, !tries.dtype.isInteger {
      return NDArray(failing: HillockError(.dtype, "tries are whole numbers, not \(tries.dtype.name); use asType(.i64)"))
    }
    let own = operands.map(\.type.shape).reduce([Int]?([])) { shape, next in shape.flatMap { Shape.broadcast($0, next) } }
    guard let wanted = shape ?? own, Shape.checkedCount(wanted) != nil else {
      return NDArray(
        failing: HillockError(.shape, "tries and probabilities of shapes \(operands.map(\.type.shape)) do not fit each other"))
    }
    if !operands[0].dtype.isFloating { operands[0] = operands[0].asType(.f32) }
    operands = operands.map { $0.broadcast(to: wanted) }
    if let failed = operands.first(where: { $0.error != nil }) { return failed }
    return .evaluate(.array(.randomCounts, [[kind.rawValue], [0]]), [operands[0], split()] + operands.dropFirst())
  }
}
