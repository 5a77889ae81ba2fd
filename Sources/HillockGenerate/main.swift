// tools/generate: writes the files that follow from the op table into the package at the given root.
// With --check nothing is written, and a file that is stale is an error.
import Foundation
import HillockGenerator

let arguments = CommandLine.arguments.dropFirst()
let check = arguments.contains("--check")
let root = URL(fileURLWithPath: arguments.first { !$0.hasPrefix("--") } ?? ".")
var stale: [String] = []
do {
  for file in GeneratedFile.all {
    let url = root.appendingPathComponent(file.path)
    if let present = try? String(contentsOf: url, encoding: .utf8), present == file.contents { continue }
    stale.append(file.path)
    if check { continue }
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try file.contents.write(to: url, atomically: true, encoding: .utf8)
  }
} catch {
  FileHandle.standardError.write(Data("generate: \(error.localizedDescription)\n".utf8))
  exit(1)
}
for path in stale { print(check ? "stale: \(path) (run tools/generate)" : "wrote \(path)") }
exit(check && !stale.isEmpty ? 1 : 0)
