import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One program's record in the mapped file. The mapping stays as long as the process, so the address does.
struct UnsafeRecord: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  var counters: UnsafeMutablePointer<Atomic<UInt64>> {
    (base + StatisticsLayout.Record.counters).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  private var sequence: UnsafeMutablePointer<Atomic<UInt64>> {
    (base + StatisticsLayout.Record.sequence).assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  /// Writes state and texts, and the counters where they are given. One writer at a time; readers see the sequence odd
  /// meanwhile.
  func write(_ texts: StatisticsLayout.Texts, counters values: ((Counter) -> UInt64)? = nil) {
    change(texts.isLive ? .live : .finished) {
      typealias Record = StatisticsLayout.Record
      if let values {
        for counter in Counter.allCases { counters[counter.rawValue].store(values(counter), ordering: .relaxed) }
      }
      field(Record.name, Record.nameByteCount, texts.name)
      field(Record.signature, Record.signatureByteCount, texts.signature)
      field(Record.reason, Record.reasonByteCount, texts.reason)
      field(Record.retrace, Record.retraceByteCount, texts.retrace)
      field(Record.detail, Record.detailByteCount, texts.detail)
    }
  }

  func free() { change(.free) {} }

  private func change(_ state: StatisticsLayout.RecordState, _ body: () -> Void) {
    sequence.pointee.add(1, ordering: .acquiringAndReleasing)
    body()
    base.storeBytes(of: state.rawValue.littleEndian, toByteOffset: StatisticsLayout.Record.state, as: UInt64.self)
    sequence.pointee.add(1, ordering: .releasing)
  }

  private func field(_ offset: Int, _ byteCount: Int, _ text: String) {
    StatisticsLayout.write(text, to: UnsafeMutableRawBufferPointer(start: base + offset, count: byteCount))
  }
}

/// The mapped file of this process. Where it cannot be made, nothing is published, and a warning says so. Used under the
/// registry's lock.
final class StatisticsPublisher: @unchecked Sendable {
  let path: String
  private let base: UnsafeMutableRawPointer
  private var used = 0
  private var freed: [UnsafeRecord] = []

  /// The mapping to close when the process ends.
  private static let finishedWord = Atomic<UInt>(0)
  /// The process it belongs to: a forked child that ends has not finished its parent.
  private static let owner = Atomic<Int32>(0)

  convenience init() throws(HillockError) {
    let directory = StatisticsFile.directory
    try StatisticsFile.prepareDirectory(directory)
    StatisticsFile.removeOld(in: directory)
    try self.init(path: "\(directory)/\(getpid())")
  }

  init(path: String) throws(HillockError) {
    self.path = path
    let byteCount = StatisticsLayout.headerByteCount + StatisticsLayout.capacity * StatisticsLayout.recordByteCount
    // A file of an earlier process of this number; a link is removed, never followed.
    unlink(path)
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw FileBytes.systemError("a file in it cannot be made") }
    defer { close(file) }
    // Reserved now, so that a full disk shows here and not as a signal at a later store.
    errno = posix_fallocate(file, 0, off_t(byteCount))
    guard errno == 0, let base = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), base != MAP_FAILED else {
      let failure = FileBytes.systemError("a file in it cannot be made")
      unlink(path)
      throw failure
    }
    self.base = base
    writeHeader()
  }

  private func writeHeader() {
    typealias Header = StatisticsLayout.Header
    func put32(_ value: UInt32, _ offset: Int) {
      base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
    }
    put32(StatisticsLayout.version, Header.version)
    put32(UInt32(StatisticsLayout.headerByteCount), Header.headerByteCount)
    put32(UInt32(StatisticsLayout.recordByteCount), Header.recordByteCount)
    put32(UInt32(StatisticsLayout.capacity), Header.capacity)
    put(UInt64(getpid()), Header.process)
    put(ProcessStart.ticks(of: getpid()), Header.processStart)
    put(WallClock.now(), Header.started)
    put(UInt64(Configuration.workers), Header.workers)
    put(UInt64(InstructionSet.current.rawValue), Header.instructionSet)
    StatisticsLayout.write(
      ProcessArguments.executableName,
      to: UnsafeMutableRawBufferPointer(start: base + Header.name, count: Header.nameByteCount))
    // The magic last: a file without it is not ready.
    for (index, byte) in StatisticsLayout.magic.enumerated() { base.storeBytes(of: byte, toByteOffset: index, as: UInt8.self) }
    Self.owner.store(getpid(), ordering: .relaxed)
    Self.finishedWord.store(UInt(bitPattern: base + Header.finished), ordering: .releasing)
    atexit {
      let word = StatisticsPublisher.finishedWord.load(ordering: .acquiring)
      guard getpid() == StatisticsPublisher.owner.load(ordering: .relaxed) else { return }
      UnsafeMutableRawPointer(bitPattern: word)?.storeBytes(of: WallClock.now().littleEndian, as: UInt64.self)
    }
  }

  private func put(_ value: UInt64, _ offset: Int) {
    base.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
  }

  /// A record nobody uses; nil where all are taken.
  func nextRecord() -> UnsafeRecord? {
    if let record = freed.popLast() { return record }
    guard used < StatisticsLayout.capacity else { return nil }
    let record = UnsafeRecord(base: base + StatisticsLayout.headerByteCount + used * StatisticsLayout.recordByteCount)
    used += 1
    put(UInt64(used), StatisticsLayout.Header.recordCount)
    return record
  }

  /// Gives a record back for another program.
  func reuse(_ record: UnsafeRecord) {
    record.free()
    freed.append(record)
  }

  func noteDropped() {
    let offset = StatisticsLayout.Header.dropped
    put(UInt64(littleEndian: base.load(fromByteOffset: offset, as: UInt64.self)) + 1, offset)
  }
}
