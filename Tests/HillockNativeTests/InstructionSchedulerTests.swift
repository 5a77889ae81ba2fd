#if Native && arch(x86_64)
  import CZydis
  import HillockTestSupport
  import Testing

  @testable import HillockNative

  /// A better order is an order of the same instructions that keeps what depends on what.
  @Suite("Instruction scheduler") struct InstructionSchedulerTests {
    /// Random straight-line code over a few streams; instruction i carries the number i as its immediate.
    private static func code(_ generator: inout SeededRandom) -> (instructions: [MachineInstruction], isMask: [Bool]) {
      var instructions: [MachineInstruction] = [], isMask: [Bool] = []
      func operand(_ generator: inout SeededRandom) -> MachineOperand {
        isMask.isEmpty || Int.random(in: 0..<6, using: &generator) == 0
          ? .invariant(0) : .register(Int.random(in: 0..<isMask.count, using: &generator))
      }
      for at in 0..<Int.random(in: 5...120, using: &generator) {
        let place = MachineAddress(base: .stream(Int.random(in: 0..<4, using: &generator)), index: .position, scale: 4)
        var form = MachineInstruction.Form.compute, mnemonic = ZYDIS_MNEMONIC_VADDPS
        var sources: [MachineOperand]
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: (mnemonic, sources) = (ZYDIS_MNEMONIC_VMOVUPS, [.memory(place)])
        case 1: (form, mnemonic, sources) = (.store(place), ZYDIS_MNEMONIC_VMOVUPS, [operand(&generator)])
        case 2: (mnemonic, sources) = (ZYDIS_MNEMONIC_VDIVPS, [operand(&generator), operand(&generator)])
        case 3: (form, sources) = (.multiplyAdd, [operand(&generator), operand(&generator), operand(&generator)])
        default: sources = [operand(&generator), operand(&generator)]
        }
        var destination: VirtualRegister?
        if case .store = form {
        } else {
          isMask.append(Int.random(in: 0..<8, using: &generator) == 0)
          destination = isMask.count - 1
        }
        instructions.append(
          MachineInstruction(
            form: form, mnemonic: mnemonic, bytes: 64, sourceBytes: 64, destination: destination, sources: OperandList(sources),
            immediate: at))
      }
      return (instructions, isMask)
    }

    private static func memory(_ instruction: MachineInstruction) -> (load: MachineAddress.Base?, store: MachineAddress.Base?) {
      if case .store(let address) = instruction.form { return (nil, address.base) }
      if case .memory(let address) = instruction.sources.first { return (address.base, nil) }
      return (nil, nil)
    }

    @Test("keeps every dependence, in registers and in memory") func dependences() throws {
      for seed in UInt64(0)..<200 {
        var generator = SeededRandom(seed: seed)
        let (code, isMask) = Self.code(&generator)
        let result = InstructionScheduler.run(code, isMask: isMask, room: (vectors: 6, masks: 2))
        let order = result.compactMap(\.immediate)
        #expect(order.sorted() == Array(code.indices), "seed \(seed)")
        var place = [Int](repeating: 0, count: code.count)
        for (position, at) in order.enumerated() { place[at] = position }
        var definition: [VirtualRegister: Int] = [:]
        for (at, instruction) in code.enumerated() {
          instruction.forEachRegisterRead { #expect(place[definition[$0] ?? at] < place[at], "seed \(seed), instruction \(at)") }
          if let destination = instruction.destination { definition[destination] = at }
          // A store may be in place of anything that was loaded before it; a load sees what was stored under its name.
          for earlier in 0..<at {
            let (before, after) = (Self.memory(code[earlier]), Self.memory(instruction))
            let mustStay =
              (before.load != nil && after.store != nil) || (before.store != nil && before.store == after.store)
              || (before.store != nil && before.store == after.load)
            #expect(!mustStay || place[earlier] < place[at], "seed \(seed), memory of \(earlier) and \(at)")
          }
        }
      }
    }

    @Test("runs independent chains side by side") func interleaves() {
      // Four chains of eight multiplications each, written one after another.
      var code: [MachineInstruction] = []
      for chain in 0..<4 {
        for link in 0..<8 {
          let source = link == 0 ? MachineOperand.invariant(0) : .register(chain * 8 + link - 1)
          code.append(
            MachineInstruction(
              form: .compute, mnemonic: ZYDIS_MNEMONIC_VMULPS, bytes: 64, sourceBytes: 64, destination: chain * 8 + link,
              sources: OperandList([source, source])))
        }
      }
      for chain in 0..<4 {
        code.append(
          MachineInstruction(
            form: .store(MachineAddress(base: .stream(chain))), mnemonic: ZYDIS_MNEMONIC_VMOVUPS, bytes: 64, sourceBytes: 64,
            destination: nil, sources: OperandList([.register(chain * 8 + 7)])))
      }
      let order = InstructionScheduler.run(code, isMask: [Bool](repeating: false, count: 32), room: (vectors: 8, masks: 6))
      let chains = order.prefix(8).compactMap { $0.destination.map { $0 / 8 } }
      #expect(Set(chains) == [0, 1, 2, 3])
    }
  }
#endif
