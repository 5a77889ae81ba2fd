extension ArrayOpRow {
  /// What lowering makes of those `dot` nodes that are no part of a kernel.
  static let matmul = ArrayOpRow(
    "matmul", "a[m, k] · b[k, n], or a[k] · b[k, n]; of one dtype that is not bool.", in: .programs,
    operands: 2...2, reason: .matrixProduct,
    derivative: .none("programs are not differentiated"),
    types: { (operands, _) throws(HillockError) in
      let (a, b) = (operands[0], operands[1])
      guard (1...2).contains(a.rank), b.rank == 2, a.shape.last == b.shape[0], a.dtype == b.dtype, a.dtype != .bool else {
        throw HillockError(.shape, "matmul of \(a) and \(b)")
      }
      return [ArrayType(a.dtype, a.shape.dropLast() + [b.shape[1]])]
    },
    work: { operands, _, _ in operands[0].count &* (operands[1].shape.last ?? 1) })
}
