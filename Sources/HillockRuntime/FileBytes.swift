import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whole files.
package enum FileBytes {
  /// Reads a regular file: a device or a pipe might never end.
  ///
  /// - Parameter expansion: How many times the file's size what is made of it takes. Swift ends the process where an array finds no
  ///   memory, so it is asked for before.
  /// - Throws: a `system` error where the path is no file, the file cannot be read, or there is not that much memory.
  package static func read(_ path: String, expansion: Int = 1) throws(HillockError) -> [UInt8] {
    let source = try ByteSource(path: path)
    let (needed, overflow) = source.count.multipliedReportingOverflow(by: max(expansion, 1))
    guard !overflow, isAvailable(needed) else {
      throw HillockError(.system, "\(OneLine.name(path)): there is no memory for the \(source.count) bytes of this file")
    }
    do throws(HillockError) { return try source.bytes(at: 0, count: source.count) } catch { throw error.about(path) }
  }

  /// Whether the system has so much memory for the process now.
  private static func isAvailable(_ byteCount: Int) -> Bool {
    guard byteCount > 0 else { return true }
    let block = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let block, block != MAP_FAILED else { return false }
    munmap(block, byteCount)
    return true
  }

  /// Whether the path, or what it links to, is a regular file.
  package static func isFile(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
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
