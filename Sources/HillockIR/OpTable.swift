/// An elementwise operation: its position in the op table, which is also its code in bytecode.
package struct ElementwiseOp: Hashable, Sendable {
  package let code: UInt8
  package init(code: UInt8) { self.code = code }

  package var row: OpRow { OpTable.rows[Int(code)] }

  /// The op with this name, if there is one.
  package static func named(_ name: some StringProtocol) -> ElementwiseOp? { OpTable.byName[String(name)] }
}

/// What dtypes an op takes and gives. `T` is the promoted dtype of the operands.
package enum TypingRule: Sendable {
  /// Numbers: (T, …) → T; bool is refused.
  case arithmetic
  /// Signed numbers and floats: T → T. (`neg`, `sign`.)
  case number
  /// Floats: T → T, integers and bool are converted to f32 first.
  case floating
  /// Integers and bool, bitwise: T → T.
  case bitwise
  /// Integers: T → T.
  case integer
  /// (T, T) → bool.
  case comparison
  /// Floats: T → bool, integers converted to f32 first.
  case predicate
  /// bool → bool.
  case logical
  /// (bool, T, T) → T.
  case select
}

/// How an op is spelled in the public library. The file of public functions is generated from it.
package enum PublicSpelling: Hashable, Sendable {
  /// A free function: `tanh(x)`.
  case function(String, namesake: Namesake = .none)
  /// An infix operator, with its compound assignment where Swift has one: `+`, `.<`.
  case infix(String)
  /// A prefix operator: `-x`.
  case prefix(String)
  /// Written by hand in the library, spelled like this, because its shape is no elementwise function's or it has shortcuts.
  case handwritten(String)
}

/// Whether Swift or the C library has a function of numbers by the same name (`Arrays/ScalarFunctions.swift`). If so, ours takes a number
/// beside an array only: were `2 * sin(x) + 1 - 2 * cos(x)` of a `Double` possible in two ways, the compiler would take seconds to choose.
package enum Namesake: Hashable, Sendable {
  case none
  /// Of floats.
  case ofFloats
  /// Also of an `Int`.
  case ofNumbers
}

/// How far an op's results may be from the exact ones, in units in the last place of these. The bounds are stated here alone;
/// `tools/exhaustive` measures the errors and writes them into Spec/numerics.md.
package struct Accuracy: Hashable, Sendable {
  package let f32: Double
  package let f64: Double

  package init(f32: Double, f64: Double) {
    self.f32 = f32
    self.f64 = f64
  }

  package subscript(dtype: DType) -> Double { dtype == .f32 ? f32 : f64 }

  /// That of an op whose result is rounded once.
  package static let rounded = Accuracy(f32: 0.5, f64: 0.5)
}

