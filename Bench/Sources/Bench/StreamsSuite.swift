import Hillock

/// Ops that do little with each of 10⁸ elements, in per cent of the speed at which this machine copies as many bytes in the same run.
enum StreamsSuite {
  struct Work: Sendable {
    let name: String
    /// Bytes read and written for each element.
    let bytes: Int
    let body: @Sendable (NDArray, NDArray) -> NDArray
  }

  private static let works = [
    Work(name: "negate", bytes: 8) { x, _ in -x },
    Work(name: "add", bytes: 12) { $0 + $1 },
    Work(name: "multiply-add", bytes: 12) { $0 * $1 + 0.5 },
    Work(name: "sqrt", bytes: 8) { x, _ in sqrt(x) },
    Work(name: "exp", bytes: 8) { x, _ in exp(x) },
    Work(name: "clip", bytes: 8) { x, _ in clip(x, 0.2, 0.8) },
    Work(name: "less", bytes: 9) { $0 .< $1 },
    Work(name: "where", bytes: 12) { select($0 .< 0.5, $0, $1) },
    Work(name: "cast-i32", bytes: 8) { x, _ in (x * 1000).asType(.i32) },
    Work(name: "cast-f64", bytes: 12) { x, _ in x.asType(.f64) },
    Work(name: "roll", bytes: 8) { x, _ in x.rolled(by: 17) },
    Work(name: "diff", bytes: 8) { x, _ in diff(x) },
    Work(name: "cumsum", bytes: 8) { x, _ in x.cumsum() },
    Work(name: "sum", bytes: 4) { x, _ in x.sum() },
    Work(name: "max", bytes: 4) { x, _ in x.max() },
    Work(name: "argmax", bytes: 4) { x, _ in x.argmax() },
    Work(name: "variance", bytes: 4) { x, _ in x.variance() },
    Work(name: "dot", bytes: 8) { dot($0, $1) },
  ]

  static let suite = Suite(name: "streams") { context in
    let count = context.largest, threads = context.machine.threads
    let x = try random.random(count).checked(), y = try random.random(count).checked()
    for work in works where context.isWanted(work.name) {
      try Timing.configured(.native, threads: threads) {
        let body = work.body, fast = jit { (x: NDArray, y: NDArray) in body(x, y) }
        _ = try fast(x, y)
        // Memory's speed changes from second to second, so both are measured in turns.
        var ours: [Double] = [], limits: [Double] = []
        for _ in 0..<5 {
          limits.append(Machine.copy(bytes: count * work.bytes / 2, threads: threads))
          _ = try fast(x, y)
          for _ in 0..<3 { ours.append(try Timing.microseconds { _ = try fast(x, y) }) }
        }
        try context.report.add(
          Row(
            suite: "streams", name: "\(work.name) \(count)", tier: "native", threads: threads, us: Timing.median(ours),
            limit: Timing.median(limits)))
      }
    }
  }
}
