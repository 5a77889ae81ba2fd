import HillockIR
import HillockRuntime

/// NumPy's `.npz`: a ZIP file whose entries `KEY.npy` are `.npy` files.
/// (https://numpy.org/doc/stable/reference/generated/numpy.savez.html)
enum NpzFile {
  static func open(_ source: ByteSource) throws(HillockError) -> ArrayFile {
    let zip = try ZipReader(source)
    var entries: [ArrayFile.Entry] = []
    for entry in zip.entries {
      // An entry whose name ends so is a folder.
      if entry.name.utf8.last == UInt8(ascii: "/") { continue }
      let key = String(entry.name.unicodeScalars.dropLast(hasSuffix(entry.name) ? 4 : 0))
      entries.append(try self.entry(key, entry, zip))
    }
    return ArrayFile(entries)
  }

  private static func hasSuffix(_ name: String) -> Bool { name.utf8.suffix(4).elementsEqual(".npy".utf8) }

  /// What cannot be read is an error when it is asked for; the others are read.
  private static func entry(_ key: String, _ entry: ZipReader.Entry, _ zip: ZipReader) throws(HillockError) -> ArrayFile.Entry {
    if let problem = entry.problem { return ArrayFile.Entry(key: key, failure: problem) }
    guard hasSuffix(entry.name) else {
      return ArrayFile.Entry(key: key, failure: ZipReader.malformed("has an entry that is no .npy file: \(key.debugDescription)"))
    }
    var readFailure: HillockError?
    let head: [UInt8], header: NumPyHeader
    do throws(HillockError) {
      head = try NumPyFile.head(size: entry.size) { (count) throws(HillockError) in
        do throws(HillockError) {
          // Each question is for a longer beginning; beginnings are short.
          return try zip.open(entry).bytes(count)
        } catch {
          readFailure = error
          throw error
        }
      }
      header = try NumPyFile.header(head, size: entry.size)
    } catch {
      // Damage of the file is more than an entry that is not understood.
      if let readFailure { throw readFailure.about(key) }
      return ArrayFile.Entry(key: key, failure: error.about(key))
    }
    let type = header.type
    return ArrayFile.Entry(key: key, type: .success(type)) { () throws(HillockError) in
      let reader = try zip.open(entry)
      _ = try reader.bytes(head.count)
      let storage = try NumPyStorage.read(header) { (buffer) throws(HillockError) in try reader.read(into: buffer) }
      try reader.finish(crc: entry.crc)
      return storage
    }
  }

  static func write(
    _ arrays: [(key: String, type: ArrayType, storage: Storage)], to file: consuming AtomicFile, compressed: Bool,
    wideFrom: Int = 0xffff_ffff
  ) throws(HillockError) {
    var zip = ZipWriter(file, wideFrom: wideFrom)
    for (key, type, storage) in arrays {
      let head = NumPyFile.head(of: type)
      let elements = UnsafeRawBufferPointer(start: storage.base, count: type.byteCount)
      var failure: HillockError?
      head.withUnsafeBytes { head in
        do throws(HillockError) { try zip.add("\(key).npy", [head, elements], compressed: compressed) } catch { failure = error }
      }
      if let failure { throw failure }
    }
    try zip.finish()
  }
}
