import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension NDArray {
  /// Reads a NumPy `.npy` file (versions 1 to 3, either byte order, row- or column-major).
  ///
  /// - Throws: a `system` error where the file cannot be read, a `format` error where it is no valid `.npy` file.
  public init(npy path: String) throws(HillockError) {
    try self.init(npyBytes: try FileBytes.read(path), name: path)
  }

  /// Decodes the bytes of a `.npy` file.
  public init(npyBytes bytes: [UInt8]) throws(HillockError) { try self.init(npyBytes: bytes, name: nil) }

  private init(npyBytes bytes: [UInt8], name: String?) throws(HillockError) {
    let data: ConstantData
    do {
      data = try NumPyFile.decode(bytes)
    } catch {
      throw name.map { HillockError(error.code, "\($0): \(error.message)") } ?? error
    }
    try self.init(data)
  }

  /// The bytes of a `.npy` file (version 1, little-endian, row-major) that holds this array.
  public func npyBytes() throws(HillockError) -> [UInt8] {
    NumPyFile.encode(try constantData())
  }

  /// Writes a NumPy `.npy` file.
  ///
  /// - Throws: the error that the array carries, or a `system` error where the file cannot be written.
  public func save(npy path: String) throws(HillockError) {
    try FileBytes.write(try npyBytes(), to: path)
  }
}

/// Whole files.
package enum FileBytes {
  package static func read(_ path: String) throws(HillockError) -> [UInt8] {
    guard let file = fopen(path, "rb") else { throw systemError("\(path) cannot be opened") }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      result += buffer[0..<count]
    }
    guard ferror(file) == 0 else { throw systemError("\(path) cannot be read") }
    return result
  }

  package static func write(_ bytes: [UInt8], to path: String) throws(HillockError) {
    guard let file = fopen(path, "wb") else { throw systemError("\(path) cannot be written") }
    let written = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, written == bytes.count else { throw systemError("\(path) cannot be written") }
  }

  private static func systemError(_ what: String) -> HillockError {
    HillockError(.system, "\(what): \(String(cString: strerror(errno)))")
  }
}
