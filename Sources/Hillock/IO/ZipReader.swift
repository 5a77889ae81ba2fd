import HillockIR
import HillockRuntime

/// The entries of a ZIP file, checked against each other before anything is read.
/// (APPNOTE.TXT 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT: 4.3 structure, 4.5.3 ZIP64.)
///
/// Names are unique and stay inside a folder; entries lie in the file without overlap; an entry announces no more than its
/// compressed bytes can give. So what a file makes us allocate is bounded by its own size. An entry that is encrypted, or compressed
/// by another method than deflation, is an error when it is opened.
struct ZipReader {
  struct Entry {
    var name: String
    /// Why the entry cannot be read.
    var problem: HillockError?
    /// Where the data lie.
    var range: Range<Int>
    var isDeflated: Bool
    var size: Int
    var crc: UInt32
  }

  let source: ByteSource
  private(set) var entries: [Entry] = []

  /// One byte of deflated data stands for no more than 1032 of its result (https://zlib.net/zlib_tech.html).
  private static let greatestRatio = 1032

  init(_ source: ByteSource) throws(HillockError) {
    self.source = source
    let directory = try Self.directory(source)
    var bytes = Fields(try source.bytes(at: directory.range.lowerBound, count: directory.range.count))
    // By their bytes: two strings that Swift finds equal may be two names (é as one character and as two).
    var names: Set<[UInt8]> = []
    var taken: [Range<Int>] = []
    while entries.count < directory.count {
      let (entry, start) = try Self.entry(&bytes, source, limit: directory.range.lowerBound)
      guard names.insert(Array(entry.name.utf8)).inserted else {
        throw Self.malformed("has two entries named \(entry.name.debugDescription)")
      }
      taken.append(start..<entry.range.upperBound)
      entries.append(entry)
    }
    guard bytes.isAtEnd else { throw Self.malformed("has a directory longer than its entries") }
    taken.sort { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    for (a, b) in zip(taken, taken.dropFirst()) where b.lowerBound < a.upperBound {
      throw Self.malformed("has entries that overlap")
    }
  }

  func open(_ entry: Entry) throws(HillockError) -> PartReader {
    if let problem = entry.problem { throw problem }
    return try PartReader(source, entry.range, isDeflated: entry.isDeflated)
  }

  static func malformed(_ what: String) -> HillockError { HillockError(.format, "this .npz file \(what)") }

  // MARK: The end of the file

  private static func directory(_ source: ByteSource) throws(HillockError) -> (range: Range<Int>, count: Int) {
    // The last record is 22 bytes and a comment of at most 65535, which ends where the file ends.
    let tailLength = min(source.count, 22 + 65535)
    let tailStart = source.count - tailLength
    let tail = try source.bytes(at: tailStart, count: tailLength)
    guard tail.count >= 22,
      let end = (0...tail.count - 22).last(where: { start in
        Fields.u32(tail, start) == 0x0605_4b50 && Int(Fields.u16(tail, start + 20)) == tail.count - start - 22
      })
    else { throw HillockError(.format, "this is no .npz file: it has no ZIP directory at its end, or is truncated") }
    guard Fields.u16(tail, end + 4) == 0, Fields.u16(tail, end + 6) == 0 else { throw malformed("is one of several parts") }
    var count = UInt64(Fields.u16(tail, end + 10))
    var size = UInt64(Fields.u32(tail, end + 12)), offset = UInt64(Fields.u32(tail, end + 16))
    var directoryEnd = tailStart + end
    if count == 0xffff || size == 0xffff_ffff || offset == 0xffff_ffff {
      let locatorAt = directoryEnd - 20
      guard locatorAt >= 0 else { throw malformed("has no ZIP64 record though it needs one") }
      let locator = try source.bytes(at: locatorAt, count: 20)
      guard Fields.u32(locator, 0) == 0x0706_4b50, let recordAt = Int(exactly: Fields.u64(locator, 8)), recordAt <= locatorAt - 56
      else { throw malformed("has no ZIP64 record though it needs one") }
      let record = try source.bytes(at: recordAt, count: 56)
      guard Fields.u32(record, 0) == 0x0606_4b50 else { throw malformed("has a malformed ZIP64 record") }
      (count, size, offset) = (Fields.u64(record, 32), Fields.u64(record, 40), Fields.u64(record, 48))
      directoryEnd = recordAt
    }
    guard let start = Int(exactly: offset), let length = Int(exactly: size), let number = Int(exactly: count),
      start <= directoryEnd, length == directoryEnd - start, number <= length / 46
    else { throw malformed("has a directory that does not lie before its end") }
    return (start..<directoryEnd, number)
  }

  // MARK: An entry

  private static func entry(
    _ fields: inout Fields, _ source: ByteSource, limit: Int
  ) throws(HillockError) -> (Entry, start: Int) {
    guard let head = fields.take(46), Fields.u32(head, 0) == 0x0201_4b50,
      let nameBytes = fields.take(Int(Fields.u16(head, 28))), let extra = fields.take(Int(Fields.u16(head, 30))),
      fields.take(Int(Fields.u16(head, 32))) != nil
    else { throw malformed("has a malformed directory") }
    let flags = Fields.u16(head, 8), method = Fields.u16(head, 10)
    let name = flags & 0x800 == 0 ? CodePage437.text(nameBytes) : String(decoding: nameBytes, as: UTF8.self)
    guard flags & 0x800 == 0 || Array(name.utf8) == nameBytes, isSafe(name) else {
      throw malformed("has an entry of an invalid name: \(name.debugDescription)")
    }
    let isPlain = flags & 1 == 0 && (method == 0 || method == 8)
    var compressed = UInt64(Fields.u32(head, 20)), size = UInt64(Fields.u32(head, 24)), offset = UInt64(Fields.u32(head, 42))
    try wide(extra, &size, &compressed, &offset)
    guard let start = Int(exactly: offset), let length = Int(exactly: compressed), let whole = Int(exactly: size),
      start <= limit - 30
    else { throw malformed("has an entry that lies beyond its end") }
    let local = try source.bytes(at: start, count: 30)
    guard Fields.u32(local, 0) == 0x0403_4b50, Int(Fields.u16(local, 26)) == nameBytes.count,
      start + 30 + nameBytes.count <= limit, try source.bytes(at: start + 30, count: nameBytes.count) == nameBytes,
      Fields.u16(local, 8) == method
    else { throw malformed("has an entry that differs from the directory: \(name.debugDescription)") }
    let data = start + 30 + nameBytes.count + Int(Fields.u16(local, 28))
    guard data <= limit, length <= limit - data else {
      throw malformed("has an entry that lies beyond its end: \(name.debugDescription)")
    }
    guard !isPlain || (method == 8 ? whole / greatestRatio <= length : whole == length) else {
      throw malformed("has an entry that announces more than it can hold: \(name.debugDescription)")
    }
    var entry = Entry(name: name, range: data..<data + length, isDeflated: method == 8, size: whole, crc: Fields.u32(head, 16))
    if !isPlain {
      entry.problem = malformed(
        flags & 1 == 1
          ? "has an encrypted entry: \(name.debugDescription)"
          : "has an entry compressed by method \(method): \(name.debugDescription); stored and deflated ones are read")
    }
    return (entry, start)
  }

  /// The ZIP64 field holds those of the three that the directory has no room for, in this order.
  private static func wide(
    _ extra: [UInt8], _ size: inout UInt64, _ compressed: inout UInt64, _ offset: inout UInt64
  ) throws(HillockError) {
    var fields = Fields(extra)
    while let head = fields.take(4), let body = fields.take(Int(Fields.u16(head, 2))) {
      guard Fields.u16(head, 0) == 1 else { continue }
      var at = 0
      func next(_ value: inout UInt64) throws(HillockError) {
        guard value == 0xffff_ffff else { return }
        guard at + 8 <= body.count else { throw malformed("has a malformed ZIP64 field") }
        value = Fields.u64(body, at)
        at += 8
      }
      try next(&size)
      try next(&compressed)
      try next(&offset)
      return
    }
  }

  /// Nothing is ever written to the place an entry names; a name that leads out of its folder, or that other programs cut off, is a
  /// forgery all the same.
  static func isSafe(_ name: String) -> Bool {
    let bytes = name.utf8
    return !bytes.isEmpty && bytes.first != UInt8(ascii: "/") && !bytes.contains(0)
      && !bytes.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }).contains {
        $0.elementsEqual("..".utf8)
      }
  }
}

/// Little-endian numbers, one after the other.
struct Fields {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take(_ count: Int) -> [UInt8]? {
    guard count <= bytes.count - position else { return nil }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  static func u16(_ bytes: [UInt8], _ at: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(bytes, at, 2)) }
  static func u32(_ bytes: [UInt8], _ at: Int) -> UInt32 { UInt32(truncatingIfNeeded: number(bytes, at, 4)) }
  static func u64(_ bytes: [UInt8], _ at: Int) -> UInt64 { number(bytes, at, 8) }

  private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[at + $1]) << (8 * UInt64($1)) }
  }
}
