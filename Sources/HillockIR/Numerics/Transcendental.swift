/// The transcendental functions, each written once as a short sequence of primitives. Errors are in Spec/numerics.md.
extension OpTable {
  static let transcendentalRows: [OpRow] = [
    OpRow(
      36, "exp", arity: 1, .floating, .function("exp", namesake: .ofFloats), accuracy: Accuracy(f32: 1, f64: 1),
      derivative: .partials { _, y in [.factor(y)] }, "eˣ."
    ) { Exponential.exp($0[0]) },
    OpRow(
      37, "exp2", arity: 1, .floating, .function("exp2", namesake: .ofFloats), accuracy: Accuracy(f32: 1, f64: 1),
      derivative: .partials { _, y in [.factor(y * 0.693147180559945309417)] }, "2ˣ."
    ) {
      Exponential.exp2($0[0])
    },
    OpRow(
      38, "expm1", arity: 1, .floating, .function("expm1", namesake: .ofFloats), accuracy: Accuracy(f32: 1.4, f64: 1.4),
      derivative: .partials { _, y in [.factor(y + 1)] }, "eˣ - 1, exact for small x too."
    ) { Exponential.expm1($0[0]) },
    OpRow(
      39, "log", arity: 1, .floating, .function("log", namesake: .ofFloats), accuracy: Accuracy(f32: 1, f64: 1),
      derivative: .partials { x, _ in [.factor(x[0].reciprocal)] }, "The natural logarithm."
    ) {
      Logarithm.log($0[0])
    },
    OpRow(
      40, "log2", arity: 1, .floating, .function("log2", namesake: .ofFloats), accuracy: Accuracy(f32: 1.2, f64: 1.2),
      derivative: .partials { x, _ in [.factor(1.44269504088896340736 / x[0])] },
      "The logarithm to base 2; exact for powers of 2."
    ) {
      Logarithm.log2($0[0])
    },
    OpRow(
      41, "log10", arity: 1, .floating, .function("log10", namesake: .ofFloats), accuracy: Accuracy(f32: 1.5, f64: 1.5),
      derivative: .partials { x, _ in [.factor(0.434294481903251827651 / x[0])] }, "The logarithm to base 10."
    ) { Logarithm.log10($0[0]) },
    OpRow(
      42, "log1p", arity: 1, .floating, .function("log1p", namesake: .ofFloats), accuracy: Accuracy(f32: 1.7, f64: 1.7),
      derivative: .partials { x, _ in [.factor((x[0] + 1).reciprocal)] }, "log(1 + x), exact for small x too."
    ) {
      Logarithm.log1p($0[0])
    },
    OpRow(
      43, "sin", arity: 1, .floating, .function("sin", namesake: .ofFloats), accuracy: Accuracy(f32: 1.6, f64: 1.6),
      derivative: .partials { x, _ in [.factor(x[0].cos)] },
      rare: Trigonometric.rare(Trigonometric.sinOfHuge), "The sine."
    ) { Trigonometric.sin($0[0]) },
    OpRow(
      44, "cos", arity: 1, .floating, .function("cos", namesake: .ofFloats), accuracy: Accuracy(f32: 1.6, f64: 1.6),
      derivative: .partials { x, _ in [.factor(-x[0].sin)] },
      rare: Trigonometric.rare(Trigonometric.cosOfHuge), "The cosine."
    ) { Trigonometric.cos($0[0]) },
    OpRow(
      45, "tan", arity: 1, .floating, .function("tan", namesake: .ofFloats), accuracy: Accuracy(f32: 1.2, f64: 1.2),
      derivative: .partials { _, y in [.factor(y.square + 1)] },
      rare: Trigonometric.rare(Trigonometric.tanOfHuge), "The tangent."
    ) { Trigonometric.tan($0[0]) },
    OpRow(
      46, "tanh", arity: 1, .floating, .function("tanh", namesake: .ofFloats), accuracy: Accuracy(f32: 1.9, f64: 1.9),
      derivative: .partials { _, y in [.factor(1 - y.square)] }, "The hyperbolic tangent."
    ) {
      Exponential.tanh($0[0])
    },
    OpRow(
      47, "sigmoid", arity: 1, .floating, .function("sigmoid"), accuracy: Accuracy(f32: 1.9, f64: 1.9),
      derivative: .partials { _, y in [.factor(y * (1 - y))] }, "The logistic function 1 / (1 + e⁻ˣ)."
    ) {
      Exponential.sigmoid($0[0])
    },
    OpRow(
      48, "softplus", arity: 1, .floating, .function("softplus"), accuracy: Accuracy(f32: 2.1, f64: 2),
      derivative: .partials { x, _ in [.factor(x[0].sigmoid)] }, "log(1 + eˣ)."
    ) {
      Exponential.softplus($0[0])
    },
    OpRow(
      49, "sinh", arity: 1, .floating, .function("sinh", namesake: .ofFloats), accuracy: Accuracy(f32: 1.7, f64: 1.8),
      derivative: .partials { x, _ in [.factor(x[0].cosh)] }, "The hyperbolic sine."
    ) {
      Exponential.sinh($0[0])
    },
    OpRow(
      50, "cosh", arity: 1, .floating, .function("cosh", namesake: .ofFloats), accuracy: Accuracy(f32: 1.5, f64: 1.5),
      derivative: .partials { x, _ in [.factor(x[0].sinh)] }, "The hyperbolic cosine."
    ) {
      Exponential.cosh($0[0])
    },
    OpRow(
      51, "atan", arity: 1, .floating, .function("atan", namesake: .ofFloats), accuracy: Accuracy(f32: 1.9, f64: 1),
      derivative: .partials { x, _ in [.factor((x[0].square + 1).reciprocal)] }, "The inverse tangent."
    ) {
      Trigonometric.atan($0[0])
    },
    OpRow(
      52, "atan2", arity: 2, .floating, .function("atan2", namesake: .ofFloats), accuracy: Accuracy(f32: 2, f64: 2),
      derivative: .partials { x, _ in
        let square = x[0].square + x[1].square
        return [.factor(x[1] / square), .factor(-(x[0] / square))]
      }, "The angle of the point (b, a), in (-π, π]."
    ) {
      Trigonometric.atan2($0[0], $0[1])
    },
    OpRow(
      53, "asin", arity: 1, .floating, .function("asin", namesake: .ofFloats), accuracy: Accuracy(f32: 1.2, f64: 1.2),
      derivative: .partials { x, _ in [.factor((1 - x[0].square).rsqrt)] }, "The inverse sine."
    ) {
      Trigonometric.asin($0[0])
    },
    OpRow(
      54, "acos", arity: 1, .floating, .function("acos", namesake: .ofFloats), accuracy: Accuracy(f32: 1.2, f64: 1.2),
      derivative: .partials { x, _ in [.factor(-(1 - x[0].square).rsqrt)] }, "The inverse cosine."
    ) {
      Trigonometric.acos($0[0])
    },
    OpRow(
      55, "pow", arity: 2, .floating, .handwritten("pow(a, b), a ** b"), accuracy: Accuracy(f32: 1.3, f64: 2.2),
      derivative: .partials(Power.partials), "a to the power b, with C's special cases."
    ) {
      Power.pow($0[0], $0[1])
    },
    OpRow(
      56, "exprel", arity: 1, .floating, .function("exprel"), accuracy: Accuracy(f32: 2, f64: 2.1),
      derivative: .partials { x, y in [.factor(Exponential.exprelSlope(x[0], y))] }, "(eˣ - 1) / x, 1 at 0."
    ) {
      Exponential.exprel($0[0])
    },
    OpRow(
      57, "hypot", arity: 2, .floating, .function("hypot", namesake: .ofFloats), accuracy: Accuracy(f32: 2, f64: 2),
      derivative: .partials { x, y in
        // At 0 the corner has no slope; 0 is the middle of all that touch it.
        let isZero = y.isEqual(y.number(0))
        return x.map { .factor(isZero.select(y.number(0), $0 / y)) }
      }, "√(a² + b²) without overflow on the way."
    ) {
      Power.hypot($0[0], $0[1])
    },
    OpRow(
      58, "erf", arity: 1, .floating, .function("erf", namesake: .ofFloats), accuracy: Accuracy(f32: 1.9, f64: 1.9),
      derivative: .partials { x, _ in [.factor((-x[0].square).exp * 1.12837916709551257390)] }, "The error function."
    ) {
      Exponential.erf($0[0])
    },
    OpRow(
      59, "rexprel", arity: 1, .floating, .function("rexprel"), accuracy: Accuracy(f32: 2.2, f64: 2.6),
      derivative: .partials { x, y in [.factor(-(y.square * Exponential.exprelSlope(x[0], y.reciprocal)))] },
      "x / (eˣ - 1), the reciprocal of exprel; 1 at 0."
    ) {
      Exponential.rexprel($0[0])
    },
    OpRow(
      60, "ipow", arity: 2, .integer, .handwritten("pow(a, b), a ** b"),
      bounds: { $0[0].power($0[1]) }, derivative: .none("integers have no derivative"),
      "Of integers: a to the power b modulo 2^width; for a negative b the power's whole part."
    ) { Power.integer($0[0], $0[1]) },
  ]
}
