import HillockIR

/// Writes the public functions and operators of the op table's rows.
enum FunctionsWriter {
  /// The infix operators that have a compound assignment in Swift.
  private static let compound: Set<String> = ["+", "-", "*", "/", "%", "<<", ">>"]
  private static let parameters = ["a", "b", "c"]

  static var contents: String {
    let free = OpTable.rows.compactMap(function).joined(separator: "\n")
    let operators = OpTable.rows.compactMap(operatorFunctions).joined(separator: "\n")
    return "// \(GeneratedFile.notice)\n\nimport HillockIR\n\n\(free)\nextension NDArray {\n\(operators)}\n"
  }

  private static func function(_ row: OpRow) -> String? {
    guard case .function(let name) = row.spelling else { return nil }
    let names = row.arity == 1 ? ["x"] : Array(parameters[..<row.arity])
    let list = names.map { "_ \($0): NDArray" }.joined(separator: ", ")
    return """
      \(documentation(row, indent: ""))
      public func \(name)(\(list)) -> NDArray {
        NDArray.apply(\(operation(row)), [\(names.joined(separator: ", "))])
      }

      """
  }

  private static func operatorFunctions(_ row: OpRow) -> String? {
    let op = operation(row), note = documentation(row, indent: "  ")
    switch row.spelling {
    case .prefix(let symbol):
      return """
        \(note)
          public static prefix func \(symbol) (x: NDArray) -> NDArray { .apply(\(op), [x]) }

        """
    case .infix(let symbol):
      var text = """
        \(note)
          public static func \(symbol) (a: NDArray, b: NDArray) -> NDArray { .apply(\(op), [a, b]) }

        \(note) The number takes the array's dtype.
          public static func \(symbol) <S: ArrayScalar>(a: NDArray, b: S) -> NDArray { .apply(\(op), [a, NDArray(weak: b)]) }

        \(note) The number takes the array's dtype.
          public static func \(symbol) <S: ArrayScalar>(a: S, b: NDArray) -> NDArray { .apply(\(op), [NDArray(weak: a), b]) }

        """
      if compound.contains(symbol) {
        text += """

            /// `a = a \(symbol) b`
            public static func \(symbol)= (a: inout NDArray, b: NDArray) { a = a \(symbol) b }

            /// `a = a \(symbol) b`
            public static func \(symbol)= <S: ArrayScalar>(a: inout NDArray, b: S) { a = a \(symbol) b }

          """
      }
      return text
    default: return nil
    }
  }

  private static func operation(_ row: OpRow) -> String { "ElementwiseOp.\(NamesWriter.identifier(row.name))" }

  private static func documentation(_ row: OpRow, indent: String) -> String {
    "\(indent)/// \(row.summary) (\(row.typing.description))"
  }
}
