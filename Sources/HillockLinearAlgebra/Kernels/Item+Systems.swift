import HillockIR

/// Systems of equations.
extension Item {
  /// a[m,n] → L and U in one matrix, the order of the rows, its sign. Where a pivot is 0 the factors are right all the same.
  func factor(_ routines: Routines) throws(HillockError) {
    let a = try matrix(0), pivots = try Block<Int32>(min(m, n))
    if min(m, n) > 0 {
      var (rows, columns, stride, info) = (a.rows, a.columns, a.stride, Int32(0))
      routines.getrf(&rows, &columns, a.memory, &stride, pivots.base, &info)
    }
    a.write(m, n, to: result(0))
    // Pivot i says which row was exchanged with row i, one after the other.
    let order = results[1].assumingMemoryBound(to: Int64.self)
    var sign: Real = 1
    for row in 0..<m { order[row] = Int64(row) }
    for row in 0..<min(m, n) {
      let other = Int(pivots.base[row]) - 1
      guard other != row else { continue }
      (order[row], order[other]) = (order[other], order[row])
      sign = -sign
    }
    reals(2)[0] = sign
  }

  /// factors[n,n], order[n], b[n,k] → x[n,k]; NaN where a pivot is 0.
  func solveFactored(_ routines: Routines) throws(HillockError) {
    let factors = try matrix(0), order = operands[1].assumingMemoryBound(to: Int64.self)
    let right = operand(2), count = shapes[2][1]
    guard n > 0, count > 0 else { return }
    guard (0..<n).allSatisfy({ factors[$0, $0] != 0 }) else { return fillWithNaN(0) }
    let x = try Columns<Scalar>(n, count), pivots = try Block<Int32>(n)
    for row in 0..<n {
      // Rows are put in order here, so the routine exchanges none.
      pivots.base[row] = try int32(row + 1)
      let source = Int(order[row])
      for column in 0..<count { x[row, column] = right[source * count + column] }
    }
    var (size, columns, info) = (factors.rows, x.columns, Int32(0)), (stride, rightStride) = (factors.stride, x.stride)
    var letter = CChar(letter: "N")
    routines.getrs(&letter, &size, &columns, factors.memory, &stride, pivots.base, x.memory, &rightStride, &info, 1)
    x.write(n, count, to: result(0))
  }

  /// a[n,n], b[n,k] → x[n,k]; NaN where an element of the diagonal is 0.
  func solveTriangular(
    _ routines: Routines, isLower: Bool, isTransposed: Bool, hasUnitDiagonal: Bool
  ) throws(HillockError) {
    let count = shapes[1][1]
    guard n > 0, count > 0 else { return }
    let a = try matrix(0), x = try matrix(1)
    var (size, columns, info) = (a.rows, x.columns, Int32(0)), (stride, rightStride) = (a.stride, x.stride)
    var triangle = CChar(letter: isLower ? "L" : "U"), form = CChar(letter: isTransposed ? "T" : "N")
    var diagonal = CChar(letter: hasUnitDiagonal ? "U" : "N")
    routines.trtrs(
      &triangle, &form, &diagonal, &size, &columns, a.memory, &stride, x.memory, &rightStride, &info, 1, 1, 1)
    guard info == 0 else { return fillWithNaN(0) }
    x.write(n, count, to: result(0))
  }

  /// a[n,n], of which the lower triangle is read → L[n,n]; NaN where it is not positive definite.
  func cholesky(_ routines: Routines) throws(HillockError) {
    guard n > 0 else { return }
    let a = try matrix(0)
    for column in 0..<n { for row in 0..<column { a[row, column] = 0 } }
    var (size, stride, info) = (a.rows, a.stride, Int32(0)), triangle = CChar(letter: "L")
    routines.potrf(&triangle, &size, a.memory, &stride, &info, 1)
    guard info == 0 else { return fillWithNaN(0) }
    a.write(n, n, to: result(0))
  }

  /// a[m,n], b[m,k] → x[n,k] of least length, singular values, rank. Singular values below `cutoff` times the largest count as 0.
  func leastSquares(_ routines: Routines, cutoff: Double) throws(HillockError) {
    let count = shapes[1][1], rank = results[2].assumingMemoryBound(to: Int32.self), small = min(m, n)
    rank.pointee = 0
    guard small > 0 else {
      return fill(0, with: 0)
    }
    // A right side of no columns is solved as one of zeros: the singular values are wanted as well.
    let a = try matrix(0), x = try Columns<Scalar>(max(m, n), max(count, 1))
    for column in 0..<Int(x.columns) {
      for row in 0..<max(m, n) {
        x[row, column] = row < m && column < count ? operand(1)[row * count + column] : 0
      }
    }
    guard a.isFinite, x.isFinite else { return [0, 1].forEach(fillWithNaN) }
    var (rows, columns, sides) = (a.rows, a.columns, x.columns), (stride, sideStride) = (a.stride, x.stride)
    var limit = Real(cutoff), info = Int32(0), query: Scalar = 0, reals: Real = 0, integers = Int32(0), work: Int32 = -1
    routines.gelsd(
      &rows, &columns, &sides, a.memory, &stride, x.memory, &sideStride, self.reals(1), &limit, rank, &query, &work, &reals,
      &integers, &info)
    let memory = try Block<Scalar>(try Scalar.workCount(query)), indices = try Block<Int32>(max(Int(integers), 1))
    let others = try Block<Real>(try Real.workCount(reals))
    work = memory.count
    routines.gelsd(
      &rows, &columns, &sides, a.memory, &stride, x.memory, &sideStride, self.reals(1), &limit, rank, memory.base, &work,
      others.base, indices.base, &info)
    guard info == 0 else {
      rank.pointee = 0
      return [0, 1].forEach(fillWithNaN)
    }
    x.write(n, count, to: result(0))
  }
}
