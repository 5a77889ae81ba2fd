/// The axes of a product a[batch…, rows…, inner] · b[batch…, inner, columns…], which gives [batch…, rows…, columns…].
package struct ProductShape: Hashable, Sendable {
  package let batch: [Int]
  package let rows: [Int]
  package let inner: Int
  package let columns: [Int]

  /// - Parameter batch: how many leading axes the operands share.
  /// - Throws: `.argument` for a negative number of batch axes, `.shape` where the operands do not fit.
  package init(_ a: [Int], _ b: [Int], batch count: Int) throws(HillockError) {
    guard count >= 0 else { throw HillockError(.argument, "dot: `batch` is the number of shared leading axes, not \(count)") }
    guard a.count > count, b.count > count else {
      throw HillockError(
        .shape,
        count == 0
          ? "dot takes arrays of one axis or more, not of shapes \(a) and \(b)"
          : "dot with \(count) batch axes takes arrays of \(count + 1) axes or more, not of shapes \(a) and \(b)")
    }
    guard a[..<count] == b[..<count] else {
      throw HillockError(.shape, "dot of shapes \(a) and \(b): their first \(count) axes, the batch, differ")
    }
    guard a[a.count - 1] == b[count] else {
      throw HillockError(
        .shape,
        "dot of shapes \(a) and \(b): the last axis of the first (\(a[a.count - 1])) and the first axis of the second"
          + "\(count == 0 ? "" : " behind the batch") (\(b[count])) differ")
    }
    batch = Array(a[..<count])
    rows = Array(a[count..<(a.count - 1)])
    inner = b[count]
    columns = Array(b[(count + 1)...])
  }

  package init(batch: [Int], rows: [Int], inner: Int, columns: [Int]) {
    (self.batch, self.rows, self.inner, self.columns) = (batch, rows, inner, columns)
  }

  package var result: [Int] { batch + rows + columns }
}
