import Foundation
import HillockTestSupport
import Testing

/// Runs in a process that the system gives little: no further thread, or a small stack. They end with the result of any other run.
@Suite struct LimitTests {
  /// A launch that is worth sharing, a reduction of columns over many chunks of rows, a product, and a loop for which a team
  /// stands and which gets hot within the call.
  private static let program = """
    hillock graph 1
    name limits
    region 0 {
      name body
      %i = argument 0 : i64[]
      %v = argument 1 : f32[40001]
      %s = reduce.sum %v axes [0]
      %t = mul %s, 0.0000001
      %n = add %v, %t
      %m = slice %n starts [40000] steps [-1] sizes [40001]
      return %m
    }
    %z = iota axis 0 : f32[40001]
    %y = mul %z, 0.00001
    %l = loop %y region 0 trips 100 carried 1
    %r = element %l position 0
    %q = reduce.sum %r axes [0]
    %a = iota axis 0 : f32[30011,65]
    %b = tanh %a
    %c = reduce.max %b axes [0]
    %d = slice %b starts [0, 0] steps [1, 1] sizes [65, 65]
    %e = dot %b, %d
    %f = reduce.sum %e axes [0]
    return %q, %c, %f
    """

  /// The command under a limit of `ulimit`, as a user to whom limits apply; after a minute it is ended by `timeout`.
  private func run(under limit: String, _ folder: ScratchFolder, tier: String, threads: Int) throws -> CommandRun {
    var words = ["60"]
    if limit.hasPrefix("-u"), geteuid() == 0 {
      words += ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    }
    words += ["bash", "-c", "ulimit \(limit) && exec \"$0\" \"$@\"", CommandRun.hillock.path]
    words += ["run", folder["limits.hlk"], "--tier", tier, "--threads", "\(threads)"]
    return try CommandRun(words, of: URL(fileURLWithPath: "/usr/bin/timeout"))
  }

  @Test(arguments: ["-u 1", "-s 128"], ["interpreter", "auto", "native"])
  func aRunUnderALimitGivesItsResult(limit: String, tier: String) throws {
    let folder = try ScratchFolder()
    try Self.program.write(toFile: folder["limits.hlk"], atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    let free = try CommandRun(["run", folder["limits.hlk"], "--tier", "interpreter", "--threads", "1"])
    #expect(free.status == 0 && free.output.contains("result2"))
    for threads in [1, 2, 4] {
      let limited = try run(under: limit, folder, tier: tier, threads: threads)
      #expect(limited.status == 0, "\(threads) threads: \(limited.status == 124 ? "it hangs" : limited.errors)")
      #expect(!limited.crashed)
      #expect(limited.output == free.output, "\(threads) threads")
    }
  }
}
