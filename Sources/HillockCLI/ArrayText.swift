import HillockIR

/// Arrays in one line.
enum ArrayText {
  /// The elements, the middle of long arrays left out.
  static func summary(_ array: ConstantData, shown: Int = 8) -> String {
    let count = array.type.count
    guard count > shown else { return elements(array, 0..<count).joined(separator: " ") }
    let head = elements(array, 0..<shown / 2), tail = elements(array, count - shown / 2..<count)
    return (head + ["…"] + tail).joined(separator: " ")
  }

  private static func elements(_ array: ConstantData, _ range: Range<Int>) -> [String] {
    let size = array.type.dtype.size
    return range.map { index in
      array.bytes.withUnsafeBytes { bytes in
        func load<T: BitwiseCopyable>(_: T.Type) -> T { bytes.loadUnaligned(fromByteOffset: index * size, as: T.self) }
        return switch array.type.dtype {
        case .f32: "\(load(Float.self))"
        case .f64: "\(load(Double.self))"
        case .i32: "\(load(Int32.self))"
        case .i64: "\(load(Int64.self))"
        case .u32: "\(load(UInt32.self))"
        case .u64: "\(load(UInt64.self))"
        case .bool: load(UInt8.self) != 0 ? "true" : "false"
        }
      }
    }
  }
}
