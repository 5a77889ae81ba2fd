import Foundation
import HillockIR
import HillockRuntime

/// Finds and reads case files.
package enum CaseFiles {
  /// The case files among these paths and in these folders, at any depth, sorted by path. In a folder what is no regular file, such as
  /// a pipe or another folder, is no case file.
  package static func find(_ paths: [String]) throws(HillockError) -> [String] {
    var files: [String] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw HillockError(.system, "\(OneLine.name(path)): no such file or folder")
      }
      guard isFolder.boolValue else {
        files.append(path)
        continue
      }
      let inside = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
      files += inside.filter { $0.hasSuffix(".case") }.sorted().map { (path as NSString).appendingPathComponent($0) }
        .filter(FileBytes.isFile)
    }
    if files.isEmpty {
      throw HillockError(.argument, "no .case file in \(paths.map { OneLine.name($0) }.joined(separator: ", "))")
    }
    return files
  }

  package static func load(_ path: String) throws(HillockError) -> [ConformanceCase] {
    let bytes = try FileBytes.read(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw HillockError(.format, "\(OneLine.name(path)): the file is not UTF-8 text")
    }
    let folder = (path as NSString).deletingLastPathComponent
    return try CaseParser.parse(text, file: path) { name throws(HillockError) in
      try FileBytes.read((folder as NSString).appendingPathComponent(name))
    }
  }
}
