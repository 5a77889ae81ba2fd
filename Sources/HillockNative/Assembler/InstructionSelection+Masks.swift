#if Native && arch(x86_64)
  import CZydis
  import HillockIR

  /// Bools: masks in registers, bytes of 0 and 1 in memory. AVX-512 has registers of their own for them; AVX2 holds them as lanes
  /// of zeros or ones, as wide as the widest.
  extension InstructionSelection {
    /// Bytes 0 or 1 in memory → a mask.
    mutating func loadMask(_ address: MachineAddress, stream: Int?) -> MachineOperand {
      if level == .avx512 {
        let bytes: MachineOperand
        if isTail {
          bytes = emit(ZYDIS_MNEMONIC_VMOVDQU8, [.memory(address)], bytes: 16, element: 1, tailMask: true)
        } else {
          bytes = emit(
            positions == 16 ? ZYDIS_MNEMONIC_VMOVUPS : ZYDIS_MNEMONIC_VMOVQ, [.memory(address)], bytes: 16,
            sourceBytes: positions, element: 1)
        }
        return emit(
          ZYDIS_MNEMONIC_VPTESTMB, [bytes, bytes], bytes: 8, sourceBytes: 16, element: 1, toMask: true, takesMemory: false)
      }
      var address = address
      if isTail, let stream {
        emit(.copyIn(stream: stream))
        address = MachineAddress(base: .frame)
      }
      let wide = emit(
        laneBytes == 4 ? ZYDIS_MNEMONIC_VPMOVZXBD : ZYDIS_MNEMONIC_VPMOVZXBQ, [.memory(address)], bytes: 32,
        sourceBytes: positions, element: 1)
      return negate(wide)
    }

    /// 0 or 1 in every lane → 0 or all ones.
    mutating func negate(_ lanes: MachineOperand) -> MachineOperand {
      emit(
        laneBytes == 4 ? ZYDIS_MNEMONIC_VPSUBD : ZYDIS_MNEMONIC_VPSUBQ, [constant(0, bytes: laneBytes), lanes], bytes: 32,
        element: laneBytes, takesMemory: false)
    }

    mutating func storeMask(_ mask: MachineOperand, _ address: MachineAddress, stream: Int?) {
      let ones = constant(0x0101_0101, bytes: 4)
      if level == .avx512 {
        guard let register = maskRegister(mask) else { return }
        let bytes = emit(ZYDIS_MNEMONIC_VMOVDQU8, [ones], bytes: 16, element: 1, mask: register, takesMemory: false)
        if isTail {
          emitStore(ZYDIS_MNEMONIC_VMOVDQU8, bytes, to: address, bytes: 16, tailMask: true)
        } else {
          emitStore(
            positions == 16 ? ZYDIS_MNEMONIC_VMOVUPS : ZYDIS_MNEMONIC_VMOVQ, bytes, to: address, bytes: 16,
            memoryBytes: positions)
        }
        return
      }
      let words: MachineOperand
      if laneBytes == 4 {
        let high = emit(
          ZYDIS_MNEMONIC_VEXTRACTI128, [mask], bytes: 16, sourceBytes: 32, element: 4, immediate: 1, takesMemory: false)
        words = emit(ZYDIS_MNEMONIC_VPACKSSDW, [mask, high], bytes: 16, element: 4, takesMemory: false)
      } else {
        let narrow = narrowed(mask)
        words = emit(ZYDIS_MNEMONIC_VPACKSSDW, [narrow, narrow], bytes: 16, element: 4, takesMemory: false)
      }
      let packed = emit(ZYDIS_MNEMONIC_VPACKSSWB, [words, words], bytes: 16, element: 4, takesMemory: false)
      let bytes = emit(ZYDIS_MNEMONIC_VPAND, [packed, ones], bytes: 16, element: 4, takesMemory: false)
      let store = laneBytes == 4 ? ZYDIS_MNEMONIC_VMOVQ : ZYDIS_MNEMONIC_VMOVD
      guard isTail, let stream else {
        return emitStore(store, bytes, to: address, bytes: 16, memoryBytes: positions)
      }
      emitStore(store, bytes, to: MachineAddress(base: .frame), bytes: 16, memoryBytes: positions)
      emit(.copyOut(stream: stream))
    }

    /// The low halves of 64-bit lanes as 32-bit lanes (AVX2).
    mutating func narrowed(_ wide: MachineOperand) -> MachineOperand {
      let high = emit(
        ZYDIS_MNEMONIC_VEXTRACTI128, [wide], bytes: 16, sourceBytes: 32, element: 4, immediate: 1, takesMemory: false)
      return emit(ZYDIS_MNEMONIC_VSHUFPS, [wide, high], bytes: 16, element: 4, immediate: 0x88, takesMemory: false)
    }

    mutating func scalarMask(_ stream: Int) -> MachineOperand {
      let place = MachineOperand.memory(MachineAddress(base: .stream(stream)))
      if level == .avx512 {
        let bytes = emit(ZYDIS_MNEMONIC_VPBROADCASTB, [place], bytes: 16, sourceBytes: 1, element: 1)
        return emit(
          ZYDIS_MNEMONIC_VPTESTMB, [bytes, bytes], bytes: 8, sourceBytes: 16, element: 1, toMask: true, takesMemory: false)
      }
      let bytes = emit(ZYDIS_MNEMONIC_VPBROADCASTB, [place], bytes: 16, sourceBytes: 1, element: 1)
      let wide = emit(
        laneBytes == 4 ? ZYDIS_MNEMONIC_VPMOVZXBD : ZYDIS_MNEMONIC_VPMOVZXBQ, [bytes], bytes: 32, sourceBytes: 16,
        element: 1, takesMemory: false)
      return negate(wide)
    }

    mutating func constantMask(_ isSet: Bool) -> MachineOperand {
      if level == .avx2 { return constant(isSet ? .max >> UInt64(64 - 8 * laneBytes) : 0, bytes: laneBytes) }
      let zero = constant(0, bytes: 4)
      return emit(
        ZYDIS_MNEMONIC_VPCMPD, [zero, zero], bytes: 8, sourceBytes: 64, element: 4, immediate: isSet ? 0 : 4, toMask: true,
        takesMemory: false)
    }

    mutating func combineMasks(_ primitive: Primitive, _ sources: [MachineOperand]) -> MachineOperand {
      if level == .avx512 {
        let mnemonic =
          switch primitive {
          case .and: ZYDIS_MNEMONIC_KANDW
          case .or: ZYDIS_MNEMONIC_KORW
          case .not: ZYDIS_MNEMONIC_KNOTW
          default: ZYDIS_MNEMONIC_KXORW
          }
        return emit(mnemonic, sources, bytes: 8, element: 8, toMask: true, takesMemory: false)
      }
      let mnemonic =
        switch primitive {
        case .and: ZYDIS_MNEMONIC_VPAND
        case .or: ZYDIS_MNEMONIC_VPOR
        default: ZYDIS_MNEMONIC_VPXOR
        }
      let all = primitive == .not ? [sources[0], constantMask(true)] : sources
      return emit(mnemonic, all, bytes: 32, element: laneBytes, commutes: true)
    }
  }
#endif
