/// The dtype and the shape of an array value.
package struct ArrayType: Hashable, Sendable, CustomStringConvertible {
  package var dtype: DType
  package var shape: [Int]

  package init(_ dtype: DType, _ shape: [Int]) {
    self.dtype = dtype
    self.shape = shape
  }

  package var rank: Int { shape.count }
  package var count: Int { shape.reduce(1, *) }
  package var byteCount: Int { count * dtype.size }

  /// The text form: `f32[20,10]`, `bool[]`.
  package var description: String {
    "\(dtype.name)[\(shape.map(String.init).joined(separator: ","))]"
  }
}

package enum Shape {
  /// The largest rank a shape may have.
  package static let maximumRank = 16

  /// The largest number of elements a shape may have: byte counts, and estimates of work made from them, stay far from overflow.
  package static let maximumCount = 1 << 40

  /// The number of elements of a shape, or nil where an extent is negative, or the rank or the count is beyond the limits.
  /// Empty axes count as 1 for the limit, so that the strides of a checked shape never overflow either.
  package static func checkedCount(_ shape: [Int]) -> Int? {
    guard shape.count <= maximumRank, shape.allSatisfy({ $0 >= 0 }) else { return nil }
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
      guard !overflow, product <= maximumCount else { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  /// The strides, in elements, of a dense row-major array.
  package static func rowMajorStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in stride(from: shape.count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1)
    }
    return strides
  }

  /// The shape that both shapes broadcast to, right-aligned as in NumPy; nil where they do not agree.
  package static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
    let rank = max(a.count, b.count)
    var result = [Int](repeating: 1, count: rank)
    for i in 0..<rank {
      let x = i < rank - a.count ? 1 : a[i - (rank - a.count)]
      let y = i < rank - b.count ? 1 : b[i - (rank - b.count)]
      guard x == y || x == 1 || y == 1 else { return nil }
      result[i] = x == 1 ? y : x
    }
    return result
  }
}
