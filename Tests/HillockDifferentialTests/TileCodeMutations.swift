import HillockBytecode
import HillockIR
import HillockTestSupport

/// Ways to break tile code.
extension Mutation {
  static let tileCode: [Mutation] = [
    Mutation("accumulate without start", .refused) { program, random in
      // A tile where a reduction's lanes belong: nothing starts or folds it.
      let known = program.lines { _, line in
        switch line.opcode {
        case .reduce, .dotAccumulate, .outerAccumulate: true
        default: false
        }
      }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].tiles.append(program.kernels[kernel].code[line].dtype)
      let tile = program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count - 1
      program.kernels[kernel].code[line].destination = UInt16(tile)
      return true
    },
    Mutation("dropped tile instruction", .refusedOrSafe) { program, random in
      guard let (kernel, line) = program.lines({ _, _ in true }).randomElement(using: &random) else { return false }
      program.kernels[kernel].code.remove(at: line)
      return true
    },
    Mutation("dropped store of a tile", .refused) { program, random in
      let known = program.lines { kernel, line in kernel.isOperand(line.destination) }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].code.remove(at: line)
      return true
    },
    Mutation("double store of a tile", .refused) { program, random in
      let known = program.lines { kernel, line in kernel.isOperand(line.destination) }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].code.insert(program.kernels[kernel].code[line], at: line)
      return true
    },
    Mutation("undefined tile", .refused) { program, random in
      let known = program.lines { kernel, line in line.sources.contains { !kernel.isOperand($0) } }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      let tile = program.kernels[kernel].code[line].sources.first { !program.kernels[kernel].isOperand($0) }!
      program.kernels[kernel].tiles.append(program.kernels[kernel].tiles[Int(tile) - program.kernels[kernel].operands.count])
      let undefined = UInt16(program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count - 1)
      if program.kernels[kernel].code[line].a == tile { program.kernels[kernel].code[line].a = undefined }
      if program.kernels[kernel].code[line].b == tile { program.kernels[kernel].code[line].b = undefined }
      if program.kernels[kernel].code[line].c == tile { program.kernels[kernel].code[line].c = undefined }
      return true
    },
    Mutation("wrong order of tile instructions", .refusedOrSafe) { program, random in
      let known = program.lines { kernel, _ in kernel.code.count > 1 }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      program.kernels[kernel].code.swapAt(line, line == 0 ? 1 : line - 1)
      return true
    },
    Mutation("wrong source", .refusedOrSafe) { program, random in
      let known = program.lines { _, line in line.a != TileInstruction.none }
      guard let (kernel, line) = known.randomElement(using: &random) else { return false }
      let slots = program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count
      program.kernels[kernel].code[line].a = UInt16(Int.random(in: 0..<slots, using: &random))
      return true
    },
    Mutation("wrong destination", .refusedOrSafe) { program, random in
      guard let (kernel, line) = program.lines({ _, _ in true }).randomElement(using: &random) else { return false }
      let slots = program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count
      program.kernels[kernel].code[line].destination = UInt16(Int.random(in: 0..<slots, using: &random))
      return true
    },
    Mutation("no such slot of a kernel", .refused) { program, random in
      guard let (kernel, line) = program.lines({ _, _ in true }).randomElement(using: &random) else { return false }
      let slots = program.kernels[kernel].operands.count + program.kernels[kernel].tiles.count
      program.kernels[kernel].code[line].destination = UInt16(slots)
      return true
    },
    Mutation("wrong dtype of a tile instruction", .refused) { program, random in
      guard let (kernel, line) = program.lines({ _, _ in true }).randomElement(using: &random) else { return false }
      let old = program.kernels[kernel].code[line].dtype
      // A comparison or a conversion to bool says its operands' dtype: any other is another instruction.
      program.kernels[kernel].code[line].dtype = DType.allCases.filter { $0 != old }.randomElement(using: &random)!
      return true
    },
  ]
}
