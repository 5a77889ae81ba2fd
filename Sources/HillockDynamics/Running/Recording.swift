import Hillock

/// What a run has recorded.
public struct Recording: Sendable {
  /// The time at the end of each step, `f64[steps]`, in ms. It is computed when it is asked for.
  public var times: NDArray { steps.times }
  let steps: RecordedSteps
  /// The values of each monitor: `[values] + shape`, one for each step unless the monitor asks for fewer.
  public let values: [String: NDArray]
  let ownTimes: [String: NDArray]
  let spikeLists: [String: SpikeList]

  /// The values of a monitor.
  public subscript(_ name: String) -> NDArray? { values[name] }

  /// The times of a monitor's values, in ms.
  public func times(of name: String) -> NDArray? { ownTimes[name] }

  /// The spikes of a monitor of spikes.
  public func spikes(_ name: String) -> SpikeList? { spikeLists[name] }
}

/// The steps of a run, from which their times follow. So a long run that records into files does not keep a time for each step.
struct RecordedSteps: Sendable {
  /// The time in ms when dt last changed, `f64[]`.
  let origin: NDArray
  /// The number of steps between then and the run's beginning, `i64[]`.
  let first: NDArray
  let count: Int
  let dt: Double

  /// As ``Clock`` computes them.
  var times: NDArray { origin + (first + 1 + arange(count, dtype: .i64)).asType(.f64) * dt }
}

/// How far a run is.
public struct RunProgress: Sendable {
  /// Steps that are done, and all steps of the run.
  public let finished: Int, steps: Int
  /// The time since the run began.
  public let elapsed: Duration

  /// How long the rest will take if it goes on as until now; nil before the first steps are done.
  public var remaining: Duration? { finished == 0 ? nil : elapsed * (Double(steps - finished) / Double(finished)) }
}
