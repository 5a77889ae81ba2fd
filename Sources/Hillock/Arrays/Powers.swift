import HillockIR

precedencegroup PowerPrecedence {
  higherThan: MultiplicationPrecedence
  associativity: right
}

/// x to the power of y; see ``pow(_:_:)``.
///
/// A sign in front belongs to the base: `-x ** 2` is (−x)², because Swift applies prefix operators first. For the negative of the power
/// write `-(x ** 2)` or `-square(x)`.
infix operator ** : PowerPrecedence

/// x to the power of y; see ``pow(_:_:)``. `-x ** 2` is (−x)²: write `-(x ** 2)`.
public func ** (x: some ArrayConvertible, y: some ArrayConvertible) -> NDArray { .power(x.array, y.array) }

/// x to the power of y.
///
/// A power of integers is an integer of the dtype that both promote to, modulo 2^width. The exponent may be a literal, an `Int`,
/// an array or the index of a loop. (Bools count as `i32`.) A negative exponent would give a fraction. If it is a known
/// number, that is an `argument` error. If it is known only at run time, the result is the power's whole part: 1 or -1 for a base
/// of 1 or -1, else 0. For fractions make one of the two a float: `x ** -1.0`, or `x.asType(.f32) ** n`.
///
/// A power of floats whose exponent is a known integer from 0 to 64 is a fixed chain of products: `x ** 2` is x · x, and `x ** 3` is
/// x · x · x from the left. From 4 on, an even power is the square of half the power, and an odd one is x times
/// the power below. Every other power of floats is the op `pow`, whose accuracy is in Spec/numerics.
///
/// ```swift
/// NDArray([2, 3, 4]) ** 2                    // i32: [4, 9, 16]
/// NDArray([2, 3]) ** NDArray([10, 3])        // i32: [1024, 27]
/// NDArray([1, 2, 4]) ** -1.0                 // f32: [1, 0.5, 0.25]
/// ```
public func pow(_ x: some ArrayValue, _ y: some ArrayConvertible) -> NDArray { .power(x.array, y.array) }

/// The same where the first array is argument 2.
public func pow(_ x: some ArrayScalar, _ y: some ArrayValue) -> NDArray { .power(x.array, y.array) }

/// The same of whole numbers, such as literals.
public func pow(_ x: Int, _ y: Int) -> NDArray { .power(x.array, y.array) }

extension NDArray {
  /// The largest exponent that becomes a chain of products.
  private static let largestChain: Int64 = 64

  static func power(_ x: NDArray, _ y: NDArray) -> NDArray {
    if case .failure = x.content { return x }
    if case .failure = y.content { return y }
    let isWhole = x.isWholePower(with: y)
    let x = isWhole && x.dtype == .bool ? x.asType(.i32) : x
    if case .weak(.int(let exponent)) = y.content, (0...largestChain).contains(exponent), x.dtype != .bool {
      guard exponent == 0 else { return chain(x, exponent) }
      return x.isWeak ? NDArray(weak: isWhole ? .int(1) : .double(1)) : onesLike(x)
    }
    guard isWhole else { return apply(.pow, [x, y]) }
    if let bounds = y.integerBounds, bounds.least < 0 {
      let exponent = bounds.least == bounds.greatest ? "\(bounds.least)" : "one from \(bounds.least) to \(bounds.greatest)"
      return NDArray(
        failing: HillockError(
          .argument,
          "a power of integers with a negative exponent, here \(exponent), is a fraction; make the base or the exponent a float, as by "
            + ".asType(.f32)"))
    }
    return apply(.ipow, [x, y.dtype == .bool ? y.asType(.i32) : y])
  }

  /// Whether the power is computed with integers: both are, or bools, and there is an integer dtype for both.
  private func isWholePower(with exponent: NDArray) -> Bool {
    if dtype.isFloating || exponent.dtype.isFloating { return false }
    return isWeak || exponent.isWeak || !DType.promote(dtype, exponent.dtype).isFloating
  }

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
