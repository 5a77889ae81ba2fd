import HillockIR

/// How the weights of a ``SparseMatrix`` change at spikes: with each row that spikes, each of its elements gets `rate` times the trace of
/// its column, and stays between the bounds. Two such changes, one at the spikes of senders and one at those of receivers, make a pair
/// rule of spike-timing-dependent plasticity. (Song, Miller and Abbott, Nat. Neurosci. 3, 2000.)
public struct WeightChange: Sendable, Hashable {
  /// How a change depends on the weight itself.
  public enum Dependence: Sendable, Hashable {
    /// It does not.
    case additive
    /// It is times (high - w) to this power: weights approach the upper bound.
    case toUpperBound(power: Double = 1)
    /// It is times (w - low) to this power: weights approach the lower bound, if the rate is negative.
    case toLowerBound(power: Double = 1)
  }

  /// What a trace of 1 adds.
  public var rate: Double
  /// The bounds of weights.
  public var bounds: ClosedRange<Double>
  /// How the change depends on the weight.
  public var dependence: Dependence

  public init(_ rate: Double, bounds: ClosedRange<Double> = -.infinity ... .infinity, dependence: Dependence = .additive) {
    self.rate = rate
    self.bounds = bounds
    self.dependence = dependence
  }
}

extension Variable {
  /// Changes weights, one for each element of a matrix, in place, at the spikes of its rows; the matrix' own values are not looked at.
  ///
  /// ```swift
  /// let w = Variable(ones(3))
  /// let m = try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: 1.0, columnCount: 3)
  /// w.change(at: NDArray([false, true, true]), trace: NDArray([1.0, 2, 4]), along: m, WeightChange(-0.5, bounds: 0...1))
  /// let changed = try w.floats()        // [1, 0.5, 0]
  /// ```
  ///
  /// - Parameters:
  ///   - rows: which rows spike, `bool`; floats multiply the change.
  ///   - trace: a float for each column.
  ///   - places: for each element of the matrix the place of its weight, `i32`; without, the elements' own order. With the transposed
  ///     connections and their places, the rows are receivers.
  ///
  /// The cost follows the elements of rows that spike. Operands that do not fit give a `shape` or `dtype` error.
  public func change(
    at rows: some ArrayConvertible, trace: some ArrayConvertible, along matrix: SparseMatrix, _ change: WeightChange,
    places: NDArray? = nil
  ) {
    let (kind, power): (AdaptKind, Double) =
      switch change.dependence {
      case .additive: (.add, 1)
      case .toUpperBound(let power): (.up, power)
      case .toLowerBound(let power): (.down, power)
      }
    let rule = NDArray([change.rate, change.bounds.lowerBound, change.bounds.upperBound, power], dtype: dtype)
    var operands = [value, rows.array.settled, trace.array.settled, matrix.rowStarts, matrix.columns, rule]
    if let places { operands.append(places) }
    value = NDArray.evaluate(.array(.adapt, [[kind.rawValue], []]), operands)
  }
}
