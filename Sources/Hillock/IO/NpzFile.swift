import HillockIR
import HillockRuntime

/// NumPy's `.npz`: a ZIP file whose entries `KEY.npy` are `.npy` files.
/// (https://numpy.org/doc/stable/reference/generated/numpy.savez.html)
enum NpzFile {
  static func open(_ source: ByteSource) throws(HillockError) -> ArrayFile {
    let zip = try ZipReader(source)
    var entries: [ArrayFile.Entry] = []
    for entry in zip.entries {
      guard entry.name.hasSuffix(".npy"), entry.name.utf8.count > 4 else {
        throw ZipReader.malformed("has an entry that is no .npy file: \(entry.name)")
      }
      let key = String(entry.name.dropLast(4))
      do throws(HillockError) {
        entries.append(try self.entry(key, entry, zip))
      } catch {
        throw error.about(key)
      }
    }
    return ArrayFile(entries)
  }

  private static func entry(_ key: String, _ entry: ZipReader.Entry, _ zip: ZipReader) throws(HillockError) -> ArrayFile.Entry {
    let head = try NumPyFile.head(size: entry.size) { (count) throws(HillockError) in
      // Each question is for a longer beginning; beginnings are short.
      try zip.open(entry).bytes(count)
    }
    let header: NumPyHeader
    do throws(HillockError) {
      header = try NumPyFile.header(head, size: entry.size)
    } catch {
      guard error.code == .dtype else { throw error }
      let failure = error.about(key)
      return ArrayFile.Entry(key: key, type: .failure(failure)) { () throws(HillockError) in throw failure }
    }
    let type = ArrayType(header.dtype, header.shape)
    return ArrayFile.Entry(key: key, type: .success(type)) { () throws(HillockError) in
      let reader = try zip.open(entry)
      _ = try reader.bytes(head.count)
      if header.isPlain {
        let storage = try ArrayFile.storage(type) { (buffer) throws(HillockError) in try reader.read(into: buffer) }
        try reader.finish(crc: entry.crc)
        return storage
      }
      let data = NumPyFile.arranged(try reader.bytes(type.byteCount), header)
      try reader.finish(crc: entry.crc)
      return try ArrayFile.storage(type) { $0.copyBytes(from: data) }
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
