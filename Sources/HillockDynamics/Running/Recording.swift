import Hillock

/// What a run has recorded.
public struct Recording: Sendable {
  /// The time at the end of each step, `f64[steps]`, in ms.
  public let times: NDArray
  /// The values of each monitor after each step: `[steps] + shape`.
  public let values: [String: NDArray]

  /// The values of a monitor.
  public subscript(_ name: String) -> NDArray? { values[name] }
}
