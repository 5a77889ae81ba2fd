/// How an elementwise op changes with its operands. Forward and reverse mode both read it.
package enum Derivative: Sendable {
  /// The result does not change with the operands, or in steps only: it has no derivative, for this reason.
  case none(String)
  /// For each operand the factor by which a small change of it comes out.
  case partials(@Sendable (_ x: [Term], _ result: Term) -> [Partial])
}

/// What a change of one operand becomes in the result.
package enum Partial {
  case zero
  case one
  case minusOne
  case factor(Term)
  /// The change where the condition holds, zero elsewhere: not a product, which would make NaN of an infinite change.
  case whereTrue(Term)
  case whereFalse(Term)
}

/// A value of a graph under construction, with operators: the language of derivatives.
///
/// Numbers have the dtype of the value beside them. An error is kept by the scope, and thrown when the rule is done.
package struct Term {
  let scope: TermScope
  let id: ValueID

  private func apply(_ op: ElementwiseOp, _ others: Term...) -> Term {
    scope.make { (builder) throws(HillockError) in try builder.elementwise(op, [id] + others.map(\.id)) }
  }

  package func number(_ value: Double) -> Term {
    scope.make { (builder) throws(HillockError) in try builder.number(value, builder.type(id).dtype) }
  }

  package static prefix func - (a: Term) -> Term { a.apply(.neg) }
  package static func + (a: Term, b: Term) -> Term { a.apply(.add, b) }
  package static func - (a: Term, b: Term) -> Term { a.apply(.sub, b) }
  package static func * (a: Term, b: Term) -> Term { a.apply(.mul, b) }
  package static func / (a: Term, b: Term) -> Term { a.apply(.div, b) }
  package static func + (a: Term, b: Double) -> Term { a + a.number(b) }
  package static func * (a: Term, b: Double) -> Term { a * a.number(b) }
  package static func - (a: Double, b: Term) -> Term { b.number(a) - b }
  package static func / (a: Double, b: Term) -> Term { b.number(a) / b }

  package func isLess(_ other: Term) -> Term { apply(.lt, other) }
  package func isAtLeast(_ other: Term) -> Term { apply(.ge, other) }
  package func isEqual(_ other: Term) -> Term { apply(.eq, other) }
  /// Where this condition holds.
  package func select(_ a: Term, _ b: Term) -> Term { apply(.select, a, b) }

  package var exp: Term { apply(.exp) }
  package var log: Term { apply(.log) }
  package var sin: Term { apply(.sin) }
  package var cos: Term { apply(.cos) }
  package var sinh: Term { apply(.sinh) }
  package var cosh: Term { apply(.cosh) }
  package var sigmoid: Term { apply(.sigmoid) }
  package var rsqrt: Term { apply(.rsqrt) }
  package var reciprocal: Term { apply(.reciprocal) }
  package var square: Term { apply(.square) }
  package var absolute: Term { apply(.abs) }
  package func pow(_ other: Term) -> Term { apply(.pow, other) }
  /// self · 2^other
  package func scaled(by other: Term) -> Term { apply(.ldexp, other) }
  package func floorDivide(_ other: Term) -> Term { apply(.floordiv, other) }

  /// Σ cᵢ xⁱ by Horner's rule.
  package func polynomial(_ coefficients: [Double]) -> Term {
    coefficients.dropLast().reversed().reduce(number(coefficients.last ?? 0)) { $0 * self + $1 }
  }
}

/// The builder that terms append to.
final class TermScope {
  var builder: GraphBuilder
  private(set) var error: HillockError?

  private init(_ builder: GraphBuilder) { self.builder = builder }

  fileprivate func make(_ body: (inout GraphBuilder) throws(HillockError) -> ValueID) -> Term {
    do throws(HillockError) { return Term(scope: self, id: try body(&builder)) } catch {
      self.error = self.error ?? error
      return Term(scope: self, id: ValueID(0))
    }
  }

  /// Runs a rule on values of the builder.
  static func run<Result>(
    _ builder: inout GraphBuilder, _ body: (TermScope) throws(HillockError) -> Result
  ) throws(HillockError) -> Result {
    let scope = TermScope(builder)
    // The scope has it alone: an append copies nothing.
    builder = GraphBuilder(name: "")
    defer { builder = scope.builder }
    let result = try body(scope)
    if let error = scope.error { throw error }
    return result
  }

  func term(_ id: ValueID) -> Term { Term(scope: self, id: id) }
}

extension GraphBuilder {
  /// A scalar constant of a floating dtype.
  package mutating func number(_ value: Double, _ dtype: DType) throws(HillockError) -> ValueID {
    try scalar(DType.bits(value, dtype), dtype)
  }

  /// An array of zeros.
  package mutating func zeros(_ type: ArrayType) throws(HillockError) -> ValueID {
    try broadcast(try scalar(0, type.dtype), to: type.shape)
  }

  /// What a change of an operand becomes.
  mutating func apply(_ partial: Partial, to change: ValueID) throws(HillockError) -> ValueID? {
    switch partial {
    case .zero: return nil
    case .one: return change
    case .minusOne: return try elementwise(.neg, [change])
    case .factor(let factor): return try elementwise(.mul, [change, factor.id])
    case .whereTrue(let condition): return try elementwise(.select, [condition.id, change, try number(0, type(change).dtype)])
    case .whereFalse(let condition): return try elementwise(.select, [condition.id, try number(0, type(change).dtype), change])
    }
  }

  /// The sum of two changes, of which nil is zero.
  mutating func sum(_ a: ValueID?, _ b: ValueID?) throws(HillockError) -> ValueID? {
    guard let a, let b else { return a ?? b }
    return try elementwise(.add, [a, b])
  }
}
