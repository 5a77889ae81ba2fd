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
    guard case .function(let name) = row.spelling else { return nil }
    let names = row.arity == 1 ? ["x"] : Array(parameters[..<row.arity])
    let list = names.map { "_ \($0): some ArrayConvertible" }.joined(separator: ", ")
    return """
      \(documentation(row, indent: ""))
      public func \(name)(\(list)) -> NDArray {
        .apply(\(operation(row)), [\(names.map { "\($0).array" }.joined(separator: ", "))])
      }

      """
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
    "\(indent)/// \(row.summary) (\(row.typing.description))"
  }
}