/// One row of the op table: all there is to know of an elementwise op. The public function, the eager execution, the
/// interpreter's kernel, the native body, the text form and the reference page follow from it.
package struct OpRow: Sendable {
  package let op: ElementwiseOp
  /// The name in programs.
  package let name: String
  package let arity: Int
  package let typing: TypingRule
  package let spelling: PublicSpelling
  /// One sentence for the reference page.
  package let summary: String
  /// Of floats, at operands for which the op is defined; other results are exact or rounded once.
  package let accuracy: Accuracy
  /// Whether operands may change places without changing a bit of the result (NaN payloads aside).
  package let commutes: Bool
  /// What the library's function gives of integers that the op does not take; nil: they are converted, or refused.
  package let integers: IntegerForm?
  /// Of results of floats.
  package let derivative: Derivative
  /// Where the op gives what is there already; none is always right.
  package let identities: [Identity]
  /// Whether narrow dtypes are taken, by way of those in which they are computed. (The neighbour of an f16 is not that of an f32.)
  package let takesNarrow: Bool
  /// The bounds of a result of integers; nil of ops that give none.
  private let integerBounds: (@Sendable ([IntegerBounds]) -> IntegerBounds)?
  private let define: @Sendable ([BodyValue]) -> BodyValue
  private let rare: RareDefinition?

  /// Of an op of one operand: where its rare case is, and the result there.
  package struct RareDefinition: Sendable {
    let condition: @Sendable (BodyValue) -> BodyValue
    let value: @Sendable (BodyValue) -> BodyValue
  }

  package init(
    _ code: UInt8, _ name: String, arity: Int, _ typing: TypingRule, _ spelling: PublicSpelling, commutes: Bool = false,
    accuracy: Accuracy = .rounded, integers: IntegerForm? = nil, takesNarrow: Bool = true,
    bounds: (@Sendable ([IntegerBounds]) -> IntegerBounds)? = nil, identities: [Identity] = [], derivative: Derivative,
    rare: RareDefinition? = nil, _ summary: String,
    define: @escaping @Sendable ([BodyValue]) -> BodyValue
  ) {
    self.op = ElementwiseOp(code: code)
    self.name = name
    self.arity = arity
    self.typing = typing
    self.spelling = spelling
    self.summary = summary
    self.commutes = commutes
    self.accuracy = accuracy
    self.integers = integers
    self.takesNarrow = takesNarrow
    integerBounds = bounds
    self.identities = identities
    self.derivative = derivative
    self.rare = rare
    self.define = define
  }

  /// The operation dtypes at which the op exists. On narrow dtypes it runs at that in which they are computed.
  package var dtypes: [DType] {
    switch typing {
    case .arithmetic: DType.wide.filter { $0 != .bool }
    case .number: DType.wide.filter(\.isSigned)
    case .floating, .predicate: [.f32, .f64]
    case .bitwise: DType.wide.filter { !$0.isFloating }
    case .integer: DType.wide.filter(\.isInteger)
    case .comparison, .select: DType.wide
    case .logical: [.bool]
    }
  }

  /// The dtypes of the operands at an operation dtype.
  package func operandTypes(_ dtype: DType) -> [DType] {
    switch typing {
    case .select: [.bool, dtype, dtype]
    default: [DType](repeating: dtype, count: arity)
    }
  }

  /// The dtype of the result at an operation dtype.
  package func resultType(_ dtype: DType) -> DType {
    switch typing {
    case .comparison, .predicate: .bool
    default: dtype
    }
  }

  /// What a result of integers can be, given what the operands can be.
  package func bounds(_ operands: [IntegerBounds]) -> IntegerBounds { integerBounds?(operands) ?? .all }

  /// Whether the row says what a result of integers can be.
  package var hasBounds: Bool { integerBounds != nil }

  /// The definition at an operation dtype, as primitives.
  package func body(_ dtype: DType) -> Body {
    let builder = BodyBuilder(operandTypes: operandTypes(dtype))
    var body = builder.finish(define(builder.operands))
    guard let rare else { return body }
    body.rare = RareCase(op: op, condition: rare.condition(builder.operands[0]).id)
    body.instructions = builder.instructions
    return body
  }

  package var hasRareCase: Bool { rare != nil }

  /// The definition of the rare case, of ops that have one.
  package func rareBody(_ dtype: DType) -> Body? {
    guard let rare else { return nil }
    let builder = BodyBuilder(operandTypes: operandTypes(dtype))
    return builder.finish(rare.value(builder.operands[0]))
  }

  /// Whether the interpreter can take the op as a link of a chain (`hk_chain`).
  ///
  /// On each dtype of floats it is the same primitive, of one or two operands; one that chains have on vectors.
  package var isLink: Bool {
    let floats = [DType.f32, .f64]
    guard arity < 3, floats.allSatisfy({ dtypes.contains($0) && resultType($0) == $0 }) else { return false }
    let bodies = floats.map { body($0).instructions }
    guard let one = bodies[0].first, bodies.allSatisfy({ $0.count == 1 && $0[0].primitive == one.primitive })
    else { return false }
    let ofVectors: [Primitive] = [.add, .sub, .mul, .div, .sqrt, .abs, .neg, .floor, .ceil, .trunc, .rint]
    return ofVectors.contains(one.primitive) && bodies[1][0].operands == one.operands
  }
}

package enum OpTable {
  /// The rows, in the order of their codes. Codes are part of the bytecode's version: append, never reorder.
  package static let rows: [OpRow] =
    arithmeticRows + comparisonRows + bitwiseRows + roundingRows + transcendentalRows + derivativeRows
    + partRows

  /// The rare cases of the ops that have one, by dtype.
  package static let rareBodies: [ElementwiseOp: [DType: Body]] = Dictionary(
    uniqueKeysWithValues: rows.compactMap { row in
      let bodies = row.dtypes.compactMap { dtype in row.rareBody(dtype).map { (dtype, $0) } }
      return bodies.isEmpty ? nil : (row.op, Dictionary(uniqueKeysWithValues: bodies))
    })

  static let byName = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.op) })
}
