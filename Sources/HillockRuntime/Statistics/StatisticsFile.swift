import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A process's statistics as read from its file, while it lives or after.
package struct StatisticsFile: Sendable {
  package var process: Int
  /// The name of the process's executable.
  package var name: String
  /// Nanoseconds since 1970.
  package var started: UInt64
  /// nil while the process lives, or where it was killed.
  package var finished: UInt64?
  package var workers: Int
  package var instructionSet: InstructionSet?
  /// Programs for which the file had no room.
  package var dropped: UInt64
  package var programs: [ProgramSnapshot]

  /// Whether a process of this number exists and has not said that it ended.
  package var isLive: Bool {
    guard finished == nil, process > 0, process <= Int(Int32.max) else { return false }
    return kill(pid_t(process), 0) == 0 || errno == EPERM
  }

  // MARK: Where files are

  /// `$HILLOCK_STATS_DIR`, or `hillock-<uid>` in `$XDG_RUNTIME_DIR` or `/tmp`.
  package static var directory: String {
    if let directory = Configuration.environment("HILLOCK_STATS_DIR"), !directory.isEmpty { return directory }
    let parent = Configuration.environment("XDG_RUNTIME_DIR").flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    return "\(parent)/hillock-\(getuid())"
  }

  /// The directory, made if there is none; nil where it is not this user's own, closed to others, and no link.
  static func prepareDirectory(_ path: String = directory) -> String? {
    _ = mkdir(path, 0o700)
    return isTrusted(path) ? path : nil
  }

  private static func isTrusted(_ path: String) -> Bool {
    var info = stat()
    guard lstat(path, &info) == 0 else { return false }
    return info.st_mode & S_IFMT == S_IFDIR && info.st_uid == getuid() && info.st_mode & 0o077 == 0
  }

  /// How many files of finished processes are kept.
  package static let keptFiles = 32

  /// Removes the files of processes that are gone, all but the newest ones.
  static func removeOld(in path: String) {
    let finished = list(in: path).filter { kill(pid_t(clamping: $0.process), 0) != 0 && errno == ESRCH }
    let dated = finished.map { file -> (path: String, time: Int) in
      var info = stat()
      return (file.path, lstat(file.path, &info) == 0 ? info.st_mtim.tv_sec : 0)
    }
    for file in dated.sorted(by: { $0.time > $1.time }).dropFirst(keptFiles) { unlink(file.path) }
  }

  /// The files in the directory, by process number.
  package static func list(in path: String = directory) -> [(process: Int, path: String)] {
    guard isTrusted(path), let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var result: [(process: Int, path: String)] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let process = Int(name), process > 0 { result.append((process, "\(path)/\(name)")) }
    }
    return result.sorted { $0.process < $1.process }
  }

  // MARK: Reading

  /// Reads a file. It may be truncated, of another version, or anything else: the error says what is wrong with it.
  ///
  /// The file is read twice: what the first reading holds of a record is whole where the record's sequence number is even
  /// and the second reading has the same. Records in change are read again, a few times.
  package static func read(_ path: String) throws(HillockError) -> StatisticsFile {
    var first = try bytes(path)
    for _ in 0..<8 {
      let second = try bytes(path)
      if sequences(first) == sequences(second), sequences(first).allSatisfy({ $0 & 1 == 0 }) { break }
      usleep(200)
      first = second
    }
    return try parse(first, path)
  }

  /// Parses the bytes of a file.
  package static func parse(_ bytes: [UInt8]) throws(HillockError) -> StatisticsFile { try parse(bytes, "statistics") }

  private static func sequences(_ bytes: [UInt8]) -> [UInt64] {
    stride(from: StatisticsLayout.headerByteCount, to: bytes.count - 8, by: StatisticsLayout.recordByteCount).map {
      word(bytes, $0 + StatisticsLayout.Record.sequence)
    }
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
  }

  private static let maximumByteCount = 64 << 20

  private static func bytes(_ path: String) throws(HillockError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw HillockError(.system, "\(path): cannot be opened: \(String(cString: strerror(errno)))") }
    defer { close(file) }
    var info = stat()
    guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      throw HillockError(.format, "\(path): a statistics file is a regular file, this is none")
    }
    guard info.st_size <= maximumByteCount else {
      throw HillockError(.format, "\(path): \(info.st_size) bytes are too many for a statistics file")
    }
    var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { readSome(file, $0.baseAddress, filled, $0.count) }
      if count <= 0 { break }
      filled += count
    }
    return Array(bytes.prefix(filled))
  }

  private static func readSome(_ file: Int32, _ base: UnsafeMutableRawPointer?, _ offset: Int, _ count: Int) -> Int {
    guard let base else { return 0 }
    #if canImport(Glibc)
      return Glibc.read(file, base + offset, count - offset)
    #else
      return Darwin.read(file, base + offset, count - offset)
    #endif
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(HillockError) -> StatisticsFile {
    typealias Header = StatisticsLayout.Header
    func word(_ offset: Int) -> UInt64 { Self.word(bytes, offset) }
    guard bytes.count >= StatisticsLayout.headerByteCount, Array(bytes[0..<8]) == StatisticsLayout.magic else {
      throw HillockError(.format, "\(path): not a statistics file (it does not begin with HILLOCKS)")
    }
    let version = UInt32(truncatingIfNeeded: word(Header.version))
    guard version == StatisticsLayout.version else {
      throw HillockError(
        .format, "\(path): version \(version) of the statistics file; this build reads version \(StatisticsLayout.version)")
    }
    let headerByteCount = Int(word(Header.version) >> 32)
    let recordByteCount = Int(UInt32(truncatingIfNeeded: word(Header.recordByteCount)))
    guard headerByteCount == StatisticsLayout.headerByteCount, recordByteCount == StatisticsLayout.recordByteCount else {
      throw HillockError(.format, "\(path): the sizes in the header are not those of version \(version)")
    }
    var file = StatisticsFile(
      process: Int(truncatingIfNeeded: word(Header.process)),
      name: StatisticsLayout.text(bytes[Header.name..<Header.name + Header.nameByteCount]), started: word(Header.started),
      finished: word(Header.finished) == 0 ? nil : word(Header.finished), workers: Int(truncatingIfNeeded: word(Header.workers)),
      instructionSet: InstructionSet(rawValue: Int32(truncatingIfNeeded: word(Header.instructionSet))),
      dropped: word(Header.dropped), programs: [])
    let available = (bytes.count - headerByteCount) / recordByteCount
    let recordCount = Int(Swift.min(word(Header.recordCount), UInt64(StatisticsLayout.capacity)))
    guard recordCount <= available else {
      throw HillockError(.format, "\(path): truncated: \(recordCount) records are announced, \(available) are there")
    }
    for index in 0..<recordCount {
      let base = headerByteCount + index * recordByteCount
      if let program = program(bytes, base, word) { file.programs.append(program) }
    }
    return file
  }

  private static func program(_ bytes: [UInt8], _ base: Int, _ word: (Int) -> UInt64) -> ProgramSnapshot? {
    typealias Record = StatisticsLayout.Record
    guard let state = StatisticsLayout.RecordState(rawValue: word(base + Record.state)), state != .free else { return nil }
    func text(_ offset: Int, _ byteCount: Int) -> String {
      StatisticsLayout.text(bytes[base + offset..<base + offset + byteCount])
    }
    var program = ProgramSnapshot(
      name: text(Record.name, Record.nameByteCount), signature: text(Record.signature, Record.signatureByteCount))
    program.isLive = state == .live
    program.reason = text(Record.reason, Record.reasonByteCount)
    let retrace = text(Record.retrace, Record.retraceByteCount)
    program.retraceReasons = retrace.isEmpty ? [] : [retrace]
    program.detail = text(Record.detail, Record.detailByteCount)
    program.set { word(base + Record.counters + 8 * $0.rawValue) }
    return program
  }
}
