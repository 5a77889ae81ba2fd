/// The type of an array's elements. The raw value is the code written in bytecode and passed to the tile kernels.
public enum DType: UInt8, CaseIterable, Hashable, Sendable {
  case f32 = 0
  case f64, i32, i64, u32, u64, bool

  /// The number of bytes of one element. A `bool` is one byte, 0 or 1.
  public var size: Int {
    switch self {
    case .f32, .i32, .u32: 4
    case .f64, .i64, .u64: 8
    case .bool: 1
    }
  }

  public var isFloating: Bool { self == .f32 || self == .f64 }
  public var isInteger: Bool { !isFloating && self != .bool }
  public var isSigned: Bool { isFloating || self == .i32 || self == .i64 }

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
  /// the float's dtype. (https://docs.jax.dev/en/latest/jep/9407-type-promotion.html)
  public static func promote(_ a: DType, _ b: DType) -> DType {
    if a == b { return a }
    if a == .bool { return b }
    if b == .bool { return a }
    switch (a.isFloating, b.isFloating) {
    case (true, true): return .f64
    case (true, false): return a
    case (false, true): return b
    case (false, false):
      if a.isSigned == b.isSigned { return a.size > b.size ? a : b }
      let (signed, unsigned) = a.isSigned ? (a, b) : (b, a)
      if unsigned == .u64 { return .f32 }
      return signed == .i64 || unsigned == .u32 ? .i64 : signed
    }
  }
}
