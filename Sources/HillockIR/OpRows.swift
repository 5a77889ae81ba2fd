/// The rows whose bodies are a line or two. The transcendental ones are in `Numerics/Transcendental.swift`.
extension OpTable {
  static let arithmeticRows: [OpRow] = [
    OpRow(
      0, "add", arity: 2, .arithmetic, .infix("+"), commutes: true, bounds: { $0[0] + $0[1] },
      identities: [.neutral(0, at: [1, 0], ofFloats: false)], derivative: .partials { _, _ in [.one, .one] }, "The sum."
    ) { $0[0] + $0[1] },
    OpRow(
      1, "sub", arity: 2, .arithmetic, .infix("-"), bounds: { $0[0] - $0[1] }, identities: [.neutral(0, at: [1])],
      derivative: .partials { _, _ in [.one, .minusOne] }, "The difference."
    ) {
      $0[0] - $0[1]
    },
    OpRow(
      2, "mul", arity: 2, .arithmetic, .infix("*"), commutes: true,
      bounds: { $0[0] * $0[1] }, identities: [.neutral(1, at: [1, 0])],
      derivative: .partials { x, _ in [.factor(x[1]), .factor(x[0])] }, "The product."
    ) { $0[0] * $0[1] },
    OpRow(
      3, "div", arity: 2, .floating, .infix("/"),
      identities: [.neutral(1, at: [1]), .productWithReciprocal],
      derivative: .partials { x, y in [.factor(x[1].reciprocal), .factor(-(y / x[1]))] },
      "The quotient; integers are converted to f32 first."
    ) { $0[0] / $0[1] },
    OpRow(
      4, "floordiv", arity: 2, .arithmetic, .function("floorDivide"),
      bounds: { $0[0].floorDiv($0[1]) }, derivative: .none("a step function"),
      "The quotient rounded to negative infinity, from the exact remainder; an integer divided by 0 gives 0."
    ) {
      $0[0].dtype.isFloating ? FloatDivision.quotient($0[0], $0[1]) : $0[0].floorDiv($0[1])
    },
    OpRow(
      5, "mod", arity: 2, .arithmetic, .infix("%"),
      bounds: { $0[0].floorMod($0[1]) }, derivative: .partials { x, _ in [.one, .factor(-x[0].floorDivide(x[1]))] },
      "The remainder of floor division, exact before it gets the sign of the divisor; an integer modulo 0 gives 0."
    ) {
      $0[0].dtype.isFloating ? FloatDivision.remainder($0[0], $0[1]) : $0[0].floorMod($0[1])
    },
    OpRow(
      6, "min", arity: 2, .arithmetic, .function("minimum"),
      bounds: { $0[0].min($0[1]) },
      derivative: .partials { x, _ in [.factor(share(x[0].isLess(x[1]), x)), .factor(share(x[1].isLess(x[0]), x))] },
      "The smaller; NaN where either is NaN."
    ) {
      propagatingNaN($0[0], $0[1], $0[0].min($0[1]))
    },
    OpRow(
      7, "max", arity: 2, .arithmetic, .function("maximum"),
      bounds: { $0[0].max($0[1]) },
      derivative: .partials { x, _ in [.factor(share(x[1].isLess(x[0]), x)), .factor(share(x[0].isLess(x[1]), x))] },
      "The larger; NaN where either is NaN."
    ) {
      propagatingNaN($0[0], $0[1], $0[0].max($0[1]))
    },
    OpRow(
      8, "neg", arity: 1, .number, .prefix("-"), integers: .negative, bounds: { -$0[0] }, identities: [.involution],
      derivative: .partials { _, _ in [.minusOne] },
      "The negative."
    ) { -$0[0] },
    OpRow(
      9, "abs", arity: 1, .number, .function("abs", namesake: .ofNumbers), integers: .itself,
      bounds: { $0[0].absolute },
      derivative: .partials { x, _ in [.factor(x[0].isAtLeast(x[0].number(0)).select(x[0].number(1), x[0].number(-1)))] },
      "The absolute value; the most negative integer stays itself."
    ) {
      $0[0].absolute
    },
    OpRow(
      10, "sign", arity: 1, .number, .function("sign"), integers: .sign, bounds: IntegerBounds.ofTheirBits,
      derivative: .none("a step function"),
      "-1, 0 or 1 with the sign of x; NaN stays NaN, ±0 stays ±0."
    ) {
      let x = $0[0], zero = x.constant(0)
      return zero.isLess(x).select(x.constant(1), x.isLess(zero).select(x.constant(-1), x))
    },
    OpRow(
      11, "square", arity: 1, .arithmetic, .function("square"), bounds: { $0[0].absolute * $0[0].absolute },
      derivative: .partials { x, _ in [.factor(x[0] + x[0])] }, "x · x."
    ) { $0[0] * $0[0] },
    OpRow(
      12, "sqrt", arity: 1, .floating, .function("sqrt", namesake: .ofFloats),
      derivative: .partials { _, y in [.factor(0.5 / y)] },
      "The square root, correctly rounded."
    ) { $0[0].squareRoot },
    OpRow(
      13, "rsqrt", arity: 1, .floating, .function("rsqrt"), accuracy: Accuracy(f32: 1.5, f64: 1.5),
      derivative: .partials { x, y in [.factor(y / x[0] * -0.5)] }, "1 / √x, rounded twice."
    ) { 1 / $0[0].squareRoot },
    OpRow(
      14, "reciprocal", arity: 1, .floating, .function("reciprocal"), derivative: .partials { _, y in [.factor(-y.square)] },
      "1 / x."
    ) { 1 / $0[0] },
    OpRow(
      15, "fma", arity: 3, .floating, .function("fma", namesake: .ofFloats),
      derivative: .partials { x, _ in [.factor(x[1]), .factor(x[0]), .one] },
      "a · b + c, rounded once."
    ) { $0[0].fma($0[1], $0[2]) },
  ]

