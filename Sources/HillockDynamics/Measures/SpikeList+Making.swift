import Hillock

extension SpikeList {
  /// No spikes.
  public init() { self.init(times: zeros(0, dtype: .f64), neurons: zeros(0, dtype: .i32)) }

  /// Spikes from anywhere, for example from a file.
  ///
  /// - Parameters:
  ///   - times: in ms, in any order. Spikes of one time are ordered by their neurons.
  ///   - neurons: which neuron fired, one for each time.
  /// - Throws: an `argument` error if there are not as many neurons as times, a time is not finite, or a neuron's number is negative or
  ///   beyond `i32`.
  public init(times: [Double], neurons: [Int]) throws(HillockError) {
    guard times.count == neurons.count else {
      throw HillockError(
        .argument, "there are \(times.count) times and \(neurons.count) neurons of spikes; give one neuron for each time")
    }
    if let time = times.first(where: { !$0.isFinite }) {
      throw HillockError(.argument, "the times of spikes are finite, not \(time)")
    }
    if let neuron = neurons.first(where: { $0 < 0 || $0 > Int(Int32.max) }) {
      throw HillockError(.argument, "neurons are counted from 0, in i32; not \(neuron)")
    }
    let order = times.indices.sorted { (times[$0], neurons[$0]) < (times[$1], neurons[$1]) }
    self.init(
      times: NDArray(order.map { times[$0] }, dtype: .f64), neurons: NDArray(order.map { Int32(neurons[$0]) }))
  }

  /// The spikes of a dense record, as a run with the monitor `group.spike` gives it.
  ///
  /// ```swift
  /// let group = LIF(3)
  /// group.input[...] = 30
  /// let record = try group.run(100, monitors: ["spike": group.spike])
  /// let spikes = try SpikeList(record["spike"] ?? zeros(0), times: record.times)
  /// try spikes.rate(of: 0..<3, over: 0...100)         // Hz
  /// ```
  ///
  /// - Parameters:
  ///   - spikes: `bool`, with steps on the first axis; the other axes are the group's.
  ///   - times: of the steps in ms, ascending.
  /// - Throws: a `dtype` error if the spikes are no bools, a `shape` error if there is not one time for each row.
  public init(_ spikes: NDArray, times: NDArray) throws {
    let spikes = try spikes.checked()
    guard spikes.dtype == .bool else {
      throw HillockError(.dtype, "a dense record of spikes is of bools, not \(spikes.dtype.name); write x .> 0")
    }
    guard let steps = spikes.shape.first, times.shape == [steps] else {
      throw HillockError(
        .shape, "spikes of shape \(spikes.shape) have times of shape \(times.shape); give one time for each row")
    }
    let ends = try times.scalars(as: Double.self)
    var found: [Double] = [], neurons: [Int32] = []
    try spikes.forEachRow { step, places in
      found += repeatElement(ends[step], count: places.count)
      neurons += places
    }
    self.init(times: NDArray(found, dtype: .f64), neurons: NDArray(neurons))
  }
}
