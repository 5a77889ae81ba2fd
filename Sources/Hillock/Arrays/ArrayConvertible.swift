import HillockIR

/// What an array function takes: an ``NDArray``, a ``Variable`` (its current value), or a Swift number.
public protocol ArrayConvertible {
  /// The value as an array.
  var array: NDArray { get }
}

/// An ``NDArray`` or a ``Variable``: at least one operand of an array operator is one of them.
public protocol ArrayValue: ArrayConvertible {
  /// The type of an operator's result: always ``NDArray``.
  ///
  /// Operators return `Computed` so that the compiler chooses them by their operands. If it sees the result's type first, as in
  /// `let d: NDArray = …`, it tries operators from the outermost inwards, and needs seconds for a long equation.
  associatedtype Computed = NDArray
  /// The array as an operator's result.
  static func computed(_ array: NDArray) -> Computed
}

extension ArrayValue where Computed == NDArray {
  public static func computed(_ array: NDArray) -> NDArray { array }
}

/// A Swift number or truth value in an array expression. It has no dtype there: it is computed in double (or in
/// 64-bit integers) until it meets an array, and is then rounded once to that array's dtype.
///
/// A number with a fraction that meets an integer array makes the result `f32`.
public protocol ArrayScalar: ArrayConvertible {
  /// The number, without a dtype.
  var weakScalar: WeakScalar { get }
}

extension ArrayScalar {
  public var array: NDArray { NDArray(weak: self) }
}

extension NDArray: ArrayValue {
  public var array: NDArray { self }
}

/// A number that has no dtype yet.
public enum WeakScalar: Hashable, Sendable {
  case int(Int64)
  /// Above `Int64.max`; smaller ones are `int`.
  case unsigned(UInt64)
  case double(Double)
  case bool(Bool)

  init(_ value: UInt64) { self = Int64(exactly: value).map(WeakScalar.int) ?? .unsigned(value) }

  /// The dtype it is computed in until it meets an array.
  package var carrier: DType {
    switch self {
    case .int: .i64
    case .unsigned: .u64
    case .double: .f64
    case .bool: .bool
    }
  }

  package var readOutDType: DType {
    if case .int(let value) = self, Int32(exactly: value) == nil { return .i64 }
    return carrier.weakReadOut
  }

  /// Whether an argument of a function stays without a dtype during tracing. An integer that does not fit `i32` becomes an `i64`, so that
  /// what is computed from it does not wrap unnoticed.
  package var adopts: Bool { readOutDType != .i64 && readOutDType != .u64 }

  /// The bits of the number at a dtype, rounded once. An integer that does not fit the dtype is an error.
  package func bits(_ dtype: DType) throws(HillockError) -> UInt64 {
    switch self {
    case .bool(let value): return DType.bits(value ? 1 : 0, dtype)
    case .double(let value): return Self.bits(value, dtype)
    case .int(let value):
      guard let bits = Self.bits(value, dtype) else { throw Self.misfit(value, dtype) }
      return bits
    case .unsigned(let value):
      guard let bits = value.bits(dtype) else { throw Self.misfit(value, dtype) }
      return bits
    }
  }

  private static func misfit(_ value: some FixedWidthInteger, _ dtype: DType) -> HillockError {
    HillockError(
      .argument, "the integer \(value) does not fit \(dtype.name); convert the array with .asType to a dtype that holds it")
  }

  /// Floats round once; integers truncate towards zero and saturate, NaN gives 0, as `asType` does.
  private static func bits(_ value: Double, _ dtype: DType) -> UInt64 {
    switch dtype {
    case .f32: UInt64(Float(value).bitPattern)
    case .f64: value.bitPattern
    case .i32: UInt64(UInt32(bitPattern: Int32(saturating: value)))
    case .i64: UInt64(bitPattern: Int64(saturating: value))
    case .u32: UInt64(UInt32(saturating: value))
    case .u64: UInt64(saturating: value)
    case .bool: value != 0 ? 1 : 0
    case .f16, .bf16: DType.bits(value, dtype)
    case .i8: UInt64(UInt8(bitPattern: Int8(saturating: value)))
    case .i16: UInt64(UInt16(bitPattern: Int16(saturating: value)))
    case .u8: UInt64(UInt8(saturating: value))
    case .u16: UInt64(UInt16(saturating: value))
    }
  }

  /// The bits of an integer at a dtype that holds it.
  package static func bits(_ value: Int64, _ dtype: DType) -> UInt64? { value.bits(dtype) }
}

extension FixedWidthInteger {
  /// The value truncated towards zero, or the nearest bound; NaN gives 0.
  init(saturating value: Double) {
    if value.isNaN {
      self = 0
    } else if let exact = Self(exactly: value.rounded(.towardZero)) {
      self = exact
    } else {
      self = value < 0 ? .min : .max
    }
  }
}

extension NDArray {
  /// A number that takes the dtype of the array it meets.
  public init(weak value: some ArrayScalar) { self.init(weak: value.weakScalar) }

  package init(weak value: WeakScalar) { content = .weak(value) }

  /// π. Computed in double until it meets an array.
  public static let pi = NDArray(weak: Double.pi)
  /// The base of the natural logarithm. Computed in double until it meets an array.
  public static let e = NDArray(weak: 2.718281828459045)
}

extension NDArray: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  public init(floatLiteral value: Double) { self.init(weak: .double(value)) }
  public init(integerLiteral value: Int) { self.init(weak: .int(Int64(value))) }
  public init(booleanLiteral value: Bool) { self.init(weak: .bool(value)) }
}

extension Double: ArrayScalar { public var weakScalar: WeakScalar { .double(self) } }
extension Float: ArrayScalar { public var weakScalar: WeakScalar { .double(Double(self)) } }
extension Bool: ArrayScalar { public var weakScalar: WeakScalar { .bool(self) } }
extension Int: ArrayScalar { public var weakScalar: WeakScalar { .int(Int64(self)) } }
extension Int32: ArrayScalar { public var weakScalar: WeakScalar { .int(Int64(self)) } }
extension Int64: ArrayScalar { public var weakScalar: WeakScalar { .int(self) } }
extension UInt32: ArrayScalar { public var weakScalar: WeakScalar { .int(Int64(self)) } }
extension Int8: ArrayScalar { public var weakScalar: WeakScalar { .int(Int64(self)) } }
extension Int16: ArrayScalar { public var weakScalar: WeakScalar { .int(Int64(self)) } }
extension UInt8: ArrayScalar { public var weakScalar: WeakScalar { .int(Int64(self)) } }
extension UInt16: ArrayScalar { public var weakScalar: WeakScalar { .int(Int64(self)) } }

#if !(os(macOS) && arch(x86_64))
  extension Float16: ArrayScalar { public var weakScalar: WeakScalar { .double(Double(self)) } }
#endif
