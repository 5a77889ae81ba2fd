/// The type of an array's elements. The raw value is the code written in bytecode and passed to the tile kernels.
///
/// The dtypes of one or two bytes, `f16`, `bf16`, `i8`, `i16`, `u8` and `u16`, are *narrow*: arrays hold them, and operations compute in
/// `f32`, `i32` or `u32` and round each result once, or keep its low bits.
public enum DType: UInt8, CaseIterable, Hashable, Sendable {
  case f32 = 0
  case f64, i32, i64, u32, u64, bool, f16, bf16, i8, i16, u8, u16

  /// The number of bytes of one element. A `bool` is one byte, 0 or 1.
  public var size: Int {
    switch self {
    case .f32, .i32, .u32: 4
    case .f64, .i64, .u64: 8
    case .f16, .bf16, .i16, .u16: 2
    case .i8, .u8, .bool: 1
    }
  }

  public var isFloating: Bool {
    switch self {
    case .f32, .f64, .f16, .bf16: true
    case .i32, .i64, .u32, .u64, .i8, .i16, .u8, .u16, .bool: false
    }
  }

  public var isInteger: Bool { !isFloating && self != .bool }

  public var isSigned: Bool {
    switch self {
    case .f32, .f64, .f16, .bf16, .i32, .i64, .i8, .i16: true
    case .u32, .u64, .u8, .u16, .bool: false
    }
  }

  /// The short name used in programs: `f32`, `i64`, `bool`.
  public var name: String {
    switch self {
    case .f32: "f32"
    case .f64: "f64"
    case .i32: "i32"
    case .i64: "i64"
    case .u32: "u32"
    case .u64: "u64"
    case .bool: "bool"
    case .f16: "f16"
    case .bf16: "bf16"
    case .i8: "i8"
    case .i16: "i16"
    case .u8: "u8"
    case .u16: "u16"
    }
  }

  /// The name NumPy gives it, used when arrays are printed: `float32`, `int64`, `bool`.
  public var numpyName: String {
    switch self {
    case .f32: "float32"
    case .f64: "float64"
    case .i32: "int32"
    case .i64: "int64"
    case .u32: "uint32"
    case .u64: "uint64"
    case .bool: "bool"
    case .f16: "float16"
    case .bf16: "bfloat16"
    case .i8: "int8"
    case .i16: "int16"
    case .u8: "uint8"
    case .u16: "uint16"
    }
  }

  /// The dtype with this short name, if there is one.
  public init?(name: some StringProtocol) {
    guard let match = DType.allCases.first(where: { $0.name == name }) else { return nil }
    self = match
  }

  /// The dtype in which values of both dtypes can be combined.
  ///
  /// The lattice is JAX's with 64-bit types enabled: bool < integers < floats; a signed and an unsigned integer meet in the
  /// signed type that holds both, and in `f32` where there is none (u64 with a signed type); an integer with a float takes
  /// the float's dtype; `f16` and `bf16` meet in `f32`. (https://docs.jax.dev/en/latest/jep/9407-type-promotion.html)
  public static func promote(_ a: DType, _ b: DType) -> DType {
    if a == b { return a }
    if a == .bool { return b }
    if b == .bool { return a }
    switch (a.isFloating, b.isFloating) {
    case (true, true): return a.size == b.size ? .f32 : a.size > b.size ? a : b
    case (true, false): return a
    case (false, true): return b
    case (false, false):
      if a.isSigned == b.isSigned { return a.size > b.size ? a : b }
      let (signed, unsigned) = a.isSigned ? (a, b) : (b, a)
      if signed.size > unsigned.size { return signed }
      switch unsigned {
      case .u8: return .i16
      case .u16: return .i32
      case .u32: return .i64
      // Of these only u64 has no sign.
      case .u64, .f16, .f32, .f64, .bf16, .i8, .i16, .i32, .i64, .bool: return .f32
      }
    }
  }
}
