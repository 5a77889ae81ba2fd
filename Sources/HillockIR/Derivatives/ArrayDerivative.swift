/// How the results of an array op, or of another operation that is not elementwise, change with its operands. nil among changes is
/// zero; operands and results that are no floats have none.
package enum ArrayDerivative: Sendable {
  /// There is none, for this reason.
  case none(String)
  case rules(pushforward: Pushforward, pullback: Pullback)

  /// What is known where a rule is asked.
  package struct Use {
    package let operands: [ValueID]
    package let results: [ValueID]
    package let attributes: Attributes

    package init(operands: [ValueID], results: [ValueID], attributes: Attributes = []) {
      self.operands = operands
      self.results = results
      self.attributes = attributes
    }
  }

  /// Tangents of the operands to tangents of the results.
  package typealias Pushforward =
    @Sendable (_ builder: inout GraphBuilder, _ use: Use, _ tangents: [ValueID?]) throws(HillockError) -> [ValueID?]
  /// Cotangents of the results to cotangents of the operands. Those of operands that are not wanted may be left out.
  package typealias Pullback =
    @Sendable (_ builder: inout GraphBuilder, _ use: Use, _ cotangents: [ValueID?], _ wanted: [Bool]) throws(HillockError)
    -> [ValueID?]

  /// Of an op that is linear in its first operand, which alone is a float: the same op on the tangent.
  static func linear(
    _ op: ArrayOp,
    pullback:
      @escaping @Sendable (_ builder: inout GraphBuilder, _ use: Use, _ cotangent: ValueID) throws(HillockError) -> ValueID
  ) -> ArrayDerivative {
    .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard let tangent = tangents[0] else { return [nil] }
        return [try builder.array(op, [tangent] + use.operands.dropFirst(), use.attributes)]
      },
      pullback: { (builder, use, cotangents, _) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return use.operands.map { _ in nil } }
        return [try pullback(&builder, use, cotangent)] + use.operands.dropFirst().map { _ in nil }
      })
  }
}
