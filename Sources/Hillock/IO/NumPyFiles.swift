import HillockIR
import HillockRuntime

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
      throw name.map { error.about($0) } ?? error
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
