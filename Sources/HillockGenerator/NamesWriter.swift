import HillockIR

/// Writes the Swift names of the op table's rows: `ElementwiseOp.tanh`.
enum NamesWriter {
  /// Words that an identifier may be only in backticks.
  private static let keywords: Set<String> = ["in", "is", "as", "where", "if", "else", "for", "repeat", "switch"]

  static var contents: String {
    var text = "// \(GeneratedFile.notice)\n\nextension ElementwiseOp {\n"
    for row in OpTable.rows {
      text += "  package static let \(identifier(row.name)) = ElementwiseOp(code: \(row.op.code))\n"
    }
    return text + "}\n"
  }

  static func identifier(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }
}
