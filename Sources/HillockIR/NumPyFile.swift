/// NumPy's `.npy` format: a magic, a version, a Python dictionary that says dtype, order and shape, then the elements.
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html)
package enum NumPyFile {
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The array in the file, in row-major order whatever the file's order is. Refuses every malformed file with an error.
  package static func decode(_ bytes: [UInt8]) throws(HillockError) -> ConstantData {
    let head = try head(size: bytes.count) { (count) throws(HillockError) in Array(bytes[..<count]) }
    let header = try header(head, size: bytes.count)
    return ConstantData(type: ArrayType(header.dtype, header.shape), bytes: arranged(Array(bytes[head.count...]), header))
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
  package static func header(_ head: [UInt8], size: Int) throws(HillockError) -> NumPyHeader {
    let header = try NumPyHeader(String(decoding: head.dropFirst(head[6] == 1 ? 10 : 12), as: UTF8.self))
    guard let count = Shape.checkedCount(header.shape) else {
      throw HillockError(.format, "a .npy file of shape \(header.shape), which is beyond the limits of an array")
    }
    guard size - head.count == count * header.dtype.size else {
      throw HillockError(
        .format,
        "a .npy file of type \(ArrayType(header.dtype, header.shape)) holds \(count * header.dtype.size) bytes of elements, this "
          + "one has \(size - head.count)")
    }
    return header
  }

  /// The elements of a file, little-endian and row-major.
  package static func arranged(_ elements: [UInt8], _ header: NumPyHeader) -> [UInt8] {
    var data = elements
    if header.isBigEndian { swapBytes(&data, size: header.dtype.size) }
    if header.dtype == .bool {
      for i in data.indices where data[i] > 1 { data[i] = 1 }
    }
    return header.isColumnMajor ? rowMajor(data, shape: header.shape, size: header.dtype.size) : data
  }

  /// A version 1 file, little-endian and row-major, its elements aligned to 64 bytes as NumPy writes them.
  package static func encode(_ array: ConstantData) -> [UInt8] { head(of: array.type) + array.bytes }

  /// What stands before the elements in such a file.
  package static func head(of type: ArrayType) -> [UInt8] {
    let shape = type.shape
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(NumPyHeader.descriptor(type.dtype))', 'fortran_order': False, 'shape': (\(extents)), }"
    let unpadded = 10 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = header.utf8.count
    return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
  }

  private static func swapBytes(_ data: inout [UInt8], size: Int) {
    for element in stride(from: 0, to: data.count, by: size) {
      data[element..<element + size].reverse()
    }
  }

  /// Column-major elements put in row-major order.
  private static func rowMajor(_ data: [UInt8], shape: [Int], size: Int) -> [UInt8] {
    guard shape.count > 1, !data.isEmpty else { return data }
    var strides = [Int](repeating: size, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var index = [Int](repeating: 0, count: shape.count), offset = 0
    for _ in 0..<data.count / size {
      result += data[offset..<offset + size]
      for axis in shape.indices.reversed() {
        index[axis] += 1
        offset += strides[axis]
        if index[axis] < shape[axis] { break }
        offset -= strides[axis] * shape[axis]
        index[axis] = 0
      }
    }
    return result
  }
}

/// The dictionary in a `.npy` file's header, such as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
package struct NumPyHeader {
  package var dtype: DType
  package var isBigEndian: Bool
  package var isColumnMajor: Bool
  package var shape: [Int]

  /// Whether the elements lie as ours do.
  package var isPlain: Bool { !isBigEndian && (!isColumnMajor || shape.count <= 1) }

  static func descriptor(_ dtype: DType) -> String {
    switch dtype {
    case .f32: "<f4"
    case .f64: "<f8"
    case .i32: "<i4"
    case .i64: "<i8"
    case .u32: "<u4"
    case .u64: "<u8"
    case .bool: "|b1"
    }
  }

  init(_ text: String) throws(HillockError) {
    guard let descr = Self.value(of: "descr", in: text), let order = Self.value(of: "fortran_order", in: text),
      let extents = Self.value(of: "shape", in: text)
    else {
      throw HillockError(.format, "a .npy header without 'descr', 'fortran_order' and 'shape'")
    }
    let name = descr.filter { $0 != "'" && $0 != "\"" }
    let matches = DType.allCases.filter { Self.descriptor($0).dropFirst() == name.dropFirst() }
    guard let match = matches.first, let mark = name.first, "<>|=".contains(mark) else {
      throw HillockError(
        .dtype,
        "a .npy file of dtype \(descr); float32, float64, int32, int64, uint32, uint64 and bool are read: convert it "
          + "with astype")
    }
    dtype = match
    isBigEndian = mark == ">" && match.size > 1
    guard order == "True" || order == "False" else {
      throw HillockError(.format, "a .npy header with 'fortran_order': \(order)")
    }
    isColumnMajor = order == "True"
    guard extents.first == "(", extents.last == ")" else {
      throw HillockError(.format, "a .npy header with 'shape': \(extents)")
    }
    shape = []
    for part in extents.dropFirst().dropLast().split(separator: ",") {
      guard let extent = Int(part.filter { $0 != " " }), extent >= 0 else {
        throw HillockError(.format, "a .npy header with 'shape': \(extents)")
      }
      shape.append(extent)
    }
  }

  /// The text after `'key':` up to the comma that ends it; commas in parentheses belong to the value.
  private static func value(of key: String, in text: String) -> String? {
    let characters = Array(text)
    for quote in ["'", "\""] {
      let pattern = Array(quote + key + quote)
      guard characters.count > pattern.count,
        let start = (0..<(characters.count - pattern.count)).first(where: {
          characters[$0..<$0 + pattern.count].elementsEqual(pattern)
        })
      else { continue }
      var rest = characters[(start + pattern.count)...].drop { $0 == " " }
      guard rest.first == ":" else { continue }
      rest = rest.dropFirst().drop { $0 == " " }
      var depth = 0, value = ""
      for c in rest {
        if c == "(" { depth += 1 }
        if c == ")" { depth -= 1 }
        if depth == 0, c == "," || c == "}" { break }
        value.append(c)
      }
      return value.trimmedTrailingSpaces
    }
    return nil
  }
}

extension String {
  fileprivate var trimmedTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
