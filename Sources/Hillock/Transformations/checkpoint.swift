import HillockIR
import HillockRuntime

/// What `body` gives. A derivative keeps nothing of what it computes inside: on the way back it is computed again, from what it uses.
///
/// ```swift
/// let slope = grad { (x: NDArray) in
///   let features = try checkpoint { tanh(x * x) * exp(-x) }
///   return (features * features).sum()
/// }
/// _ = try slope(ones(1000))
/// ```
///
/// It costs the time of the part once more, and saves the memory of what is computed inside. No bit changes. The body may read and write
/// ``Variable``s and draw random numbers (the same the second time). What gives something by a call of Swift or C cannot be computed
/// again. Where nothing is differentiated, it is the body alone.
///
/// - Throws: what the body throws.
public func checkpoint<Output: ArrayTree>(
  file: String = #fileID, line: Int = #line, _ body: () throws -> Output
) throws -> Output {
  try Checkpoint<Output>(Site("checkpoint", file, line)).run(
    body, arrays: { Trees.arrays($0) }, rebuild: { $0.map(Trees.replacing(with: $1)) })
}

/// The same for a body that returns nothing or several array trees.
@_disfavoredOverload
@discardableResult
public func checkpoint<each Output: ArrayTree>(
  file: String = #fileID, line: Int = #line, _ body: () throws -> (repeat each Output)
) throws -> (repeat each Output) {
  try Checkpoint<(repeat each Output)>(Site("checkpoint", file, line)).run(
    body, arrays: { Trees.arrays(repeat each $0) },
    rebuild: { output, arrays in
      let next = Trees.replacing(with: arrays)
      return (repeat (each output).map(next))
    })
}

/// What `body` gives. Derivatives of the counted loops in it keep what at most so many steps begin with at a time, and compute the steps
/// in between again.
///
/// ```swift
/// let slope = grad { (w: NDArray) in
///   try checkpoint(slots: 40) {
///     try forLoop(0..<1000, carry: ones(100)) { _, y in y * w }.sum()
///   }
/// }
/// _ = try slope(NDArray(0.999))
/// ```
///
/// Without it, a loop keeps what each step begins with, as long as that takes 64 MiB or less; a longer one keeps fewer, on two levels.
/// T steps on L levels take about L · T^(1/L) slots and the time of L more runs forward. (The order is that of Griewank and Walther's
/// optimal schedule, Algorithm 799, *ACM Trans. Math. Softw.* 26, 2000, which does with fewer slots by a constant factor.) No bit
/// changes.
///
/// - Parameter slots: for each loop; 1 or more. A loop of T steps needs about 3 · log₃ T.
/// - Throws: what the body throws; an `argument` error for fewer than 1 slot. A derivative of a loop that needs more slots is an error that
///   says how many.
public func checkpoint<Output>(
  slots: Int, file: String = #fileID, line: Int = #line, _ body: () throws -> Output
) throws -> Output {
  guard slots >= 1 else {
    throw Site("checkpoint", file, line).located(
      HillockError(.argument, "checkpoint(slots: \(slots)): a loop keeps what one step begins with or more; give 1 or more"))
  }
  return try LoopSlots.with(slots, body)
}

/// A part that is computed again. The functions take an output apart and put it together.
private struct Checkpoint<Output> {
  let site: Site

  init(_ site: Site) { self.site = site }

  func run(
    _ body: () throws -> Output, arrays: (Output) -> [NDArray], rebuild: (Output, [NDArray]) -> Output
  ) throws -> Output {
    guard let trace = Trace.current else { return try body() }
    do {
      var template: Output?
      let results = try trace.transaction {
        try trace.checkpoint(
          try trace.region(site.text, []) { _ in
            let output = try body()
            template = output
            return arrays(output).map(\.settled)
          })
      }
      guard let template else { throw HillockError(.trace, "the body of checkpoint was not traced") }
      return rebuild(template, results)
    } catch { throw site.located(error) }
  }
}

/// How many slots the derivatives of loops may keep that are traced now, on this thread.
enum LoopSlots {
  private static let word = ThreadWord()

  /// nil leaves it to the derivative.
  static var current: Int? { word.value.map { Int(bitPattern: $0) } }

  static func with<Result>(_ slots: Int, _ body: () throws -> Result) rethrows -> Result {
    let outer = word.value
    word.value = UnsafeMutableRawPointer(bitPattern: slots)
    defer { word.value = outer }
    return try body()
  }
}
