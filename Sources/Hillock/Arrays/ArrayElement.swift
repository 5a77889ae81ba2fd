import HillockIR

/// A Swift type whose values fill arrays and are read from them.
public protocol ArrayElement: ArrayScalar, Sendable {
  /// The default dtype of an array made from values of this type: `Double` gives `f32`, `Int` gives `i32`.
  static var defaultDType: DType { get }
  /// The value of an element of this dtype, given as bits; nil if this type cannot hold it.
  init?(bits: UInt64, dtype: DType)
  /// The bits at a dtype, floats rounded once; nil if an integer does not fit.
  func bits(_ dtype: DType) -> UInt64?
}

/// The value that bits of a dtype stand for.
package enum ElementValue {
  case float(Double)
  case signed(Int64)
  case unsigned(UInt64)

  package init(bits: UInt64, dtype: DType) {
    switch dtype {
    case .f32: self = .float(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
    case .f64: self = .float(Double(bitPattern: bits))
    case .i32: self = .signed(Int64(Int32(truncatingIfNeeded: bits)))
    case .i64: self = .signed(Int64(bitPattern: bits))
    case .u32: self = .unsigned(UInt64(UInt32(truncatingIfNeeded: bits)))
    case .u64: self = .unsigned(bits)
    case .bool, .u8: self = .unsigned(bits & 0xff)
    case .f16: self = .float(NarrowFormat.f16.value(bits))
    case .bf16: self = .float(NarrowFormat.bf16.value(bits))
    case .i8: self = .signed(Int64(Int8(truncatingIfNeeded: bits)))
    case .i16: self = .signed(Int64(Int16(truncatingIfNeeded: bits)))
    case .u16: self = .unsigned(bits & 0xffff)
    }
  }
}

extension ArrayElement where Self: BinaryFloatingPoint {
  public init?(bits: UInt64, dtype: DType) {
    switch ElementValue(bits: bits, dtype: dtype) {
    case .float(let value): self = Self(value)
    case .signed(let value): self = Self(value)
    case .unsigned(let value): self = Self(value)
    }
  }

  public func bits(_ dtype: DType) -> UInt64? { try? WeakScalar.double(Double(self)).bits(dtype) }
}

extension ArrayElement where Self: FixedWidthInteger {
  public init?(bits: UInt64, dtype: DType) {
    switch ElementValue(bits: bits, dtype: dtype) {
    case .float: return nil
    case .signed(let value): self.init(exactly: value)
    case .unsigned(let value): self.init(exactly: value)
    }
  }

  public func bits(_ dtype: DType) -> UInt64? {
    switch dtype {
    case .f32: UInt64(Float(self).bitPattern)
    case .f64: Double(self).bitPattern
    case .i32: Int32(exactly: self).map { UInt64(UInt32(bitPattern: $0)) }
    case .i64: Int64(exactly: self).map { UInt64(bitPattern: $0) }
    case .u32: UInt32(exactly: self).map(UInt64.init)
    case .u64: UInt64(exactly: self)
    case .bool: self != 0 ? 1 : 0
    case .f16, .bf16: BodyInstruction.convert(UInt64(truncatingIfNeeded: self), from: Self.isSigned ? .i64 : .u64, to: dtype)
    case .i8: Int8(exactly: self).map { UInt64(UInt8(bitPattern: $0)) }
    case .i16: Int16(exactly: self).map { UInt64(UInt16(bitPattern: $0)) }
    case .u8: UInt8(exactly: self).map(UInt64.init)
    case .u16: UInt16(exactly: self).map(UInt64.init)
    }
  }
}

extension Float: ArrayElement { public static var defaultDType: DType { .f32 } }
extension Double: ArrayElement { public static var defaultDType: DType { .f32 } }
extension Int: ArrayElement { public static var defaultDType: DType { .i32 } }
extension Int32: ArrayElement { public static var defaultDType: DType { .i32 } }
extension Int64: ArrayElement { public static var defaultDType: DType { .i64 } }
extension UInt32: ArrayElement { public static var defaultDType: DType { .u32 } }
extension Int8: ArrayElement { public static var defaultDType: DType { .i8 } }
extension Int16: ArrayElement { public static var defaultDType: DType { .i16 } }
extension UInt8: ArrayElement { public static var defaultDType: DType { .u8 } }
extension UInt16: ArrayElement { public static var defaultDType: DType { .u16 } }

#if !(os(macOS) && arch(x86_64))
  // Swift has no such type there.
  extension Float16: ArrayElement { public static var defaultDType: DType { .f16 } }
#endif

extension UInt64: ArrayElement {
  public static var defaultDType: DType { .u64 }
  /// Also exact beyond `Int64.max`.
  public var weakScalar: WeakScalar { WeakScalar(self) }
}

extension Bool: ArrayElement {
  public static var defaultDType: DType { .bool }

  public init?(bits: UInt64, dtype: DType) {
    guard dtype == .bool else { return nil }
    self = bits & 0xff != 0
  }

  public func bits(_ dtype: DType) -> UInt64? { DType.bits(self ? 1 : 0, dtype) }
}

extension UnsafeRawPointer {
  /// Element i of dense memory of a dtype, as bits.
  package func elementBits(_ i: Int, _ dtype: DType) -> UInt64 {
    switch dtype.size {
    case 1: UInt64(load(fromByteOffset: i, as: UInt8.self))
    case 2: UInt64(load(fromByteOffset: i * 2, as: UInt16.self))
    case 4: UInt64(load(fromByteOffset: i * 4, as: UInt32.self))
    default: load(fromByteOffset: i * 8, as: UInt64.self)
    }
  }
}

extension UnsafeMutableRawPointer {
  package func setElementBits(_ i: Int, _ dtype: DType, _ bits: UInt64) {
    switch dtype.size {
    case 1: storeBytes(of: UInt8(truncatingIfNeeded: bits), toByteOffset: i, as: UInt8.self)
    case 2: storeBytes(of: UInt16(truncatingIfNeeded: bits), toByteOffset: i * 2, as: UInt16.self)
    case 4: storeBytes(of: UInt32(truncatingIfNeeded: bits), toByteOffset: i * 4, as: UInt32.self)
    default: storeBytes(of: bits, toByteOffset: i * 8, as: UInt64.self)
    }
  }
}
