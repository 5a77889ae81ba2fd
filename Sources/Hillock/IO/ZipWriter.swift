import CZlib
import HillockIR
import HillockRuntime

/// Writes a ZIP file, entry by entry. The same entries give the same bytes: no entry has a date.
struct ZipWriter: ~Copyable {
  private var file: AtomicFile
  private var offset = 0
  private var directory: [UInt8] = []
  private var count = 0
  /// Sizes and offsets from here on stand in ZIP64 fields. Tests lower it.
  private let wideFrom: Int

  init(_ file: consuming AtomicFile, wideFrom: Int = 0xffff_ffff) {
    self.file = file
    self.wideFrom = wideFrom
  }

  mutating func add(_ name: String, _ parts: [UnsafeRawBufferPointer], compressed: Bool) throws(HillockError) {
    let nameBytes = Array(name.utf8)
    guard ZipReader.isSafe(name), nameBytes.count <= 0xffff else {
      throw HillockError(.argument, "\(name.debugDescription) cannot be the name of an array in a .npz file")
    }
    let size = parts.reduce(0) { $0 + $1.count }
    var crc: UInt32 = 0
    for part in parts {
      guard let base = part.baseAddress, part.count > 0 else { continue }
      crc = UInt32(truncatingIfNeeded: crc32_z(uLong(crc), base.assumingMemoryBound(to: UInt8.self), part.count))
    }
    let deflated = compressed ? try Deflation.compress(parts) : nil
    let length = deflated?.reduce(0) { $0 + $1.count } ?? size
    let isWide = size >= wideFrom || length >= wideFrom
    let start = offset
    // What the local and the central header have in common: version needed, UTF-8 names, method, 1980-01-01, CRC, sizes.
    let common =
      le(isWide ? 45 : 20, 2) + le(0x0800, 2) + le(compressed ? 8 : 0, 2) + le(0, 2) + le(0x21, 2) + le(UInt64(crc), 4)
      + le(isWide ? 0xffff_ffff : UInt64(length), 4) + le(isWide ? 0xffff_ffff : UInt64(size), 4) + le(UInt64(nameBytes.count), 2)
    let sizes = isWide ? le(UInt64(size), 8) + le(UInt64(length), 8) : []
    let extra = isWide ? le(1, 2) + le(16, 2) + sizes : []
    try put(le(0x0403_4b50, 4) + common + le(UInt64(extra.count), 2) + nameBytes + extra)
    for part in deflated?.map(\.bytes) ?? parts {
      try file.write(part)
      offset += part.count
    }
    withExtendedLifetime(deflated) {}
    let far = start >= wideFrom
    let wideFields = sizes + (far ? le(UInt64(start), 8) : [])
    let centralExtra = wideFields.isEmpty ? [] : le(1, 2) + le(UInt64(wideFields.count), 2) + wideFields
    directory += le(0x0201_4b50, 4) + le(45, 2) + common + le(UInt64(centralExtra.count), 2) + le(0, 2) + le(0, 2) + le(0, 2)
    directory += le(0, 4) + le(far ? 0xffff_ffff : UInt64(start), 4) + nameBytes + centralExtra
    count += 1
  }

  consuming func finish() throws(HillockError) {
    let start = offset, size = directory.count
    try put(directory)
    let isWide = start >= wideFrom || size >= wideFrom || count >= 0xffff
    if isWide {
      let record = offset
      try put(le(0x0606_4b50, 4) + le(44, 8) + le(45, 2) + le(45, 2) + le(0, 4) + le(0, 4))
      try put(le(UInt64(count), 8) + le(UInt64(count), 8) + le(UInt64(size), 8) + le(UInt64(start), 8))
      try put(le(0x0706_4b50, 4) + le(0, 4) + le(UInt64(record), 8) + le(1, 4))
    }
    let shown = isWide ? 0xffff : UInt64(count)
    try put(le(0x0605_4b50, 4) + le(0, 2) + le(0, 2) + le(shown, 2) + le(shown, 2))
    try put(le(isWide ? 0xffff_ffff : UInt64(size), 4) + le(isWide ? 0xffff_ffff : UInt64(start), 4) + le(0, 2))
    try file.commit()
  }

  private mutating func put(_ bytes: [UInt8]) throws(HillockError) {
    try file.write(bytes)
    offset += bytes.count
  }

  private func le(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}
