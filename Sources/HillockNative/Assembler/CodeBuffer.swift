#if Native && arch(x86_64)
  import CZydis

  /// Machine code while it is written: instructions through the Zydis encoder, and jumps within the code.
  struct CodeBuffer {
    /// What an x86 condition code tests, as it is encoded.
    enum Condition: UInt8 {
      case greaterOrEqual = 0xd
      case greater = 0xf
      case lessOrEqual = 0xe
      case less = 0xc
      case notZero = 0x5
      case zero = 0x4
    }

    struct Label { fileprivate var id: Int }

    private(set) var bytes: [UInt8] = []
    private var labels: [Int?] = []
    private var jumps: [(at: Int, label: Int)] = []

    mutating func emit(_ instruction: hk_asm_instruction) throws(FusionBarrier) {
      var instruction = instruction
      // Room for the longest instruction.
      var code: (UInt64, UInt64) = (0, 0)
      let length = withUnsafeMutableBytes(of: &code) { room -> Int in
        let start = room.bindMemory(to: UInt8.self).baseAddress
        let length = hk_asm_encode(&instruction, start)
        if CodeChecks.isEnabled, length > 0, hk_asm_matches(&instruction, start, length) == 0 { return 0 }
        bytes += room[..<length]
        return length
      }
      guard length > 0 else { throw .encoder }
    }

    mutating func emit(_ mnemonic: ZydisMnemonic, _ operands: hk_asm_operand...) throws(FusionBarrier) {
      try emit(hk_asm_instruction(mnemonic, operands))
    }

    mutating func label() -> Label {
      labels.append(nil)
      return Label(id: labels.count - 1)
    }

    mutating func bind(_ label: Label) { labels[label.id] = bytes.count }

    mutating func jump(_ label: Label, if condition: Condition? = nil) {
      if let condition { bytes += [0x0f, 0x80 | condition.rawValue] } else { bytes.append(0xe9) }
      jumps.append((bytes.count, label.id))
      bytes += [0, 0, 0, 0]
    }

    mutating func call(_ label: Label) {
      bytes.append(0xe8)
      jumps.append((bytes.count, label.id))
      bytes += [0, 0, 0, 0]
    }

    /// Fills with no-operations up to a multiple.
    mutating func align(_ multiple: Int) {
      while bytes.count % multiple != 0 { bytes.append(0x90) }
    }

    /// The finished code.
    mutating func finish() -> [UInt8] {
      for jump in jumps {
        let distance = Int32(truncatingIfNeeded: (labels[jump.label] ?? 0) - (jump.at + 4))
        withUnsafeBytes(of: distance.littleEndian) { bytes.replaceSubrange(jump.at..<jump.at + 4, with: $0) }
      }
      return bytes
    }
  }
#endif
