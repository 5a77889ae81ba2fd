import HillockIR
import HillockRuntime

extension ComplexArray {
  /// Reads a NumPy `.npy` file of `complex64` or `complex128`; one of floats or integers gives numbers whose imaginary parts
  /// are 0.
  ///
  /// - Throws: as ``NDArray/init(npy:)`` does.
  public init(npy path: String) throws(HillockError) {
    let (storage, header) = try NumPyStorage.read(path: path, takesComplex: true)
    self.init(storage, header)
  }

  /// Decodes the bytes of a `.npy` file.
  public init(npyBytes bytes: [UInt8]) throws(HillockError) {
    let (storage, header) = try NumPyStorage.read(ByteSource(bytes), takesComplex: true)
    self.init(storage, header)
  }

  private init(_ storage: Storage, _ header: NumPyHeader) {
    let whole = NDArray(storage, header.type)
    guard header.isComplex else {
      self.init(whole)
      return
    }
    let axis = header.isColumnMajor ? 0 : header.shape.count - 1
    self.init(ofOne: whole.part(0, 1, axis).squeezed(axis: axis), whole.part(1, 1, axis).squeezed(axis: axis))
  }

  /// The bytes of a `.npy` file (version 1, little-endian, row-major) that holds these numbers as `complex64` or `complex128`.
  public func npyBytes() throws(HillockError) -> [UInt8] {
    let (head, parts) = try interleaved()
    return try head + parts.constantData().bytes
  }

  /// Writes a NumPy `.npy` file of `complex64` or `complex128`. It appears complete or not at all.
  ///
  /// ```swift
  /// let z = ComplexArray([1.0, 2.0], [0.5, 0.0])
  /// try z.save(npy: "z.npy")
  /// let same = try ComplexArray(npy: "z.npy")
  /// ```
  /// - Throws: the error that the array carries, or a `system` error where the file cannot be written.
  public func save(npy path: String) throws(HillockError) {
    let (head, parts) = try interleaved(), (storage, type) = try parts.concrete()
    try NumPyStorage.write(head, storage, byteCount: type.byteCount, to: path)
  }

  /// The file's head, and real and imaginary parts beside each other.
  private func interleaved() throws(HillockError) -> (head: [UInt8], parts: NDArray) {
    let z = ComplexArray(real.settled, imaginary.settled), parts = try stack([z.real, z.imaginary], axis: -1).checked()
    return (NumPyFile.head(ofComplex: z.real.type), parts)
  }
}
