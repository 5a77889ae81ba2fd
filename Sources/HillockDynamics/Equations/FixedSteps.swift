import Hillock

/// Integration with steps of one length.
enum FixedSteps {
  /// The state at the times, with a leading axis. The interval between two times is divided into equal steps, in all intervals the same
  /// number of them.
  ///
  /// - Parameters:
  ///   - times: `f64[n]`.
  ///   - steps: how many in an interval.
  ///   - step: one step: from the state, the time and the length, the latter two without a dtype.
  static func solve(
    _ x: [NDArray], at times: NDArray, steps: Int, _ step: ([NDArray], NDArray, NDArray) throws -> [NDArray]
  ) throws -> [NDArray] {
    let (_, rows) = try scan([times[..<(-1)], times[1...]], init: x) { x, interval in
      let start = try interval[0].weakened(), h = try ((interval[1] - interval[0]) / Double(steps)).weakened()
      let (next, _) = try scan(0..<steps, init: x) { x, i in (try step(x, start + i * h, h), [NDArray]()) }
      return (next, next)
    }
    return withFirst(x, rows)
  }

  /// The states after 0, 1, … steps of length dt from t0, with a leading axis.
  static func solve(
    _ x: [NDArray], steps: Int, from t0: Double, dt: Double, _ step: ([NDArray], NDArray, NDArray) throws -> [NDArray]
  ) throws -> [NDArray] {
    let (_, rows) = try scan(0..<steps, init: x) { x, i in
      let next = try step(x, t0 + i * dt, NDArray(dt))
      return (next, next)
    }
    return withFirst(x, rows)
  }

  private static func withFirst(_ x: [NDArray], _ rows: [NDArray]) -> [NDArray] {
    zip(x, rows).map { concatenate([$0.expandingDims(axis: 0), $1]) }
  }

  /// The times of `solve(_:steps:from:dt:_:)`, `f64[steps + 1]`.
  static func times(_ steps: Int, from t0: Double, dt: Double) -> NDArray { t0 + arange(steps + 1, dtype: .f64) * dt }

  /// How many steps of dt a duration has.
  static func count(_ name: String, _ duration: Double, dt: Double) throws(HillockError) -> Int {
    let steps = duration / dt, whole = steps.rounded()
    guard dt > 0, dt.isFinite, let count = Int(exactly: whole), count >= 0, count < 1 << 40, (steps - whole).magnitude <= 1e-6
    else {
      throw HillockError(
        .argument,
        "\(name): \(duration) is \(steps) steps of \(dt); give a dt above 0 and a duration of a whole number of steps, of 0 or more"
      )
    }
    return count
  }
}

/// The times at which a solution is wanted.
struct WantedTimes {
  /// `f64[n]`.
  let array: NDArray
  /// The values; nil while they are traced.
  let known: [Double]?
  /// How far a time may be off by the rounding of its dtype.
  private let rounding: Double

  init(_ name: String, _ times: NDArray) throws(HillockError) {
    let times = try times.checked()
    guard times.rank == 1, times.dtype != .bool, times.count > 0 else {
      throw HillockError(.shape, "\(name): the times are an array with one axis and at least one element, not \(times.type)")
    }
    array = try times.asType(.f64).checked()
    known = times.isTraced ? nil : try times.scalars()
    let largest = known?.map(\.magnitude).max() ?? 0
    rounding = times.dtype == .f32 ? Double(Float(largest).ulp) : largest.ulp
    guard let known else { return }
    for (place, (time, next)) in zip(known, known.dropFirst()).enumerated() where !(time <= next) {
      throw HillockError(
        .argument, "\(name): the times ascend, but time \(place) is \(time) and time \(place + 1) is \(next)")
    }
    guard known.allSatisfy(\.isFinite) else { throw HillockError(.argument, "\(name): the times are finite numbers") }
  }

  /// The least number of equal steps in each interval so that none is longer than dt, but for the rounding of the times.
  func steps(_ name: String, dt: Double) throws(HillockError) -> Int {
    guard dt > 0, dt.isFinite else { throw HillockError(.argument, "\(name): dt is above 0, not \(dt)") }
    guard let known else {
      throw HillockError(
        .trace,
        "\(name): the times are known only at run time, and with steps of one length their number must be known before; give times that "
          + "are no arguments of the traced function, or a method that controls its steps, without dt")
    }
    let longest = zip(known, known.dropFirst()).map { $1 - $0 }.max() ?? 0
    let steps = ((longest - 2 * rounding) / dt - 1e-6).rounded(.up)
    guard let count = Int(exactly: steps), count < 1 << 40 else {
      throw HillockError(.argument, "\(name): an interval of \(longest) has more than 2^40 steps of \(dt)")
    }
    return max(count, 1)
  }
}
