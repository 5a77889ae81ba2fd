import HillockBytecode
import HillockIR
import HillockTestSupport

/// Ways to break instructions of the program itself.
extension Mutation {
  static let steps: [Mutation] = [
    Mutation("wrong operand of a step", .refusedOrSafe) { program, random in
      let other = Int.random(in: 0..<max(program.registers.count, 1), using: &random)
      return step(&program, &random) { instruction, _ in
        switch instruction {
        case .matmul(let d, _, let b): .matmul(destination: d, a: other, b: b)
        case .reduce(let kind, let d, _, let outer, let extent, let inner):
          .reduce(kind, destination: d, source: other, outer: outer, extent: extent, inner: inner)
        case .gather(let d, let source, _): .gather(destination: d, source: source, indices: other)
        case .scatter(let d, let base, _, let updates): .scatter(destination: d, base: base, indices: other, updates: updates)
        case .updateSlice(let d, let base, _, let starts, let steps):
          .updateSlice(destination: d, base: base, update: other, starts: starts, steps: steps)
        case .concatenate(let d, let sources, let axis):
          .concatenate(destination: d, sources: sources.dropLast() + [other], axis: axis)
        default: nil
        }
      }
    },
    Mutation("update out of range", .refused) { program, random in
      step(&program, &random) { instruction, program in
        guard case .updateSlice(let d, let base, let update, var starts, let steps) = instruction, !starts.isEmpty,
          program.registers[update].type.count > 0
        else { return nil }
        starts[0] = program.registers[base].type.shape[0]
        return .updateSlice(destination: d, base: base, update: update, starts: starts, steps: steps)
      }
    },
    Mutation("reduce of other extents", .refused) { program, random in
      step(&program, &random) { instruction, _ in
        guard case .reduce(let kind, let d, let source, let outer, let extent, let inner) = instruction, outer * inner > 0 else {
          return nil
        }
        return .reduce(kind, destination: d, source: source, outer: outer, extent: extent + 1, inner: inner)
      }
    },
    Mutation("concatenate of one array less", .refused) { program, random in
      step(&program, &random) { instruction, program in
        guard case .concatenate(let d, let sources, let axis) = instruction, let last = sources.last,
          program.registers[last].type.shape[axis] > 0
        else { return nil }
        return .concatenate(destination: d, sources: sources.dropLast(), axis: axis)
      }
    },
    Mutation("wrong order of steps", .refusedOrSafe) { program, random in
      guard program.code.count > 2 else { return false }
      let at = Int.random(in: 0..<program.code.count - 2, using: &random)
      program.code.swapAt(at, at + 1)
      return true
    },
    Mutation("no such kernel", .refused) { program, random in
      step(&program, &random) { instruction, program in
        guard case .launch = instruction else { return nil }
        return .launch(program.kernels.count)
      }
    },
  ]

  /// Changes one instruction of those that can be changed so.
  private static func step(
    _ program: inout Program, _ random: inout SeededRandom, _ change: (Instruction, Program) -> Instruction?
  ) -> Bool {
    let copy = program
    let known = program.places { change($0, copy) != nil }
    guard let place = known.randomElement(using: &random) else { return false }
    program.replace(at: place) { [change($0, copy) ?? $0] }
    return true
  }
}
