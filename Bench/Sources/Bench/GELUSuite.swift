import Hillock

func gelu(_ x: NDArray) -> NDArray {
  let s = sqrt(2 / NDArray.pi)
  let cdf = 0.5 * (1.0 + tanh(s * (x + 0.044715 * (x ** 3))))
  return x * cdf
}

/// GELU over 10³ to 10⁸ floats, in each tier, on one thread and on all.
enum GELUSuite {
  /// Vector operations on an element at least: three for the cube and its scale, two for the argument, two after tanh, and
  /// about sixteen for tanh itself (an exponential's reduction and polynomial, a division counted as one).
  static let operations = 23.0

  static let suite = Suite(name: "gelu") { context in
    var count = 1000
    while count <= context.largest {
      try measure(count, context)
      count *= 10
    }
  }

  private static func measure(_ count: Int, _ context: Context) throws {
    let x = try random.random(count).checked()
    let peer = try context.peer?.prepare("gelu", "\(count)")
    for threads in Set([1, context.machine.threads]).sorted() {
      let limit = max(
        Machine.copy(bytes: count * 4, threads: threads),
        context.machine.arithmetic(count, operations: operations, threads: threads))
      for tier in [Engine.TierChoice.interpreter, .native] {
        try Timing.configured(tier, threads: threads) {
          let fast = jit(gelu)
          // The peer uses all processors, so it stands beside the rows that do.
          let isCompared = peer != nil && threads == context.machine.threads
          let times = try Timing.alternate(peer: context.peer, prepared: isCompared) {
            try Timing.microseconds { _ = try fast(x) }
          }
          try context.report.add(
            Row(
              suite: "gelu", name: "\(count)", tier: tier.rawValue, threads: threads, us: times.ours, limit: limit,
              peer: isCompared ? peer : nil, peerUs: times.theirs))
        }
      }
    }
    try context.peer?.drop()
  }
}
