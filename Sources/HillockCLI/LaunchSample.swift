import Foundation
import HillockBytecode
import HillockIR
import HillockRuntime

/// A launch of a given size, GELU over so many floats: what the cost model expects of it, what is decided, and what it takes
/// on one thread and on all.
struct LaunchSample {
  let count: Int
  /// Nanoseconds: estimated, and of interpreted runs by one worker and by all, their medians.
  let estimated: UInt64
  let alone: UInt64
  let shared: UInt64

  private static let rounds = 15

  init(count: Int) throws(HillockError) {
    self.count = count
    let program = try VerifiedProgram(try Lowering.lower(try Graph(parsing: Self.gelu(count))))
    func executable(_ workers: Int) -> Executable {
      var options = ExecutionOptions(tier: .interpreter, workers: workers)
      options.sharesAlways = workers > 1
      return Executable(program, signature: "doctor", options: options)
    }
    let one = executable(1), all = executable(Configuration.workers)
    estimated = one.largestLaunch
    let input = try Storage.allocate(byteCount: count * 4)
    memset(input.base, 0, count * 4)
    alone = try Self.median(one, input)
    shared = try Self.median(all, input)
  }

  private static func median(_ executable: Executable, _ input: Storage) throws(HillockError) -> UInt64 {
    var times: [UInt64] = []
    for _ in 0..<rounds {
      let frame = executable.makeFrame()
      defer { executable.recycle(frame) }
      frame.setArgument(0, input)
      let start = Clock.now()
      try executable.run(frame)
      times.append(Clock.now() &- start)
      _ = frame.takeResult(0)
    }
    return times.sorted()[times.count / 2]
  }

  private static func gelu(_ count: Int) -> String {
    """
    hillock graph 1
    %0 = argument 0 : f32[\(count)]
    %1 = mul %0, %0
    %2 = mul %1, %0
    %3 = mul %2, 0.044715
    %4 = add %0, %3
    %5 = mul %4, 0.7978846
    %6 = tanh %5
    %7 = add %6, 1.0
    %8 = mul %7, 0.5
    %9 = mul %0, %8
    return %9

    """
  }

  /// What the team does with a launch of this estimate.
  var decision: String {
    if estimated < Parameters.parallelThreshold { return "one thread" }
    return estimated < Parameters.wakeThreshold
      ? "up to \(Configuration.workers) threads while a helper is awake, else one" : "up to \(Configuration.workers) threads"
  }

  var text: String {
    func microseconds(_ nanoseconds: UInt64) -> String { String(format: "%.1f µs", Double(nanoseconds) / 1000) }
    return "\(count): estimated \(microseconds(estimated)), so \(decision); measured \(microseconds(alone)) on one thread, "
      + "\(microseconds(shared)) shared"
  }
}
