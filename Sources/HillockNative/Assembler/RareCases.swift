#if Native && arch(x86_64)
  import CHillock
  import CZydis
  import HillockIR

  /// A rare case in vector code, with its registers. The vector stays in its register unless a lane of it is one.
  struct PlacedRareCase {
    let op: ElementwiseOp
    let dtype: DType
    let bytes: Int
    /// What is common in all lanes, and becomes the result; the operand; the lanes that are rare.
    let value: hk_asm_operand, argument: hk_asm_operand, condition: hk_asm_operand

    /// The vectors of the value and of the operand, which a C function is given.
    static let frameBytes = 128
  }

  extension FunctionCode {
    /// Where a lane is rare, has `hk_rare`'s function put its value there. That keeps all registers but the scratch pointer.
    mutating func callRare(_ rare: PlacedRareCase) throws(FusionBarrier) {
      guard let function = hk_rare(frame.level.rawValue, Int32(rare.op.code), Int32(rare.dtype.rawValue)) else { throw .encoder }
      let isCommon = label(), caller = rareCaller ?? label()
      rareCaller = caller
      try emit(frame.level == .avx512 ? ZYDIS_MNEMONIC_KORTESTW : ZYDIS_MNEMONIC_VPTEST, rare.condition, rare.condition)
      jump(isCommon, if: .zero)
      let value = hk_asm_operand.memory(ZYDIS_REGISTER_RSP, displacement: rareBase, bytes: rare.bytes)
      let argument = hk_asm_operand.memory(ZYDIS_REGISTER_RSP, displacement: rareBase + 64, bytes: rare.bytes)
      try emitVector(ZYDIS_MNEMONIC_VMOVUPS, value, rare.value)
      try emitVector(ZYDIS_MNEMONIC_VMOVUPS, argument, rare.argument)
      try emit(address: unsafeBitCast(function, to: Int.self), to: LoopFrame.scratch)
      call(caller)
      try emitVector(ZYDIS_MNEMONIC_VMOVUPS, rare.value, value)
      bind(isCommon)
    }

    /// What the rare cases of a function call: it saves the registers that a C function may change, and calls the one at the scratch
    /// pointer.
    mutating func writeRareCaller() throws(FusionBarrier) {
      guard let rareCaller else { return }
      bind(rareCaller)
      let pointers = [
        LoopFrame.position, LoopFrame.limit, LoopFrame.constants, LoopFrame.lane, LoopFrame.second,
        ZYDIS_REGISTER_RCX, ZYDIS_REGISTER_R8, ZYDIS_REGISTER_R9,
      ]
      let masks = frame.level == .avx512 ? 8 : 0, vectors = frame.level.vectorRegisters, bytes = frame.level.registerBytes
      let vectorBase = 8 * (pointers.count + masks)
      // With the address of return, a multiple of 64.
      let size = (vectorBase + vectors * bytes + 8 + 63) & ~63
      func place(_ offset: Int, _ bytes: Int) -> hk_asm_operand {
        .memory(ZYDIS_REGISTER_RSP, displacement: offset, bytes: bytes)
      }
      func move(isSave: Bool) throws(FusionBarrier) {
        func move(_ mnemonic: ZydisMnemonic, _ register: hk_asm_operand, _ memory: hk_asm_operand) throws(FusionBarrier) {
          if isSave { try emitVector(mnemonic, memory, register) } else { try emitVector(mnemonic, register, memory) }
        }
        for (i, pointer) in pointers.enumerated() { try move(ZYDIS_MNEMONIC_MOV, .register(pointer), place(8 * i, 8)) }
        for i in 0..<masks {
          let mask = hk_asm_operand.register(ZYDIS_REGISTER_K0.code + Int32(i))
          try move(ZYDIS_MNEMONIC_KMOVW, mask, place(8 * (pointers.count + i), 2))
        }
        let first = bytes == 64 ? ZYDIS_REGISTER_ZMM0 : ZYDIS_REGISTER_YMM0
        for i in 0..<vectors {
          try move(ZYDIS_MNEMONIC_VMOVUPS, .register(first.code + Int32(i)), place(vectorBase + bytes * i, bytes))
        }
      }
      try emit(ZYDIS_MNEMONIC_SUB, .register(ZYDIS_REGISTER_RSP), .immediate(size - 8))
      try move(isSave: true)
      try emit(ZYDIS_MNEMONIC_MOV, .register(ZYDIS_REGISTER_EDI), .immediate(program.positions))
      try emit(ZYDIS_MNEMONIC_LEA, .register(ZYDIS_REGISTER_RSI), place(size + rareBase, 8))
      try emit(ZYDIS_MNEMONIC_LEA, .register(ZYDIS_REGISTER_RDX), place(size + rareBase + 64, 8))
      try emit(ZYDIS_MNEMONIC_VZEROUPPER)
      try emit(ZYDIS_MNEMONIC_CALL, .register(LoopFrame.scratch))
      try move(isSave: false)
      try emit(ZYDIS_MNEMONIC_ADD, .register(ZYDIS_REGISTER_RSP), .immediate(size - 8))
      try emit(ZYDIS_MNEMONIC_RET)
    }

    /// An instruction that may need the encodings of AVX-512.
    private mutating func emitVector(_ mnemonic: ZydisMnemonic, _ operands: hk_asm_operand...) throws(FusionBarrier) {
      try emit(hk_asm_instruction(mnemonic, operands, evex: frame.level == .avx512))
    }
  }
#endif
