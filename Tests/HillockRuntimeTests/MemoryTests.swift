import Dispatch
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

@Suite struct SizeClassTests {
  @Test func everyRequestFitsAndWastesLittle() {
    var sizes = Set<Int>()
    for exponent in 0..<48 {
      for delta in [-65, -64, -1, 0, 1, 63, 64, 65] { sizes.insert(max(0, (1 << exponent) + delta)) }
      sizes.insert((3 << exponent) / 2)
    }
    for size in sizes.sorted() {
      let sizeClass = SizeClass(fitting: size)
      #expect(sizeClass.byteCount >= size)
      #expect(sizeClass.byteCount % 64 == 0)
      #expect(sizeClass.index < SizeClass.count)
      #expect(SizeClass.byteCount(at: sizeClass.index) == sizeClass.byteCount, "\(size)")
      // An eighth, or the granule: 64 bytes, or 2 MiB for large ones.
      let granule = sizeClass.isLarge ? Parameters.largeAllocation : 64
      #expect(sizeClass.byteCount - size <= max(granule, size / 8 + 1), "\(size)")
      #expect(sizeClass.isLarge == (sizeClass.byteCount % Parameters.largeAllocation == 0), "\(size)")
    }
  }

  @Test func classesAreInOrderOfSize() {
    var previous = SizeClass(fitting: 0)
    for size in stride(from: 0, to: 20 << 20, by: 4_093) {
      let next = SizeClass(fitting: size)
      #expect(next.byteCount >= previous.byteCount)
      #expect((next.index == previous.index) == (next.byteCount == previous.byteCount))
      previous = next
    }
  }
}

@Suite struct MemoryPoolTests {
  /// Beyond the limit there is an error before the system runs out of memory; what was given back counts no more.
  @Test func aLimitIsKept() throws {
    let pool = MemoryPool(idleLimit: 1 << 30, limit: 10 << 20)
    let first = try pool.take(byteCount: 6 << 20)
    let error = #expect(throws: HillockError.self) { try pool.take(byteCount: 6 << 20) }
    #expect(error?.code == .system && error?.message.contains("HILLOCK_MEMORY") == true)
    #expect(pool.usage.liveBytes == 6 << 20)
    let small = try pool.take(byteCount: 4 << 20)
    pool.give(first)
    // 6 MiB are idle, and make room for a block of another size.
    let second = try pool.take(byteCount: 5 << 20)
    #expect(pool.usage.liveBytes + pool.usage.idleBytes <= 10 << 20)
    pool.give(small)
    pool.give(second)
    #expect(throws: HillockError.self) { try pool.take(byteCount: 11 << 20) }
  }

