extension ArrayOpRow {
  /// What lowering makes of those `dot` nodes that are no part of a kernel.
  static let matmul = ArrayOpRow(
    "matmul",
    "a[batch…, rows…, inner] · b[batch…, inner, columns…], of one dtype that is not bool. With a flag a lies as [batch…, inner, rows…], "
      + "b as [batch…, columns…, inner]; or an operand lacks the batch axes and is the same for all.", in: .programs,
    operands: 2...2,
    attributes: [
      .numbers("batch", default: []), .numbers("rows", default: []), .number("inner"), .numbers("columns", default: []),
      .flag("transposedA"), .flag("transposedB"), .flag("sharedA"), .flag("sharedB"),
    ],
    reason: .matrixProduct,
    narrow: { _, _ in .widens },
    derivative: .none("programs are not differentiated"),
    types: { (operands, attributes) throws(HillockError) in
      let (a, b) = (operands[0], operands[1]), product = ProductAttributes(attributes)
      guard a.dtype == b.dtype, a.dtype != .bool else { throw HillockError(.dtype, "matmul of \(a) and \(b)") }
      let left = (product.isSharedA ? [] : product.batch) + product.rows + [product.inner]
      let right = (product.isSharedB ? [] : product.batch) + [product.inner] + product.columns
      guard Shape.checkedCount(left) == a.count, Shape.checkedCount(right) == b.count else {
        throw HillockError(.shape, "matmul of \(a) and \(b) as \(left) and \(right)")
      }
      guard !product.isTransposedA && !product.isTransposedB || !product.rows.isEmpty && !product.columns.isEmpty else {
        throw HillockError(.shape, "matmul: the product with a vector takes no transposed operand")
      }
      return [ArrayType(a.dtype, product.batch + product.rows + product.columns)]
    },
    work: { operands, results, attributes in
      results.reduce(0) { $0 &+ $1.count } &* Swift.max(ProductAttributes(attributes).inner, 1)
    })
}

/// The attributes of `matmul` by their names.
package struct ProductAttributes: Hashable, Sendable {
  package var batch: [Int]
  package var rows: [Int]
  package var inner: Int
  package var columns: [Int]
  /// Whether an operand's last two groups of axes have changed places.
  package var isTransposedA = false
  package var isTransposedB = false
  /// Whether an operand has no batch axes.
  package var isSharedA = false
  package var isSharedB = false

  package init(_ shape: ProductShape) {
    (batch, rows, inner, columns) = (shape.batch, shape.rows, shape.inner, shape.columns)
  }

  package init(_ attributes: Attributes) {
    (batch, rows, inner, columns) = (attributes[0], attributes[1], attributes.number(2), attributes[3])
    isTransposedA = attributes.number(4) == 1
    isTransposedB = attributes.number(5) == 1
    isSharedA = attributes.number(6) == 1
    isSharedB = attributes.number(7) == 1
  }

  package var attributes: Attributes {
    func flag(_ isSet: Bool) -> [Int] { [isSet ? 1 : 0] }
    return Attributes([
      batch, rows, [inner], columns, flag(isTransposedA), flag(isTransposedB), flag(isSharedA), flag(isSharedB),
    ])
  }
}