  static let comparisonRows: [OpRow] = [
    OpRow(16, "lt", arity: 2, .comparison, .infix(".<"), derivative: .none("a comparison"), "a < b; false where either is NaN.") {
      $0[0].isLess($0[1])
    },
    OpRow(17, "le", arity: 2, .comparison, .infix(".<="), derivative: .none("a comparison"), "a ≤ b; false where either is NaN.")
    { $0[0].isAtMost($0[1]) },
    OpRow(18, "gt", arity: 2, .comparison, .infix(".>"), derivative: .none("a comparison"), "a > b; false where either is NaN.") {
      $0[1].isLess($0[0])
    },
    OpRow(19, "ge", arity: 2, .comparison, .infix(".>="), derivative: .none("a comparison"), "a ≥ b; false where either is NaN.")
    { $0[1].isAtMost($0[0]) },
    OpRow(
      20, "eq", arity: 2, .comparison, .infix(".=="), commutes: true, derivative: .none("a comparison"),
      "a = b; false where either is NaN."
    ) {
      $0[0].isEqual($0[1])
    },
    OpRow(
      21, "ne", arity: 2, .comparison, .infix(".!="), commutes: true, derivative: .none("a comparison"),
      "a ≠ b; true where either is NaN."
    ) {
      $0[0].isUnequal($0[1])
    },
    OpRow(22, "isnan", arity: 1, .predicate, .function("isNaN"), derivative: .none("a comparison"), "Whether x is NaN.") {
      $0[0].isUnequal($0[0])
    },
    OpRow(
      23, "isfinite", arity: 1, .predicate, .function("isFinite"), derivative: .none("a comparison"),
      "Whether x is neither infinite nor NaN."
    ) {
      $0[0].absolute.isLess($0[0].constant(.infinity))
    },
    OpRow(24, "isinf", arity: 1, .predicate, .function("isInfinite"), derivative: .none("a comparison"), "Whether x is infinite.")
    {
      $0[0].absolute.isEqual($0[0].constant(.infinity))
    },
    OpRow(
      25, "select", arity: 3, .select, .handwritten("select(condition, a, b)"),
      bounds: { $0[1].either($0[2]) }, identities: [.choice],
      derivative: .partials { x, _ in [.zero, .whereTrue(x[0]), .whereFalse(x[0])] }, "a where the condition holds, b elsewhere."
    ) {
      $0[0].select($0[1], $0[2])
    },
  ]

  static let bitwiseRows: [OpRow] = [
    OpRow(
      26, "and", arity: 2, .bitwise, .infix(".&"), commutes: true, bounds: { $0[0] & $0[1] }, identities: [.idempotence],
      derivative: .none("an operation on bits"),
      "Bitwise and; logical for bool."
    ) { $0[0] & $0[1] },
    OpRow(
      27, "or", arity: 2, .bitwise, .infix(".|"), commutes: true, bounds: IntegerBounds.ofTheirBits, identities: [.idempotence],
      derivative: .none("an operation on bits"),
      "Bitwise or; logical for bool."
    ) { $0[0] | $0[1] },
    OpRow(
      28, "xor", arity: 2, .bitwise, .infix(".^"), commutes: true, bounds: IntegerBounds.ofTheirBits,
      derivative: .none("an operation on bits"),
      "Bitwise exclusive or; logical for bool."
    ) {
      $0[0] ^ $0[1]
    },
    OpRow(
      29, "not", arity: 1, .bitwise, .prefix(".!"), bounds: { ~$0[0] }, identities: [.involution],
      derivative: .none("an operation on bits"), "Bitwise not; logical for bool."
    ) { $0[0].inverted },
    OpRow(
      30, "shl", arity: 2, .integer, .infix("<<"), bounds: { $0[0] << $0[1] }, derivative: .none("an operation on bits"),
      "Left shift; a count of the width or more, or a negative one, gives 0."
    ) {
      $0[0] << $0[1]
    },
    OpRow(
      31, "shr", arity: 2, .integer, .infix(">>"),
      bounds: IntegerBounds.ofTheirBits, derivative: .none("an operation on bits"),
      "Right shift, arithmetic for signed dtypes; a count of the width or more, or a negative one, gives 0 or the sign."
    ) {
      $0[0] >> $0[1]
    },
  ]

