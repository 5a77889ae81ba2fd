import HillockBytecode
import HillockIR
import Synchronization
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// Cancels at the k-th look.
private final class CancelsAtLook: CancellationSource {
  private let looks = Atomic<Int>(0)
  private let limit: Int
  init(_ limit: Int) { self.limit = limit }
  var isCancelled: Bool { looks.add(1, ordering: .relaxed).newValue >= limit }
}

private struct Injected: Error {}

/// Runs that end at every place where a run can end: whatever was computed, nothing changes, nobody keeps a lease, and the next
/// run is right. What is right is worked out by hand.
@Suite struct FailureInjectionTests {
  /// f(x) = x + 1. a = f(2v); four steps: a + 3 or f(a) in turn; while n < 3: a = f(a). v ← a - v, w ← w + Σa.
  static func text(_ n: Int) -> String {
    """
    hillock graph 1
    name injected
    function 0 "f" (f32[\(n)]) to (f32[\(n)])
    region 0 {
      name step
      region 0 {
        name even
        %a = argument 0 : f32[\(n)]
        %b = add %a, 3
        return %b
      }
      region 1 {
        name odd
        %a = argument 0 : f32[\(n)]
        %c = call %a function 0
        %b = element %c position 0
        return %b
      }
      %i = argument 0 : i64[]
      %a = argument 1 : f32[\(n)]
      %m = mod %i, 2
      %s = convert %m : i32[]
      %c = branch %s, %a regions [0, 1]
      %b = element %c position 0
      return %b
    }
    region 1 {
      name condition
      %n = argument 0 : i32[]
      %a = argument 1 : f32[\(n)]
      %t = lt %n, 3
      return %t
    }
    region 2 {
      name body
      %n = argument 0 : i32[]
      %a = argument 1 : f32[\(n)]
      %c = call %a function 0
      %b = element %c position 0
      %k = add %n, 1
      return %k, %b
    }
    %v = variable 0 "v" : f32[\(n)]
    %w = variable 1 "w" : f32[]
    %zero = constant i32[] {0}
    %d = mul %v, 2
    %c = call %d function 0
    %a = element %c position 0
    %l = loop %a region 0 trips 4 carried 1 sliced 0
    %b = element %l position 0
    %u = while %zero, %b condition 1 body 2 carried 2
    %e = element %u position 1
    %x = sub %e, %v
    %s = reduce.sum %e
    %y = add %w, %s
    store "v", %x
    store "w", %y
    return %e
    """
  }

  struct Way: Sendable, CustomStringConvertible {
    var isNative: Bool
    var workers: Int
    var isStrict = false
    var description: String { "\(isNative ? "native" : "interpreter"), \(workers) workers\(isStrict ? ", strict" : "")" }

    var options: ExecutionOptions {
      var options = ExecutionOptions(tier: isNative ? .native : .interpreter, workers: workers)
      options.sharesAlways = true
      options.lookInterval = 0
      options.barrier = isStrict ? .strict : .fast
      if isNative { options.compiler = NativeCompilers.compiler }
      return options
    }

    static let all =
      [1, 2, 7].map { Way(isNative: false, workers: $0) } + [Way(isNative: false, workers: 2, isStrict: true)]
      + (NativeCompilers.compiler == nil ? [] : [1, 2, 7].map { Way(isNative: true, workers: $0) })
  }

  /// The Variables and the program, and what each must hold.
  final class World {
    let n: Int
    let executable: Executable
    let cells: [VariableCell]
    let leases: LeasePlan
    var v: [Float]
    var w: Float = 5

    init(_ n: Int, _ way: Way) throws {
      self.n = n
      let graph = Passes.run(try Graph(parsing: FailureInjectionTests.text(n)))
      executable = Executable(try VerifiedProgram(Lowering.lower(graph)), signature: "injected", options: way.options)
      if way.isNative { try executable.promote() }
      v = (0..<n).map { Float($0 % 7) }
      cells = [
        try VariableCell(
          name: "v", type: ArrayType(.f32, [n]),
          storage: v.withUnsafeBytes { bytes throws(HillockError) in try Storage.copy(bytes) }),
        try VariableCell(
          name: "w", type: ArrayType(.f32, []),
          storage: withUnsafeBytes(of: w) { bytes throws(HillockError) in try Storage.copy(bytes) }),
      ]
      leases = LeasePlan(cells, isWritten: [true, true])
    }

    /// The n-th call of f fails where `failingCall` says so.
    func run(failingCall: Int = .max, _ error: any Error = Injected()) throws {
      let frame = executable.makeFrame()
      defer { executable.recycle(frame) }
      let n = n
      let calls = Mutex(0)
      frame.setFunction(
        0,
        ExternalFunction(.host, name: "f") { operands, results in
          let isFailing = calls.withLock { calls in
            calls += 1
            return calls == failingCall
          }
          let (x, y) = (operands[0].assumingMemoryBound(to: Float.self), results[0].assumingMemoryBound(to: Float.self))
          for i in 0..<n { y[i] = x[i] + 1 }
          if isFailing { throw error }
        })
      let lease = try leases.acquire(site: "test")
      lease.load(into: frame)
      try executable.runCancellably(frame)
      try lease.commit(from: frame)
      for i in 0..<n { v[i] += 12 }
      // Σ (2v + 12), of the v before.
      w += v.reduce(0) { $0 + 2 * ($1 - 12) + 12 }
    }

    func check(_ what: String) {
      let storages = VariableCell.snapshot(cells)
      let held = Array(storages[0].bytes.bindMemory(to: Float.self))
      #expect(held == v, "v after \(what)")
      #expect(storages[1].base.load(as: Float.self) == w, "w after \(what)")
      #expect(throws: Never.self, "leases after \(what)") { _ = try leases.acquire(site: "check") }
    }
  }

  @Test(arguments: Way.all, [300, 10_000]) func aCallThatFailsChangesNothing(_ way: Way, _ n: Int) throws {
    let world = try World(n, way)
    // f is called once before the loops, twice in the first and three times in the second.
    for call in 1...6 {
      let error = #expect(throws: HillockError.self) { try world.run(failingCall: call) }
      #expect(error?.code == .call)
      #expect(error?.underlyingError is Injected)
      world.check("call \(call) failed")
      #expect(throws: CancellationError.self) { try world.run(failingCall: call, CancellationError()) }
      world.check("call \(call) was cancelled")
    }
    try world.run(failingCall: 7)
    world.check("a run that did not fail")
  }

  @Test(arguments: Way.all, [300, 10_000]) func aRunThatIsCancelledChangesNothing(_ way: Way, _ n: Int) throws {
    let world = try World(n, way)
    // Every look at first, then some of the many that a kernel of many slices takes.
    var (look, cancelled) = (1, 0)
    while look < 1_000_000 {
      do {
        try Cancellation.run(CancelsAtLook(look)) { try world.run() }
        break
      } catch is CancellationError {
        cancelled += 1
        world.check("look \(look)")
        // Few, so that the sums stay exact.
        if [5, 20].contains(cancelled) {
          try world.run()
          world.check("the run after look \(look)")
        }
        look += 1 + look / 40
      }
    }
    #expect(cancelled > 20, "it looks at every step: \(cancelled)")
    world.check("the run that was not cancelled")
  }
}
