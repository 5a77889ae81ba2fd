import HillockIR

/// Appends little-endian 32-bit words.
struct WordWriter {
  private(set) var bytes: [UInt8] = []

  mutating func word(_ value: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// An index or a count in one word. One that does not fit is written as the largest word, which no verified program has.
  mutating func index(_ value: Int) { word(UInt32(exactly: value) ?? .max) }

  /// A number of 64 bits in two words, the low one first.
  mutating func long(_ value: Int) {
    let bits = UInt64(bitPattern: Int64(value))
    word(UInt32(truncatingIfNeeded: bits))
    word(UInt32(truncatingIfNeeded: bits >> 32))
  }

  /// A count, then the numbers.
  mutating func longs(_ values: [Int]) {
    index(values.count)
    for value in values { long(value) }
  }

  mutating func indices(_ values: [Int]) {
    index(values.count)
    for value in values { index(value) }
  }

  /// The number of bytes in two words, the bytes, then zeros up to a whole word.
  mutating func data(_ data: [UInt8]) {
    long(data.count)
    bytes += data
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  mutating func type(_ type: ArrayType) {
    word(UInt32(type.dtype.rawValue))
    longs(type.shape)
  }

  /// A section: its identifier, its length in words, what `write` appends.
  mutating func section(_ section: Section, _ write: (inout WordWriter) -> Void) {
    var content = WordWriter()
    write(&content)
    word(section.rawValue)
    index(content.bytes.count / 4)
    bytes += content.bytes
  }
}

/// The sections of an encoded program, in the order in which they stand.
enum Section: UInt32, CaseIterable {
  case name = 1
  case arguments, variables, constants, buffers, registers, kernels, code, functions
}

/// Reads little-endian 32-bit words. Nothing is allocated that the bytes still to be read could not fill.
struct WordReader {
  private let bytes: [UInt8]
  private(set) var position = 0
  private(set) var end: Int

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    end = bytes.count
  }

  var remainingWords: Int { (end - position) / 4 }

  func failure(_ message: String) -> HillockError { HillockError(.format, "byte \(position): \(message)") }

  mutating func word(_ what: String) throws(HillockError) -> UInt32 {
    guard end - position >= 4 else {
      throw failure("expected \(what), found the end of the \(end == bytes.count ? "program" : "section")")
    }
    defer { position += 4 }
    return bytes.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: UInt32.self)) }
  }

  mutating func index(_ what: String) throws(HillockError) -> Int { Int(try word(what)) }

  mutating func long(_ what: String) throws(HillockError) -> Int {
    let low = try word(what), high = try word(what)
    return Int(Int64(bitPattern: UInt64(high) << 32 | UInt64(low)))
  }

  /// A count of things of at least `words` words each.
  mutating func count(of what: String, words: Int) throws(HillockError) -> Int {
    let count = try index("the number of \(what)")
    guard count <= remainingWords / words else {
      position -= 4
      throw failure("\(count) \(what) do not fit the \(remainingWords) words that follow")
    }
    return count
  }

  mutating func longs(_ what: String) throws(HillockError) -> [Int] {
    var values: [Int] = []
    for _ in 0..<(try count(of: what, words: 2)) { values.append(try long(what)) }
    return values
  }

  mutating func indices(_ what: String) throws(HillockError) -> [Int] {
    var values: [Int] = []
    for _ in 0..<(try count(of: what, words: 1)) { values.append(try index(what)) }
    return values
  }

  mutating func data(_ what: String) throws(HillockError) -> [UInt8] {
    let count = try long("the length of \(what)")
    guard count >= 0, count <= end - position else { throw failure("\(what) of \(count) bytes does not fit what follows") }
    let data = Array(bytes[position..<position + count])
    position += count
    while position % 4 != 0 {
      guard position < end, bytes[position] == 0 else { throw failure("expected zeros up to the next word") }
      position += 1
    }
    return data
  }

  mutating func string(_ what: String) throws(HillockError) -> String {
    let data = try data(what)
    guard let string = String(validating: data, as: UTF8.self) else { throw failure("\(what) is not UTF-8") }
    return string
  }

  mutating func dtype(_ what: String) throws(HillockError) -> DType {
    let code = try word(what)
    guard let dtype = UInt8(exactly: code).flatMap(DType.init(rawValue:)) else { throw failure("there is no dtype \(code)") }
    return dtype
  }

  mutating func type(_ what: String) throws(HillockError) -> ArrayType {
    let dtype = try dtype("the dtype of \(what)")
    return ArrayType(dtype, try longs("extents of \(what)"))
  }

  /// Enters a section; `leave` must find it read to its end.
  mutating func enter(_ section: Section) throws(HillockError) {
    let found = try word("section \(section)")
    guard found == section.rawValue else { throw failure("expected section \(section.rawValue) (\(section)), found \(found)") }
    let words = try count(of: "words of section \(section)", words: 1)
    end = position + words * 4
  }

  mutating func leave(_ section: Section) throws(HillockError) {
    guard position == end else { throw failure("\(end - position) bytes are left over in section \(section)") }
    end = bytes.count
  }

  func finish() throws(HillockError) {
    guard position == end else { throw failure("\(end - position) bytes are left over after the program") }
  }
}
