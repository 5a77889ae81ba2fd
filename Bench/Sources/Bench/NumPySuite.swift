import Foundation
import Hillock

/// The ops of the array language against NumPy, JAX and PyTorch: the fastest of them counts. Every row is computed from the same
/// numbers on both sides, and one whose result is not that of all peers is no row. A case is `NAME SHAPE`.
enum NumPySuite {
  static let suite = Suite(name: "numpy") { context in
    var wrong = try measure(NumPyWorks.all, "numpy", context)
    // Rows of their own: their speed is that of the library that computes them.
    wrong += try measure(NumPyWorks.linearAlgebra, "numpy-lapack", context)
    guard wrong.isEmpty else {
      throw BenchError("\(wrong.count) rows do not agree with a peer: \(wrong.joined(separator: ", "))")
    }
  }

  /// Measures rows, prints what they come to, and gives the labels of those that do not agree.
  private static func measure(_ works: [NumPyWork], _ suite: String, _ context: Context) throws -> [String] {
    var ratios: [(label: String, ratio: Double)] = [], wrong: [String] = [], furthest = 0.0
    for work in works where context.isWanted(work.label) {
      switch try measure(work, suite, context) {
      case .row(let row, let error):
        furthest = max(furthest, error)
        if let ratio = row.ratio { ratios.append((work.label, ratio)) }
      case .disagreement(let text):
        context.report.note("\(work.label): no row, since \(text)")
        wrong.append(work.label)
      }
    }
    guard !ratios.isEmpty else { return wrong }
    let slower = ratios.filter { $0.ratio < 1 }.sorted { $0.ratio < $1.ratio }
    let list = slower.map { "\($0.label) \(String(format: "%.2f", $0.ratio))" }.joined(separator: ", ")
    let median = String(format: "%.2f", Timing.median(ratios.map(\.ratio))), error = String(format: "%.1e", furthest)
    context.report.note(
      """
      \(suite): \(ratios.count) rows, whose results are those of all peers, \(error) of the largest element apart at most
      The median ratio is \(median). Slower than the fastest peer are \(slower.count) rows: \(list)
      """)
    return wrong
  }

  private enum Outcome {
    case row(Row, error: Double)
    case disagreement(String)
  }

  private static func measure(_ work: NumPyWork, _ suite: String, _ context: Context) throws -> Outcome {
    let threads = context.machine.threads
    try context.peer?.prepare(
      "numpy", work.label,
      ["inputs": work.inputs.map(\.text), "check": work.check.rawValue, "outputs": work.compared])
    defer { try? context.peer?.drop() }
    let inputs = try work.inputs.enumerated().compactMap { try $1.array(seed: $0) }
    return try Timing.configured(.native, threads: threads) {
      let body = work.body, fast = jit { (x: [NDArray]) in body(x) }
      let ours = try sampled(Array(try fast(inputs).prefix(work.compared)), work.check)
      var furthest = 0.0
      for number in (context.peer?.names ?? []).indices {
        guard let name = context.peer?.names[number], let theirs = try context.peer?.results(of: number) else { continue }
        let error = distance(ours, theirs)
        guard error <= work.tolerance else {
          return .disagreement("\(name) has another result: \(difference(ours, theirs, error))")
        }
        furthest = max(furthest, error)
      }
      let times = try Timing.alternate(rounds: 3, peer: context.peer, prepared: context.peer?.names.isEmpty == false) {
        try Timing.microseconds { _ = try fast(inputs) }
      }
      let row = Row(
        suite: suite, name: work.label, tier: "native", threads: threads, us: times.ours, limit: nil, peer: times.by,
        peerUs: times.theirs)
      try context.report.add(row)
      return .row(row, error: furthest)
    }
  }

  // MARK: Agreement

  /// Of each result how many elements there are, and a thousand of them or their moments: as `sampled` in peers/numpy_rows.py.
  private static func sampled(_ results: [NDArray], _ check: NumPyWork.Check) throws -> [[Double]] {
    try results.map { result in
      let values: [Double] = try result.asType(.f64).flattened().scalars(), count = Double(values.count)
      switch check {
      case .elements: return [count] + stride(from: 0, to: values.count, by: max(values.count / 1000, 1)).map { values[$0] }
      case .moments:
        let mean = values.reduce(0, +) / count
        return [count, mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()]
      }
    }
  }

  /// The largest difference as a part of the largest element; infinite where shapes differ.
  private static func distance(_ ours: [[Double]], _ theirs: [[Double]]) -> Double {
    guard ours.count == theirs.count else { return .infinity }
    return zip(ours, theirs).map { ours, theirs in
      guard ours.count == theirs.count, ours.first == theirs.first else { return .infinity }
      let scale = max(theirs.dropFirst().map(\.magnitude).max() ?? 0, 1e-30)
      return zip(ours, theirs).dropFirst().map { $0 == $1 ? 0 : ($0 - $1).magnitude / scale }
        .reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
    }.max() ?? 0
  }

  private static func difference(_ ours: [[Double]], _ theirs: [[Double]], _ error: Double) -> String {
    func sizes(_ results: [[Double]]) -> [Int] { results.map { Int($0.first ?? 0) } }
    guard error.isInfinite else { return "off by \(error)" }
    return sizes(ours) == sizes(theirs) ? "NaN or infinite elements" : "\(sizes(theirs)) elements, ours \(sizes(ours))"
  }
}
