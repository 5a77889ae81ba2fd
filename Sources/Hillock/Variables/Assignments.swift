infix operator **= : AssignmentPrecedence

// The left operand is a reference: it stays the same Variable, and its value changes.
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

  /// Divides and rounds down; Python's `v //= x`.
  public func floorDivide(by x: some ArrayConvertible) { modify("an assignment (v //= x)") { Hillock.floorDivide($0, x.array) } }
}
