import HillockIR

/// Arrays in one line.
enum ArrayText {
  /// The elements, the middle of long arrays left out.
  static func summary(_ type: ArrayType, _ bytes: UnsafeRawBufferPointer, shown: Int = 8) -> String {
    let count = type.count
    func elements(_ range: Range<Int>) -> [String] { range.map { element($0, type.dtype, bytes) } }
    guard count > shown else { return elements(0..<count).joined(separator: " ") }
    let head = elements(0..<shown / 2), tail = elements(count - shown / 2..<count)
    return (head + ["…"] + tail).joined(separator: " ")
  }

  private static func element(_ index: Int, _ dtype: DType, _ bytes: UnsafeRawBufferPointer) -> String {
    func load<T: BitwiseCopyable>(_: T.Type) -> T { bytes.loadUnaligned(fromByteOffset: index * dtype.size, as: T.self) }
    return switch dtype {
    case .f32: "\(load(Float.self))"
    case .f64: "\(load(Double.self))"
    case .i32: "\(load(Int32.self))"
    case .i64: "\(load(Int64.self))"
    case .u32: "\(load(UInt32.self))"
    case .u64: "\(load(UInt64.self))"
    case .bool: load(UInt8.self) != 0 ? "true" : "false"
    case .f16: NarrowFormat.f16.text(UInt64(load(UInt16.self)))
    case .bf16: NarrowFormat.bf16.text(UInt64(load(UInt16.self)))
    case .i8: "\(load(Int8.self))"
    case .i16: "\(load(Int16.self))"
    case .u8: "\(load(UInt8.self))"
    case .u16: "\(load(UInt16.self))"
    }
  }
}
