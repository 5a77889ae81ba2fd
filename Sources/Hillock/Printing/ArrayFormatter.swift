import HillockIR

/// Writes the elements of an array in brackets, in columns, as NumPy does.
/// (numpy/_core/arrayprint.py, _formatArray: https://numpy.org/doc/stable/reference/generated/numpy.array2string.html)
struct ArrayFormatter {
  private static let separator = ", "

  private let options: PrintOptions
  private let shape: [Int]
  private let strides: [Int]
  private let isAbbreviated: Bool
  private let word: (Int) -> String

  /// - Parameter element: the element at a row-major position, as text made from bits.
  init(_ base: UnsafeRawPointer, _ type: ArrayType, _ options: PrintOptions) {
    self.options = options
    shape = type.shape
    strides = Shape.rowMajorStrides(type.shape)
    isAbbreviated = type.count > options.threshold
    let dtype = type.dtype
    let shown = Self.shownPositions(type.shape, strides, edgeItems: isAbbreviated ? options.edgeItems : nil)
    func bits(_ i: Int) -> UInt64 { base.elementBits(i, dtype) }
    switch dtype {
    case .f32, .f64, .f16, .bf16:
      func value(_ i: Int) -> Double {
        switch ElementValue(bits: bits(i), dtype: dtype) {
        case .float(let value): value
        case .signed(let value): Double(value)
        case .unsigned(let value): Double(value)
        }
      }
      let format = FloatFormat(shown.map(value), dtype, options)
      word = { format.string(value($0)) }
    case .bool:
      let isScalar = type.shape.isEmpty
      word = { bits($0) == 0 ? "False" : isScalar ? "True" : " True" }
    case .i32, .i64, .u32, .u64, .i8, .i16, .u8, .u16:
      func text(_ i: Int) -> String {
        switch ElementValue(bits: bits(i), dtype: dtype) {
        case .signed(let value): String(value)
        case .unsigned(let value): String(value)
        case .float(let value): String(value)
        }
      }
      let width = shown.map { text($0).count }.max() ?? 0
      word = { i in
        let text = text(i)
        return String(repeating: " ", count: max(0, width - text.count)) + text
      }
    }
  }

  /// The whole text; lines after the first are indented by the width of the prefix.
  func string(prefix: String, suffix: String) -> String {
    if shape.isEmpty { return word(0) }
    return nested(
      axis: 0, position: 0, indent: " " + String(repeating: " ", count: prefix.count), width: options.lineWidth - suffix.count)
  }

  private static func shownPositions(_ shape: [Int], _ strides: [Int], edgeItems: Int?) -> [Int] {
    var positions = [0]
    for axis in shape.indices {
      let extent = shape[axis]
      var shown = Array(0..<extent)
      if let edgeItems, 2 * edgeItems < extent { shown.removeSubrange(edgeItems..<extent - edgeItems) }
      positions = positions.flatMap { base in shown.map { base + $0 * strides[axis] } }
    }
    return positions
  }

  private func nested(axis: Int, position: Int, indent: String, width: Int) -> String {
    let extent = shape[axis]
    let isCut = isAbbreviated && 2 * options.edgeItems < extent
    let leading = isCut ? 0..<options.edgeItems : 0..<0
    let trailing = isCut ? extent - options.edgeItems..<extent : 0..<extent
    let isLast = axis == shape.count - 1
    var text = ""
    var line = indent
    if isLast {
      // Room for the separator or the bracket after a word.
      let room = width - 1
      func extend(_ word: String) {
        if line.count + word.count > room, line.count > indent.count {
          while line.last == " " { line.removeLast() }
          text += line + "\n"
          line = indent
        }
        line += word
      }
      for i in leading {
        extend(word(position + i * strides[axis]))
        line += Self.separator
      }
      if isCut {
        extend("...")
        line += Self.separator
      }
      for i in trailing {
        extend(word(position + i * strides[axis]))
        if i != trailing.upperBound - 1 { line += Self.separator }
      }
      text += line
    } else {
      let lineEnd = "," + String(repeating: "\n", count: shape.count - axis - 1)
      func row(_ i: Int) -> String {
        indent + nested(axis: axis + 1, position: position + i * strides[axis], indent: indent + " ", width: width - 1)
      }
      for i in leading { text += row(i) + lineEnd }
      if isCut { text += indent + "..." + lineEnd }
      for i in trailing { text += row(i) + (i == trailing.upperBound - 1 ? "" : lineEnd) }
    }
    return "[" + text.dropFirst(indent.count) + "]"
  }
}
