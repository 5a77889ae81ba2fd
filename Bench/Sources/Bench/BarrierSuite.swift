import Hillock

/// What the barrier costs while programs run, in `fast` mode: leases, the claim of memory, the commit, the look at what a
/// Variable became. The same computation with arrays in and out has none of it, and stands beside it as the peer.
///
/// Both are timed batch by batch in alternation; the price is the median of the batches' ratios.
enum BarrierSuite {
  static let suite = Suite(name: "barrier") { context in
    for threads in Set([1, context.machine.threads]).sorted() {
      try Timing.configured(.native, threads: threads) {
        for count in [10_000, 100_000, 1_000_000] { try gelu(count, threads, context) }
        try logistic(min(context.points, 1_000_000), threads, context)
      }
    }
    try Timing.configured(.native, threads: 1) { try call(context) }
  }

  private final class VariableGELU: Base, Callable0 {
    let x: Variable, y: Variable

    init(_ values: NDArray) {
      x = Variable(values)
      y = Variable(zeros(values.shape))
      super.init()
    }

    func callAsFunction() { y.value = bench.gelu(x.value) }
  }

  private static func gelu(_ count: Int, _ threads: Int, _ context: Context) throws {
    let x = try random.random(count).checked()
    let arrays = jit(bench.gelu), variables = jit(VariableGELU(x))
    let limit = max(
      Machine.copy(bytes: count * 4, threads: threads),
      context.machine.arithmetic(count, operations: GELUSuite.operations, threads: threads))
    try row("gelu \(count)", threads, limit: limit, context, { try variables() }, { _ = try arrays(x) })
  }

  private static func logistic(_ count: Int, _ threads: Int, _ context: Context) throws {
    let dimension = LogisticSuite.dimension
    let X = try random.random(count, dimension).checked(), Y = try random.random(count).checked()
    var w = try (2.0 * ones(dimension) - 1.3).checked()
    let arrays = jit { (w: NDArray, X: NDArray, Y: NDArray) in
      w - dot(((1.0 / (1.0 + exp(-Y * dot(X, w))) - 1.0) * Y), X)
    }
    let step = jit(LogisticRegression(dimension: dimension))
    let limit = Double(count * (dimension + 1) * 4) / context.machine.readBandwidth
    try row("logistic \(count)x\(dimension)", threads, limit: limit, context, { try step(X, Y) }, { w = try arrays(w, X, Y) })
  }

  /// The whole of it: a call that computes next to nothing.
  private static func call(_ context: Context) throws {
    final class Counter: Base, Callable0 {
      let n = Variable(zeros(1))
      func callAsFunction() { n += 1 }
    }
    let variable = jit(Counter()), array = jit { (x: NDArray) in x + 1 }
    var x = try zeros(1).checked()
    try row("one element", 1, limit: context.machine.allocation, context, { try variable() }, { x = try array(x) })
  }

  private static func row(
    _ name: String, _ threads: Int, limit: Double, _ context: Context, _ variables: () throws -> Void, _ arrays: () throws -> Void
  ) throws {
    let times = try Timing.pairs(variables, arrays)
    try context.report.add(
      Row(
        suite: "barrier", name: name, tier: "native", threads: threads, us: times.first, limit: limit, peer: "arrays",
        peerUs: times.second))
    let nanoseconds = 1000 * (times.first - times.second)
    context.report.note(String(format: "  the barrier's price: %+.2f %%, %+.0f ns a call", 100 * (times.ratio - 1), nanoseconds))
  }
}
