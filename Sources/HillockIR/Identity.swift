/// When an elementwise op gives what is there already, or what a simpler op gives, to the bit (NaN payloads aside).
///
/// Of floats, 0 is neutral in `x - 0` alone: -0 + 0 is +0. And `x * 0` is not 0, for NaN and infinity.
package enum Identity: Hashable, Sendable {
  /// Of two operands: the other one, where one at these places is the number.
  case neutral(Double, at: [Int], ofFloats: Bool = true)
  /// Done twice: the operand.
  case involution
  /// Of an operand with itself: this operand.
  case idempotence
  /// Of (condition, a, b): a or b, where the condition is known or both are the same.
  case choice
  /// Always the first operand. What else the op means is over when the passes run.
  case firstOperand
  /// Of floats: the product with the reciprocal of the second operand, where this is a power of two.
  case productWithReciprocal
}
