import Foundation
import HillockIR
import HillockTestSupport
import Testing

/// What a command meets: folders and devices instead of files, strange names, full or closed outputs, a system without /proc.
@Suite("The surroundings of the command hillock")
struct SurroundingsTests {
  private let scratch: ScratchFolder
  private let program: String
  private let x: String

  init() throws {
    scratch = try ScratchFolder()
    program = scratch["scale.hlk"]
    x = scratch["x.npy"]
    try write(
      """
      hillock graph 1
      %0 = argument 0 : f32[3]
      %1 = variable 0 "w" : f32[3]
      %2 = add %1, %0
      store "w", %2
      return %0
      """, to: program)
    try Data(Self.array([1, 2, 3])).write(to: URL(fileURLWithPath: x))
  }

  private static func array(_ values: [Float]) -> [UInt8] {
    let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
    return NumPyFile.encode(ConstantData(type: ArrayType(.f32, [values.count]), bytes: bytes))
  }

  private func write(_ text: String, to path: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path)) }

  private static var conformance: URL {
    CommandRun.hillock.deletingLastPathComponent().appendingPathComponent("hillock-conformance")
  }

  /// Runs a command through a shell, which redirects its streams or sets limits; it gets a minute.
  private func shell(
    _ redirection: String, before: String = ":", _ arguments: [String], of command: URL = CommandRun.hillock,
    _ environment: [String: String] = [:]
  ) throws -> CommandRun {
    try CommandRun(
      ["-c", "\(before); exec timeout -k 1 60 \"$0\" \"$@\" \(redirection)", command.path] + arguments,
      of: URL(fileURLWithPath: "/bin/sh"), environment: ["HILLOCK_STATS_DIR": scratch.path].merging(environment) { $1 })
  }

  private var run: [String] { ["run", program, "--input", "0=\(x)", "--input", "w=\(x)"] }

  // MARK: Outputs

  /// Every command that prints, and one that fails.
  private func commands() throws -> [(command: URL, arguments: [String])] {
    _ = try CommandRun(run, environment: ["HILLOCK_STATS": "1", "HILLOCK_STATS_DIR": scratch.path])
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
    let published = try #require(names.first { Int($0) != nil })
    let hillock = [
      run, ["check", program], ["disasm", program], ["doctor", "--elements", "1000"], ["tiers", scratch[published]],
      ["tiers", "--json"], ["demo", "--elements", "100", "--points", "1000", "--steps", "1"], ["--help"], ["run", "--help"],
      ["--version-of-nothing"], ["run", "/nowhere.hlk"],
    ].map { (CommandRun.hillock, $0) }
    try write(
      """
      hillock cases 1
      case one
      program
      hillock graph 1
      %0 = argument 0 : f32[1]
      return %0
      end
      argument 0 f32[1] = 1
      result 0 f32[1] exact = 1
      """, to: scratch["one.case"])
    return hillock + [["--threads", "1", scratch["one.case"]], ["--help"], ["/nowhere.case"]].map { (Self.conformance, $0) }
  }

  @Test("output that cannot be written is an exit code, never success and never a signal")
  func unwritableOutput() throws {
    for (command, arguments) in try commands() {
      let usual = try shell("", arguments, of: command)
      for output in [">/dev/full", ">&-"] where usual.output != "" {
        let outcome = try shell(output, arguments, of: command)
        #expect(
          !outcome.crashed && outcome.status == max(usual.status, command == Self.conformance ? 2 : 1),
          "\(arguments) \(output): \(outcome)")
        if usual.status == 0 {
          #expect(outcome.errors.hasSuffix("\n") && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
          #expect(outcome.errors.contains("standard output cannot be written"), "\(outcome.errors)")
        }
      }
      for errors in ["2>/dev/full", "2>&-", "2>&- <&-"] {
        let outcome = try shell(errors, arguments, of: command)
        #expect(!outcome.crashed && outcome.status == usual.status, "\(arguments) \(errors): \(outcome)")
      }
      for both in [">/dev/full 2>/dev/full", "<&- >&- 2>&-"] where usual.output != "" {
        let outcome = try shell(both, arguments, of: command)
        #expect(!outcome.crashed && outcome.status != 0 && outcome.status < 124, "\(arguments) \(both): \(outcome)")
      }
    }
  }

  @Test("a reader that goes away ends the command by an exit code")
  func brokenPipe() throws {
    let script = "{ \"$0\" \"$@\"; echo $? >&2; } | true"
    let outcome = try CommandRun(
      ["-c", script, CommandRun.hillock.path, "disasm", program], of: URL(fileURLWithPath: "/bin/sh"))
    let lines = outcome.errors.split(separator: "\n")
    // (the command may be quicker than the reader's end)
    #expect(lines.last == "1" || lines == ["0"], "\(outcome.errors)")
  }

  /// The next file that is opened takes the number of a closed stream: what is printed must not go into it.
  @Test("with standard output closed, nothing that is printed gets into a file")
  func closedOutputAndFiles() throws {
    let folder = scratch["out"]
    let outcome = try shell(">&-", run + ["--output", folder, "--trace", scratch["trace.json"]])
    #expect(outcome.status == 1)
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: folder + "/w.npy"))) == Self.array([2, 4, 6]))
    let trace = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: scratch["trace.json"])))
    #expect(trace is [String: Any])
  }

  @Test("a file that grows too large is an error, not a signal")
  func fileSize() throws {
    let outcome = try shell("", before: "ulimit -f 0", run + ["--output", scratch["out"]])
    #expect(!outcome.crashed && outcome.status == 1 && outcome.errors.contains("File too large"), "\(outcome)")
  }

  // MARK: Names of inputs and outputs

  @Test("two outputs of one file name are refused before the run", arguments: ["result0", "a/b a_b"])
  func sameFileName(_ names: String) throws {
    let names = names.split(separator: " ").map(String.init), path = scratch["names.hlk"]
    var lines = ["hillock graph 1", "%0 = argument 0 : f32[3]"]
    for (slot, name) in names.enumerated() {
      lines += ["%v\(slot) = variable \(slot) \"\(name)\" : f32[3]", "%n\(slot) = add %v\(slot), %0"]
    }
    lines += names.enumerated().map { "store \"\($0.element)\", %n\($0.offset)" } + ["return %0"]
    try write(lines.joined(separator: "\n"), to: path)
    let inputs = (["0"] + names).flatMap { ["--input", "\($0)=\(x)"] }
    #expect(try shell("", ["run", path] + inputs).status == 0)
    let outcome = try shell("", ["run", path, "--output", scratch["out"]] + inputs)
    let file = names == ["result0"] ? "result0.npy" : "a_b.npy"
    #expect(outcome.status == 1 && outcome.errors.contains("would both be written to \(file)"), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch["out"]))
  }

  @Test("every argument and Variable can be given, whatever its name")
  func inputNames() throws {
    let path = scratch["names.hlk"]
    try write(
      """
      hillock graph 1
      %0 = argument 0 "w" : f32[3]
      %1 = variable 0 "w" : f32[3]
      %2 = variable 1 "a=b" : f32[3]
      %3 = variable 2 "a" : f32[3]
      %4 = variable 3 "0" : f32[3]
      %5 = add %1, %2
      %6 = add %3, %4
      return %0, %5, %6
      """, to: path)
    let values: [(file: String, value: Float)] = [("x0", 0), ("w", 1), ("a=b", 2), ("a", 3), ("v3", 4)]
    for (file, value) in values {
      try Data(Self.array([value, value, value])).write(to: URL(fileURLWithPath: scratch["\(file).npy"]))
    }
    // A Variable's name comes before a position.
    let words = ["argument:0": "x0", "w": "w", "a=b": "a=b", "a": "a", "0": "v3"]
    func run(_ words: [String: String]) throws -> CommandRun {
      try shell("", ["run", path] + words.flatMap { ["--input", "\($0.key)=\(scratch["\($0.value).npy"])"] })
    }
    let expected = "result0 f32[3] = 0.0 0.0 0.0\nresult1 f32[3] = 3.0 3.0 3.0\nresult2 f32[3] = 7.0 7.0 7.0\n"
    #expect(try run(words).output == expected)
    var byPosition = words
    byPosition["0"] = nil
    byPosition["variable:3"] = "v3"
    #expect(try run(byPosition).output == expected)
    // Each message recommends what works.
    for missing in words.keys {
      let outcome = try run(words.filter { $0.key != missing })
      #expect(outcome.errors.contains("give it with --input \(missing)=FILE.npy"), "\(outcome.errors)")
    }
  }

  // MARK: What is no file

  @Test(
    "devices, pipes and folders are refused as programs and as arrays", arguments: ["/dev/zero", "pipe", "folder", "pipe.case"])
  func noFiles(_ name: String) throws {
    let path = name.hasPrefix("/") ? name : scratch[name]
    if name.hasPrefix("pipe") { #expect(mkfifo(path, 0o600) == 0) }
    if name == "folder" { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }
    let commands = [
      ["run", path], ["check", path], ["disasm", path], ["tiers", path],
      ["run", program, "--input", "0=\(path)", "--input", "w=\(x)"],
    ]
    for arguments in commands {
      let outcome = try shell("", before: "ulimit -v 4000000", arguments)
      #expect(!outcome.crashed && outcome.status == 1, "\(arguments): \(outcome)")
      #expect((outcome.output + outcome.errors).contains("\(path): this is no file"), "\(outcome)")
    }
    if name != "folder" {
      let outcome = try shell("", before: "ulimit -v 4000000", ["--threads", "1", path], of: Self.conformance)
      #expect(outcome.status == 1 && outcome.output.contains("this is no file"), "\(outcome)")
    }
  }

  @Test("in a folder of cases what is no file is no case")
  func casesInFolders() throws {
    _ = try commands()
    #expect(mkfifo(scratch["pipe.case"], 0o600) == 0)
    try FileManager.default.createDirectory(atPath: scratch["folder.case"], withIntermediateDirectories: false)
    let outcome = try shell("", ["--threads", "1", scratch.path], of: Self.conformance)
    #expect(outcome.status == 0 && outcome.output.hasSuffix("1 passed, 0 failed\n"), "\(outcome)")
  }

  @Test("a pipe that nobody reads is no place for a trace")
  func traceToPipe() throws {
    #expect(mkfifo(scratch["pipe"], 0o600) == 0)
    let outcome = try shell("", run + ["--trace", scratch["pipe"]])
    #expect(!outcome.crashed && outcome.status == 1 && outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
  }

  // MARK: Messages

  @Test("messages are one clean line, whatever files and programs are called")
  func cleanMessages() throws {
    let strange = "\u{1B}[31mred\u{7}\nline\u{202E}"
    let path = scratch[strange + ".hlk"]
    try write("hillock graph 1\nno graph at all", to: path)
    let named = scratch["named.hlk"]
    try write(
      """
      hillock graph 1
      %0 = variable 0 "\\u{1b}[31m\\n\(String(repeating: "n", count: 90_000))" : f32[3]
      return %0
      """, to: named)
    let header = scratch["header.npy"]
    let dictionary = "{'descr': '\u{1B}[31m\n\(String(repeating: "<", count: 60_000))', 'fortran_order': False, 'shape': (3,), }"
    let size = dictionary.utf8.count
    try Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(size & 255), UInt8(size >> 8)] + Array(dictionary.utf8)).write(
      to: URL(fileURLWithPath: header))
    for arguments in [
      ["run", path], ["check", path], ["disasm", path], ["tiers", path], ["run", path + "none"], ["run", named],
      ["check", named],
      ["run", program, "--input", "0=\(header)", "--input", "w=\(x)"], ["run", program, "--input", "0=\(path)"],
      ["run", program, "--input", strange], ["run", program, "--input", "\(strange)=x"], run + ["--output", path],
      run + ["--trace", "/nowhere/\(strange)"],
    ] {
      let outcome = try shell("", arguments)
      let text = outcome.output + outcome.errors
      #expect(!outcome.crashed, "\(outcome)")
      #expect(text.utf8.count < 6000 && text.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" }, "\(arguments): \(text)")
      #expect(!text.contains("\u{202E}"))
      if arguments[0] != "check" { #expect(text.split(separator: "\n").count == 1, "\(text)") }
    }
    let wrong = try shell("", ["--\(strange)"])
    #expect(wrong.status == 64 && wrong.errors.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" }, "\(wrong)")
  }

  @Test("the table of tiers has one clean line for a program of any name")
  func cleanTable() throws {
    try write(
      """
      hillock graph 1
      name "\\u{1b}[31m\\n\(String(repeating: "n", count: 200))"
      %0 = argument 0 : f32[3]
      return %0
      """, to: program)
    _ = try CommandRun(
      ["run", program, "--input", "0=\(x)"], environment: ["HILLOCK_STATS": "1", "HILLOCK_STATS_DIR": scratch.path])
    let outcome = try shell("", ["tiers"])
    #expect(outcome.output.split(separator: "\n").count == 3, "\(outcome.output)")
    #expect(outcome.output.contains("\\u{1B}[31m\\nn"), "\(outcome.output)")
  }

  // MARK: Bytecode and line ends

  @Test("bytecode is told from a graph whatever comments, blanks and line ends it has")
  func bytecode() throws {
    let text = try shell("", ["disasm", program, "--bytecode"]).output
    let variants = [
      text.replacing("\n", with: "\r\n"), "# a comment\r\n\r\n" + text,
      "\t" + text.replacing("hillock program", with: "hillock\tprogram"),
      " \r\n#\n" + text,
    ]
    for (number, variant) in variants.enumerated() {
      let path = scratch["variant\(number).hlk"]
      try write(variant, to: path)
      let outcome = try shell("", ["run", path, "--input", "0=\(x)", "--input", "w=\(x)"])
      #expect(outcome.output == "result0 f32[3] = 1.0 2.0 3.0\nw f32[3] = 2.0 4.0 6.0\n", "\(number): \(outcome)")
    }
    try write(try String(contentsOfFile: program, encoding: .utf8).replacing("\n", with: "\r\n"), to: scratch["crlf.hlk"])
    #expect(try shell("", ["check", scratch["crlf.hlk"]]).status == 0)
  }

  // MARK: Memory that is not there

  @Test("an array for which there is no memory is one line of error", arguments: [1 << 28, 1 << 30])
  func noMemory(_ byteCount: Int) throws {
    let count = byteCount / 4
    try write("hillock graph 1\n%0 = argument 0 : f32[\(count)]\nreturn %0", to: program)
    let head = NumPyFile.head(of: ArrayType(.f32, [count]))
    try Data(head).write(to: URL(fileURLWithPath: x))
    #expect(truncate(x, off_t(head.count + byteCount)) == 0)
    for limit in [byteCount / 2048, byteCount / 1024 + 200_000] {
      let outcome = try shell(
        "", before: "ulimit -v \(limit)", ["run", program, "--input", "0=\(x)", "--tier", "interpreter", "--threads", "1"])
      #expect(!outcome.crashed && outcome.status == 1, "\(limit): \(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.errors.contains("system error"), "\(outcome.errors)")
    }
  }

  @Test("a program file for which there is no memory is one line of error")
  func largeProgram() throws {
    #expect(truncate(program, 1 << 40) == 0)
    for command in ["run", "check", "disasm"] {
      let outcome = try shell("", [command, program])
      #expect(!outcome.crashed && outcome.status == 1, "\(outcome)")
      #expect((outcome.output + outcome.errors).contains("there is no memory for the 1099511627776 bytes of this file"))
    }
  }
}
