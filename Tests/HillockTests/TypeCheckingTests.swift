import Foundation
import Testing

/// What a user meets while compiling: ordinary equations are checked at once, and mistakes are told in words that help.
///
/// The sources are in `Tests/Compile`, outside every target; each is checked by one run of the compiler against the modules that these
/// tests were built with.
@Suite struct TypeCheckingTests {
  @Test(arguments: [false, true])
  func ordinaryEquationsAreCheckedAtOnce(besideFoundation: Bool) throws {
    let source = try Compiler.source("Expressions.swift")
    let text = besideFoundation ? source.replacing("import Hillock\n", with: "import Foundation\nimport Hillock\n") : source
    let found = try Compiler.diagnostics(text, ["-Xfrontend", "-warn-long-expression-type-checking=200"])
    #expect(found.map(\.text) == [])
  }

  @Test func mistakesAreToldInWordsThatHelp() throws {
    let source = try Compiler.source("Mistakes.swift")
    let found = try Compiler.diagnostics(source, [])
    for (number, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let expected = line.components(separatedBy: "// error: ").dropFirst().first
      let errors = found.filter { $0.line == number + 1 }.map(\.text)
      if let expected {
        #expect(errors.contains { $0.contains(expected) }, "line \(number + 1): \(errors)")
      } else {
        #expect(errors == [], "line \(number + 1)")
      }
    }
  }
}

/// Runs of the Swift compiler against the modules of this build.
private enum Compiler {
  struct Diagnostic {
    let line: Int
    let text: String
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func source(_ name: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent("Tests/Compile/\(name)"), encoding: .utf8)
  }

  /// The folder of this build, which holds the test program and `Modules`.
  private static func products() throws -> URL {
    let programs = [CommandLine.arguments.first ?? "", Bundle.main.executablePath ?? ""] + CommandLine.arguments
    for program in programs where program.contains("/") {
      var folder = URL(fileURLWithPath: program).deletingLastPathComponent()
      while folder.path != "/" {
        if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Modules/Hillock.swiftmodule").path) {
          return folder
        }
        folder.deleteLastPathComponent()
      }
    }
    throw NoModules(programs: programs)
  }

  private struct NoModules: Error { let programs: [String] }

  /// The errors and warnings of a source file.
  static func diagnostics(_ source: String, _ options: [String]) throws -> [Diagnostic] {
    let products = try products()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("Source.swift"), log = folder.appendingPathComponent("log")
    try source.write(to: file, atomically: true, encoding: .utf8)
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    var maps = [products.appendingPathComponent("CHillock.build/module.modulemap")]
    maps += ["CZlib", "CTCC", "CFFI", "CZydis"].map { root.appendingPathComponent("Sources/\($0)/module.modulemap") }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["swiftc", "-typecheck", "-swift-version", "6", "-diagnostic-style=llvm"]
      + ["-I", products.appendingPathComponent("Modules").path]
      + maps.flatMap { ["-Xcc", "-fmodule-map-file=\($0.path)"] } + options + [file.path]
    process.standardError = try FileHandle(forWritingTo: log)
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let output = try String(contentsOf: log, encoding: .utf8)
    let diagnostics = output.split(separator: "\n").compactMap { line -> Diagnostic? in
      guard let match = line.firstMatch(of: /^(.*):(\d+):\d+: (?:error|warning): (.*)$/) else {
        // What has no place concerns the run itself, such as a module that is missing.
        return line.contains("error: ") ? Diagnostic(line: 0, text: String(line)) : nil
      }
      return Diagnostic(line: Int(match.2) ?? 0, text: "line \(match.2): \(match.3)")
    }
    if process.terminationStatus != 0, diagnostics.isEmpty {
      return [Diagnostic(line: 0, text: "swiftc ended with \(process.terminationStatus): \(output)")]
    }
    return diagnostics
  }
}
