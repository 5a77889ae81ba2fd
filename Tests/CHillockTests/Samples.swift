import CHillock
import HillockIR
import HillockTestSupport

/// The levels this machine can run.
let levels = (0...2).map(Int32.init).filter { hk_isa_supported($0) == 1 }

/// Dense elements of a dtype in memory, written and read as bits.
struct Elements: Equatable {
  let dtype: DType
  var bytes: [UInt8]

  init(_ dtype: DType, _ values: [UInt64]) {
    self.dtype = dtype
    bytes = values.flatMap { value in (0..<dtype.size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) } }
  }

  init(_ dtype: DType, count: Int, filledWith byte: UInt8 = 0) {
    self.dtype = dtype
    bytes = [UInt8](repeating: byte, count: count * dtype.size)
  }

  var count: Int { bytes.count / dtype.size }

  subscript(i: Int) -> UInt64 {
    (0..<dtype.size).reduce(0) { $0 | UInt64(bytes[i * dtype.size + $1]) << UInt64(8 * $1) }
  }
}

/// Whether two values are the same bits; any NaN equals any NaN.
func same(_ a: UInt64, _ b: UInt64, _ dtype: DType) -> Bool {
  if a == b { return true }
  switch dtype {
  case .f32: return Float(bitPattern: UInt32(a)).isNaN && Float(bitPattern: UInt32(b)).isNaN
  case .f64: return Double(bitPattern: a).isNaN && Double(bitPattern: b).isNaN
  case .f16: return a & 0x7fff > 0x7c00 && b & 0x7fff > 0x7c00
  case .bf16: return a & 0x7fff > 0x7f80 && b & 0x7fff > 0x7f80
  default: return false
  }
}

/// A value as a reader wants to see it in a failure.
func show(_ bits: UInt64, _ dtype: DType) -> String {
  switch dtype {
  case .f32: "\(Float(bitPattern: UInt32(bits))) (0x\(String(bits, radix: 16)))"
  case .f64: "\(Double(bitPattern: bits)) (0x\(String(bits, radix: 16)))"
  case .i32: "\(Int32(truncatingIfNeeded: bits))"
  case .i64: "\(Int64(bitPattern: bits))"
  default: "\(bits)"
  }
}

enum Samples {
  /// The values at which definitions differ.
  static func special(_ dtype: DType) -> [UInt64] {
    switch dtype {
    case .f32: floats(Float.self).map { UInt64($0.bitPattern) }
    case .f64: floats(Double.self).map(\.bitPattern)
    case .bool: [0, 1]
    case .i32, .u32:
      [0, 1, 2, 3, 7, 31, 32, 33, 1 << 31, (1 << 31) - 1, (1 << 31) + 1, .max, .max - 1, .max - 6].map { $0 & 0xFFFF_FFFF }
    case .i8, .u8: Array(0...255)
    case .f16, .bf16, .i16, .u16: Array(0...0xffff)
    case .i64, .u64: [0, 1, 2, 3, 7, 63, 64, 65, 1 << 63, (1 << 63) - 1, (1 << 63) + 1, .max, .max - 1, .max - 6]
    }
  }

  private static func floats<F: BinaryFloatingPoint>(_: F.Type) -> [F] {
    let positive: [F] = [
      0, 1, 0.5, 1.5, 2.5, 3, 0.75, 10, 88.5, 104, 709.5, 745, 1e5, 0x1p20, 0x1p31, 0x1p32, 0x1p63, 0x1p64, .infinity, .nan,
      .greatestFiniteMagnitude, .leastNormalMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude / 4, F(1).nextUp,
      F(1).nextDown, .pi, .pi / 2,
    ]
    return positive + positive.map { -$0 }
  }

  /// Random values: for floats, half of them any bits, half of ordinary size.
  static func random(_ dtype: DType, _ generator: inout SeededRandom) -> UInt64 {
    let bits = generator.next()
    switch dtype {
    case .f32:
      return bits & 1 == 0 ? bits >> 32 : UInt64(Float.random(in: -12...12, using: &generator).bitPattern)
    case .f64: return bits & 1 == 0 ? bits : Double.random(in: -12...12, using: &generator).bitPattern
    case .bool: return bits & 1
    case .i8, .u8: return bits >> 8 & 0xff
    case .f16, .bf16, .i16, .u16: return bits >> 8 & 0xffff
    case .i32, .u32: return bits & 4 == 0 ? bits >> 32 : bits >> 32 & 63
    case .i64, .u64: return bits & 4 == 0 ? bits : bits >> 8 & 127
    }
  }
}
