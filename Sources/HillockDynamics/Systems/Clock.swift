import Hillock

/// The time of a simulation. A system and all that it holds have one clock.
///
/// It counts steps, and remembers when the length of a step last changed. So the time after n steps of one length is one product, and has
/// the error of one rounding after an hour as after a second.
public final class Clock: Base {
  /// The number of steps so far, `i64[]`.
  public let steps = Variable(zeros([], dtype: .i64), name: "steps")
  /// The number of steps when dt last changed, `i64[]`.
  let changedAfter = Variable(zeros([], dtype: .i64), name: "changedAfter")
  /// The time in ms when dt last changed, and dt in ms since (0 before the first run): `f64[2]`.
  let since = Variable(zeros([2], dtype: .f64), name: "since")

  /// The time now in ms, `f64[]`.
  public var time: NDArray { time(after: steps.value, dt: since.value[1]) }

  /// The time in ms after a number of steps, `f64` of the shape of the number.
  func time(after steps: NDArray, dt: some ArrayConvertible) -> NDArray {
    since.value[0] + (steps - changedAfter.value).asType(.f64) * dt.array
  }

  /// From now on steps have this length. Where it was another one, times are counted from now; a run in parts has the times of a whole run.
  func set(dt: Double) {
    let before = since.value, isSame = before[1] .== dt
    since.value = stack([select(isSame, before[0], time), full([], dt, dtype: .f64)])
    changedAfter.value = select(isSame, changedAfter.value, steps.value)
  }

  func reset() {
    steps.value = zeros([], dtype: .i64)
    changedAfter.value = zeros([], dtype: .i64)
    since.value = zeros([2], dtype: .f64)
  }
}