  @Test func theLimitIsANumberOfBytes() {
    let texts: [(String, Int?)] = [
      ("0", 0), ("1000", 1000), ("2K", 2048), ("3m", 3 << 20), ("8G", 8 << 30), ("1T", 1 << 40), ("", nil), ("G", nil),
      ("-1", nil),
      ("1.5G", nil), ("8GB", nil), ("99999999999G", nil),
    ]
    for (text, bytes) in texts { #expect(Environment.byteCount(in: text) == bytes, "\(text)") }
  }

  @Test func alignment() throws {
    let pool = MemoryPool(idleLimit: 0)
    for size in [0, 1, 64, 65, 4096, 1 << 20, 2 << 20, (2 << 20) + 1, 9 << 20] {
      let block = try pool.take(byteCount: size)
      let alignment = size >= Parameters.largeAllocation ? Parameters.largeAllocation : 64
      #expect(Int(bitPattern: block.base) % alignment == 0, "\(size)")
      // All of it is there to be written.
      block.base.initializeMemory(as: UInt8.self, repeating: 7, count: size)
      pool.give(block)
    }
    #expect(pool.usage.liveBytes == 0)
    #expect(pool.usage.idleBytes == 0)
  }

  @Test func freedMemoryIsUsedAgain() throws {
    let pool = MemoryPool(idleLimit: 1 << 30)
    for size in [100, 5_000, 3 << 20] {
      let first = try pool.take(byteCount: size)
      pool.give(first)
      let second = try pool.take(byteCount: size)
      #expect(first.base == second.base)
      pool.give(second)
    }
  }

  /// What has been left alone longest goes back to the system first.
  @Test func idleMemoryIsBounded() throws {
    let pool = MemoryPool(idleLimit: 10 << 10)
    let old = try pool.take(byteCount: 8 << 10), new = try pool.take(byteCount: 4 << 10)
    pool.give(old)
    #expect(pool.usage.idleBytes == 8 << 10)
    pool.give(new)
    #expect(pool.usage.idleBytes == 4 << 10)
    #expect(try pool.take(byteCount: 4 << 10).base == new.base)
    #expect(pool.usage.idleBytes == 0)
    pool.give(try pool.take(byteCount: 1 << 20))
    #expect(pool.usage.idleBytes <= 10 << 10)
  }

  /// Large blocks of many sizes, one after the other, take no more than what was live at once and the floor; what is below it stays.
  @Test func idleMemoryMakesRoomForOtherSizes() throws {
    let pool = MemoryPool(idleLimit: 64 << 30), floor = Parameters.idleMemoryFloor
    var most = 0
    for megabytes in [300, 500, 350, 900, 700, 290, 410] {
      let block = try pool.take(byteCount: megabytes << 20)
      most = max(most, pool.usage.liveBytes)
      pool.give(block)
    }
    #expect(most >= 900 << 20 && pool.usage.peakBytes <= most + floor)
    let small = MemoryPool(idleLimit: 64 << 30), first = try small.take(byteCount: 100 << 20)
    small.give(first)
    small.give(try small.take(byteCount: 50 << 20))
    #expect(small.usage.idleBytes >= 150 << 20)
    #expect(try small.take(byteCount: 100 << 20).base == first.base)
  }

  /// The peak counts what is idle as well: it is the process's memory all the same.
  @Test func thePeakIsTheMostThereWasAtOnce() throws {
    let pool = MemoryPool(idleLimit: 6 << 10)
    let first = try pool.take(byteCount: 4 << 10), second = try pool.take(byteCount: 2 << 10)
    #expect(pool.usage.peakBytes == 6 << 10)
    pool.give(first)
    // An idle block of 4 KiB, and two live ones of 2 KiB.
    let third = try pool.take(byteCount: 2 << 10)
    #expect(pool.usage.peakBytes == 8 << 10)
    pool.give(second)
    pool.give(third)
    #expect(pool.usage.peakBytes == 8 << 10)
    pool.resetPeak()
    #expect(pool.usage.peakBytes == pool.usage.idleBytes)
  }

  @Test func moreThanThereIsIsAnError() {
    for size in [-1, 1 << 51, Int.max] {
      #expect { try MemoryPool.shared.take(byteCount: size) } throws: { ($0 as? HillockError)?.code == .system }
    }
  }

  /// Blocks that are out at the same time never overlap, whichever threads take and give them.
  @Test func threads() throws {
    let pool = MemoryPool(idleLimit: 1 << 20)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      var random = SeededRandom(seed: UInt64(thread))
      for _ in 0..<2_000 {
        let size = Int(random.next() % 20_000) + 8
        guard let block = try? pool.take(byteCount: size) else { continue }
        let mark = UInt8(truncatingIfNeeded: random.next())
        block.base.initializeMemory(as: UInt8.self, repeating: mark, count: size)
        let bytes = UnsafeRawBufferPointer(start: block.base, count: size)
        #expect(bytes.allSatisfy { $0 == mark })
        pool.give(block)
      }
    }
    #expect(pool.usage.liveBytes == 0)
  }

  @Test func emptyArraysHaveStorage() throws {
    #expect(try Storage.allocate(byteCount: 0).byteCount == 0)
    #expect(Storage.empty.bytes.isEmpty)
  }
}
