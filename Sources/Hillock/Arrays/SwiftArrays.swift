import HillockIR
import HillockRuntime

extension NDArray {
  /// A 1-D array of the values: `f32` from `[Float]` and `[Double]`, `i32` from `[Int]`, else the dtype of the elements,
  /// unless a dtype is given.
  ///
  /// ```swift
  /// NDArray([1.5, 2])                   // f32[2]
  /// NDArray([1.5, 2], dtype: .f64)      // f64[2]
  /// ```
  /// An integer that the dtype does not hold gives an array that carries an `argument` error.
  public init<Element: ArrayElement>(_ values: [Element], dtype: DType? = nil) {
    self.init(shape: [values.count], dtype: dtype ?? Element.defaultDType, values)
  }

  /// `NDArray([])`, whose literal has elements of no type: an array without elements, `f32` unless a dtype is given.
  public init(_ nothing: [Never], dtype: DType? = nil) { self = zeros(0, dtype: dtype ?? .f32) }

  /// A 2-D array of the rows, which have one length.
  public init<Element: ArrayElement>(_ rows: [[Element]], dtype: DType? = nil) {
    let width = rows.first?.count ?? 0
    if let odd = rows.first(where: { $0.count != width }) {
      self.init(failing: HillockError(.shape, "rows of \(width) and \(odd.count) elements make no array; give them one length"))
    } else {
      self.init(shape: [rows.count, width], dtype: dtype ?? Element.defaultDType, rows.lazy.joined())
    }
  }

  /// A 3-D array of the planes, whose rows have one length and one number.
  public init<Element: ArrayElement>(_ planes: [[[Element]]], dtype: DType? = nil) {
    self.init(nested: planes.map { NDArray($0, dtype: dtype) }, dtype ?? Element.defaultDType)
  }

  /// A 4-D array of 3-D ones, all of one shape.
  public init<Element: ArrayElement>(_ blocks: [[[[Element]]]], dtype: DType? = nil) {
    self.init(nested: blocks.map { NDArray($0, dtype: dtype) }, dtype ?? Element.defaultDType)
  }

  /// Arrays of one shape, one behind the other along a new first axis; without any, an array without elements.
  private init(nested parts: [NDArray], _ dtype: DType) {
    self = parts.isEmpty ? zeros(0, dtype: dtype) : stack(parts)
  }

  /// An array of any shape from its elements in row-major order.
  public init<Element: ArrayElement>(_ values: [Element], shape: [Int], dtype: DType? = nil) {
    guard Shape.checkedCount(shape) == values.count else {
      self.init(failing: HillockError(.shape, "\(values.count) values do not fill an array of shape \(shape)"))
      return
    }
    self.init(shape: shape, dtype: dtype ?? Element.defaultDType, values)
  }

  /// A scalar of the given dtype. Without one, the types of Swift's literals (`Int`, `Double`, `Bool`) give a number without
  /// a dtype, like the number itself in an expression. (So `NDArray(k)` is the same as `NDArray(2)`, which Swift reads as a
  /// literal.) It takes the dtype of the array it meets; read out, it is `f32`, `i32` (`i64` if it does not fit) or `bool`. Other
  /// types have their own dtype.
  ///
  /// ```swift
  /// let k = 2
  /// ones(3, dtype: .f64) * NDArray(k)          // f64
  /// NDArray(k, dtype: .i64)                    // i64
  /// NDArray(Float(0.5))                        // f32
  /// ```
  public init<Element: ArrayElement>(_ value: Element, dtype: DType? = nil) {
    if dtype == nil, Element.self == Int.self || Element.self == Double.self || Element.self == Bool.self {
      self.init(weak: value.weakScalar)
    } else {
      self.init(shape: [], dtype: dtype ?? Element.defaultDType, CollectionOfOne(value))
    }
  }

  /// An array from dense row-major memory in this machine's byte order. The bytes are copied. For `bool`, any byte but 0
  /// is true. Fails with a `shape` error if the buffer does not have the array's size.
  public init(bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) {
    self.init { () throws(HillockError) in
      let (storage, type) = try Creation.allocate(shape, dtype)
      guard bytes.count == type.byteCount else {
        throw HillockError(.shape, "\(bytes.count) bytes are no array of type \(type), which has \(type.byteCount)")
      }
      UnsafeMutableRawBufferPointer(start: storage.base, count: bytes.count).copyMemory(from: bytes)
      if dtype == .bool {
        for i in 0..<bytes.count where bytes[i] > 1 { storage.base.setElementBits(i, .bool, 1) }
      }
      return NDArray(storage, type)
    }
  }

  private init<Element: ArrayElement>(shape: [Int], dtype: DType, _ values: some Sequence<Element>) {
    self.init { () throws(HillockError) in
      let (storage, type) = try Creation.allocate(shape, dtype)
      if values.withContiguousStorageIfAvailable({ storage.base.fill(with: $0, dtype) }) == true { return NDArray(storage, type) }
      var position = 0
      for value in values {
        guard let bits = value.bits(dtype) else {
          throw HillockError(.argument, "the value \(value) at position \(position) does not fit \(dtype.name)")
        }
        storage.base.setElementBits(position, dtype, bits)
        position += 1
      }
      return NDArray(storage, type)
    }
  }
}

extension UnsafeMutableRawPointer {
  /// Writes the values at a dtype; false, and nothing is to be read there, where this is not one of the quick ways or a value does not fit.
  fileprivate func fill<Element: ArrayElement>(with values: UnsafeBufferPointer<Element>, _ dtype: DType) -> Bool {
    if NDArray.isSameLayout(Element.self, dtype) {
      UnsafeMutableRawBufferPointer(start: self, count: values.count * dtype.size).copyMemory(
        from: UnsafeRawBufferPointer(values))
      return true
    }
    let values = UnsafeRawBufferPointer(values)
    switch dtype {
    case .f32 where Element.self == Double.self:
      let values = values.assumingMemoryBound(to: Double.self), places = assumingMemoryBound(to: Float.self)
      for i in values.indices { places[i] = Float(values[i]) }
      return true
    case .i32 where Element.self == Int.self:
      let values = values.assumingMemoryBound(to: Int.self), places = assumingMemoryBound(to: Int32.self)
      for i in values.indices {
        guard let value = Int32(exactly: values[i]) else { return false }
        places[i] = value
      }
      return true
    case .f32, .f64, .i32, .i64, .u32, .u64, .bool, .f16, .bf16, .i8, .i16, .u8, .u16:
      return false
    }
  }
}
