import Hillock

extension SpikeList {
  /// The intervals between successive spikes of each neuron in ms, `f64[count]`: those of the first neuron first.
  ///
  /// - Parameters:
  ///   - neurons: the numbers of the neurons.
  ///   - window: the times in ms within which both spikes of an interval lie. It is open at its beginning.
  /// - Throws: an `argument` error for no neurons, or a window without length.
  public func intervals(of neurons: Range<Int>, over window: ClosedRange<Double>) throws(HillockError) -> NDArray {
    let trains = try SpikeTrains(self, of: neurons, over: window)
    return NDArray((0..<trains.count).flatMap { SpikeList.intervals(trains[$0]) }, dtype: .f64)
  }

  /// The coefficient of variation of each neuron's intervals, `f64[neurons]`: their standard deviation (over all, not over all but one)
  /// divided by their mean. 0 for a clock, 1 for a Poisson process of constant rate. A neuron with less than two intervals has NaN.
  ///
  /// - Throws: an `argument` error for no neurons, or a window without length.
  public func cv(of neurons: Range<Int>, over window: ClosedRange<Double>) throws(HillockError) -> NDArray {
    try SpikeTrains(self, of: neurons, over: window).each { train in
      let intervals = SpikeList.intervals(train)
      guard intervals.count >= 2 else { return .nan }
      let mean = intervals.reduce(0, +) / Double(intervals.count)
      let variance = intervals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(intervals.count)
      return variance.squareRoot() / mean
    }
  }

  /// CV₂ of each neuron, `f64[neurons]`: the mean of 2·|Iₖ₊₁ − Iₖ| / (Iₖ₊₁ + Iₖ). It compares neighbours, so a rate that changes slowly
  /// does not make it larger. (Holt et al., J. Neurophysiol. 75, 1996.) NaN with less than two intervals.
  ///
  /// - Throws: an `argument` error for no neurons, or a window without length.
  public func cv2(of neurons: Range<Int>, over window: ClosedRange<Double>) throws(HillockError) -> NDArray {
    try SpikeTrains(self, of: neurons, over: window).each { train in
      SpikeList.meanOfNeighbours(train) { 2 * ($1 - $0).magnitude / ($1 + $0) }
    }
  }

  /// The local variation of each neuron, `f64[neurons]`: the mean of 3·((Iₖ − Iₖ₊₁) / (Iₖ + Iₖ₊₁))². 0 for a clock, 1 for a Poisson
  /// process. (Shinomoto, Shima and Tanji, Neural Comput. 15, 2003.) NaN with less than two intervals.
  ///
  /// - Throws: an `argument` error for no neurons, or a window without length.
  public func localVariation(of neurons: Range<Int>, over window: ClosedRange<Double>) throws(HillockError) -> NDArray {
    try SpikeTrains(self, of: neurons, over: window).each { train in
      SpikeList.meanOfNeighbours(train) {
        let part = ($0 - $1) / ($0 + $1)
        return 3 * part * part
      }
    }
  }

  private static func intervals(_ train: ArraySlice<Double>) -> [Double] { zip(train, train.dropFirst()).map { $1 - $0 } }

  private static func meanOfNeighbours(_ train: ArraySlice<Double>, _ value: (Double, Double) -> Double) -> Double {
    let intervals = intervals(train)
    guard intervals.count >= 2 else { return .nan }
    return zip(intervals, intervals.dropFirst()).reduce(0) { $0 + value($1.0, $1.1) } / Double(intervals.count - 1)
  }
}
