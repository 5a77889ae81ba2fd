import HillockBytecode
import HillockIR
import HillockTestSupport

/// Ways to break loops and branches.
extension Mutation {
  static let loops: [Mutation] = [
    Mutation("missing carry", .refused) { program, random in
      // The instruction that writes a carried value's next is left out.
      let next = Set(program.flattened.flatMap(\.carries).map(\.next))
      let known = program.places { $0.blocks.isEmpty && !next.isDisjoint(with: program.writes($0)) }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { _ in [] }
      return true
    },
    carries("swapped carry", .refused) { carry, _, _ in
      (carry.current, carry.next) = (carry.next, carry.current)
      return true
    },
    carries("carry without a second place", .refused) { carry, _, _ in
      carry.next = carry.current
      return true
    },
    carries("carry of another type", .refused) { carry, program, random in
      let type = program.registers[carry.current].type
      let others = program.registers.indices.filter { program.registers[$0].type != type }
      guard let other = others.randomElement(using: &random) else { return false }
      carry.initial = other
      return true
    },
    Mutation("carry in two loops", .refused) { program, random in
      let known = program.places { !$0.carries.isEmpty }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { instruction in
        switch instruction {
        case .loop(var loop):
          loop.carries.append(loop.carries[0])
          return [.loop(loop)]
        case .whileLoop(var loop):
          loop.carries.append(loop.carries[0])
          return [.whileLoop(loop)]
        default: return [instruction]
        }
      }
      return true
    },
    loop("trips", .refused, where: { !$0.rows.isEmpty }) { loop, random in
      loop.trips += [-1, 1, 1000].randomElement(using: &random)!
    },
    loop("negative trips", .refused) { loop, _ in loop.trips = -1 },
    loop("other trips", .refusedOrSafe) { loop, random in loop.trips = Int.random(in: 0...4, using: &random) },
    loop("row without a loop", .refused, where: { !$0.rows.isEmpty }) { loop, random in
      loop.rows.remove(at: Int.random(in: 0..<loop.rows.count, using: &random))
    },
    loop("row in the loop twice", .refused, where: { !$0.rows.isEmpty }) { loop, _ in loop.rows.append(loop.rows[0]) },
    Mutation("written row of what existed before the loop", .refused) { program, random in
      // A row that is sliced gets its own elements back, by way of a copy.
      let known = program.places { if case .loop(let loop) = $0 { !program.slicedRows(of: loop).isEmpty } else { false } }
      guard let place = known.randomElement(using: &random), case .loop(let loop) = program.flattened[place],
        let row = program.slicedRows(of: loop).randomElement(using: &random)
      else { return false }
      let copy = program.addTemporary(program.registers[row].type)
      program.replace(at: place) { instruction in
        guard case .loop(var loop) = instruction else { return [instruction] }
        loop.body += [
          .array(.concatenate, [[0]], destinations: [copy], sources: [row]),
          .array(.concatenate, [[0]], destinations: [row], sources: [copy]),
        ]
        return [.loop(loop)]
      }
      return true
    },
    loop("reversed", .refusedOrSafe) { loop, _ in loop.isReversed.toggle() },
    Mutation("row of another array", .refusedOrSafe) { program, random in
      let known = program.registers.indices.filter { if case .row = program.registers[$0].role { true } else { false } }
      guard let row = known.randomElement(using: &random) else { return false }
      program.registers[row].role = .row(of: Int.random(in: 0..<program.registers.count, using: &random))
      return true
    },
    Mutation("dropped block", .refusedOrSafe) { program, random in
      let known = program.places { if case .branch = $0 { true } else { false } }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { instruction in
        guard case .branch(var branch) = instruction else { return [instruction] }
        branch.blocks.removeLast()
        return [.branch(branch)]
      }
      return true
    },
    Mutation("block without its result", .refused) { program, random in
      let known = program.places { if case .branch(let branch) = $0 { !branch.results.isEmpty } else { false } }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { instruction in
        guard case .branch(var branch) = instruction else { return [instruction] }
        branch.blocks.append([])
        return [.branch(branch)]
      }
      return true
    },
  ]

  private static func carries(
    _ name: String, _ verdict: Verdict, _ change: @escaping @Sendable (inout Carry, Program, inout SeededRandom) -> Bool
  ) -> Mutation {
    Mutation(name, verdict) { program, random in
      let known = program.places { !$0.carries.isEmpty }
      guard let place = known.randomElement(using: &random) else { return false }
      let copy = program
      var isChanged = false
      program.replace(at: place) { instruction in
        switch instruction {
        case .loop(var loop):
          isChanged = change(&loop.carries[Int.random(in: 0..<loop.carries.count, using: &random)], copy, &random)
          return [.loop(loop)]
        case .whileLoop(var loop):
          isChanged = change(&loop.carries[Int.random(in: 0..<loop.carries.count, using: &random)], copy, &random)
          return [.whileLoop(loop)]
        default: return [instruction]
        }
      }
      return isChanged
    }
  }

  private static func loop(
    _ name: String, _ verdict: Verdict, where isWanted: @escaping @Sendable (Loop) -> Bool = { _ in true },
    _ change: @escaping @Sendable (inout Loop, inout SeededRandom) -> Void
  ) -> Mutation {
    Mutation(name, verdict) { program, random in
      let known = program.places { if case .loop(let loop) = $0 { isWanted(loop) } else { false } }
      guard let place = known.randomElement(using: &random) else { return false }
      program.replace(at: place) { instruction in
        guard case .loop(var loop) = instruction else { return [instruction] }
        change(&loop, &random)
        return [.loop(loop)]
      }
      return true
    }
  }
}
