import Foundation
import HillockGenerator
import Testing

@Suite struct StalenessTests {
  /// Run `tools/generate` when this fails.
  @Test(arguments: GeneratedFile.all.map(\.path))
  func generatedFileIsUpToDate(path: String) throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let present = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    #expect(GeneratedFile.all.first { $0.path == path }?.contents == present)
  }
}
