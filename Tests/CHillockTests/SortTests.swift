import CHillock
import HillockIR
import HillockTestSupport
import Testing

/// Sorts at every level, of lines by one worker and by several, against Swift's sort of keys and places.
@Suite struct SortTests {
  /// Lengths about those of vectors, of networks of them, and of lines that are partitioned.
  private static let lengths = [0, 1, 2, 15, 16, 17, 31, 33, 64, 65, 100, 128, 129, 255, 256, 257, 300, 511, 512, 1000, 5000]

  @Test(arguments: levels) func floats(isa: Int32) {
    var random = SeededRandom(seed: 1)
    let special: [Float] = [0, -0.0, .infinity, -.infinity, .nan, -.nan, .leastNonzeroMagnitude, Float(bitPattern: 0x7f80_0001)]
    for count in Self.lengths {
      let all = (0..<count).map { _ in Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random)) }
      let some = all.map { $0.bitPattern & 3 == 0 ? special[Int($0.bitPattern >> 8 & 7)] : $0 }
      for line in [all, some] { expect(line, .f32, isa) { $0.isNaN ? nil : Double($0) } }
    }
  }

  @Test(arguments: levels) func integers(isa: Int32) {
    var random = SeededRandom(seed: 2)
    for count in Self.lengths {
      let all = (0..<count).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) }
      // Few different ones, all equal, ascending, descending, and one that is everywhere but in a few places.
      let lines = [
        all, all.map { $0 % 3 }, all.map { _ in 7 }, all.indices.map { UInt32($0) }, all.indices.map { UInt32(count - $0) },
        all.map { $0 % 10 == 0 ? $0 : 9 },
      ]
      for line in lines {
        expect(line, .u32, isa) { Double($0) }
        expect(line.map { Int32(bitPattern: $0) }, .i32, isa) { Double($0) }
      }
      expect(all.map { $0 & 1 == 1 }, .bool, isa) { $0 ? 1 : 0 }
      expect(all.map { Double(Int32(bitPattern: $0) % 100) }, .f64, isa) { $0 }
    }
  }

  /// `number` says what is compared; nil, for NaN, comes last.
  private func expect<T>(_ line: [T], _ dtype: DType, _ isa: Int32, _ number: (T) -> Double?) {
    for isDescending in [false, true] {
      let order = line.indices.sorted { i, j in
        switch (number(line[i]), number(line[j])) {
        case (let a?, let b?) where a != b: return isDescending ? a > b : a < b
        case (.some, nil): return true
        case (nil, .some): return false
        default: return i < j
        }
      }
      for payloads in 0...1 {
        for parts: Int64 in [0, 4, 16] {
          let (keys, places) = sorted(line, dtype, isa, isDescending, payloads, parts)
          let text =
            "\(line.count) of \(dtype.name), level \(isa), descending \(isDescending), \(payloads) payloads, \(parts) parts"
          #expect(bytes(keys) == bytes(order.map { line[$0] }), "\(text)")
          if payloads > 0 { #expect(places == order, "\(text)") }
        }
      }
    }
  }

  private func bytes<T>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

  /// The line in order, and the places of its elements; `parts`: as workers share it, or 0.
  private func sorted<T>(
    _ line: [T], _ dtype: DType, _ isa: Int32, _ isDescending: Bool, _ payloads: Int, _ parts: Int64
  ) -> ([T], [Int]) {
    var keys = line, places = Array(line.indices)
    let positions = places, sizes = [Int64(MemoryLayout<T>.size), 8], block: Int64 = 100
    var sort = hk_sort(
      extent: Int64(line.count), stride: 1, payloads: Int64(payloads), dtype: Int32(dtype.rawValue),
      descending: isDescending ? 1 : 0,
      keys: hk_key_sorting(isa))
    let byteCount = Int(parts == 0 ? hk_sort_scratch(&sort) : hk_sort_shared_scratch(&sort, block))
    withUnsafeTemporaryAllocation(byteCount: max(byteCount, 1), alignment: 64) { memory in
      keys.withUnsafeMutableBytes { keys in
        places.withUnsafeMutableBytes { places in
          line.withUnsafeBytes { line in
            positions.withUnsafeBytes { positions in
              let to = [keys.baseAddress, places.baseAddress], from = [line.baseAddress, positions.baseAddress]
              let scratch = memory.baseAddress
              guard parts > 0 else { return hk_sort_line(&sort, to, from, sizes, scratch) }
              let blocks = 0..<(sort.extent + block - 1) / block
              hk_sort_start(&sort, block, scratch)
              for number in blocks { hk_sort_fill(&sort, block, number, line.baseAddress, scratch) }
              if hk_sort_splits(&sort) != 0, !blocks.isEmpty {
                hk_sort_split(&sort, block, parts, scratch)
                for part in 0..<parts { hk_sort_part(&sort, block, part, scratch) }
              } else {
                for _ in 0..<hk_sort_digits(&sort) {
                  for number in blocks { hk_sort_count(&sort, block, number, scratch) }
                  hk_sort_place(&sort, block, scratch)
                  for number in blocks { hk_sort_move(&sort, block, number, scratch) }
                }
              }
              for number in blocks { hk_sort_finish(&sort, block, number, to, from, sizes, scratch) }
              hk_sort_restore(&sort, keys.baseAddress, line.baseAddress, scratch)
            }
          }
        }
      }
    }
    return (keys, places)
  }
}
