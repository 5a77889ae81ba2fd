#if Native && arch(x86_64)
  import HillockBytecode
  import HillockIR
  import HillockNative
  import HillockRuntime
  import HillockTestSupport
  import Testing

  @Suite("Random loops") struct RandomLoopTests {
    init() { CodeChecks.enable() }

    @Test("run as their definition says, in every native way, in any pieces", arguments: 0..<12)
    func agree(batch: Int) throws {
      var fused = 0
      for seed in UInt64(batch) * 15..<UInt64(batch + 1) * 15 {
        let length = Int(seed % 24)
        guard try difference(seed, length, &fused) != nil else { continue }
        // The shortest that fails says most.
        for shorter in 0...length {
          guard let found = try difference(seed, shorter, &fused) else { continue }
          Issue.record("seed \(seed), \(shorter) definitions: \(found)")
          return
        }
      }
      let ways = NativeWay.available.filter { $0 != .calling }.count
      #expect(ways == 0 || fused > 3 * ways, "too few loops are one vector function: \(fused)")
    }

    /// The first difference from the definition, if there is one.
    private func difference(_ seed: UInt64, _ length: Int, _ fused: inout Int) throws -> String? {
      let loop = RandomLoop(seed: seed, definitions: length)
      let (program, registers) = loop.program()
      #expect(program.interchangedLoops.count == 1)
      let inputs = loop.inputs(), expected = loop.expected(inputs)
      for way in NativeWay.available {
        let text = CWriter.write(try VerifiedProgram(program), isa: way.isa)
        if text.contains(": encoder") { return "\(way): the encoder refused an instruction\n\(text)" }
        if way != .calling, text.contains("hk_steps_0(streams") { fused += 1 }
        let code = try way.compile(program)
        let buffers = run(code, program, registers, inputs, seed: seed)
        // An odd number of steps leaves a carried value where its next one was.
        let results = (loop.trips & 1 == 0 ? registers.current : registers.next) + registers.stackedWholes
        for (position, register) in results.enumerated() {
          let got = buffers[register].bits, want = expected[position], dtype = buffers[register].dtype
          if let at = want.indices.first(where: { !ScalarReference.same(got[$0], want[$0], dtype) }) {
            return "\(way), result \(position) \(dtype.name)[\(at)] of \(loop.count), \(loop.trips) steps: "
              + "\(String(got[at], radix: 16)), not \(String(want[at], radix: 16))\n\(text)"
          }
        }
        if let register = buffers.indices.first(where: { !buffers[$0].isGuardIntact }) {
          return "\(way) wrote behind r\(register)"
        }
      }
      return nil
    }

    /// Takes the positions in runs, and the steps of each run in pieces, of random lengths.
    private func run(
      _ code: any NativeCode, _ program: Program, _ registers: RandomLoop.Registers, _ inputs: [[UInt64]], seed: UInt64
    ) -> [ElementBuffer] {
      var generator = SeededRandom(seed: seed &+ 77)
      let buffers = program.registers.map { register -> ElementBuffer in
        if case .argument(let i) = register.role { return ElementBuffer(register.type.dtype, bits: inputs[i]) }
        return ElementBuffer(register.type.dtype, count: register.type.count)
      }
      for (initial, current) in zip(registers.initial, registers.current) {
        for i in 0..<buffers[initial].count { buffers[current][i] = buffers[initial][i] }
      }
      let loop = program.interchangedLoops[0], kernel = program.kernels[loop.kernels[0]]
      let scratchBytes =
        program.kernels.map { kernel in
          ScratchLayout(kernel) { program.registers[$0].type.dtype }.byteCount
        }.max() ?? 0
      let scratch = UnsafeMutableRawPointer.allocate(byteCount: scratchBytes + 64, alignment: 64)
      defer { scratch.deallocate() }
      var position = 0
      while position < kernel.count {
        let last = Int.random(in: position + 1...kernel.count, using: &generator)
        var table: [UnsafeMutableRawPointer?] = buffers.map(\.base)
        var partials: [UnsafeMutableRawPointer?] = [nil]
        var step = 0
        while step < loop.loop.trips {
          let end = Int.random(in: step + 1...loop.loop.trips, using: &generator)
          code.loops[0](
            &table, &partials, scratch.assumingMemoryBound(to: CChar.self), Int64(position), Int64(last), Int64(step), Int64(end))
          step = end
        }
        position = last
      }
      return buffers
    }
  }
#endif
