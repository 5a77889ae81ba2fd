import HillockBytecode
import HillockIR
import HillockTestSupport

/// Ways to break stores and results.
extension Mutation {
  static let stores: [Mutation] = [
    Mutation("wrong slot", .refusedOrSafe) { program, random in
      guard let store = program.stores.randomElement(using: &random), program.variables.count > 1 else { return false }
      let other = program.variables.indices.filter { $0 != store.slot }.randomElement(using: &random)!
      program.replace(at: store.place) { _ in [.store(slot: other, register: store.register)] }
      return true
    },
    Mutation("no such slot", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      let none = program.variables.count
      program.replace(at: store.place) { _ in [.store(slot: none, register: store.register)] }
      return true
    },
    Mutation("double store", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.replace(at: store.place) { [$0, $0] }
      return true
    },
    Mutation("one value in two Variables", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.variables.append(program.variables[store.slot])
      let added = program.variables.count - 1
      program.replace(at: store.place) { [$0, .store(slot: added, register: store.register)] }
      return true
    },
    Mutation("dropped store", .refusedOrSafe) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.replace(at: store.place) { _ in [] }
      return true
    },
    Mutation("store of another dtype", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      let old = program.variables[store.slot].type.dtype
      program.variables[store.slot].type.dtype = DType.allCases.filter { $0 != old }.randomElement(using: &random)!
      return true
    },
    Mutation("store of another shape", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.variables[store.slot].type.shape.append(2)
      return true
    },
    Mutation("store of an input", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      let type = program.variables[store.slot].type
      program.arguments.append(type)
      let register = program.addRegister(type, .argument(program.arguments.count - 1))
      program.replace(at: store.place) { _ in [.store(slot: store.slot, register: register)] }
      return true
    },
    Mutation("stale read", .refused) { program, random in
      // A copy of the Variable, made after its store.
      let known = program.stores.filter { !program.variables[$0.slot].type.shape.isEmpty }
      guard let store = known.randomElement(using: &random) else { return false }
      let type = program.variables[store.slot].type
      let variable = program.addRegister(type, .variable(store.slot)), copy = program.addTemporary(type)
      program.replace(at: store.place) { [$0, .array(.concatenate, [[0]], destinations: [copy], sources: [variable])] }
      return true
    },
    Mutation("aliasing result: stored", .refused) { program, random in
      guard let store = program.stores.randomElement(using: &random) else { return false }
      program.code[program.code.count - 1] = .return(program.results + [store.register])
      return true
    },
    Mutation("aliasing result: twice", .refused) { program, random in
      guard let result = program.results.randomElement(using: &random) else { return false }
      program.code[program.code.count - 1] = .return(program.results + [result])
      return true
    },
    Mutation("aliasing result: an input or a buffer", .refused) { program, random in
      let others = program.registers.indices.filter { program.registers[$0].role != .fresh }
      guard let other = others.randomElement(using: &random) else { return false }
      program.code[program.code.count - 1] = .return(program.results + [other])
      return true
    },
    Mutation("wrong variable", .refusedOrSafe) { program, random in
      let known = program.registers.indices.filter { if case .variable = program.registers[$0].role { true } else { false } }
      guard let register = known.randomElement(using: &random) else { return false }
      program.registers[register].role = .variable(Int.random(in: 0...program.variables.count, using: &random))
      return true
    },
    Mutation("store or return in a block", .refused) { program, random in
      let inner = program.places { !$0.blocks.isEmpty && $0.blocks.contains { !$0.isEmpty } }
      guard let place = inner.randomElement(using: &random) else { return false }
      program.insert([.return([])], before: place + 1)
      return true
    },
    Mutation("no return", .refused) { program, _ in
      program.code.removeLast()
      return true
    },
  ]
}
