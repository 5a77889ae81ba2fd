import CHillock
import HillockIR
import Testing

/// Threefry-2x32-20 against the known answers of Random123 (kat_vectors), through counters that a first index can name.
@Suite struct RandomBitsTests {
  struct KnownAnswer: Sendable { var counter: UInt64, key: [UInt32], words: (UInt32, UInt32) }

  static let answers = [
    KnownAnswer(counter: 0, key: [0, 0], words: (0x6b20_0159, 0x99ba_4efe)),
    KnownAnswer(counter: .max, key: [.max, .max], words: (0x1cb9_96fc, 0xbb00_2be7)),
    KnownAnswer(counter: 0x85a3_08d3_243f_6a88, key: [0x1319_8a2e, 0x0370_7344], words: (0xc492_3a9c, 0x483d_f7a0)),
  ]

  @Test func knownAnswers() {
    for level in levels {
      for answer in Self.answers {
        var word: UInt32 = 0, block: UInt64 = 0
        hk_random_bits(level)(1, &word, Int32(DType.u32.rawValue), answer.key, Int64(bitPattern: answer.counter))
        hk_random_bits(level)(1, &block, Int32(DType.u64.rawValue), answer.key, Int64(bitPattern: answer.counter))
        #expect(word == answer.words.0)
        #expect(block == UInt64(answer.words.1) << 32 | UInt64(answer.words.0))
      }
    }
  }

  /// Element i is the block of counter first + i, wherever a tile begins and however long it is.
  @Test func everyElementIsItsOwnBlock() {
    let key: [UInt32] = [17, 42], first: Int64 = 0xFFFF_FFF0
    var reference = [UInt64](repeating: 0, count: 201)
    for i in reference.indices { hk_random_bits(0)(1, &reference[i], Int32(DType.u64.rawValue), key, first + Int64(i)) }
    for level in levels {
      for count in 0...200 {
        var blocks = [UInt64](repeating: 1, count: count + 1), words = [UInt32](repeating: 1, count: count + 1)
        hk_random_bits(level)(Int64(count), &blocks, Int32(DType.u64.rawValue), key, first)
        hk_random_bits(level)(Int64(count), &words, Int32(DType.u32.rawValue), key, first)
        #expect(blocks == reference[..<count] + [1])
        #expect(words == reference[..<count].map { UInt32(truncatingIfNeeded: $0) } + [1])
      }
    }
  }
}
