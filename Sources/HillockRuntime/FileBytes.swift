import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whole files.
package enum FileBytes {
  package static func read(_ path: String) throws(HillockError) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw systemError("\(path): cannot be opened") }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      result += buffer[0..<count]
    }
    guard ferror(file) == 0 else { throw systemError("\(path): cannot be read") }
    return result
  }

  /// Writes a file that appears complete or not at all; see ``AtomicFile``.
  package static func write(_ bytes: [UInt8], to path: String) throws(HillockError) {
    var file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
  }

  /// Makes a folder, and those above it that are missing.
  package static func makeFolder(_ path: String) throws(HillockError) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/\(part)"
      guard mkdir(made, 0o777) == 0 || errno == EEXIST else { throw systemError("\(path): this folder cannot be made") }
    }
    var info = stat()
    guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
      throw HillockError(.system, "\(path): this is no folder")
    }
  }

  static func systemError(_ what: String) -> HillockError {
    HillockError(.system, "\(what): \(String(cString: strerror(errno)))")
  }
}
