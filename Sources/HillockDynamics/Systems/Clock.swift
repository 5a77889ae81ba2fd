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
  public var time: NDArray { timeline(dt: since.value[1]).time(after: steps.value) }

  /// The times of steps of one length, which go on from the time now.
  struct Timeline {
    let start: NDArray
    let changedAfter: NDArray
    let dt: NDArray

    /// The time in ms after a number of steps, `f64` of the shape of the number.
    func time(after steps: NDArray) -> NDArray { start + (steps - changedAfter).asType(.f64) * dt }
  }

  /// The times of steps of this length from now on. A length that has not changed keeps the origin, so that a run in parts has the times
  /// of a whole run.
  func timeline(dt: some ArrayConvertible) -> Timeline {
    let dt = dt.array, before = since.value
    let isSame = before[1] .== dt
    let now = before[0] + (steps.value - changedAfter.value).asType(.f64) * before[1]
    return Timeline(
      start: select(isSame, before[0], now), changedAfter: select(isSame, changedAfter.value, steps.value), dt: dt)
  }

  /// Counts steps that were done on a timeline.
  func advance(_ count: Int, on timeline: Timeline) {
    steps.value = steps.value + count
    since.value = stack([timeline.start, timeline.dt.asType(.f64)])
    changedAfter.value = timeline.changedAfter
  }

  func reset() {
    steps.value = zeros([], dtype: .i64)
    changedAfter.value = zeros([], dtype: .i64)
    since.value = zeros([2], dtype: .f64)
  }
}
