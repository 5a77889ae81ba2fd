import Hillock

/// What arrays are asked for besides elementwise work: reductions along either axis, operands that broadcast or are transposed,
/// normalised rows, products, gathers, updates by index, windows. A case is `NAME ROWSxCOLUMNS`.
enum ArraysSuite {
  struct Work: Sendable {
    let name: String
    let rows: Int
    let columns: Int
    /// Bytes that have to be moved at least, read and written, as a multiple of the array's.
    let traffic: Double
    /// Vector operations at least, for each element of the array.
    let operations: Double
    let function: @Sendable (NDArray) -> NDArray
  }

  /// Where elements are taken and added: spread over an array, as the targets of a network's synapses are.
  private static let places = (arange(1_000_000, dtype: .i64) * 7919) % 1_000_000
  private static let targets = (arange(1_000_000, dtype: .i64) * 7919) % 4000

  static let works = [
    Work(name: "softmax", rows: 4096, columns: 1024, traffic: 2, operations: 16) { x in
      let e = exp(x - x.max(axis: 1, keepDims: true))
      return e / e.sum(axis: 1, keepDims: true)
    },
    Work(name: "layernorm", rows: 4096, columns: 1024, traffic: 2, operations: 6) { x in
      let centred = x - x.mean(axis: 1, keepDims: true)
      return centred * rsqrt(square(centred).mean(axis: 1, keepDims: true) + 1e-5)
    },
    Work(name: "sum", rows: 4096, columns: 4096, traffic: 1, operations: 1) { $0.sum() },
    Work(name: "sum-rows", rows: 4096, columns: 4096, traffic: 1, operations: 1) { $0.sum(axis: 1) },
    Work(name: "sum-columns", rows: 4096, columns: 4096, traffic: 1, operations: 1) { $0.sum(axis: 0) },
    Work(name: "sum-columns-scaled", rows: 4096, columns: 4096, traffic: 1, operations: 2) { ($0 * 2).sum(axis: 0) },
    Work(name: "variance-columns", rows: 4096, columns: 4096, traffic: 1, operations: 3) { $0.variance(axis: 0) },
    Work(name: "extent-columns", rows: 4096, columns: 4096, traffic: 1, operations: 2) { $0.max(axis: 0) - $0.min(axis: 0) },
    Work(name: "variance", rows: 4096, columns: 4096, traffic: 1, operations: 3) { $0.variance() },
    Work(name: "outer", rows: 2048, columns: 2048, traffic: 1, operations: 1) { x in
      x[0].expandingDims(axis: 1) * x[1]
    },
    Work(name: "symmetric", rows: 2048, columns: 2048, traffic: 2, operations: 1) { x in x + x.transposed() },
    Work(name: "matmul", rows: 512, columns: 512, traffic: 3, operations: 512) { x in dot(x, x) },
    Work(name: "matvec", rows: 4096, columns: 4096, traffic: 1, operations: 1) { x in dot(x, x[0]) },
    Work(name: "vecmat", rows: 4096, columns: 4096, traffic: 1, operations: 1) { x in dot(x[0], x) },
    Work(name: "gather", rows: 16384, columns: 64, traffic: 2, operations: 0) { x in
      x[(arange(16384) * 7919) % 16384]
    },
    Work(name: "gather-elements", rows: 1000, columns: 1000, traffic: 4, operations: 0) { x in x.flattened()[places] },
    Work(name: "add-at", rows: 1000, columns: 1000, traffic: 3, operations: 0) { x in
      zeros(4000).at[targets].add(x.flattened())
    },
    Work(name: "window", rows: 2048, columns: 2048, traffic: 0.5, operations: 0) { x in
      x.dynamicSlice(at: [(x[0, 0] * 1000).asType(.i64), 512], sizes: [1024, 1024])
    },
    Work(name: "pad", rows: 2048, columns: 2048, traffic: 2, operations: 0) { x in x.padded(3, with: 1.5) },
    Work(name: "min-short", rows: 100_000, columns: 10, traffic: 1, operations: 1) { $0.min(axis: 1) },
    Work(name: "squares-short", rows: 100_000, columns: 16, traffic: 1, operations: 2) { ($0 * $0).sum(axis: 1) },
    Work(name: "argmin-short", rows: 100_000, columns: 10, traffic: 1, operations: 2) { $0.argmin(axis: 1) },
    Work(name: "argmax-rows", rows: 4096, columns: 4096, traffic: 1, operations: 1) { $0.argmax(axis: 1) },
    Work(name: "argmax-columns", rows: 4096, columns: 4096, traffic: 1, operations: 2) { $0.argmax(axis: 0) },
    Work(name: "argmax-long", rows: 1, columns: 10_000_000, traffic: 1, operations: 1) { $0.argmax() },
    Work(name: "cumsum-rows", rows: 4096, columns: 4096, traffic: 2, operations: 6) { $0.cumsum(axis: 1) },
    Work(name: "cumsum-columns", rows: 4096, columns: 4096, traffic: 2, operations: 1) { $0.cumsum(axis: 0) },
    Work(name: "cumsum-long", rows: 1, columns: 10_000_000, traffic: 2, operations: 6) { $0.cumsum() },
    Work(name: "sort-rows", rows: 1000, columns: 1000, traffic: 2, operations: 0) { $0.sorted() },
    Work(name: "sort-columns", rows: 1000, columns: 1000, traffic: 2, operations: 0) { $0.sorted(axis: 0) },
    Work(name: "sort-long", rows: 1, columns: 1_000_000, traffic: 2, operations: 0) { $0.sorted() },
    Work(name: "argsort-long", rows: 1, columns: 1_000_000, traffic: 3, operations: 0) { $0.argsort() },
    Work(name: "normal", rows: 1000, columns: 1000, traffic: 1, operations: 40) { x in random.normal(1000, 1000) + x[0] },
  ]

  static let suite = Suite(name: "arrays") { context in
    for work in works { try measure(work, context) }
  }

  private static func measure(_ work: Work, _ context: Context) throws {
    let name = "\(work.name) \(work.rows)x\(work.columns)", threads = context.machine.threads
    let count = work.rows * work.columns
    let peer = try context.peer?.prepare("arrays", name)
    let x = try random.random(work.rows, work.columns).checked()
    let limit = max(
      Machine.copy(bytes: Int(Double(count * 4) * work.traffic / 2), threads: threads),
      context.machine.arithmetic(count, operations: work.operations, threads: threads))
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: threads) {
        let fast = jit(work.function)
        let times = try Timing.alternate(peer: context.peer, prepared: peer != nil) {
          try Timing.microseconds { _ = try fast(x) }
        }
        try context.report.add(
          Row(
            suite: "arrays", name: name, tier: tier.rawValue, threads: threads, us: times.ours, limit: limit, peer: times.by,
            peerUs: times.theirs))
      }
    }
    try context.peer?.drop()
  }
}
