import HillockIR

/// The types of the registers of program-level instructions.
extension Rule {
  static let shapeRules: [Rule] = [
    eachInstruction(
      "array-types", .shapes,
      "An array op takes registers of types that its row allows, and gives registers of exactly the types that the row says."
    ) { program, _, instruction in
      guard case .array(let op, let attributes, let destinations, let sources) = instruction else { return nil }
      let given = destinations.map { program.registers[$0].type }
      do {
        let expected = try op.row.types(of: sources.map { program.registers[$0].type }, attributes)
        return expected == given ? nil : "\(op.name(attributes)) gives \(expected), not \(given)"
      } catch {
        return (error as? HillockError)?.message ?? "\(error)"
      }
    },
    eachInstruction("call-type", .shapes, "A call passes and takes registers of exactly the types that its function has.") {
      program, _, instruction in
      guard case .call(let index, let operands, let results) = instruction else { return nil }
      let function = program.functions[index]
      let given = FunctionSlot(
        name: function.name, operands: operands.map { program.registers[$0].type },
        results: results.map { program.registers[$0].type })
      return given == function ? nil : "function \(index) is \(function.text), not \(given.text)"
    },
  ]
}
