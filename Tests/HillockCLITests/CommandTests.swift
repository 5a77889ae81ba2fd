import Foundation
import HillockIR
import HillockTestSupport
import Testing

/// The command as its users meet it: a process with arguments, two outputs and an exit code.
@Suite("The command hillock")
struct CommandTests {
  private let scratch: ScratchFolder
  private let folder: URL
  private let program: String
  private let x: String

  init() throws {
    scratch = try ScratchFolder()
    folder = URL(fileURLWithPath: scratch.path)
    program = folder.appendingPathComponent("scale.hlk").path
    x = folder.appendingPathComponent("x.npy").path
    let text = """
      hillock graph 1
      name "scale"
      %0 = argument 0 : f32[3]
      %1 = variable 0 "w" : f32[3]
      %2 = mul %0, %1
      %3 = add %1, 1
      store "w", %3
      return %2
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: program))
    try write([1, 2, 3], to: x)
  }

  private func write(_ values: [Float], to path: String) throws {
    let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    try Data(NumPyFile.encode(ConstantData(type: ArrayType(.f32, [values.count]), bytes: bytes))).write(
      to: URL(fileURLWithPath: path))
  }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = folder.appendingPathComponent(name).path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func hillock(_ arguments: String...) throws -> CommandRun { try hillock(arguments) }

  private func hillock(_ arguments: [String], _ environment: [String: String] = [:]) throws -> CommandRun {
    try CommandRun(arguments, environment: ["HILLOCK_STATS_DIR": folder.path].merging(environment) { $1 })
  }

  @Test(
    "run prints results and stored Variables, the same in both tiers",
    arguments: ["interpreter", "auto"] + (CommandRun.hasNativeTier ? ["native"] : []))
  func run(_ tier: String) throws {
    let outcome = try hillock("run", program, "--input", "0=\(x)", "--input", "w=\(x)", "--tier", tier)
    #expect(outcome.output == "result0 f32[3] = 1.0 4.0 9.0\nw f32[3] = 2.0 3.0 4.0\n")
    #expect(outcome.errors == "" && outcome.status == 0)
  }

  @Test("run writes .npy files; repeated runs go on from the Variables")
  func output() throws {
    let results = folder.appendingPathComponent("out/deeper").path
    let outcome = try hillock(
      "run", program, "--input", "0=\(x)", "--input", "w=\(x)", "--repeat", "3", "--output", results)
    #expect(outcome.status == 0)
    let w = try NumPyFile.decode(Array(try Data(contentsOf: URL(fileURLWithPath: results + "/w.npy"))))
    let result = try NumPyFile.decode(Array(try Data(contentsOf: URL(fileURLWithPath: results + "/result0.npy"))))
    // w = [1, 2, 3] + 3; the last result is x · (w + 2)
    #expect(w.bytes == [4, 5, 6].flatMap { (v: Float) in withUnsafeBytes(of: v.bitPattern) { Array($0) } })
    #expect(result.bytes == [3, 8, 15].flatMap { (v: Float) in withUnsafeBytes(of: v.bitPattern) { Array($0) } })
  }

  @Test("disasm shows every stage, and its binary form runs")
  func disasm() throws {
    let binary = folder.appendingPathComponent("scale.bin").path
    let outcome = try hillock("disasm", program, "--binary", binary)
    let c = CommandRun.hasNativeTier ? ["hk_kernel_0"] : []
    for part in ["hillock graph 1", "graph after the passes", "hillock program 2"] + c {
      #expect(outcome.output.contains(part), "\(part)")
    }
    #expect(try hillock("run", binary, "--input", "0=\(x)", "--input", "w=\(x)").status == 0)
    #expect(try hillock("check", binary, program).status == 0)
  }

  @Test("disasm shows what was fused, and machine code beside bytecode at any level")
  func disasmNative() throws {
    #expect(try hillock("disasm", program, "--fusion").output == "# --- fusion\nkernel 0 computes mul, add\n")
    let binary = folder.appendingPathComponent("fusion.bin").path
    #expect(try hillock("disasm", program, "--fusion", "--binary", binary).status == 0)
    #expect(
      try hillock("disasm", binary, "--fusion").output.contains("(the file holds bytecode, which does not tell what was fused"))
    for (level, register) in [("avx512", "zmm"), ("avx2", "ymm")] {
      let outcome = try hillock("disasm", program, "--native", "--isa", level)
      // (a build without the native tier says so)
      guard outcome.status == 0 else { continue }
      #expect(
        outcome.output.contains("mulps \(register)") && outcome.output.contains(": t0 = mul")
          || outcome.output.contains("= mul p"))
    }
    #expect(try hillock("disasm", program, "--native", "--isa", "sse9").status != 0)
  }

  @Test("check names the rule that is broken")
  func check() throws {
    let listing = try hillock("disasm", program, "--bytecode").output.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let broken = listing.map { $0.hasPrefix("store 0") ? "\($0)\n\($0)" : String($0) }.joined(separator: "\n")
    let outcome = try hillock("check", try file("broken.hlk", Array(broken.utf8)))
    #expect(outcome.output.contains("breaks rule store-once"))
    #expect(outcome.status != 0)
  }

  @Test(
    "bad input gives one clear line and a failing exit code",
    arguments: [
      ["run", "/nowhere.hlk"], ["disasm", "/nowhere.hlk"], ["check", "/nowhere.hlk"], ["tiers", "/nowhere"],
      ["tiers", "999999999"],
      ["run", "."], ["run", "P"], ["run", "P", "--input", "0=/nowhere.npy"], ["run", "P", "--input", "x"],
      ["run", "P", "--input", "0=X", "--input", "0=X"], ["run", "P", "--input", "0=X", "--input", "w=X", "--input", "v=X"],
      ["run", "P", "--input", "0=P"], ["run", "P", "--input", "0=X", "--input", "w=X", "--output", "X"],
    ])
  func badInput(_ arguments: [String]) throws {
    let outcome = try hillock(arguments.map { $0.replacing("P", with: program).replacing("X", with: x) })
    #expect(!outcome.crashed && outcome.status != 0)
    let message = arguments[0] == "check" ? outcome.output : outcome.errors
    #expect(message.split(separator: "\n").count == 1, "\(message)")
    #expect(!message.hasPrefix("Error: "), "an error says once that it is one: \(message)")
  }

  @Test("arrays of another shape or dtype, and malformed ones, are refused in one line")
  func badArrays() throws {
    var wrong: [String] = []
    let shorter = folder.appendingPathComponent("shorter.npy").path
    try write([1, 2], to: shorter)
    wrong.append(shorter)
    wrong.append(
      try file("f64.npy", NumPyFile.encode(ConstantData(type: ArrayType(.f64, [3]), bytes: [UInt8](repeating: 0, count: 24)))))
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: x)))
    for length in [0, 5, 9, 60, whole.count - 1] { wrong.append(try file("cut\(length).npy", Array(whole[..<length]))) }
    for path in wrong {
      let outcome = try hillock("run", program, "--input", "0=\(path)", "--input", "w=\(x)")
      #expect(!outcome.crashed && outcome.status != 0 && outcome.errors.split(separator: "\n").count == 1, "\(path): \(outcome)")
    }
  }

  @Test("disasm of bytecode that the verifier refuses says why, and never crashes", arguments: [[], ["--fusion"]])
  func disasmOfBrokenBytecode(_ options: [String]) throws {
    let shown = try hillock("disasm", program, "--bytecode").output.split(separator: "\n", omittingEmptySubsequences: false)
    let text = shown.dropFirst().joined(separator: "\n").replacing("launch 0", with: "launch 5")
    #expect(text.contains("launch 5"))
    let outcome = try hillock(["disasm", try file("launch5.hlk", Array(text.utf8))] + options)
    #expect(!outcome.crashed && outcome.status == 1 && outcome.errors.contains("kernel"), "\(outcome)")
  }

  @Test("truncated and random programs are refused, never run, and never crash")
  func randomPrograms() throws {
    let binary = folder.appendingPathComponent("whole.bin").path
    _ = try hillock("disasm", program, "--binary", binary)
    let whole = Array(try Data(contentsOf: URL(fileURLWithPath: binary)))
    var generator = SeededRandom(seed: 1)
    var files = [0, 3, 4, 8, whole.count / 2, whole.count - 1].map { Array(whole[..<$0]) }
    files.append((0..<500).map { _ in UInt8.random(in: 0...255, using: &generator) })
    files.append(Array(whole[..<8]) + (0..<500).map { _ in UInt8.random(in: 0...255, using: &generator) })
    for (index, bytes) in files.enumerated() {
      let path = try file("random\(index)", bytes)
      for command in ["run", "disasm", "check"] {
        let outcome = try hillock(command, path)
        #expect(!outcome.crashed && outcome.status != 0, "\(command) of \(bytes)")
      }
    }
  }

  /// Runs the program five times with statistics on; the number of the process, which has ended.
  private func published(tier: String) throws -> Int32 {
    let run = ["run", program, "--input", "0=\(x)", "--input", "w=\(x)", "--repeat", "5", "--tier", tier]
    return try hillock(run, ["HILLOCK_STATS": "1"]).process
  }

  @Test("tiers tells how a program was compiled, stage by stage, and when it was promoted")
  func promotion() throws {
    let process = try published(tier: "native")
    let json = try JSONSerialization.jsonObject(with: Data(try hillock("tiers", "\(process)", "--json").output.utf8))
    let record = try #require(((json as? [String: Any])?["programs"] as? [[String: Any]])?.first)
    // (a build without the native tier stays interpreted)
    guard record["tier"] as? String == "native" else { return }
    let stages = try #require(record["compile_ns"] as? [String: Int])
    #expect(Set(stages.keys) == ["write", "assemble", "compile", "relocate", "protect"])
    #expect(try #require(record["promotion_ns"] as? Int) >= stages.values.reduce(0, +))
    let table = try hillock("tiers", "\(process)").output
    #expect(table.contains("scale: compiled in") && table.contains("ms after it was requested, after 0 calls"), "\(table)")
  }

  @Test("tiers reads what a process has published, as a table and as JSON")
  func tiers() throws {
    let process = try published(tier: "auto")
    let table = try hillock("tiers", "\(process)")
    #expect(table.status == 0 && table.output.contains("scale") && table.output.contains("not-hot"), "\(table)")
    let json = try hillock("tiers", "\(process)", "--json")
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let programs = object?["programs"] as? [[String: Any]]
    #expect(programs?.first?["name"] as? String == "scale")
    #expect(programs?.first?["calls"] as? Int == 5)
    // x and w are read, the result and w written: 4 · 12 bytes; one launch over 3 positions.
    #expect(programs?.first?["bytes_per_call"] as? Int == 48)
    #expect(programs?.first?["elements_per_call"] as? Int == 3)
    let interpreter = programs?.first?["interpreter"] as? [String: Any]
    #expect(interpreter?["timed_calls"] as? Int == 5)
    let time = try #require(interpreter?["ns_per_call"] as? Double)
    let rate = try #require(interpreter?["bytes_per_second"] as? Double)
    #expect(abs(rate - 48e9 / time) < 1e-6 * rate)
    #expect(object?["live"] as? Bool == false)
  }

  /// Of 2^18 points, whose arrays fill their blocks: what the compiled steps need beside them is bounded.
  @Test("the logistic demonstration stays within a twentieth of its inputs")
  func demoMemory() throws {
    // (each worker has scratch of its own)
    let outcome = try hillock(["demo", "--elements", "100", "--points", "\(1 << 18)", "--steps", "3"], ["HILLOCK_THREADS": "2"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let peaks = outcome.output.split(separator: "\n").filter { $0.contains("peak memory:") }.map { line in
      line.split(separator: " ").compactMap { Double($0) }.first ?? .infinity
    }
    #expect(peaks.count == (CommandRun.hasNativeTier ? 3 : 2), "\(outcome.output)")
    #expect(peaks.dropFirst().allSatisfy { $0 <= 1.05 }, "interpreted and compiled: \(peaks)")
    #expect(peaks.first ?? 0 > 1.05, "without jit every intermediate value is an array")
  }

  /// What the system counts, not our arrays alone: of 176 MB of inputs, the rest of a process is a small part.
  @Test("the logistic demonstration stays near its inputs in physical memory too")
  func demoResidentMemory() throws {
    let outcome = try hillock(["demo", "--elements", "100", "--points", "4000000", "--steps", "2"], ["HILLOCK_THREADS": "2"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").filter { $0.contains("peak memory:") }
    let peaks = lines.compactMap { line -> Double? in
      guard line.hasSuffix(" resident") else { return nil }
      return line.split(separator: " ").compactMap { Double($0) }.last
    }
    #expect(lines.count >= 2, "\(outcome.output)")
    // (not every system tells)
    if lines.allSatisfy({ $0.hasSuffix(" in arrays") }) { return }
    #expect(peaks.count == lines.count, "\(lines)")
    #expect(peaks.dropFirst().allSatisfy { $0 > 0.5 && $0 <= 1.5 }, "interpreted and compiled: \(peaks)")
  }

  /// A statistics file is somebody else's: whatever it holds, it is read or refused with a message.
  @Test("tiers refuses what is no statistics file, and finds no process that published none")
  func tiersOfForeignFiles() throws {
    let process = try published(tier: "interpreter")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains("\(process)") }
    let whole = [UInt8](try Data(contentsOf: folder.appendingPathComponent(try #require(names.first))))
    var random = SeededRandom(seed: 5)
    var files = [
      try file("empty", []), try file("text", Array("hello".utf8)), try file("zeros", Array(repeating: 0, count: whole.count)),
      try file("short", Array(whole.prefix(100))), program, x,
    ]
    for number in 0..<8 {
      files.append(try file("head\(number)", whole.enumerated().map { $0 < 16 ? UInt8.random(in: 0...255, using: &random) : $1 }))
    }
    for path in files + [folder.path, folder.appendingPathComponent("nothing").path] {
      let outcome = try hillock("tiers", path)
      #expect(!outcome.crashed && outcome.status == 1 && outcome.output.isEmpty, "\(path): \(outcome)")
      #expect(
        outcome.errors.hasPrefix("hillock: ") && outcome.errors.split(separator: "\n").count == 1, "\(path): \(outcome.errors)")
    }
    // Anything may stand behind the head: it is shown or left out.
    for number in 0..<8 {
      let mutated = whole.enumerated().map {
        $0 >= 64 && Int.random(in: 0..<40, using: &random) == 0 ? UInt8.random(in: 0...255, using: &random) : $1
      }
      let path = try file("body\(number)", mutated)
      for arguments in [["tiers", path], ["tiers", path, "--json"]] {
        let outcome = try hillock(arguments)
        #expect(!outcome.crashed && (outcome.status == 0) == outcome.errors.isEmpty, "\(arguments): \(outcome)")
        guard outcome.status == 0, arguments.last == "--json" else { continue }
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) }
      }
    }
    for number in ["0", "-1", "999999999", "99999999999999999999", "\(ProcessInfo.processInfo.processIdentifier)"] {
      let outcome = try hillock(["tiers", "--", number])
      #expect(!outcome.crashed && outcome.status == 1 && outcome.output.isEmpty, "\(number): \(outcome)")
    }
  }

  @Test("doctor says something of everything it looks at")
  func doctor() throws {
    let outcome = try hillock("doctor")
    for word in [
      "processor", "instruction sets", "native tier", "foreign calls", "workers", "sharing", "huge pages", "statistics",
    ] {
      #expect(outcome.output.contains("\n\(word)") || outcome.output.hasPrefix(word), "\(word)")
    }
    #expect(outcome.status == 0)
  }

  /// The estimates follow from the table of costs: the same on every machine.
  @Test("doctor explains for given sizes which launches are shared")
  func doctorExplainsLaunches() throws {
    let outcome = try hillock("doctor", "--elements", "100", "20000", "1000000")
    // With one worker there is nothing to decide.
    guard outcome.output.contains("launches of ") else { return }
    let lines = outcome.output.split(separator: "\n").filter { $0.contains(": estimated ") }
    #expect(lines.count == 3, "\(outcome.output)")
    #expect(lines.first?.contains("100: estimated 0.1 µs, so one thread; measured ") == true, "\(lines)")
    #expect(lines.last?.contains(", so up to ") == true && lines.last?.contains(" threads; measured ") == true, "\(lines)")
    #expect(lines.allSatisfy { $0.contains(" on one thread, ") && $0.hasSuffix(" shared") }, "\(lines)")
    let refused = try hillock("doctor", "--elements", "0")
    #expect(refused.status != 0 && refused.errors.contains("--elements takes counts from 1"), "\(refused.output)")
  }

  /// In a process of its own, so that other tests' work does not count. Helpers that went on spinning would use all of the
  /// interval, once for each processor; the bound leaves room for whatever else a process does.
  @Test("after a parallel launch and the time helpers linger, the process uses no processor")
  func idle() throws {
    var lines: [Substring] = [], least = Double.infinity
    // Helpers that never rest would do so in each run; that they come late, on a busy machine, is no habit.
    while lines.count < 5, least >= 60 {
      let text = try hillock(["doctor"], ["HILLOCK_THREADS": "4"]).output
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("idle ") })
      least = min(least, try #require(line.split(separator: " ").dropFirst().first.flatMap { Double($0) }))
      #expect(line.contains("in 300 ms"))
      lines.append(line)
    }
    #expect(least < 60, "\(lines)")
  }

  // MARK: Traces

  private struct Span {
    var track: Int
    var start: Double
    var end: Double
    var kind: String
  }

  /// The events of a trace; what is no valid JSON is an error.
  private func events(_ path: String) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: try Data(contentsOf: URL(fileURLWithPath: path)))
    return try #require((object as? [String: Any])?["traceEvents"] as? [[String: Any]])
  }

  private func spans(_ events: [[String: Any]]) throws -> [Span] {
    try events.filter { $0["ph"] as? String == "X" }.map { event in
      let start = try #require(event["ts"] as? Double), duration = try #require(event["dur"] as? Double)
      return Span(
        track: try #require(event["tid"] as? Int), start: start, end: start + duration,
        kind: try #require(event["cat"] as? String))
    }
  }

  /// Spans of one track lie inside each other or apart.
  private func expectNesting(_ spans: [Span]) {
    for (track, spans) in Dictionary(grouping: spans, by: \.track) {
      var open: [Span] = []
      // (times are given to the nanosecond)
      let tolerance = 0.0015
      for span in spans.sorted(by: { ($0.start, $1.end) < ($1.start, $0.end) }) {
        while let last = open.last, last.end <= span.start + tolerance { open.removeLast() }
        if let last = open.last { #expect(span.end <= last.end + tolerance, "\(span) crosses \(last) on track \(track)") }
        open.append(span)
      }
    }
  }

  @Test("a trace shows traces, lowerings, compiles, promotions and runs, worker by worker")
  func trace() throws {
    let path = folder.appendingPathComponent("trace.json").path
    let outcome = try hillock("demo", "--points", "200000", "--elements", "100000", "--steps", "3", "--trace", path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let events = try events(path)
    let spans = try spans(events)
    expectNesting(spans)
    var kinds = Set(spans.map(\.kind)).union(events.filter { $0["ph"] as? String == "i" }.compactMap { $0["cat"] as? String })
    if !outcome.output.contains("not promoted") {
      #expect(kinds.isSuperset(of: ["compile", "promote"]))
      // What is promoted was compiled before, on the same track.
      let promotion = try #require(events.first { $0["cat"] as? String == "promote" })
      let compile = try #require(spans.first { $0.kind == "compile" })
      #expect(compile.track == promotion["tid"] as? Int)
      #expect(compile.end <= (promotion["ts"] as? Double ?? 0) + 0.0015)
    }
    kinds.subtract(["compile", "promote"])
    #expect(kinds == ["trace", "passes", "lower", "verify", "run", "work"])
    // Every track has a name; work on a caller's track lies inside a run.
    let named = Set(events.filter { $0["name"] as? String == "thread_name" }.compactMap { $0["tid"] as? Int })
    #expect(named.isSuperset(of: spans.map(\.track)))
    let callers = Set(spans.filter { $0.kind == "run" }.map(\.track))
    let runs = spans.filter { $0.kind == "run" }
    for work in spans.filter({ $0.kind == "work" && callers.contains($0.track) }).prefix(200) {
      #expect(runs.contains { $0.track == work.track && $0.start <= work.start + 0.0015 && work.end <= $0.end + 0.0015 })
    }
    // The function is traced, then lowered, then run.
    let first = try ["trace", "lower", "run"].map { kind in try #require(spans.filter { $0.kind == kind }.map(\.start).min()) }
    #expect(first[1] <= first[2])
  }

  /// A kernel with a reduction has a unit for each 4096 positions; workers claim eight of these together, which fill a panel.
  @Test("a trace counts units, also where workers claim several together")
  func traceOfPanels() throws {
    let text = """
      hillock graph 1
      %x = iota axis 1 : f32[1000,1000]
      %t = transpose %x permutation [1, 0]
      %s = add %x, %t
      %r = reduce.sum %s
      return %x, %s, %r
      """
    let path = folder.appendingPathComponent("trace.json").path
    let outcome = try hillock(
      "run", try file("panels.hlk", Array(text.utf8)), "--threads", "2", "--output", folder.path, "--trace", path)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let shares = try events(path).compactMap { event -> Range<Int>? in
      guard event["cat"] as? String == "work", (event["name"] as? String)?.hasPrefix("kernel 1 ") == true else { return nil }
      let arguments = try #require(event["args"] as? [String: Any])
      return try #require(arguments["first"] as? Int)..<(try #require(arguments["last"] as? Int))
    }
    var next = 0
    for share in shares.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      #expect(share.lowerBound == next && share.lowerBound % 8 == 0)
      next = share.upperBound
    }
    #expect(next == 245)
  }

  @Test(
    "the demonstration shows no row of compiled code where nothing is compiled",
    arguments: [
      ["HILLOCK_DISABLE_JIT": "1"], ["HILLOCK_TIER": "interpreter"],
    ])
  func demoWithoutCompiler(_ environment: [String: String]) throws {
    let outcome = try hillock(["demo", "--points", "1000", "--elements", "1000", "--steps", "2"], environment)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("not promoted") && !outcome.output.contains("jit, promoted"))
    #expect(outcome.output.contains("all results are the same, bit for bit"))
  }

  @Test("a process that is killed leaves a trace that can be read")
  func killedTrace() throws {
    let path = folder.appendingPathComponent("killed.json").path
    let process = Process()
    process.executableURL = CommandRun.hillock
    process.arguments = ["demo", "--points", "1000000", "--steps", "1000"]
    process.environment = ProcessInfo.processInfo.environment.merging(["HILLOCK_TRACE": path]) { $1 }
    process.standardOutput = Pipe()
    try process.run()
    func size() -> Int { (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0 }
    for _ in 0..<30_000 {
      guard size() <= 200_000, process.isRunning else { break }
      usleep(10_000)
    }
    try #require(size() > 200_000 && process.isRunning, "nothing was written, or everything")
    // Between two writes, for the system may kill a process in the middle of one: it is stopped first, and then killed.
    kill(process.processIdentifier, SIGSTOP)
    var status: Int32 = 0
    #expect(waitpid(process.processIdentifier, &status, WUNTRACED) == process.processIdentifier && status & 0xff == 0x7f)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let spans = try spans(try events(path))
    #expect(spans.contains { $0.kind == "run" })
    expectNesting(spans)
  }

  @Test("a trace that cannot be written at all is an error before anything runs", arguments: ["run", "demo"])
  func unwritableTrace(_ command: String) throws {
    let arguments =
      command == "run" ? [program, "--input", "0=\(x)", "--input", "w=\(x)"] : ["--points", "1000", "--steps", "1"]
    let outcome = try hillock([command] + arguments + ["--trace", "/dev/full"])
    #expect(outcome.status == 1 && outcome.output == "")
    #expect(outcome.errors == "hillock: system error: /dev/full: the trace cannot be written: No space left on device\n")
  }

  /// The file system takes no more than some blocks (of 512 or 1024 bytes), as a full disk does.
  @Test("a trace whose disk is full in the middle stays valid, and the command says so once")
  func fullDisk() throws {
    let path = folder.appendingPathComponent("full.json").path
    let script = "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\""
    let run = ["run", program, "--input", "0=\(x)", "--input", "w=\(x)", "--repeat", "20000", "--trace", path]
    let outcome = try CommandRun(["-c", script, CommandRun.hillock.path] + run, of: URL(fileURLWithPath: "/bin/sh"))
    #expect(outcome.status == 1 && outcome.output.contains("20000 runs"))
    let expected =
      "hillock: warning: \(path): the trace cannot be written: \(String(cString: strerror(EFBIG))); the trace ends with what was written before\n"
    #expect(outcome.errors == expected)
    let runs = try spans(try events(path)).count { $0.kind == "run" }
    #expect(runs > 50 && runs < 20_000)
  }
}
