#if Native && arch(x86_64)
  import CZydis
  import HillockRuntime

  /// The prefetches of an iteration of vector code, which no other instruction depends on.
  enum Prefetching {
    private static let line = 64

    static func instructions(_ program: VectorProgram, unroll: Int) -> [MachineInstruction] {
      let positions = unroll * program.positions
      var result: [MachineInstruction] = []
      func add(_ address: MachineAddress) {
        result.append(
          MachineInstruction(
            form: .prefetch(address), mnemonic: ZYDIS_MNEMONIC_PREFETCHT0, bytes: 1, sourceBytes: 1, destination: nil,
            sources: OperandList([]), takesMemory: false))
      }
      for stream in program.prefetchedStreams {
        let bytes = program.streams[stream].dtype.size
        for offset in stride(from: 0, to: positions * bytes, by: line) {
          add(
            MachineAddress(
              base: .stream(stream), index: .position, scale: bytes, displacement: offset + Parameters.prefetchDistance))
        }
      }
      for (stream, share) in program.rowPrefetches {
        // As the tile kernels count lines: in blocks of rows that fill some.
        let block = min(line / program.streams[stream].dtype.size, positions), lines = block * share.rowByteCount / line
        for row in stride(from: 0, to: positions, by: block) {
          for number in stride(from: share.part, to: lines, by: share.parts) {
            let offset = (row + share.ahead) * share.rowByteCount + number * line
            add(MachineAddress(base: .stream(stream), displacement: offset))
          }
        }
      }
      return result
    }

    /// The code with these in between, in even distances.
    static func spread(_ prefetches: [MachineInstruction], over code: [MachineInstruction]) -> [MachineInstruction] {
      guard !prefetches.isEmpty else { return code }
      var result: [MachineInstruction] = []
      result.reserveCapacity(code.count + prefetches.count)
      var next = 0
      for (at, instruction) in code.enumerated() {
        while next < prefetches.count, next * code.count <= at * prefetches.count {
          result.append(prefetches[next])
          next += 1
        }
        result.append(instruction)
      }
      return result + prefetches[next...]
    }
  }
#endif
