import HillockIR

/// Types, tables and indices: what every other rule takes for granted.
extension Rule {
  /// The bytes of the largest array; also the most that the buffers of a program, or the scratch of a kernel, may take.
  static let maximumBytes = Shape.maximumCount * 8

  static let structureRules: [Rule] = [
    Rule(
      "type-limits", .structure,
      "Every type and every index space has extents of 0 or more, at most 16 axes, and at most 2^40 elements (an "
        + "empty axis counted as 1)."
    ) { program in
      var shapes: [(String, [Int])] = []
      shapes += program.arguments.enumerated().map { ("argument \($0.offset)", $0.element.shape) }
      shapes += program.variables.enumerated().map { ("Variable slot \($0.offset)", $0.element.type.shape) }
      shapes += program.constants.enumerated().map { ("constant \($0.offset)", $0.element.type.shape) }
      for (index, function) in program.functions.enumerated() {
        shapes += (function.operands + function.results).map { ("function \(index)", $0.shape) }
      }
      shapes += program.registers.enumerated().map { ("r\($0.offset)", $0.element.type.shape) }
      shapes += program.kernels.enumerated().map { ("kernel \($0.offset)", $0.element.shape) }
      return shapes.first { Shape.checkedCount($0.1) == nil }.map { "\($0.0) has shape \($0.1)" }
    },
    Rule(
      "constant-data", .structure,
      "A constant has as many bytes as its type; an element of a bool constant is the byte 0 or 1."
    ) { program in
      for (index, constant) in program.constants.enumerated() {
        if constant.bytes.count != constant.type.byteCount {
          return "constant \(index) of type \(constant.type) has \(constant.bytes.count) bytes, not \(constant.type.byteCount)"
        }
        if constant.type.dtype == .bool, let byte = constant.bytes.first(where: { $0 > 1 }) {
          return "constant \(index) is bool and has an element \(byte)"
        }
      }
      return nil
    },
    Rule("buffer-limits", .structure, "Buffers have 0 bytes or more, all together at most 2^43.") { program in
      var total = 0
      for (index, bytes) in program.buffers.enumerated() {
        guard bytes >= 0, bytes <= maximumBytes - total else { return "buffer \(index) has \(bytes) bytes" }
        total += bytes
      }
      return nil
    },
    eachRegister(
      "register-role",
      "A register's role names an argument, a Variable slot, a constant or a buffer that the program declares."
    ) { program, register in
      switch register.role {
      case .argument(let i): program.arguments.indices.contains(i) ? nil : "there is no argument \(i)"
      case .variable(let i): program.variables.indices.contains(i) ? nil : "there is no Variable slot \(i)"
      case .constant(let i): program.constants.indices.contains(i) ? nil : "there is no constant \(i)"
      case .temporary(let i): program.buffers.indices.contains(i) ? nil : "there is no buffer \(i)"
      case .row(let i), .over(let i): program.registers.indices.contains(i) ? nil : "there is no r\(i)"
      case .fresh: nil
      }
    },
    Rule(
      "row-type", .structure,
      "A row's register has the type of its whole, an earlier register, without the first axis."
    ) { program in
      for (index, register) in program.registers.enumerated() {
        guard case .row(let whole) = register.role else { continue }
        guard whole < index else { return "r\(index) is a row of r\(whole), which is not an earlier register" }
        let type = program.registers[whole].type
        guard type.rank >= 1, register.type == ArrayType(type.dtype, Array(type.shape.dropFirst())) else {
          return "r\(index) has type \(register.type), a row of r\(whole) is one of \(type)"
        }
      }
      return nil
    },
    eachRegister(
      "over-type",
      "A register that lies over another has its type; the other is a Variable's, a temporary or fresh."
    ) { program, register in
      guard case .over(let old) = register.role else { return nil }
      switch program.registers[old].role {
      case .variable, .temporary, .fresh: break
      case .argument, .constant, .row, .over: return "nothing may lie over r\(old)"
      }
      let type = program.registers[old].type
      return register.type == type ? nil : "it has type \(register.type), r\(old) under it has \(type)"
    },
    eachRegister("argument-type", "An argument's register has the argument's type.") { program, register in
      guard case .argument(let i) = register.role else { return nil }
      return mismatch(register, program.arguments[i], "argument \(i)")
    },
    eachRegister("variable-type", "A Variable's register has the Variable's type.") { program, register in
      guard case .variable(let i) = register.role else { return nil }
      return mismatch(register, program.variables[i].type, "Variable slot \(i)")
    },
    eachRegister("constant-type", "A constant's register has the constant's type.") { program, register in
      guard case .constant(let i) = register.role else { return nil }
      return mismatch(register, program.constants[i].type, "constant \(i)")
    },
    eachRegister("buffer-size", "A temporary fits its buffer.") { program, register in
      guard case .temporary(let i) = register.role, register.type.byteCount > program.buffers[i] else { return nil }
      return "its \(register.type.byteCount) bytes do not fit buffer \(i) of \(program.buffers[i])"
    },
    Rule("register-index", .structure, "Every register that an instruction or an operand names exists.") { program in
      for (index, kernel) in program.kernels.enumerated() {
        for operand in kernel.operands where !program.registers.indices.contains(operand.register) {
          return "kernel \(index) names r\(operand.register)"
        }
      }
      for (position, instruction) in program.flattened.enumerated() {
        if case .launch = instruction { continue }
        for register in program.reads(instruction) + program.writes(instruction) + program.holds(instruction)
        where !program.registers.indices.contains(register) {
          return "instruction \(position) names r\(register)"
        }
      }
      return nil
    },
    eachInstruction("kernel-index", .structure, "Every kernel that is launched exists.") { program, _, instruction in
      guard case .launch(let kernel) = instruction, !program.kernels.indices.contains(kernel) else { return nil }
      return "there is no kernel \(kernel)"
    },
    eachInstruction("function-index", .structure, "Every function that is called exists.") { program, _, instruction in
      guard case .call(let function, _, _) = instruction, !program.functions.indices.contains(function) else { return nil }
      return "there is no function \(function)"
    },
    eachInstruction("variable-index", .structure, "Every Variable slot that is stored exists.") { program, _, instruction in
      guard case .store(let slot, _) = instruction, !program.variables.indices.contains(slot) else { return nil }
      return "there is no Variable slot \(slot)"
    },
    Rule("top-level", .structure, "Stores and returns stand outside loops and branches.") { program in
      for (position, instruction) in program.code.enumerated() {
        var inner = instruction.blocks.flatMap { $0 }[...]
        while let next = inner.popFirst() {
          switch next {
          case .store, .return: return "instruction \(position) has a store or a return in a block"
          default: inner += next.blocks.flatMap { $0 }
          }
        }
      }
      return nil
    },
    Rule("return-last", .structure, "A program ends with its only return.") { program in
      let returns = program.code.indices.filter { if case .return = program.code[$0] { true } else { false } }
      guard returns != [program.code.count - 1] else { return nil }
      return returns.isEmpty ? "there is no return" : "instructions \(returns) of \(program.code.count) are returns"
    },
  ]

  private static func mismatch(_ register: Register, _ expected: ArrayType, _ what: String) -> String? {
    register.type == expected ? nil : "it has type \(register.type), \(what) has \(expected)"
  }
}
