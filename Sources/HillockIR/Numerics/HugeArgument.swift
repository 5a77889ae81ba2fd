/// The reduction of large arguments by π/2, which loses nothing however large they are.
///
/// x = m 2ᵖ for an integer m. x · 2/π is wanted modulo 4, so of the bits of 2/π those count whose product with m 2ᵖ is no multiple of 4: a
/// window of them is multiplied by m exactly. (M. H. Payne and R. N. Hanek, "Radian reduction for trigonometric functions", ACM SIGNUM
/// Newsletter 18, 1983; K. C. Ng, "Argument reduction for huge arguments: good to the last bit", 1992.) No double is nearer to a
/// multiple of π/2 than 2⁻⁶¹ (J.-M. Muller, "Elementary Functions", 2006, 11.3), and the window of 192 bits gives the fraction to 2⁻¹²⁵.
struct HugeArgument {
  /// x = n π/2 + r + rest, with n modulo 4 in the low bits of an integer, and |r| ≤ π/4.
  let quadrant: BodyValue, r: BodyValue, rest: BodyValue

  /// For an f64 from 2²⁰ on.
  init(_ x: BodyValue) {
    let raw = x.rawBits, builder = x.builder
    func word(_ value: UInt64) -> BodyValue { builder.bits(value, .u64) }
    let half = word(32), lowHalf = word(0xffff_ffff)
    let m = (raw & word((1 << 52) - 1)) | word(1 << 52)
    // p is the exponent less 1075. The window begins with the bit of 2/π whose product with 2ᵖ is 2: number p - 1; the table has 64
    // zeros before bit 1.
    let start = (raw >> word(52)) - word(1075 - 62), index = start >> word(6), shift = start & word(63)
    var words = ([0] + Coefficients.twoOverPi).map(word)
    for bit in (0..<5).reversed() {
      let step = 1 << bit, isSet = (index & word(UInt64(step))).isUnequal(word(0))
      words = words.prefix(step + 3).indices.map {
        $0 + step < words.count ? isSet.select(words[$0 + step], words[$0]) : words[$0]
      }
    }
    // (A shift by 64 gives 0.)
    let window = (0..<3).map { (words[$0] << shift) | (words[$0 + 1] >> (word(64) - shift)) }

    // The upper two words of the product modulo 2¹⁹²: two bits before the point, and the fraction.
    func high(_ a: BodyValue, _ b: BodyValue) -> BodyValue {
      let (a0, a1, b0, b1) = (a & lowHalf, a >> half, b & lowHalf, b >> half)
      let cross = a0 * b1, middle = ((a0 * b0) >> half) + (cross & lowHalf) + a1 * b0
      return a1 * b1 + (cross >> half) + (middle >> half)
    }
    let product = m * window[1], low = product + high(m, window[2])
    let carry = low.isLess(product).select(word(1), word(0))
    let upper = m * window[0] + high(m, window[1]) + carry

    // The nearest integer, and the signed rest as four parts of 32 bits, which are exact.
    quadrant = (upper + word(1 << 61)) >> word(62)
    let fraction = upper - (quadrant << word(62))
    let a = (fraction.bits(as: .i64) >> builder.bits(32, .i64)).converted(to: .f64) * 0x1p-30
    let b = (fraction & lowHalf).converted(to: .f64) * 0x1p-62
    let tail = (low >> half).converted(to: .f64) * 0x1p-94 + (low & lowHalf).converted(to: .f64) * 0x1p-126
    let sum = a + b, lost = (b - (sum - a)) + tail
    let turn = sum + lost, turnRest = (sum - turn) + lost

    let (c0, c1, _) = ExactConstant.halfPi.parts, factor = builder.constant(c0, .f64)
    let first = turn * factor
    let second = turn.fma(builder.constant(c1, .f64), turnRest.fma(factor, turn.fma(factor, -first)))
    r = first + second
    rest = (first - r) + second
  }
}
