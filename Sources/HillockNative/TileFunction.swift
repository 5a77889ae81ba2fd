import CHillock
import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A C function that a translation unit calls: its name there, its prototype and its address.
///
/// The names say what the function computes; which instruction set it was compiled for is decided by the address.
enum TileFunction: Hashable {
  case elementwise(ElementwiseOp, DType, form: Int)
  case convert(from: DType, to: DType)
  case copy
  case loadStrided
  case loadTransposed
  case iota
  case randomBits
  case rowDot(DType)
  case reduceStart
  case reduce(ReduceKind, DType)
  case dotAccumulate(DType)
  case outerAccumulate(DType)
  case foldLanes
  case combineChunks

  var name: String {
    switch self {
    case .elementwise(let op, let dtype, let form):
      // s marks a scalar operand, v a vector: hk_add_f32_vs.
      form == 0
        ? "hk_\(op.row.name)_\(dtype.name)"
        : "hk_\(op.row.name)_\(dtype.name)_"
          + (0..<op.row.arity).map { form >> $0 & 1 == 1 ? "s" : "v" }.joined()
    case .convert(let from, let to): "hk_convert_\(from.name)_\(to.name)"
    case .copy: "memcpy"
    case .loadStrided: "hk_load_strided"
    case .loadTransposed: "hk_load_transposed"
    case .iota: "hk_iota"
    case .randomBits: "hk_random_bits"
    case .rowDot(let dtype): "hk_row_dot_\(dtype.name)"
    case .reduceStart: "hk_reduce_start"
    case .reduce(let kind, let dtype): "hk_reduce_\(kind.name)_\(dtype.name)"
    case .dotAccumulate(let dtype): "hk_dot_accumulate_\(dtype.name)"
    case .outerAccumulate(let dtype): "hk_outer_accumulate_\(dtype.name)"
    case .foldLanes: "hk_fold_lanes"
    case .combineChunks: "hk_combine_chunks"
    }
  }

  /// `long` is int64_t wherever Hillock runs.
  var prototype: String {
    let parameters =
      switch self {
      case .elementwise, .convert: "long n, void *d, void *a, void *b, void *c"
      case .copy: "void *d, void *a, long bytes"
      case .loadStrided:
        "long n, void *d, void *base, long first, long rank, const long *dims, const long *strides, long size"
      case .loadTransposed: "long n, void *d, void *base, long first, void *panel, const long *transposition"
      case .iota: "long n, void *d, int dtype, long first, long inner, long extent"
      case .randomBits: "long n, void *d, int dtype, void *key, long first"
      case .rowDot: "long n, long k, void *z, void *x, void *w, long ahead, long part, long parts"
      case .reduceStart: "int kind, int dtype, long count, void *lanes"
      case .reduce: "long n, void *lanes, void *a"
      case .dotAccumulate: "long n, void *lanes, void *a, void *b"
      case .outerAccumulate: "long n, long k, void *lanes, void *s, void *x, long ahead, long part, long parts"
      case .foldLanes: "int kind, int dtype, long count, long width, void *lanes, void *out"
      case .combineChunks: "int kind, int dtype, long count, long width, void *partials, void *out"
      }
    return "\(self == .copy ? "void *" : "void ")\(name)(\(parameters));"
  }

  /// The function compiled for an instruction set; nil where there is none.
  func address(isa: Int32) -> UnsafeRawPointer? {
    switch self {
    case .elementwise(let op, let dtype, let form):
      return pointer(hk_elementwise(isa, Int32(op.code), Int32(dtype.rawValue), Int32(form)))
    case .convert(let from, let to): return pointer(hk_convert(isa, Int32(from.rawValue), Int32(to.rawValue)))
    case .copy:
      let function: @convention(c) (UnsafeMutableRawPointer, UnsafeRawPointer, Int) -> UnsafeMutableRawPointer? = memcpy
      return pointer(function)
    case .loadStrided:
      let function:
        @convention(c) (
          Int64, UnsafeMutableRawPointer?, UnsafeRawPointer?, Int64, Int64, UnsafePointer<Int64>?, UnsafePointer<Int64>?,
          Int64
        ) -> Void = hk_load_strided
      return pointer(function)
    case .loadTransposed: return pointer(hk_load_transposed(isa))
    case .iota:
      let function: @convention(c) (Int64, UnsafeMutableRawPointer?, Int32, Int64, Int64, Int64) -> Void = hk_iota
      return pointer(function)
    case .randomBits: return pointer(hk_random_bits(isa))
    case .rowDot(let dtype): return pointer(hk_row_dot(isa, Int32(dtype.rawValue)))
    case .reduceStart:
      let function: @convention(c) (Int32, Int32, Int64, UnsafeMutableRawPointer?) -> Void = hk_reduce_start
      return pointer(function)
    case .reduce(let kind, let dtype): return pointer(hk_reduce(isa, Int32(kind.rawValue), Int32(dtype.rawValue)))
    case .dotAccumulate(let dtype): return pointer(hk_dot_accumulate(isa, Int32(dtype.rawValue)))
    case .outerAccumulate(let dtype): return pointer(hk_outer_accumulate(isa, Int32(dtype.rawValue)))
    case .foldLanes:
      let function: @convention(c) (Int32, Int32, Int64, Int64, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void =
        hk_fold_lanes
      return pointer(function)
    case .combineChunks:
      let function: @convention(c) (Int32, Int32, Int64, Int64, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void =
        hk_combine_chunks
      return pointer(function)
    }
  }

  /// A C function pointer as data, as `tcc_add_symbol` wants it.
  private func pointer<Function>(_ function: Function?) -> UnsafeRawPointer? {
    guard let function else { return nil }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }
}
