import Hillock

/// Sources that fire at given times.
///
/// A spike at time t comes from the step that ends at t: it is recorded with the time t, and with a delay of d it arrives at t + d. A time
/// between two steps counts as the end of the step in which it lies, within 10⁻⁶ of a step. So times are above 0.
///
/// ```swift
/// let source = try SpikeTimeGroup(2, times: [1, 2.5, 2.5], indices: [0, 0, 1])
/// let record = try source.run(5, monitors: ["spike": source.spike])
/// ```
public final class SpikeTimeGroup: DynamicalSystem, SpikeSource {
  /// The shape of the group.
  public let size: [Int]
  /// Which sources fired in the last step, `bool`.
  public private(set) var spike: Variable

  /// The times in ms in ascending order, `f64`, and the source of each.
  private let times: NDArray, indices: NDArray
  private let sorted: [Double]
  /// The largest number of spikes in a step, for the length of steps of the run.
  private var most = 0

  /// - Parameters:
  ///   - times: in ms, in any order.
  ///   - indices: the number of the source of each spike; in a group of several axes, in row-major order.
  public convenience init(_ size: Int..., times: [Double], indices: [Int]) throws {
    try self.init(size: size, times: times, indices: indices)
  }

  /// A group of this shape, as an array.
  ///
  /// - Throws: an `argument` error if there are not as many times as indices, or a time is not above 0; an `index` error for a source
  ///   that the group does not have.
  public init(size: [Int], times: [Double], indices: [Int]) throws {
    self.size = size
    spike = Variable(try zeros(size, dtype: .bool).checked(), name: "spike")
    let count = size.elementCount
    guard times.count == indices.count else {
      throw HillockError(
        .argument, "there are \(times.count) times and \(indices.count) indices of spikes; give one index for each time")
    }
    if let time = times.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw HillockError(.argument, "the times of spikes are above 0 ms, since a spike ends a step; not \(time)")
    }
    if let index = indices.first(where: { !(0..<count).contains($0) }) {
      throw HillockError(.index, "a group of \(count) sources has no source \(index)")
    }
    let order = times.indices.sorted { times[$0] < times[$1] }
    sorted = order.map { times[$0] }
    self.times = NDArray(sorted, dtype: .f64)
    self.indices = NDArray(order.map { indices[$0] }, dtype: .i32)
    super.init()
  }

  public override func prepare(dt: Double) throws {
    var first = 0
    most = 0
    for (last, time) in sorted.enumerated() {
      while first < last, sorted[first] < time - dt * (1 + 4e-6) { first += 1 }
      most = max(most, last - first + 1)
    }
  }

  public override func propagate(_ step: TimeStep) throws {}

  public override func update(_ step: TimeStep) throws {
    let count = size.elementCount, none = zeros([count], dtype: .bool)
    guard most > 0 else { return spike.value = none.reshaped(size).broadcast(to: spike.shape) }
    // The spikes of this step follow each other from the first one after its beginning.
    let start = step.t.asType(.f64) + 1e-6 * step.dt, first = searchsorted(times, start, right: true)
    let places = first + arange(most), last = NDArray(sorted.count - 1), known = minimum(places, last)
    let isNow = (places .<= last) .& (times[known] .<= start + step.dt)
    // What is not of this step goes beyond the end, where nothing is written.
    let fires = none.at[select(isNow, indices[known], NDArray(count))].set(NDArray(true))
    spike.value = fires.reshaped(size).broadcast(to: spike.shape)
  }

  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    let shape = (batch.map { [$0] } ?? []) + size
    if spike.shape == shape {
      spike.value = zeros(shape, dtype: .bool)
    } else {
      spike = Variable(try zeros(shape, dtype: .bool).checked(), name: "spike")
    }
  }
}
