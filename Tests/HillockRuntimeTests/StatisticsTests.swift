import Dispatch
import HillockBytecode
import HillockIR
import HillockTestSupport
import Synchronization
import Testing

@testable import HillockRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite struct StatisticsTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func bytes(_ path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4 << 20)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    return bytes
  }

  private func write(_ bytes: [UInt8], _ path: String) throws {
    let file = try #require(fopen(path, "w"))
    #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    fclose(file)
  }

  /// A published program, and the file it is published in.
  private func published() throws -> (statistics: ProgramStatistics, path: String) {
    let path = folder["4711"]
    let publisher = try StatisticsPublisher(path: path)
    let statistics = ProgramStatistics(
      name: "gelu", signature: "f32[10] → f32[10]", volume: ProgramVolume(work: 90, elements: 10, bytes: 80))
    statistics.note(tier: .interpreter, reason: TierReason.cold)
    statistics.countCall(.interpreter)
    statistics.publish(in: try #require(publisher.nextRecord()))
    return (statistics, path)
  }

  @Test func roundTrip() throws {
    let (statistics, path) = try published()
    for _ in 0..<4 { statistics.countCall(.interpreter) }
    statistics.countCall(.native)
    statistics.addTime(.native, 55)
    statistics.noteRetrace("argument 0: f32[9] → f32[10]")
    statistics.countBarrierChecks(3)
    #expect(statistics.noteFailure(NativeFailure(stage: .compile, reason: "compile-failed", detail: "?")) == 1)
    var file = try StatisticsFile.read(path)
    #expect(file.process == Int(getpid()))
    #expect(file.finished == nil)
    #expect(file.isLive)
    #expect(file.workers == Configuration.workers)
    #expect(file.instructionSet == .current)
    let expected = statistics.snapshot
    #expect(expected.interpretedCalls == 5)
    #expect(expected.detail == "compile: ?")
    #expect(expected.bytes == 80 && expected.elements == 10)
    #expect(expected.time(.native) == 55 && expected.time(.interpreter) == nil)
    #expect(file.programs == [expected])
    statistics.finish()
    file = try StatisticsFile.read(path)
    #expect(file.programs.first?.isLive == false)
  }

  /// Counters taken back from the file go on where they were.
  @Test func withdrawing() throws {
    let (statistics, path) = try published()
    let record = try #require(statistics.withdraw())
    record.free()
    statistics.countCall(.interpreter)
    #expect(statistics.calls(.interpreter) == 2)
    #expect(try StatisticsFile.read(path).programs.isEmpty)
  }

  /// The compiler's words may be of any length: the file has their beginning.
  @Test func aCompilersWordsAreBounded() throws {
    let (statistics, path) = try published()
    let words = String(repeating: "unit:1: error: ';' expected\n", count: 100)
    _ = statistics.noteFailure(NativeFailure(stage: .compile, reason: "c-compile-failed", detail: words))
    let detail = try #require(try StatisticsFile.read(path).programs.first?.detail)
    #expect(detail == String("compile: \(words)".prefix(512)))
  }

  @Test func longTextsAreCutAtACharacter() throws {
    let path = folder["1"]
    let publisher = try StatisticsPublisher(path: path)
    let statistics = ProgramStatistics(
      name: String(repeating: "→", count: 100), signature: "", volume: ProgramVolume(work: 0, elements: 0, bytes: 0))
    statistics.publish(in: try #require(publisher.nextRecord()))
    #expect(try StatisticsFile.read(path).programs.first?.name == String(repeating: "→", count: 42))
  }

  @Test func truncatedFiles() throws {
    let (_, path) = try published()
    let whole = try bytes(path)
    for count in [0, 1, 7, 8, 100, 255, 256, 257, 1_000, 2_303] {
      try write(Array(whole.prefix(count)), path)
      #expect { try StatisticsFile.read(path) } throws: { ($0 as? HillockError)?.code == .format }
    }
    try write(Array(whole.prefix(2_304)), path)
    #expect(try StatisticsFile.read(path).programs.count == 1)
  }

  #if os(Linux)
    /// Numbers are given again: a process that was started at another time is another one.
    @Test func aLaterProcessOfTheSameNumberIsNotTakenForTheOneThatIsGone() throws {
      let (_, path) = try published()
      var bytes = try self.bytes(path)
      #expect(try StatisticsFile.parse(bytes).isLive)
      // (field 22 of proc(5)'s stat, at 80 in the header)
      let stat = String(decoding: try self.bytes("/proc/self/stat"), as: UTF8.self)
      let start = try #require(stat.split(separator: ")").last?.split(separator: " ").dropFirst(19).first.flatMap { UInt64($0) })
      #expect(withUnsafeBytes(of: start.littleEndian) { Array($0) } == Array(bytes[80..<88]))
      bytes[80] ^= 1
      #expect(try !StatisticsFile.parse(bytes).isLive)
      // A file of an earlier build does not say when its process was started.
      bytes.replaceSubrange(80..<88, with: [UInt8](repeating: 0, count: 8))
      #expect(try StatisticsFile.parse(bytes).isLive)
    }
  #endif

  /// Whatever the bytes, reading gives a value or an error.
  @Test func garbage() throws {
    let (_, path) = try published()
    let whole = Array(try bytes(path).prefix(256 + 2 * 2048))
    var random = SeededRandom(seed: 6)
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        bytes[Int.random(in: 8..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      _ = try? StatisticsFile.parse(bytes)
    }
    #expect { try StatisticsFile.parse(Array("HILLOCK?".utf8) + whole.dropFirst(8)) } throws: {
      ($0 as? HillockError)?.message.contains("HILLOCKS") ?? false
    }
    var other = whole
    other[8] = 1
    #expect { try StatisticsFile.parse(other) } throws: {
      ($0 as? HillockError)?.message.contains("version 1 of the statistics file; this build reads version 2") ?? false
    }
  }

  @Test func whatIsNoFileIsRefused() throws {
    let directory = folder.path
    #expect { try StatisticsFile.read("\(directory)/none") } throws: { ($0 as? HillockError)?.code == .system }
    #expect { try StatisticsFile.read(directory) } throws: { ($0 as? HillockError)?.message.contains("is no file") ?? false }
    #expect(symlink("/etc/passwd", "\(directory)/2") == 0)
    #expect(throws: HillockError.self) { try StatisticsFile.read("\(directory)/2") }
    mkfifo("\(directory)/3", 0o600)
    #expect(throws: HillockError.self) { try StatisticsFile.read("\(directory)/3") }
  }

  /// The directory must be this user's own, closed to others, and no link; the file is closed to others.
  @Test func permissions() throws {
    let directory = folder.path
    try StatisticsFile.prepareDirectory(directory)
    try StatisticsFile.prepareDirectory("\(directory)/new")
    #expect(symlink("\(directory)/new", "\(directory)/link") == 0)
    func refusal(_ path: String) throws -> String { try #require(StatisticsFile.objection(to: path)) }
    #expect(try refusal("\(directory)/link") == "it is no folder, or a link to one")
    #expect(try refusal("\(directory)/none") == "No such file or directory")
    #expect(throws: HillockError.self) { try StatisticsFile.prepareDirectory("\(directory)/none/deeper") }
    #expect(mkdir("\(directory)/open", 0o755) == 0 && chmod("\(directory)/open", 0o755) == 0, "whatever the umask is")
    #expect(try refusal("\(directory)/open") == "other users have access to it; take it away with chmod 700")
    #expect(throws: HillockError.self) { try StatisticsFile.prepareDirectory("\(directory)/open") }
    // A link in the file's place is replaced, not followed.
    try write([1, 2, 3], "\(directory)/victim")
    #expect(symlink("\(directory)/victim", "\(directory)/5") == 0)
    _ = try StatisticsPublisher(path: "\(directory)/5")
    #expect(try bytes("\(directory)/victim") == [1, 2, 3])
    var info = stat()
    #expect(lstat("\(directory)/5", &info) == 0)
    #expect(info.st_mode & 0o777 == 0o600)
  }

  @Test func theRegistryListsLiveAndFinishedPrograms() throws {
    let name = "registered\(UInt32.random(in: 0...UInt32.max))"
    func snapshot() -> ProgramSnapshot? { Statistics.snapshot().first { $0.name == name } }
    do {
      let graph = try graph([ArrayType(.f32, [])], name: name) { builder, a in
        [try builder.elementwise(op("neg"), [a[0]])]
      }
      let executable = try executable(graph)
      _ = try run(executable, [storage([1] as [Float])])
      let live = try #require(snapshot())
      #expect(live.isLive)
      #expect(live.calls == 1)
      #expect(live.signature == "test")
    }
    let finished = try #require(snapshot())
    #expect(!finished.isLive)
    #expect(finished.interpretedCalls == 1)
  }

  // MARK: Reading while a record is written

  /// A reader of a record that is being changed gets one state or the next, never a mixture, or is told that there was none.
  @Test func readingWhileWriting() throws {
    let (statistics, path) = try published()
    let isDone = Atomic<Bool>(false)
    let failures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 2) { thread in
      if thread == 0 {
        for round in 0..<3_000 {
          statistics.note(tier: .interpreter, reason: String(repeating: round % 2 == 0 ? "a" : "b", count: 60))
        }
        isDone.store(true, ordering: .releasing)
        return
      }
      repeat {
        guard let file = try? StatisticsFile.read(path), file.programs.count + file.unfinished == 1 else {
          failures.add(1, ordering: .relaxed)
          continue
        }
        let isWhole = file.programs.allSatisfy { $0.reason == TierReason.cold || Set($0.reason).count == 1 }
        if !isWhole { failures.add(1, ordering: .relaxed) }
      } while !isDone.load(ordering: .acquiring)
    }
    #expect(failures.load(ordering: .relaxed) == 0)
    #expect(try StatisticsFile.read(path).programs.map(\.reason) == [String(repeating: "b", count: 60)])
  }

  /// A process that is killed in the middle of a record leaves it so: it is counted, not shown, and the others are shown.
  @Test func aRecordThatStaysHalfWrittenIsLeftOut() throws {
    let path = folder["1"]
    let publisher = try StatisticsPublisher(path: path)
    let programs = (0..<3).map {
      ProgramStatistics(name: "p\($0)", signature: "", volume: ProgramVolume(work: 0, elements: 0, bytes: 0))
    }
    for program in programs { program.publish(in: try #require(publisher.nextRecord())) }
    var whole = try bytes(path)
    let second = StatisticsLayout.headerByteCount + StatisticsLayout.recordByteCount
    whole[second + StatisticsLayout.Record.sequence] |= 1
    whole.replaceSubrange(
      second + StatisticsLayout.Record.name..<second + StatisticsLayout.Record.name + 2, with: Array("q9".utf8))
    try write(whole, path)
    let file = try StatisticsFile.read(path)
    #expect(file.programs.map(\.name) == ["p0", "p2"])
    #expect(file.unfinished == 1)
    // A process of this number lives: its record might have become whole.
    #expect(file.isLive)
  }

  /// A record that serves another program shows neither's counters under the other's name.
  @Test func aRecordInUseAgainShowsOneProgram() throws {
    let path = folder["1"]
    let publisher = try StatisticsPublisher(path: path)
    let programs = (1...2).map { number in
      let program = ProgramStatistics(
        name: "p\(number)", signature: "", volume: ProgramVolume(work: number, elements: 0, bytes: 0))
      for _ in 0..<number { program.countCall(.interpreter) }
      return program
    }
    let isDone = Atomic<Bool>(false)
    let record = try #require(publisher.nextRecord())
    programs[0].publish(in: record)
    let mixtures = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 2) { thread in
      if thread == 0 {
        for round in 0..<3_000 {
          _ = programs[round % 2].withdraw()
          programs[(round + 1) % 2].publish(in: record)
        }
        isDone.store(true, ordering: .releasing)
        return
      }
      repeat {
        for program in (try? StatisticsFile.read(path))?.programs ?? [] where program.name != "p\(program.interpretedCalls)" {
          mixtures.add(1, ordering: .relaxed)
        }
      } while !isDone.load(ordering: .acquiring)
    }
    #expect(mixtures.load(ordering: .relaxed) == 0)
  }

  @Test func onlyTheNewestFilesOfProcessesThatAreGoneAreKept() throws {
    let directory = folder.path
    // Numbers beyond the largest that Linux gives a process (2^22).
    let gone = (1...StatisticsFile.keptFiles + 5).map { (1 << 22) + $0 }
    for (age, process) in gone.enumerated() {
      let path = "\(directory)/\(process)"
      try write([1], path)
      var times = [timeval(tv_sec: 1_000_000 - age, tv_usec: 0), timeval(tv_sec: 1_000_000 - age, tv_usec: 0)]
      #expect(utimes(path, &times) == 0)
    }
    // A living process's file is the oldest, and stays.
    let own = "\(directory)/\(getpid())"
    try write([1], own)
    var times = [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]
    #expect(utimes(own, &times) == 0)
    StatisticsFile.removeOld(in: directory)
    let left = StatisticsFile.list(in: directory).map(\.process)
    #expect(left == [Int(getpid())] + gone.prefix(StatisticsFile.keptFiles))
  }
}
