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

  /// A 2-D array of the rows, which have one length.
  public init<Element: ArrayElement>(_ rows: [[Element]], dtype: DType? = nil) {
    let width = rows.first?.count ?? 0
    if let odd = rows.first(where: { $0.count != width }) {
      self.init(failing: HillockError(.shape, "rows of \(width) and \(odd.count) elements make no array; give them one length"))
    } else {
      self.init(shape: [rows.count, width], dtype: dtype ?? Element.defaultDType, rows.lazy.joined())
    }
  }

  /// An array of any shape from its elements in row-major order.
  public init<Element: ArrayElement>(_ values: [Element], shape: [Int], dtype: DType? = nil) {
    guard Shape.checkedCount(shape) == values.count else {
      self.init(failing: HillockError(.shape, "\(values.count) values do not fill an array of shape \(shape)"))
      return
    }
    self.init(shape: shape, dtype: dtype ?? Element.defaultDType, values)
  }

  /// A scalar of its own dtype, unlike a literal: `NDArray(2.5)` is `f32`, `NDArray(2)` is `i32`.
  public init<Element: ArrayElement>(_ value: Element, dtype: DType? = nil) {
    self.init(shape: [], dtype: dtype ?? Element.defaultDType, CollectionOfOne(value))
  }

  /// An array from dense row-major memory in this machine's byte order. The bytes are copied; for `bool`, any byte but 0
  /// is true. Fails with a `shape` error where the buffer's size is not that of the array.
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
