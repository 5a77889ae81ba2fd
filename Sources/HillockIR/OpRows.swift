/// The rows whose bodies are a line or two. The transcendental ones are in `Numerics/Transcendental.swift`.
extension OpTable {
  static let arithmeticRows: [OpRow] = [
    OpRow(0, "add", arity: 2, .arithmetic, .infix("+"), commutes: true, "The sum.") { $0[0] + $0[1] },
    OpRow(1, "sub", arity: 2, .arithmetic, .infix("-"), "The difference.") { $0[0] - $0[1] },
    OpRow(2, "mul", arity: 2, .arithmetic, .infix("*"), commutes: true, "The product.") { $0[0] * $0[1] },
    OpRow(3, "div", arity: 2, .floating, .infix("/"), "The quotient; integers are converted to f32 first.") { $0[0] / $0[1] },
    OpRow(
      4, "floordiv", arity: 2, .arithmetic, .function("floorDivide"),
      "The quotient rounded to negative infinity, from the exact remainder; an integer divided by 0 gives 0."
    ) {
      $0[0].dtype.isFloating ? FloatDivision.quotient($0[0], $0[1]) : $0[0].floorDiv($0[1])
    },
    OpRow(
      5, "mod", arity: 2, .arithmetic, .infix("%"),
      "The remainder of floor division, exact before it gets the sign of the divisor; an integer modulo 0 gives 0."
    ) {
      $0[0].dtype.isFloating ? FloatDivision.remainder($0[0], $0[1]) : $0[0].floorMod($0[1])
    },
    OpRow(6, "min", arity: 2, .arithmetic, .function("minimum"), "The smaller; NaN where either is NaN.") {
      propagatingNaN($0[0], $0[1], $0[0].min($0[1]))
    },
    OpRow(7, "max", arity: 2, .arithmetic, .function("maximum"), "The larger; NaN where either is NaN.") {
      propagatingNaN($0[0], $0[1], $0[0].max($0[1]))
    },
    OpRow(8, "neg", arity: 1, .number, .prefix("-"), "The negative.") { -$0[0] },
    OpRow(9, "abs", arity: 1, .number, .function("abs"), "The absolute value; the most negative integer stays itself.") {
      $0[0].absolute
    },
    OpRow(10, "sign", arity: 1, .number, .function("sign"), "-1, 0 or 1 with the sign of x; NaN stays NaN, ±0 stays ±0.") {
      let x = $0[0], zero = x.constant(0)
      return zero.isLess(x).select(x.constant(1), x.isLess(zero).select(x.constant(-1), x))
    },
    OpRow(11, "square", arity: 1, .arithmetic, .function("square"), "x · x.") { $0[0] * $0[0] },
    OpRow(12, "sqrt", arity: 1, .floating, .function("sqrt"), "The square root, correctly rounded.") { $0[0].squareRoot },
    OpRow(13, "rsqrt", arity: 1, .floating, .function("rsqrt"), accuracy: Accuracy(f32: 1.5, f64: 1.5), "1 / √x, rounded twice.")
    { 1 / $0[0].squareRoot },
    OpRow(14, "reciprocal", arity: 1, .floating, .function("reciprocal"), "1 / x.") { 1 / $0[0] },
    OpRow(15, "fma", arity: 3, .floating, .function("fma"), "a · b + c, rounded once.") { $0[0].fma($0[1], $0[2]) },
  ]

  static let comparisonRows: [OpRow] = [
    OpRow(16, "lt", arity: 2, .comparison, .infix(".<"), "a < b; false where either is NaN.") { $0[0].isLess($0[1]) },
    OpRow(17, "le", arity: 2, .comparison, .infix(".<="), "a ≤ b; false where either is NaN.") { $0[0].isAtMost($0[1]) },
    OpRow(18, "gt", arity: 2, .comparison, .infix(".>"), "a > b; false where either is NaN.") { $0[1].isLess($0[0]) },
    OpRow(19, "ge", arity: 2, .comparison, .infix(".>="), "a ≥ b; false where either is NaN.") { $0[1].isAtMost($0[0]) },
    OpRow(20, "eq", arity: 2, .comparison, .infix(".=="), commutes: true, "a = b; false where either is NaN.") {
      $0[0].isEqual($0[1])
    },
    OpRow(21, "ne", arity: 2, .comparison, .infix(".!="), commutes: true, "a ≠ b; true where either is NaN.") {
      $0[0].isUnequal($0[1])
    },
    OpRow(22, "isnan", arity: 1, .predicate, .function("isNaN"), "Whether x is NaN.") { $0[0].isUnequal($0[0]) },
    OpRow(23, "isfinite", arity: 1, .predicate, .function("isFinite"), "Whether x is neither infinite nor NaN.") {
      $0[0].absolute.isLess($0[0].constant(.infinity))
    },
    OpRow(24, "isinf", arity: 1, .predicate, .function("isInfinite"), "Whether x is infinite.") {
      $0[0].absolute.isEqual($0[0].constant(.infinity))
    },
    OpRow(25, "select", arity: 3, .select, .handwritten("select(condition, a, b)"), "a where the condition holds, b elsewhere.") {
      $0[0].select($0[1], $0[2])
    },
  ]

  static let bitwiseRows: [OpRow] = [
    OpRow(26, "and", arity: 2, .bitwise, .infix(".&"), commutes: true, "Bitwise and; logical for bool.") { $0[0] & $0[1] },
    OpRow(27, "or", arity: 2, .bitwise, .infix(".|"), commutes: true, "Bitwise or; logical for bool.") { $0[0] | $0[1] },
    OpRow(28, "xor", arity: 2, .bitwise, .infix(".^"), commutes: true, "Bitwise exclusive or; logical for bool.") {
      $0[0] ^ $0[1]
    },
    OpRow(29, "not", arity: 1, .bitwise, .prefix(".!"), "Bitwise not; logical for bool.") { $0[0].inverted },
    OpRow(30, "shl", arity: 2, .integer, .infix("<<"), "Left shift; a count of the width or more, or a negative one, gives 0.") {
      $0[0] << $0[1]
    },
    OpRow(
      31, "shr", arity: 2, .integer, .infix(">>"),
      "Right shift, arithmetic for signed dtypes; a count of the width or more, or a negative one, gives 0 or the sign."
    ) {
      $0[0] >> $0[1]
    },
  ]

  static let roundingRows: [OpRow] = [
    OpRow(32, "floor", arity: 1, .floating, .function("floor"), "The largest integer not above x.") { $0[0].floor },
    OpRow(33, "ceil", arity: 1, .floating, .function("ceil"), "The smallest integer not below x.") { $0[0].ceil },
    OpRow(34, "trunc", arity: 1, .floating, .function("trunc"), "x rounded towards zero.") { $0[0].trunc },
    OpRow(35, "round", arity: 1, .floating, .function("round"), "x rounded to the nearest integer, halves to even.") {
      $0[0].rint
    },
  ]

  /// A NaN operand wins, whichever it is; integers have none. (`a` is unequal to itself only where it is NaN.)
  private static func propagatingNaN(_ a: BodyValue, _ b: BodyValue, _ value: BodyValue) -> BodyValue {
    a.dtype.isFloating ? a.isUnequal(a).select(a, value) : value
  }
}
