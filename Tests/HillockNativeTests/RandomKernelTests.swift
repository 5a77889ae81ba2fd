#if Native && arch(x86_64)
  import HillockBytecode
  import HillockIR
  import HillockNative
  import HillockRuntime
  import Testing

  @Suite("Random kernels") struct RandomKernelTests {
    init() { CodeChecks.enable() }

    @Test("run as their definition says, in every native way", arguments: 0..<12)
    func agree(batch: Int) throws {
      for seed in UInt64(batch) * 25..<UInt64(batch + 1) * 25 {
        let length = Int(seed % 40) + 1
        guard try difference(seed, length) != nil else { continue }
        // The shortest prefix that fails says most.
        for shorter in 0...length {
          guard let found = try difference(seed, shorter) else { continue }
          Issue.record("seed \(seed), \(shorter) steps: \(found)")
          return
        }
      }
    }

    /// The first difference from the definition, if there is one.
    private func difference(_ seed: UInt64, _ steps: Int) throws -> String? {
      let kernel = RandomKernel(seed: seed, steps: steps)
      let fixture = kernel.fixture
      guard !fixture.code.isEmpty, !fixture.operands.allSatisfy({ !$0.isWritten }) else { return nil }
      let inputs = kernel.inputs(), expected = kernel.expected(inputs)
      for way in NativeWay.available {
        let code = try way.compile(fixture.program)
        let text = CWriter.write(try VerifiedProgram(fixture.program), isa: way.isa)
        if text.contains("called: encoder") { return "\(way): the encoder refused an instruction\n\(text)" }
        let buffers = zip(fixture.registers, inputs).map { ElementBuffer($0.dtype, bits: $1) }
        let partials = fixture.run(code, buffers)
        for (operand, want) in expected.sorted(by: { $0.key < $1.key }) {
          let got = partials[operand] ?? buffers[operand].bits
          let dtype = kernel.dtype(ofOperand: operand)
          if let at = want.indices.first(where: { !ScalarReference.same(got[$0], want[$0], dtype) }) {
            return "\(way), operand \(operand) \(dtype.name)[\(at)] of \(kernel.count): \(String(got[at], radix: 16)), "
              + "not \(String(want[at], radix: 16))\n\(text)"
          }
        }
        if let operand = buffers.indices.first(where: { !buffers[$0].isGuardIntact }) {
          return "\(way) wrote behind operand \(operand)"
        }
      }
      return nil
    }
  }
#endif
