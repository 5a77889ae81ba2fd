import HillockBytecode
import HillockIR

/// Reductions of contiguous terms as the numerics define them, one element at a time.
enum ReductionReference {
  static func exists(_ kind: ReduceKind, _ dtype: DType) -> Bool {
    switch kind {
    case .sum, .product, .max, .min: dtype != .bool && !dtype.isNarrow
    case .any, .all: dtype == .bool
    }
  }

  static func identity(_ kind: ReduceKind, _ dtype: DType) -> UInt64 {
    switch kind {
    case .sum, .any: return 0
    case .product: return DType.bits(1, dtype)
    case .all: return 1
    case .max, .min:
      let isMax = kind == .max
      switch dtype {
      case .f32, .f64: return DType.bits(isMax ? -.infinity : .infinity, dtype)
      case .i32: return isMax ? 0x8000_0000 : 0x7fff_ffff
      case .i64: return isMax ? 1 << 63 : ~(1 << 63)
      case .u32: return isMax ? 0 : 0xffff_ffff
      case .u64: return isMax ? 0 : .max
      case .bool: return isMax ? 0 : 1
      case .f16, .bf16, .i8, .i16, .u8, .u16: preconditionFailure("no kernel reduces \(dtype)")
      }
    }
  }

  static func combine(_ kind: ReduceKind, _ dtype: DType, _ a: UInt64, _ b: UInt64) -> UInt64 {
    func primitive(_ primitive: Primitive) -> UInt64 {
      ScalarReference.evaluate(primitive, dtype, [a, b], types: [dtype, dtype])
    }
    switch kind {
    case .sum: return primitive(.add)
    case .product: return primitive(.mul)
    case .any: return primitive(.or)
    case .all: return primitive(.and)
    case .max, .min:
      let isNaN = ScalarReference.evaluate(.ne, .bool, [a, a], types: [dtype, dtype])
      return isNaN != 0 ? a : primitive(kind == .max ? .max : .min)
    }
  }

  /// The partial of each chunk of 4096 terms: 64 lanes, folded by halving.
  static func partials(_ kind: ReduceKind, _ dtype: DType, _ terms: [UInt64]) -> [UInt64] {
    chunked(terms.count) { range in
      var lanes = [UInt64](repeating: identity(kind, dtype), count: 64)
      for (i, term) in terms[range].enumerated() { lanes[i % 64] = combine(kind, dtype, lanes[i % 64], term) }
      return fold(kind, dtype, lanes)
    }
  }

  static func dotPartials(_ dtype: DType, _ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    chunked(a.count) { range in
      var lanes = [UInt64](repeating: 0, count: 64)
      for (i, at) in range.enumerated() {
        lanes[i % 64] = ScalarReference.evaluate(.fma, dtype, [a[at], b[at], lanes[i % 64]], types: [dtype, dtype, dtype])
      }
      return fold(.sum, dtype, lanes)
    }
  }

  private static func chunked(_ count: Int, _ partial: (Range<Int>) -> UInt64) -> [UInt64] {
    stride(from: 0, to: count, by: 4_096).map { partial($0..<min($0 + 4_096, count)) }
  }

  private static func fold(_ kind: ReduceKind, _ dtype: DType, _ lanes: [UInt64]) -> UInt64 {
    var lanes = lanes
    while lanes.count > 1 {
      let half = lanes.count / 2
      lanes = (0..<half).map { combine(kind, dtype, lanes[$0], lanes[$0 + half]) }
    }
    return lanes[0]
  }
}
