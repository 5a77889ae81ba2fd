infix operator **= : AssignmentPrecedence

// The operand on the left is a reference and stays what it is: its value changes.
extension Variable {
  public static func += (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v += x)") { $0 + x.array } }
  public static func -= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v -= x)") { $0 - x.array } }
  public static func *= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v *= x)") { $0 * x.array } }
  public static func /= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v /= x)") { $0 / x.array } }
  public static func %= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v %= x)") { $0 % x.array } }
  public static func **= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v **= x)") { $0 ** x.array } }
  public static func .&= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v .&= x)") { $0 .& x.array } }
  public static func .|= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v .|= x)") { $0 .| x.array } }
  public static func .^= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v .^= x)") { $0 .^ x.array } }
  public static func <<= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v <<= x)") { $0 << x.array } }
  public static func >>= (v: Variable, x: some ArrayConvertible) { v.modify("an assignment (v >>= x)") { $0 >> x.array } }

  /// Divides and rounds to negative infinity; Python's `v //= x`.
  public func floorDivide(by x: some ArrayConvertible) { modify("an assignment (v //= x)") { Hillock.floorDivide($0, x.array) } }
}
