import HillockIR
import HillockRuntime

/// The safetensors format (https://github.com/huggingface/safetensors#format):
///
///     8 bytes          N, the length of the header, little-endian
///     N bytes          the header: a JSON object that begins with {, padded with spaces
///     the rest         the elements, little-endian and row-major
///
/// The header maps each key to `{"dtype": "F32", "shape": [2, 3], "data_offsets": [BEGIN, END]}`, offsets counted from the end of
/// the header, and perhaps `__metadata__` to an object of strings. Keys are unique; the arrays cover the rest without holes or
/// overlap. We write the widest elements first and pad the header to a multiple of 8, so every array is aligned to its elements.
enum SafetensorsFile {
  /// No header is longer; the reference implementation's limit.
  private static let greatestHeader = 100_000_000

  private static func name(_ dtype: DType) -> String {
    switch dtype {
    case .f32: "F32"
    case .f64: "F64"
    case .i32: "I32"
    case .i64: "I64"
    case .u32: "U32"
    case .u64: "U64"
    case .bool: "BOOL"
    case .f16: "F16"
    case .bf16: "BF16"
    case .i8: "I8"
    case .i16: "I16"
    case .u8: "U8"
    case .u16: "U16"
    }
  }

  /// The bits of an element of the format's other dtypes: their arrays are not read, and their place is checked.
  /// (https://docs.rs/safetensors/latest/safetensors/tensor/enum.Dtype.html)
  private static let foreign = [
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E5M2FNUZ": 8, "F8_E4M3FNUZ": 8, "C64": 64,
  ]

  // MARK: Reading

  private struct Item {
    var key = ""
    var dtype: String?
    var shape: [Int]?
    var offsets: [Int]?
  }

  static func open(_ source: ByteSource) throws(HillockError) -> ArrayFile {
    guard source.count >= 8 else { throw malformed("is shorter than its first number") }
    let announced = Fields.u64(try source.bytes(at: 0, count: 8), 0)
    guard announced <= greatestHeader, let length = Int(exactly: announced), length <= source.count - 8 else {
      throw malformed("announces a header of \(announced) bytes")
    }
    var (items, metadata) = try header(try source.bytes(at: 8, count: length))
    let start = 8 + length
    var entries: [ArrayFile.Entry] = []
    for item in items { entries.append(try entry(item, source, start)) }
    items.sort { ($0.offsets ?? []).lexicographicallyPrecedes($1.offsets ?? []) }
    var end = 0
    for item in items {
      guard let offsets = item.offsets, offsets[0] == end else {
        throw malformed("has arrays that overlap or leave holes: \(item.key.debugDescription)")
      }
      end = offsets[1]
    }
    guard end == source.count - start else {
      throw malformed("has \(source.count - start) bytes of elements, and arrays of \(end)")
    }
    return ArrayFile(entries, metadata: metadata)
  }

  private static func header(_ bytes: [UInt8]) throws(HillockError) -> (items: [Item], metadata: [String: String]) {
    guard bytes.first == UInt8(ascii: "{") else { throw malformed("has a header that does not begin with {") }
    var json = JSONScanner(bytes)
    var items: [Item] = [], metadata: [String: String] = [:]
    var keys: Set<ExactKey> = []
    try json.object { (json, key) throws(HillockError) in
      guard keys.insert(ExactKey(key)).inserted else {
        throw malformed("has two arrays named \(key.debugDescription)")
      }
      if key == "__metadata__" {
        if json.takeNull() { return }
        try json.object { (json, name) throws(HillockError) in metadata[name] = try json.string() }
        return
      }
      var item = Item(key: key)
      try json.object { (json, field) throws(HillockError) in
        switch field {
        case "dtype" where item.dtype == nil: item.dtype = try json.string()
        case "shape" where item.shape == nil: item.shape = try json.integers()
        case "data_offsets" where item.offsets == nil: item.offsets = try json.integers()
        default: throw malformed("says something unknown of \(key.debugDescription), or twice: \(field.debugDescription)")
        }
      }
      items.append(item)
    }
    try json.end()
    return (items, metadata)
  }

  private static func entry(_ item: Item, _ source: ByteSource, _ start: Int) throws(HillockError) -> ArrayFile.Entry {
    let key = item.key
    guard let dtypeName = item.dtype, let shape = item.shape, let offsets = item.offsets, offsets.count == 2,
      offsets[0] <= offsets[1], offsets[1] <= source.count - start
    else { throw malformed("has an array without a type or a place: \(key.debugDescription)") }
    let dtype = DType.allCases.first { name($0) == dtypeName }
    let known = dtype.map { $0.size * 8 } ?? foreign[dtypeName]
    if let known {
      var bits = known, overflows = false
      for extent in shape {
        let (product, overflow) = bits.multipliedReportingOverflow(by: extent)
        (bits, overflows) = (product, overflows || overflow)
      }
      guard !overflows, bits % 8 == 0, bits / 8 == offsets[1] - offsets[0] else {
        throw malformed("has an array whose place of \(offsets[1] - offsets[0]) bytes is not its size: \(key.debugDescription)")
      }
    }
    guard let dtype else {
      return ArrayFile.Entry(
        key: key,
        failure: HillockError(
          .dtype,
          "\(key) is of dtype \(dtypeName.debugDescription); \(DType.allCases.map(name).joined(separator: ", ")) are read: save it as one of these"
        ))
    }
    guard Shape.checkedCount(shape) != nil else {
      return ArrayFile.Entry(
        key: key, failure: HillockError(.format, "\(key) is of shape \(shape), which is beyond the limits of an array"))
    }
    let type = ArrayType(dtype, shape)
    return ArrayFile.Entry(key: key, type: .success(type)) { () throws(HillockError) in
      try ArrayFile.storage(type) { (buffer) throws(HillockError) in try source.read(at: start + offsets[0], into: buffer) }
    }
  }

  private static func malformed(_ what: String) -> HillockError { HillockError(.format, "this .safetensors file \(what)") }

  // MARK: Writing

  static func write(
    _ arrays: [(key: String, type: ArrayType, storage: Storage)], to file: consuming AtomicFile
  ) throws(HillockError) {
    // The widest elements first; the same width in the order given.
    let order = arrays.indices.sorted { (-arrays[$0].type.dtype.size, $0) < (-arrays[$1].type.dtype.size, $1) }
    var begins = [Int](repeating: 0, count: arrays.count), end = 0
    for index in order {
      begins[index] = end
      end += arrays[index].type.byteCount
    }
    var parts: [String] = []
    for (index, array) in arrays.enumerated() {
      guard array.key != "__metadata__" else {
        throw HillockError(.argument, "__metadata__ cannot be the name of an array in a .safetensors file")
      }
      let shape = array.type.shape.map(String.init).joined(separator: ",")
      let place = "[\(begins[index]),\(begins[index] + array.type.byteCount)]"
      parts.append(
        "\(JSONScanner.quoted(array.key)):{\"dtype\":\"\(name(array.type.dtype))\",\"shape\":[\(shape)],\"data_offsets\":\(place)}"
      )
    }
    var header = Array("{\(parts.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    guard header.count <= greatestHeader else { throw HillockError(.argument, "too many arrays for one .safetensors file") }
    try file.write((0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header)
    for index in order {
      try file.write(UnsafeRawBufferPointer(start: arrays[index].storage.base, count: arrays[index].type.byteCount))
    }
    try file.commit()
  }
}
