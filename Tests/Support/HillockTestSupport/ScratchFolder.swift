import Foundation

/// A folder of this user's alone that goes away with the test.
package final class ScratchFolder {
  package let path = FileManager.default.temporaryDirectory.appendingPathComponent("hillock-\(UUID().uuidString)").path
  package init() throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  package subscript(_ name: String) -> String { "\(path)/\(name)" }
  package var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}
