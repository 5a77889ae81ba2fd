import HillockIR

/// Draws from a key, as nodes of a graph. Every bit of a draw depends only on the key, the dtype and the element's
/// position. Threads, tiers and processors make no difference.
package enum RandomDraw: String, Hashable, Sendable {
  /// Two new keys in one u32[4]: the generator's next one, and the one to draw with.
  case split
  /// Uniform in [0, 1): f32 has 24 bits, f64 has 53.
  case uniform
  /// Standard normal, by Box and Muller's method. (Ann. Math. Stat. 29, 1958)
  case normal
  /// Uniform bits of a u32 or u64.
  case bits
  /// 64 uniform bits as a u64, for comparing with a probability. Its leading 32 bits are those of `bits` at u32.
  case fraction

  func emit(
    into builder: inout GraphBuilder, key: ValueID, _ dtype: DType, _ shape: [Int]
  ) throws(HillockError) -> ValueID {
    switch self {
    case .split: return try builder.randomBits(key, .u32, shape: [4])
    case .bits: return try builder.randomBits(key, dtype, shape: shape)
    case .fraction:
      let block = try builder.randomBits(key, .u64, shape: shape), half = try Self.constant(&builder, 32, .u64)
      return try builder.elementwise(
        .or, [try builder.elementwise(.shl, [block, half]), try builder.elementwise(.shr, [block, half])])
    case .uniform:
      let bits = try builder.randomBits(key, dtype == .f32 ? .u32 : .u64, shape: shape)
      return try Self.unit(&builder, bits, dtype)
    case .normal: return try Self.normal(&builder, key, dtype, shape)
    }
  }

  /// The leading bits as a fraction: exact, so it is below 1.
  private static func unit(_ b: inout GraphBuilder, _ bits: ValueID, _ dtype: DType) throws(HillockError) -> ValueID {
    let word = b.type(bits).dtype
    let digits = dtype == .f32 ? 24 : 53
    let shift = try constant(&b, UInt64(word.size * 8 - digits), word)
    let leading = try b.convert(try b.elementwise(.shr, [bits, shift]), to: dtype)
    return try b.elementwise(.mul, [leading, try scalar(&b, 1 / Double(1 << digits), dtype)])
  }

  /// √(-2 ln u₁) · cos(2π u₂), with u₁ in (0, 1] and u₂ in [0, 1).
  private static func normal(
    _ b: inout GraphBuilder, _ key: ValueID, _ dtype: DType, _ shape: [Int]
  ) throws(HillockError) -> ValueID {
    let radiusBits: ValueID, angleBits: ValueID
    if dtype == .f32 {
      // One block gives two words of 32 bits.
      let block = try b.randomBits(key, .u64, shape: shape)
      radiusBits = try b.convert(try b.elementwise(.shr, [block, try constant(&b, 32, .u64)]), to: .u32)
      angleBits = try b.convert(try b.elementwise(.and, [block, try constant(&b, 0xffff_ffff, .u64)]), to: .u32)
    } else {
      // Two blocks of 64 bits: the counters of the second ones follow those of the first.
      radiusBits = try b.randomBits(key, .u64, shape: shape)
      angleBits = try b.randomBits(key, .u64, shape: shape, first: shape.reduce(1, *))
    }
    let one = try scalar(&b, 1, dtype)
    let u = try b.elementwise(.sub, [one, try unit(&b, radiusBits, dtype)])
    let radius = try b.elementwise(
      .sqrt, [try b.elementwise(.mul, [try scalar(&b, -2, dtype), try b.elementwise(.log, [u])])])
    let turn = try b.elementwise(.mul, [try unit(&b, angleBits, dtype), try scalar(&b, 2 * Double.pi, dtype)])
    return try b.elementwise(.mul, [radius, try b.elementwise(.cos, [turn])])
  }

  private static func scalar(_ b: inout GraphBuilder, _ value: Double, _ dtype: DType) throws(HillockError) -> ValueID {
    try constant(&b, DType.bits(value, dtype), dtype)
  }

  private static func constant(_ b: inout GraphBuilder, _ bits: UInt64, _ dtype: DType) throws(HillockError) -> ValueID {
    let bytes = (0..<dtype.size).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
    return try b.constant(ConstantData(type: ArrayType(dtype, []), bytes: bytes))
  }
}
