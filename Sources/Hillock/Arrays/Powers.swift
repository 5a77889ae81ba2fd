import HillockIR

precedencegroup PowerPrecedence {
  higherThan: MultiplicationPrecedence
  associativity: right
}

/// x to the power of y; see ``pow(_:_:)``.
infix operator ** : PowerPrecedence

extension ArrayValue {
  public static func ** (x: Self, y: some ArrayValue) -> NDArray { .power(x.array, y.array) }
  public static func ** (x: Self, y: some ArrayScalar) -> NDArray { .power(x.array, y.array) }
  public static func ** (x: some ArrayScalar, y: Self) -> NDArray { .power(x.array, y.array) }
}

/// x to the power of y.
///
/// An integer exponent from 0 to 64 that is known when the expression is evaluated (a literal, an `Int`) is a fixed chain of
/// products: `x ** 2` is x · x, `x ** 3` is x · x · x from the left, and from 4 on an even power is the square of half the
/// power, an odd one x times the power below. Every other power is the op `pow`, whose accuracy is in Spec/numerics.
public func pow(_ x: some ArrayConvertible, _ y: some ArrayConvertible) -> NDArray { .power(x.array, y.array) }

extension NDArray {
  /// The largest exponent that becomes a chain of products.
  private static let largestChain: Int64 = 64

  static func power(_ x: NDArray, _ y: NDArray) -> NDArray {
    if case .weak(.int(let exponent)) = y.content, (0...largestChain).contains(exponent), !x.isBool {
      return exponent == 0 ? onesLike(x) : chain(x, exponent)
    }
    return apply(.pow, [x, y])
  }

  private var isBool: Bool { dtype == .bool }

  private static func chain(_ x: NDArray, _ exponent: Int64) -> NDArray {
    switch exponent {
    case 1: return x
    case 2: return apply(.mul, [x, x])
    case 3: return apply(.mul, [apply(.mul, [x, x]), x])
    default:
      if exponent % 2 == 1 { return apply(.mul, [x, chain(x, exponent - 1)]) }
      let half = chain(x, exponent / 2)
      return apply(.mul, [half, half])
    }
  }
}
