import HillockIR
import HillockTestSupport

/// Values at which arithmetic has corners.
enum TestValues {
  static func special(_ dtype: DType) -> [UInt64] {
    switch dtype {
    case .f32:
      let values: [Float] = [
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, .pi, 100, -100, 1e-30, 3e38, .infinity, -.infinity, .nan,
        .leastNonzeroMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude, 0x1p31, -0x1p31, 0x1p32, 0x1p63, -0x1p63,
        0x1p64, 65_504, 65_519.996, 65_520, 0x1.004p0, 0x1.004002p0, 0x1.00cp0, 0x1.01p0, 0x1.03p0, 0x1.8p-25, 0x1.fffffep30,
        0x1.fffffep31, 8_388_607.5, 16_777_216, 88.7, -88.7, -103.9,
      ]
      return values.map { UInt64($0.bitPattern) }
    case .f64:
      let values: [Double] = [
        0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, .pi, 100, -100, 1e-300, 1e308, .infinity, -.infinity, .nan,
        .leastNonzeroMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude, 0x1p31, -0x1p31, -0x1.000000002p31, 0x1p32,
        4_294_967_295.5, 2_147_483_647.5, 0x1p63, -0x1p63, 0x1p64, 0x1.fffffffffffffp62, 0x1.fffffffffffffp63,
        4_503_599_627_370_495.5, 65_519.999999999993, 65_520, 0x1.002p0, 0x1.0020000000001p0, 0x1.0060000000001p0,
        0x1.005ffffffffffp0,
        0x1.0100000000001p0, 0x1.02ffffffffffep0, 0x1.8000000000001p-25, 0x1.fffffffffffffp-26, 0x1.fefffffffffffp127, 1e16,
        709.7, -745.2,
      ]
      return values.map(\.bitPattern)
    case .i32, .u32:
      return [0, 1, 2, 7, 31, 32, 33, 100, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_ffff, 0xffff_fffe, 0x100_0001]
    case .i64, .u64:
      return [
        0, 1, 2, 7, 31, 32, 63, 64, 65, 100, 0x7fff_ffff, 0xffff_ffff, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000,
        0x8000_0000_0000_0001, .max, .max - 1, 0x20_0000_0000_0001, 0x100_0000_0000,
      ]
    case .bool: return [0, 1]
    case .i8, .u8: return Array(0...255)
    case .i16, .u16: return [0, 1, 2, 127, 128, 255, 256, 0x7fff, 0x8000, 0x8001, 0xffff, 0xfffe]
    case .f16, .bf16:
      return [
        0, 0x8000, 1, 0x8001, 0x3c00, 0x3f80, 0xbf80, 0x03ff, 0x0400, 0x0401, 0x007f, 0x0080, 0x7bff, 0x7c00, 0xfc00, 0x7c01,
        0x7e00,
        0x7f7f, 0x7f80, 0xff80, 0x7fc0, 0xffff, 0x5555, 0x3dcd,
      ]
    }
  }

  /// The special values in all combinations with each other, by position, then random ones of many magnitudes.
  static func operands(_ types: [DType], count: Int, generator: inout SeededRandom) -> [[UInt64]] {
    let specials = types.map(special)
    return types.indices.map { operand in
      (0..<count).map { i in
        let own = specials[operand]
        let before = specials[..<operand].reduce(1) { $0 * $1.count }
        let all = specials.reduce(1) { $0 * $1.count }
        if i < min(all, count / 2) { return own[i / before % own.count] }
        return random(types[operand], generator: &generator)
      }
    }
  }

  static func random(_ dtype: DType, generator: inout SeededRandom) -> UInt64 {
    let word = generator.next()
    switch dtype {
    case .bool: return word & 1
    case .i8, .u8: return word >> 8 & 0xff
    case .f16, .bf16, .i16, .u16: return word >> 8 & 0xffff
    case .f32:
      // Half over all bit patterns, half of ordinary size.
      if word & 1 == 0 { return generator.next() & 0xffff_ffff }
      return UInt64(Float(Float.random(in: -20...20, using: &generator)).bitPattern)
    case .f64:
      if word & 1 == 0 { return generator.next() }
      return Double.random(in: -20...20, using: &generator).bitPattern
    case .i32, .u32: return word & 1 == 0 ? generator.next() & 0xffff_ffff : generator.next() & 63
    case .i64, .u64: return word & 1 == 0 ? generator.next() : generator.next() & 127
    }
  }
}