  static let roundingRows: [OpRow] = [
    OpRow(
      32, "floor", arity: 1, .floating, .function("floor", namesake: .ofFloats), integers: .itself,
      derivative: .none("a step function"),
      "The largest integer not above x."
    ) { $0[0].floor },
    OpRow(
      33, "ceil", arity: 1, .floating, .function("ceil", namesake: .ofFloats), integers: .itself,
      derivative: .none("a step function"),
      "The smallest integer not below x."
    ) { $0[0].ceil },
    OpRow(
      34, "trunc", arity: 1, .floating, .function("trunc", namesake: .ofFloats), integers: .itself,
      derivative: .none("a step function"),
      "x rounded towards zero."
    ) {
      $0[0].trunc
    },
    OpRow(
      35, "round", arity: 1, .floating, .function("round", namesake: .ofFloats), integers: .itself,
      derivative: .none("a step function"),
      "x rounded to the nearest integer, halves to even."
    ) {
      $0[0].rint
    },
  ]

  /// What derivatives see otherwise than it is. The passes replace both by their first operand.
  static let derivativeRows: [OpRow] = [
    OpRow(
      61, "stopgradient", arity: 1, .arithmetic, .handwritten("stopGradient(x)"), bounds: { $0[0] }, identities: [.firstOperand],
      derivative: .none("it counts as constant"),
      "x; to derivatives it is a constant."
    ) { $0[0] },
    OpRow(
      62, "customslope", arity: 3, .floating, .handwritten("withSlope(value, slope, of: x)"),
      identities: [.firstOperand], derivative: .partials { x, _ in [.zero, .factor(x[2]), .zero] },
      "The first operand; to derivatives its slope with respect to the second is the third."
    ) { $0[0] },
  ]

  /// Parts of floats: their signs, exponents and neighbours.
  static let partRows: [OpRow] = [
    OpRow(
      63, "copysign", arity: 2, .floating, .function("copysign", namesake: .ofFloats),
      derivative: .partials { x, y in [.factor(y.isEqual(x[0]).select(y.number(1), y.number(-1))), .zero] },
      "The magnitude of a with the sign of b, where NaN counts as positive."
    ) { FloatParts.copySign($0[0], $0[1]) },
    OpRow(
      64, "nextafter", arity: 2, .floating, .function("nextafter", namesake: .ofFloats), takesNarrow: false,
      derivative: .none("a step to the neighbour"),
      "The float next to a in the direction of b; b where both are equal."
    ) { FloatParts.next($0[0], $0[1]) },
    OpRow(
      65, "signbit", arity: 1, .predicate, .function("signbit"), derivative: .none("a comparison"),
      "Whether the sign of x is set: true for -0, false for NaN."
    ) { FloatParts.isNegative($0[0]) },
    OpRow(
      66, "ldexp", arity: 2, .floating, .function("ldexp", namesake: .ofFloats),
      derivative: .partials { x, _ in [.factor(x[0].number(1).scaled(by: x[1])), .zero] },
      "a · 2ᵇ for b rounded to an integer, rounded once. To derivatives b is a constant."
    ) { FloatParts.scaled($0[0], $0[1]) },
    OpRow(
      67, "logb", arity: 1, .floating, .function("logb", namesake: .ofFloats), derivative: .none("a step function"),
      "The exponent of x, ⌊log₂|x|⌋, exactly; -∞ at 0, ∞ for infinities."
    ) { FloatParts.exponent($0[0]) },
  ]

  /// The part of a change that one operand of a minimum or maximum hands on: all where it is taken, half where both are equal, nothing
  /// beside NaN.
  private static func share(_ isTaken: Term, _ x: [Term]) -> Term {
    isTaken.select(x[0].number(1), x[0].isEqual(x[1]).select(x[0].number(0.5), x[0].number(0)))
  }

  /// A NaN operand wins, whichever it is; integers have none. (`a` is unequal to itself only where it is NaN.)
  private static func propagatingNaN(_ a: BodyValue, _ b: BodyValue, _ value: BodyValue) -> BodyValue {
    a.dtype.isFloating ? a.isUnequal(a).select(a, value) : value
  }
}
