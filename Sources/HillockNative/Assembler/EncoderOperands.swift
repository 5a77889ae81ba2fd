#if Native && arch(x86_64)
  import CZydis

  extension ZydisRegister {
    var code: Int32 { Int32(bitPattern: rawValue) }
  }

  extension Int {
    /// The kinds of `hk_asm_operand`, which are imported as Int.
    var code: Int32 { Int32(self) }
  }

  extension hk_asm_operand {
    static func register(_ code: Int32) -> hk_asm_operand {
      hk_asm_operand(kind: HK_ASM_REGISTER.code, reg: code, index: 0, scale: 0, size: 0, value: 0)
    }

    static func register(_ register: ZydisRegister) -> hk_asm_operand { .register(register.code) }

    static func immediate(_ value: Int) -> hk_asm_operand {
      hk_asm_operand(kind: HK_ASM_IMMEDIATE.code, reg: 0, index: 0, scale: 0, size: 0, value: Int64(value))
    }

    static func memory(
      _ base: ZydisRegister, index: ZydisRegister = ZYDIS_REGISTER_NONE, scale: Int = 0, displacement: Int = 0, bytes: Int
    ) -> hk_asm_operand {
      hk_asm_operand(
        kind: HK_ASM_MEMORY.code, reg: base.code, index: index.code,
        scale: index == ZYDIS_REGISTER_NONE ? 0 : Int32(scale), size: Int32(bytes), value: Int64(displacement))
    }
  }

  extension hk_asm_instruction {
    init(_ mnemonic: ZydisMnemonic, _ sources: [hk_asm_operand], evex: Bool = false) {
      self.init()
      self.mnemonic = mnemonic.code
      count = Int32(sources.count)
      mask = ZYDIS_REGISTER_NONE.code
      self.evex = evex ? 1 : 0
      withUnsafeMutableBytes(of: &operands) { bytes in
        let room = bytes.bindMemory(to: hk_asm_operand.self)
        for (i, source) in sources.prefix(room.count).enumerated() { room[i] = source }
      }
    }
  }
#endif
