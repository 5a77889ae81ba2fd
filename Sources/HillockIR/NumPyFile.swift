/// NumPy's `.npy` format: a magic, a version, a Python dictionary that says dtype, order and shape, then the elements.
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)
package enum NumPyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The array in the file, in row-major order whatever the file's order is. Refuses every malformed file with an error.
  package static func decode(_ bytes: [UInt8]) throws(HillockError) -> ConstantData {
    let head = try head(size: bytes.count) { (count) throws(HillockError) in Array(bytes[..<count]) }
    let header = try header(head, size: bytes.count)
    var elements = Array(bytes[head.count...])
    if header.isPlain {
      elements.withUnsafeMutableBytes { normalize($0, header) }
    } else {
      elements = [UInt8](unsafeUninitializedCapacity: elements.count) { result, count in
        elements.withUnsafeBytes { arrange($0, header, into: UnsafeMutableRawBufferPointer(result)) }
        count = elements.count
      }
    }
    return ConstantData(type: header.type, bytes: elements)
  }

  /// What stands before the elements, of a file of this size; `beginning` gives its first bytes.
  package static func head(
    size: Int, _ beginning: (Int) throws(HillockError) -> [UInt8]
  ) throws(HillockError) -> [UInt8] {
    let start = try beginning(min(size, 12))
    guard start.count >= 10, Array(start[0..<6]) == magic else {
      throw HillockError(.format, "not a .npy file: it does not begin with the NumPy magic")
    }
    let version = start[6]
    guard (1...3).contains(version), version == 1 || start.count >= 12 else {
      throw HillockError(.format, "a .npy file of version \(version); versions 1, 2 and 3 are read")
    }
    let lengthBytes = version == 1 ? 2 : 4
    let headerLength = (0..<lengthBytes).reduce(0) { $0 | Int(start[8 + $1]) << (8 * $1) }
    let headerStart = 8 + lengthBytes
    guard headerLength <= size - headerStart else {
      throw HillockError(
        .format, "a truncated .npy file: its header is \(headerLength) bytes and \(size - headerStart) are there")
    }
    guard headerLength <= greatestHeader else {
      throw HillockError(
        .format, "a .npy file whose header announces \(headerLength) bytes; \(greatestHeader) are enough for any array")
    }
    return try beginning(headerStart + headerLength)
  }

  /// No header of an array is longer.
  private static let greatestHeader = 1 << 16

  /// What the head of a file says; the elements it announces fill the file of this size exactly.
  package static func header(
    _ head: [UInt8], size: Int, takesComplex: Bool = false
  ) throws(HillockError) -> NumPyHeader {
    let text = head.dropFirst(head[6] == 1 ? 10 : 12)
    // Version 3 writes names in UTF-8, those before it in Latin-1.
    let header = try NumPyHeader(
      head[6] == 3
        ? String(decoding: text, as: UTF8.self) : String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) })),
      takesComplex: takesComplex)
    guard let count = Shape.checkedCount(header.shape) else {
      throw HillockError(.format, "a .npy file of shape \(Self.shown(header.shape)), which is beyond the limits of an array")
    }
    guard size - head.count == count * header.dtype.size else {
      throw HillockError(
        .format,
        "a .npy file of type \(ArrayType(header.dtype, header.shape)) holds \(count * header.dtype.size) bytes of elements, this "
          + "one has \(size - head.count)")
    }
    return header
  }

  /// Any byte but 0 of a bool is true.
  package static func normalize(_ elements: UnsafeMutableRawBufferPointer, _ header: NumPyHeader) {
    guard header.dtype == .bool else { return }
    for i in elements.indices where elements[i] > 1 { elements[i] = 1 }
  }

  /// Puts the elements of a file into memory of the same size, little-endian and row-major.
  package static func arrange(
    _ elements: UnsafeRawBufferPointer, _ header: NumPyHeader, into result: UnsafeMutableRawBufferPointer
  ) {
    switch header.dtype.size {
    case 1: arrange(elements, header, into: result, of: UInt8.self)
    case 2: arrange(elements, header, into: result, of: UInt16.self)
    case 4: arrange(elements, header, into: result, of: UInt32.self)
    default: arrange(elements, header, into: result, of: UInt64.self)
    }
    normalize(result, header)
  }

  private static func arrange<Word: FixedWidthInteger>(
    _ elements: UnsafeRawBufferPointer, _ header: NumPyHeader, into result: UnsafeMutableRawBufferPointer, of: Word.Type
  ) {
    let size = MemoryLayout<Word>.size, shape = header.shape
    func put(_ source: Int, _ target: Int) {
      let word = elements.loadUnaligned(fromByteOffset: source * size, as: Word.self)
      result.storeBytes(of: header.isBigEndian ? word.byteSwapped : word, toByteOffset: target * size, as: Word.self)
    }
    let count = elements.count / size
    guard header.isColumnMajor else {
      for i in 0..<count { put(i, i) }
      return
    }
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var index = [Int](repeating: 0, count: shape.count), offset = 0
    for i in 0..<count {
      put(offset, i)
      for axis in shape.indices.reversed() {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        index[axis] = 0
      }
    }
  }

  private static func shown(_ shape: [Int]) -> String {
    shape.count <= 40 ? "\(shape)" : "of \(shape.count) axes"
  }

  /// A version 1 file, little-endian and row-major, its elements aligned to 64 bytes as NumPy writes them.
  package static func encode(_ array: ConstantData) -> [UInt8] { head(of: array.type) + array.bytes }

  /// What stands before the elements in such a file.
  package static func head(of type: ArrayType) -> [UInt8] { head(NumPyHeader.descriptor(type.dtype), type.shape) }

  /// The same for complex numbers, whose real and imaginary parts stand beside each other, of this shape and with parts of
  /// this type.
  package static func head(ofComplex type: ArrayType) -> [UInt8] { head(type.dtype == .f32 ? "<c8" : "<c16", type.shape) }

  private static func head(_ descriptor: String, _ shape: [Int]) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(descriptor)', 'fortran_order': False, 'shape': (\(extents)), }"
    let unpadded = 10 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = header.utf8.count
    return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
  }
}
