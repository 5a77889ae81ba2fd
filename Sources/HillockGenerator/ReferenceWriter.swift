import HillockIR

/// Writes the reference page of the elementwise operations.
enum ReferenceWriter {
  static var contents: String {
    var text = """
      <!-- \(GeneratedFile.notice) -->

      # Elementwise operations

      The code is the operation's position in the op table and its number in bytecode. `T` is the promoted dtype of the
      operands. How each value is computed says [numerics](../numerics.md), and what errors were measured. ULP is the largest error
      of f32 and f64 in units in the last place of the exact result; where there is none, results are exact or rounded once. Narrow
      dtypes are computed in f32, i32 or u32, and [converted back](../numerics.md#narrow-dtypes). The Swift functions take a little more:
      `floor`, `ceil`, `trunc` and `round` give integers as they are, and `abs`, `-` and `sign` take integers without a sign.

      | code | name | Swift | dtypes | meaning | ULP |
      |---:|---|---|---|---|---|

      """
    for row in OpTable.rows {
      text +=
        "| \(row.op.code) | `\(row.name)` | \(spelling(row)) | \(row.typing.description) | \(row.summary) | \(accuracy(row)) |\n"
    }
    return text
  }

  private static func accuracy(_ row: OpRow) -> String {
    row.accuracy == .rounded ? "" : "\(row.accuracy.f32), \(row.accuracy.f64)"
  }

  private static func spelling(_ row: OpRow) -> String {
    let names = row.arity == 1 ? "x" : ["a", "b", "c"][..<row.arity].joined(separator: ", ")
    switch row.spelling {
    case .function(let name, _): return "`\(name)(\(names))`"
    case .infix(let symbol): return "`a \(symbol.replacing("|", with: "\\|")) b`"
    case .prefix(let symbol): return "`\(symbol)x`"
    case .handwritten(let text): return "`\(text)`"
    }
  }
}

extension TypingRule {
  /// What the rule takes and gives, for documentation.
  var description: String {
    switch self {
    case .arithmetic: "numbers → T"
    case .number: "signed numbers → T"
    case .floating: "floats → T, others as f32"
    case .bitwise: "integers and bool → T"
    case .integer: "integers → T"
    case .comparison: "any → bool"
    case .predicate: "floats → bool, others as f32"
    case .logical: "bool → bool"
    case .select: "bool, T, T → T"
    }
  }
}

extension OpRow {
  /// The dtypes that the library's function takes and gives, in words.
  var publicTyping: String {
    switch (integerForm(.i32), integerForm(.u32)) {
    case (nil, nil): typing.description
    case (nil, .some): "numbers → T"
    case (.some, _): "numbers → T, bool as f32"
    }
  }
}
