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

  /// - Parameter word: the element at a row-major position as text, made of those that are shown, so that columns are even.
  private init(_ type: ArrayType, _ options: PrintOptions, _ word: (_ shown: [Int]) -> (Int) -> String) {
    self.options = options
    shape = type.shape
    strides = Shape.rowMajorStrides(type.shape)
    isAbbreviated = type.count > options.threshold
    self.word = word(Self.shownPositions(type.shape, strides, edgeItems: isAbbreviated ? options.edgeItems : nil))
  }

  init(_ base: UnsafeRawPointer, _ type: ArrayType, _ options: PrintOptions) {
    self.init(type, options) { Self.words(base, type, options, $0) }
  }

  /// Complex numbers, from floats that are their real and their imaginary parts.
  init(real: UnsafeRawPointer, imaginary: UnsafeRawPointer, _ type: ArrayType, _ options: PrintOptions) {
    self.init(type, options) { shown in
      let left = FloatFormat(shown.map { real.double($0, type.dtype) }, type.dtype, options)
      // The sign stands before the first digit, whatever it is.
      let right = FloatFormat(shown.map { imaginary.double($0, type.dtype).magnitude }, type.dtype, options)
      return { i in
        let value = imaginary.double(i, type.dtype), digits = right.string(value.magnitude)
        let inside = digits.drop { $0 == " " }, before = digits.count - inside.count
        let number = inside.prefix { $0 != " " }
        return left.string(real.double(i, type.dtype)) + String(repeating: " ", count: before)
          + (value.sign == .minus && !value.isNaN ? "-" : "+") + number + "j" + inside.dropFirst(number.count)
      }
    }
  }

  private static func words(
    _ base: UnsafeRawPointer, _ type: ArrayType, _ options: PrintOptions, _ shown: [Int]
  ) -> (Int) -> String {
    let dtype = type.dtype
    func bits(_ i: Int) -> UInt64 { base.elementBits(i, dtype) }
    switch dtype {
    case .f32, .f64, .f16, .bf16:
      let format = FloatFormat(shown.map { base.double($0, dtype) }, dtype, options)
      return { format.string(base.double($0, dtype)) }
    case .bool:
      let isScalar = type.shape.isEmpty
      return { bits($0) == 0 ? "False" : isScalar ? "True" : " True" }
    case .i32, .i64, .u32, .u64, .i8, .i16, .u8, .u16:
      func text(_ i: Int) -> String {
        switch ElementValue(bits: bits(i), dtype: dtype) {
        case .signed(let value): String(value)
        case .unsigned(let value): String(value)
        case .float(let value): String(value)
        }
      }
      let width = shown.map { text($0).count }.max() ?? 0
      return { i in
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

extension UnsafeRawPointer {
  /// An element of an array of floats.
  fileprivate func double(_ i: Int, _ dtype: DType) -> Double {
    switch ElementValue(bits: elementBits(i, dtype), dtype: dtype) {
    case .float(let value): value
    case .signed(let value): Double(value)
    case .unsigned(let value): Double(value)
    }
  }
}
