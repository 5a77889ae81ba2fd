/// Doubles at which functions are tried: of every size and kind, many of them where faults have been.
struct DoubleSamples {
  private var state: UInt64

  /// The same numbers for a name in every run.
  init(_ name: String) {
    state = name.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }

  /// splitmix64 (Steele, Lea and Flood, 2014).
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  private mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * Double(next() >> 11) * 0x1p-53 }

  /// A power of 2 between two exponents times a number in [1, 2), with a sign.
  private mutating func scaled(_ low: Double, _ high: Double) -> Double {
    let exponent = Int(uniform(low, high).rounded(.down)), sign: FloatingPointSign = next() & 1 == 0 ? .plus : .minus
    return Double(sign: sign, exponent: exponent, significand: uniform(1, 2))
  }

  mutating func fill(_ x: UnsafeMutablePointer<Double>, _ count: Int) {
    for i in 0..<count { x[i] = sample(i) }
  }

  private mutating func sample(_ i: Int) -> Double {
    switch i % 16 {
    case 0: Double(bitPattern: next())  // anything
    case 1: scaled(-1074, -1000)  // subnormal and little above
    case 2: scaled(1000, 1024)
    case 3: scaled(-60, 0)
    case 4: scaled(0, i & 16 == 0 ? 49 : 1024)
    case 5: uniform(-750, 750)  // up to where exponentials overflow and vanish
    case 6: [709.78, -708.4, -745.1, 710.47, 716.3, 1024, -1022, -1074, -37, 36.7][Int(next() % 10)] + uniform(-1, 1)
    case 7: Double.pi / 2 * uniform(-1e6, 1e6).rounded() + scaled(-60, -10)  // zeros and poles
    case 8: Double.pi / 2 * uniform(-20, 20).rounded() + scaled(-60, -3)
    case 9: 1 + scaled(-52, -2)
    case 10: -1 + scaled(-52, -2)
    case 11: uniform(-2, 2)
    case 12: uniform(-1, 1)
    case 13: i & 16 == 0 ? uniform(-10, 10) : 4.0 / 3 * (1 + scaled(-40, -4))  // where logarithms change their exponent
    case 14: uniform(-40, 40)
    default: Double(Float(bitPattern: UInt32(truncatingIfNeeded: next())))
    }
  }
}
