import HillockIR

/// Writes the public functions and operators of the op table's rows.
enum FunctionsWriter {
  /// The infix operators that have a compound assignment in Swift.
  private static let compound: Set<String> = ["+", "-", "*", "/", "%", "<<", ">>"]
  private static let parameters = ["a", "b", "c"]

  static var contents: String {
    let free = OpTable.rows.compactMap(function).joined(separator: "\n")
    let operators = OpTable.rows.compactMap(operatorFunctions).joined(separator: "\n")
    let assignments = OpTable.rows.compactMap(compoundAssignment).joined(separator: "\n")
    return """
      // \(GeneratedFile.notice)

      import HillockIR

      \(free)
      // One operand is an array or a Variable; the other is one too, or a number that takes the array's dtype.
      extension ArrayValue {
      \(operators)}

      extension NDArray {
      \(assignments)}

      """
  }

  private static func function(_ row: OpRow) -> String? {
    guard case .function(let name, let namesake) = row.spelling else { return nil }
    let names = row.arity == 1 ? ["x"] : Array(parameters[..<row.arity])
    let body = """
      {
        .apply(\(operation(row)), [\(names.map { "\($0).array" }.joined(separator: ", "))])
      }

      """
    return forms(row, namesake).map { documentation, types in
      let list = zip(names, types).map { "_ \($0): \($1)" }.joined(separator: ", ")
      return "\(documentation)\npublic func \(name)(\(list)) -> NDArray \(body)"
    }.joined(separator: "\n")
  }

  /// The lists of parameter types with which there is a function, and what is said of each.
  private static func forms(_ row: OpRow, _ namesake: Namesake) -> [(documentation: String, types: [String])] {
    let all = documentation(row, indent: "")
    guard namesake != .none else { return [(all, Array(repeating: "some ArrayConvertible", count: row.arity))] }
    var forms = (0..<row.arity).map { first in
      (
        first == 0 ? all : "/// The same where the first array is argument \(first + 1).",
        (0..<row.arity).map { $0 < first ? "some ArrayScalar" : $0 == first ? "some ArrayValue" : "some ArrayConvertible" }
      )
    }
    if namesake == .ofFloats {
      forms.append(("/// The same of whole numbers, such as literals.", Array(repeating: "Int", count: row.arity)))
    }
    return forms
  }

  private static func operatorFunctions(_ row: OpRow) -> String? {
    let op = operation(row), note = documentation(row, indent: "  ")
    switch row.spelling {
    case .prefix(let symbol):
      return """
        \(note)
          public static prefix func \(symbol) (x: Self) -> Computed { computed(.apply(\(op), [x.array])) }

        """
    case .infix(let symbol):
      let body = "-> Computed { computed(.apply(\(op), [a.array, b.array])) }"
      return """
        \(note)
          public static func \(symbol) (a: Self, b: some ArrayValue) \(body)

        \(note)
          public static func \(symbol) (a: Self, b: some ArrayScalar) \(body)

        \(note)
          public static func \(symbol) (a: some ArrayScalar, b: Self) \(body)

        """
    default: return nil
    }
  }

  private static func compoundAssignment(_ row: OpRow) -> String? {
    guard case .infix(let symbol) = row.spelling, compound.contains(symbol) else { return nil }
    return """
        /// `a = a \(symbol) b`
        public static func \(symbol)= (a: inout NDArray, b: some ArrayConvertible) { a = .apply(\(operation(row)), [a, b.array]) }

      """
  }

  private static func operation(_ row: OpRow) -> String { "ElementwiseOp.\(NamesWriter.identifier(row.name))" }

  private static func documentation(_ row: OpRow, indent: String) -> String {
    "\(indent)/// \(row.summary) (\(row.publicTyping))"
  }
}
