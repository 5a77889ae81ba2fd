import Hillock

/// What a run has recorded.
public struct Recording: Sendable {
  /// The time at the end of each step, `f64[steps]`, in ms.
  public let times: NDArray
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

/// How far a run is.
public struct RunProgress: Sendable {
  /// Steps that are done, and all steps of the run.
  public let finished: Int, steps: Int
  /// The time since the run began.
  public let elapsed: Duration

  /// How long the rest will take if it goes on as until now; nil before the first steps are done.
  public var remaining: Duration? { finished == 0 ? nil : elapsed * (Double(steps - finished) / Double(finished)) }
}
