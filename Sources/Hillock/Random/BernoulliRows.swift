import CHillock
import HillockIR

/// The rows of a ``DrawnMatrix``, for those who store them.
package struct BernoulliRows {
  private let matrix: hk_bernoulli
  private let draw: hk_bernoulli_fn

  /// - Parameter hollow: whether column r of row r is left out.
  package init(_ probability: Double, columns: Int, hollow: Bool, seed: UInt64) throws(HillockError) {
    guard let draw = hk_bernoulli_rows(hk_isa_best()) else {
      throw HillockError(.verification, "there is no kernel for random rows")
    }
    self.draw = draw
    matrix = hk_bernoulli(
      probability: probability, columns: Int64(columns),
      key: (UInt32(truncatingIfNeeded: seed >> 32), UInt32(truncatingIfNeeded: seed)), skips_diagonal: hollow ? 1 : 0)
  }

  /// Adds the columns of a row, in ascending order.
  package func append(_ row: Int, to columns: inout GrowingArray<Int32>) throws(HillockError) {
    try columns.append { room in
      withUnsafePointer(to: matrix) { matrix in
        Int(draw(matrix, Int64(row), 0, matrix.pointee.columns, room.baseAddress, Int64(room.count)))
      }
    }
  }
}
