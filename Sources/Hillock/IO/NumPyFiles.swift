import HillockIR
import HillockRuntime

extension NDArray {
  /// Reads a NumPy `.npy` file (versions 1 to 3, either byte order, row- or column-major).
  ///
  /// - Throws: a `system` error where the file cannot be read or there is no memory for it, a `format` error where it is no valid
  ///   `.npy` file, a `dtype` error where its dtype is not one of ours.
  public init(npy path: String) throws(HillockError) {
    let (storage, header) = try NumPyStorage.read(path: path)
    self.init(storage, header.type)
  }

  /// Decodes the bytes of a `.npy` file.
  public init(npyBytes bytes: [UInt8]) throws(HillockError) {
    let (storage, header) = try NumPyStorage.read(ByteSource(bytes))
    self.init(storage, header.type)
  }
}

extension ArrayValue {
  /// The bytes of a `.npy` file (version 1, little-endian, row-major) that holds this array.
  public func npyBytes() throws(HillockError) -> [UInt8] {
    NumPyFile.encode(try array.constantData())
  }

  /// Writes a NumPy `.npy` file. It appears complete or not at all, whatever happens meanwhile.
  ///
  /// - Throws: the error that the array carries, or a `system` error where the file cannot be written.
  public func save(npy path: String) throws(HillockError) {
    let (storage, type) = try array.concrete()
    try NumPyStorage.write(storage, type, to: path)
  }
}
