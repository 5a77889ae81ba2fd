import HillockBytecode
import HillockIR
import HillockTestSupport

/// Ways to break instructions of the program itself.
extension Mutation {
  static let steps: [Mutation] = [
    Mutation("wrong operand of a step", .refusedOrSafe) { program, random in
      let other = Int.random(in: 0..<max(program.registers.count, 1), using: &random),
        choice = Int.random(in: 0..<60, using: &random)
      return step(&program, &random) { instruction, _ in
        guard case .array(let op, let attributes, let destinations, var sources) = instruction, !sources.isEmpty else {
          return nil
        }
        sources[choice % sources.count] = other
        return .array(op, attributes, destinations: destinations, sources: sources)
      }
    },
    Mutation("another attribute of an array op", .refusedOrSafe) { program, random in
      let choice = Int.random(in: 0..<60, using: &random), isLonger = Int.random(in: 0..<8, using: &random) == 0
      let other = [-1, 0, 1, 2, 1 << 40, Int.max, Int.min].randomElement(using: &random) ?? 0
      return step(&program, &random) { instruction, _ in
        guard case .array(let op, var attributes, let destinations, let sources) = instruction, !attributes.values.isEmpty else {
          return nil
        }
        let place = choice % attributes.values.count
        if isLonger || attributes[place].isEmpty {
          attributes.values[place].append(other)
        } else {
          attributes.values[place][choice % attributes[place].count] = other
        }
        return .array(op, attributes, destinations: destinations, sources: sources)
      }
    },
    Mutation("an array op with one operand less", .refused) { program, random in
      step(&program, &random) { instruction, program in
        guard case .array(let op, let attributes, let destinations, let sources) = instruction, let last = sources.last else {
          return nil
        }
        // A concatenation without an array that has no elements along the axis gives the same.
        if op == .concatenate, program.registers[last].type.shape[attributes.number(0)] == 0, sources.count > 1 { return nil }
        // Operands that may be left out are all left out, and one more.
        let counts = op.row.operandCount, isOptional = counts.upperBound < Int.max && sources.count > counts.lowerBound
        let dropped = isOptional ? sources.count - counts.lowerBound + 1 : 1
        return .array(op, attributes, destinations: destinations, sources: sources.dropLast(dropped))
      }
    },
    Mutation("an array op with one result more", .refused) { program, random in
      let other = program.addTemporary(ArrayType(.f32, [1]))
      return step(&program, &random) { instruction, _ in
        guard case .array(let op, let attributes, let destinations, let sources) = instruction else { return nil }
        return .array(op, attributes, destinations: destinations + [other], sources: sources)
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
