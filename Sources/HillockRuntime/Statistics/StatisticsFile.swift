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
  /// `ProcessStart.ticks` of the process; 0 where it is not known.
  var processStart: UInt64
  /// nil while the process lives, or where it was killed.
  package var finished: UInt64?
  package var workers: Int
  package var instructionSet: InstructionSet?
  /// Programs for which the file had no room.
  package var dropped: UInt64
  package var programs: [ProgramSnapshot] = []
  /// Records that were being written all the time, or by a process that was killed meanwhile: what they hold is not known.
  package var unfinished = 0

  /// Whether the process exists and has not said that it ended. Another one that was given its number is not taken for it, as far as
  /// the system tells when a process was started.
  package var isLive: Bool {
    guard finished == nil, process > 0, process <= Int(Int32.max) else { return false }
    guard kill(pid_t(process), 0) == 0 || errno == EPERM else { return false }
    let start = ProcessStart.ticks(of: Int32(process))
    return processStart == 0 || start == 0 || start == processStart
  }

  // MARK: Where files are

  /// `$HILLOCK_STATS_DIR`, or `hillock-<uid>` in `$XDG_RUNTIME_DIR` or `/tmp`.
  package static var directory: String {
    if let directory = Environment.text("HILLOCK_STATS_DIR") { return directory }
    return "\(Environment.text("XDG_RUNTIME_DIR") ?? "/tmp")/hillock-\(getuid())"
  }

  /// Makes the directory if there is none; a `system` error where it cannot be used.
  static func prepareDirectory(_ path: String = directory) throws(HillockError) {
    _ = mkdir(path, 0o700)
    if let objection = objection(to: path) { throw HillockError(.system, objection) }
  }

  /// Why a directory is not used; nil where it is this user's own, closed to others, and no link.
  package static func objection(to path: String = directory) -> String? {
    var info = stat()
    guard lstat(path, &info) == 0 else { return String(cString: strerror(errno)) }
    guard info.st_mode & S_IFMT == S_IFDIR else { return "it is no folder, or a link to one" }
    guard info.st_uid == getuid() else { return "it belongs to another user" }
    return info.st_mode & 0o077 == 0 ? nil : "other users have access to it; take it away with chmod 700"
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
    guard objection(to: path) == nil, let stream = opendir(path) else { return [] }
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
  package static func read(_ path: String) throws(HillockError) -> StatisticsFile {
    try read(try ByteSource(path: path, followsLinks: false), path, patience: patience)
  }

  /// Parses the bytes of a file.
  package static func parse(_ bytes: [UInt8]) throws(HillockError) -> StatisticsFile {
    try read(ByteSource(bytes), "statistics", patience: 0)
  }

  private static func read(_ source: ByteSource, _ path: String, patience: UInt64) throws(HillockError) -> StatisticsFile {
    typealias Header = StatisticsLayout.Header
    guard source.count >= StatisticsLayout.headerByteCount else { throw foreign(path) }
    let header = try source.bytes(at: 0, count: StatisticsLayout.headerByteCount)
    func word(_ offset: Int) -> UInt64 { Self.word(header, offset) }
    guard Array(header[0..<8]) == StatisticsLayout.magic else { throw foreign(path) }
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
      name: StatisticsLayout.text(header[Header.name..<Header.name + Header.nameByteCount]), started: word(Header.started),
      processStart: word(Header.processStart),
      finished: word(Header.finished) == 0 ? nil : word(Header.finished), workers: Int(truncatingIfNeeded: word(Header.workers)),
      instructionSet: InstructionSet(rawValue: Int32(truncatingIfNeeded: word(Header.instructionSet))),
      dropped: word(Header.dropped))
    let available = (source.count - headerByteCount) / recordByteCount
    let recordCount = Int(Swift.min(word(Header.recordCount), UInt64(StatisticsLayout.capacity)))
    guard recordCount <= available else {
      throw HillockError(.format, "\(path): truncated: \(recordCount) records are announced, \(available) are there")
    }
    try file.readRecords(source, recordCount, patience: file.isLive ? patience : 0)
    return file
  }

  /// How long a record that is being written is waited for, in nanoseconds, all records of a file together.
  private static let patience: UInt64 = 100_000_000

  /// Each record is confirmed by itself: it is whole where its sequence number is even, and the same after it was read as before.
  private mutating func readRecords(_ source: ByteSource, _ count: Int, patience: UInt64) throws(HillockError) {
    let deadline = Clock.now() &+ patience
    for index in 0..<count {
      let base = StatisticsLayout.headerByteCount + index * StatisticsLayout.recordByteCount
      var whole = try Self.record(source, base)
      while whole == nil, Clock.now() < deadline {
        usleep(50)
        whole = try Self.record(source, base)
      }
      guard let whole else {
        unfinished += 1
        continue
      }
      if let program = Self.program(whole) { programs.append(program) }
    }
  }

  /// nil: the record is being written.
  private static func record(_ source: ByteSource, _ base: Int) throws(HillockError) -> [UInt8]? {
    let before = word(try source.bytes(at: base + StatisticsLayout.Record.sequence, count: 8), 0)
    guard before & 1 == 0 else { return nil }
    let record = try source.bytes(at: base, count: StatisticsLayout.recordByteCount)
    let after = word(try source.bytes(at: base + StatisticsLayout.Record.sequence, count: 8), 0)
    return after == before ? record : nil
  }

  private static func foreign(_ path: String) -> HillockError {
    HillockError(.format, "\(path): not a statistics file (it does not begin with HILLOCKS)")
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
    bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
  }

  private static func program(_ record: [UInt8]) -> ProgramSnapshot? {
    typealias Record = StatisticsLayout.Record
    func word(_ offset: Int) -> UInt64 { Self.word(record, offset) }
    guard let state = StatisticsLayout.RecordState(rawValue: word(Record.state)), state != .free else { return nil }
    func text(_ offset: Int, _ byteCount: Int) -> String { StatisticsLayout.text(record[offset..<offset + byteCount]) }
    var program = ProgramSnapshot(
      name: text(Record.name, Record.nameByteCount), signature: text(Record.signature, Record.signatureByteCount))
    program.isLive = state == .live
    program.reason = text(Record.reason, Record.reasonByteCount)
    let retrace = text(Record.retrace, Record.retraceByteCount)
    program.retraceReasons = retrace.isEmpty ? [] : [retrace]
    program.detail = text(Record.detail, Record.detailByteCount)
    program.set { word(Record.counters + 8 * $0.rawValue) }
    return program
  }
}
