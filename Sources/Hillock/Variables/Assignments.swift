infix operator **= : AssignmentPrecedence

// The operand on the left is a reference and stays what it is: its value changes.
extension Variable {
  public static func += (v: Variable, x: some ArrayConvertible) { v.apply("+=") { $0 + x.array } }
  public static func -= (v: Variable, x: some ArrayConvertible) { v.apply("-=") { $0 - x.array } }
  public static func *= (v: Variable, x: some ArrayConvertible) { v.apply("*=") { $0 * x.array } }
  public static func /= (v: Variable, x: some ArrayConvertible) { v.apply("/=") { $0 / x.array } }
  public static func %= (v: Variable, x: some ArrayConvertible) { v.apply("%=") { $0 % x.array } }
  public static func **= (v: Variable, x: some ArrayConvertible) { v.apply("**=") { $0 ** x.array } }
  public static func .&= (v: Variable, x: some ArrayConvertible) { v.apply(".&=") { $0 .& x.array } }
  public static func .|= (v: Variable, x: some ArrayConvertible) { v.apply(".|=") { $0 .| x.array } }
  public static func .^= (v: Variable, x: some ArrayConvertible) { v.apply(".^=") { $0 .^ x.array } }
  public static func <<= (v: Variable, x: some ArrayConvertible) { v.apply("<<=") { $0 << x.array } }
  public static func >>= (v: Variable, x: some ArrayConvertible) { v.apply(">>=") { $0 >> x.array } }

  /// Divides and rounds to negative infinity; Python's `v //= x`.
  public func floorDivide(by x: some ArrayConvertible) { apply("floorDivide") { Hillock.floorDivide($0, x.array) } }

  private func apply(_ name: String, _ change: (NDArray) -> NDArray) { modify { change($0) } }
}
