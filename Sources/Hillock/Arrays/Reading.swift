import CHillock
import HillockIR
import HillockRuntime

// Defined once for arrays and for Variables, which it reads.
extension ArrayValue {
  /// The elements in row-major order.
  ///
  /// Every dtype can be read as `Double` or `Float` (rounded), integers and bools as an integer type that holds them, bools
  /// as `Bool`.
  ///
  /// - Throws: the error that the array carries; a `dtype` error if `Element` cannot hold a value; a `trace` error
  ///   if the array is a value that is being traced.
  public func scalars<Element: ArrayElement>(as type: Element.Type = Element.self) throws(HillockError) -> [Element] {
    let (storage, arrayType) = try array.concrete()
    let base = UnsafeRawPointer(storage.base), dtype = arrayType.dtype, count = arrayType.count
    if NDArray.isSameLayout(Element.self, dtype) {
      return Array(UnsafeBufferPointer(start: base.assumingMemoryBound(to: Element.self), count: count))
    }
    var result: [Element] = []
    result.reserveCapacity(count)
    for i in 0..<count {
      guard let value = Element(bits: base.elementBits(i, dtype), dtype: dtype) else {
        throw HillockError(
          .dtype, "element \(i) of a \(arrayType) cannot be read as \(Element.self); convert the array with .asType first")
      }
      result.append(value)
    }
    return result
  }

  /// The element of an array with exactly one.
  ///
  /// - Throws: a `shape` error if there are more or none, and what ``scalars(as:)`` throws.
  public func item<Element: ArrayElement>(as type: Element.Type = Element.self) throws(HillockError) -> Element {
    let values = try scalars(as: Element.self)
    guard values.count == 1 else {
      throw HillockError(.shape, "item reads an array of one element, this one has shape \(array.shape)")
    }
    return values[0]
  }

  /// The elements as `Float`.
  public func floats() throws(HillockError) -> [Float] { try scalars() }
  /// The elements as `Int`.
  public func ints() throws(HillockError) -> [Int] { try scalars() }
  /// The elements as `Bool`.
  public func bools() throws(HillockError) -> [Bool] { try scalars() }

  /// Calls the body with the elements' memory, dense and row-major. The pointer is valid only during the call.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    let (storage, type) = try array.concrete()
    return try body(UnsafeRawBufferPointer(start: storage.base, count: type.byteCount))
  }

  /// Calls the body for each row of a `bool` array, along its first axis, with the places of what is true in it, ascending. Rows have fewer
  /// than 2³¹ elements.
  package func forEachRow(_ body: (_ row: Int, _ places: UnsafeBufferPointer<Int32>) -> Void) throws {
    let type = try checked().type, rows = type.shape.first ?? 0, width = rows == 0 ? 0 : type.count / rows
    guard let find = hk_sending(hk_isa_best(), Int32(type.dtype.rawValue)), width <= Int(Int32.max) else {
      throw HillockError(.dtype, "the places of what is true are asked of \(type)")
    }
    try withUnsafeBytes { bytes in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: width) { places in
        guard let found = places.baseAddress, let base = bytes.baseAddress else { return }
        var work: Int64 = 0
        for row in 0..<rows {
          let count = find(0, Int64(width), base + row * width * type.dtype.size, nil, found, &work)
          body(row, UnsafeBufferPointer(rebasing: places[..<Int(count)]))
        }
      }
    }
  }

  /// Throws the error that the array carries, if it carries one. Use it to fail early.
  @discardableResult
  public func checked() throws(HillockError) -> NDArray {
    let array = self.array
    if case .failure(let failure) = array.content { throw failure.thrownError() }
    return array
  }
}

extension NDArray {
  /// Whether values of a Swift type lie in memory like elements of a dtype.
  static func isSameLayout(_ type: Any.Type, _ dtype: DType) -> Bool {
    switch dtype {
    case .f32: type == Float.self
    case .f64: type == Double.self
    case .i32: type == Int32.self
    case .i64: type == Int64.self || type == Int.self
    case .u32: type == UInt32.self
    case .u64: type == UInt64.self
    case .bool: type == Bool.self
    case .f16: isHalf(type)
    case .bf16: false
    case .i8: type == Int8.self
    case .i16: type == Int16.self
    case .u8: type == UInt8.self
    case .u16: type == UInt16.self
    }
  }

  private static func isHalf(_ type: Any.Type) -> Bool {
    #if !(os(macOS) && arch(x86_64))
      type == Float16.self
    #else
      false
    #endif
  }
}
