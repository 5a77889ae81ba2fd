import HillockIR

/// Decompositions into factors of special forms. A matrix with NaN or infinities is not passed to routines that iterate: some stop the
/// process for it, others do not end.
extension Item {
  /// a[m,n] → Q[m,k], R[k,n], or where it is complete Q[m,m], R[m,n].
  func qr(_ routines: Routines, isComplete: Bool) throws(HillockError) {
    let small = min(m, n), size = isComplete ? m : small
    guard small > 0 else {
      // Otherwise Q has no columns.
      if isComplete { fillWithIdentity(0, m) }
      return
    }
    let a = try matrix(0), q = try Columns<Scalar>(m, size), tau = try Block<Scalar>(small)
    var (rows, columns, stride, info) = (a.rows, a.columns, a.stride, Int32(0)), query: Scalar = 0, work: Int32 = -1
    routines.geqrf(&rows, &columns, a.memory, &stride, tau.base, &query, &work, &info)
    var memory = try Block<Scalar>(try Scalar.workCount(query))
    work = memory.count
    routines.geqrf(&rows, &columns, a.memory, &stride, tau.base, memory.base, &work, &info)
    for row in 0..<size {
      for column in 0..<n { result(1)[row * n + column] = row <= column ? a[row, column] : 0 }
    }
    // Below the diagonal are the reflections that Q is made of.
    for column in 0..<size { for row in 0..<m { q[row, column] = column < small ? a[row, column] : 0 } }
    var (wanted, reflections) = (q.columns, tau.count)
    work = -1
    routines.orgqr(&rows, &wanted, &reflections, q.memory, &stride, tau.base, &query, &work, &info)
    memory = try Block<Scalar>(try Scalar.workCount(query))
    work = memory.count
    routines.orgqr(&rows, &wanted, &reflections, q.memory, &stride, tau.base, memory.base, &work, &info)
    q.write(m, size, to: result(0))
  }

  /// a[m,n] → singular values, the largest first.
  func singularValues(_ routines: Routines) throws(HillockError) {
    guard min(m, n) > 0 else { return }
    let a = try matrix(0), none = try Columns<Scalar>(1, 1)
    guard try decompose(a, none, none, "N", values: reals(0), routines) else { return fillWithNaN(0) }
  }

  /// a[m,n] → U, singular values, Vᵀ.
  func svd(_ routines: Routines, isFull: Bool) throws(HillockError) {
    let small = min(m, n), left = isFull ? m : small, right = isFull ? n : small
    guard small > 0 else {
      // Otherwise U has no columns, and Vᵀ no rows.
      if isFull { [(0, m), (2, n)].forEach(fillWithIdentity) }
      return
    }
    let a = try matrix(0), u = try Columns<Scalar>(m, left), v = try Columns<Scalar>(right, n)
    guard try decompose(a, u, v, isFull ? "A" : "S", values: reals(1), routines) else {
      return [0, 1, 2].forEach(fillWithNaN)
    }
    u.write(m, left, to: result(0))
    v.write(right, n, to: result(2))
  }

  /// Whether there are singular values.
  private func decompose(
    _ a: Columns<Scalar>, _ u: Columns<Scalar>, _ v: Columns<Scalar>, _ wanted: Unicode.Scalar,
    values: UnsafeMutablePointer<Real>, _ routines: Routines
  ) throws(HillockError) -> Bool {
    guard a.isFinite else { return false }
    let indices = try Block<Int32>(8 * min(m, n)), reals = try Block<Real>(Scalar.isComplex ? realWork(wanted) : 0)
    var (rows, columns, info) = (a.rows, a.columns, Int32(0)), letter = CChar(letter: wanted)
    var (stride, leftStride, rightStride) = (a.stride, u.stride, v.stride), query: Scalar = 0, work: Int32 = -1
    routines.gesdd(
      &letter, &rows, &columns, a.memory, &stride, values, u.memory, &leftStride, v.memory, &rightStride, &query, &work,
      reals.base, indices.base, &info)
    let memory = try Block<Scalar>(try Scalar.workCount(query))
    work = memory.count
    routines.gesdd(
      &letter, &rows, &columns, a.memory, &stride, values, u.memory, &leftStride, v.memory, &rightStride, memory.base, &work,
      reals.base, indices.base, &info)
    return info == 0
  }

  /// The real numbers that the routine of complex matrices works in, as its documentation states it.
  private func realWork(_ wanted: Unicode.Scalar) -> Int {
    let small = min(m, n), large = max(m, n)
    return wanted == "N" ? 7 * small : max(5 * small * small + 5 * small, 2 * large * small + 2 * small * small + small)
  }

  /// a[n,n], of which the lower triangle is read → eigenvalues, the smallest first, and eigenvectors as columns.
  func symmetricEigenvalues(_ routines: Routines, withVectors: Bool) throws(HillockError) {
    guard n > 0 else { return }
    let a = try matrix(0), places = withVectors ? [0, 1] : [0]
    // The routine does not read the other triangle, but the check does.
    for column in 0..<n { for row in 0..<column { a[row, column] = a[column, row] } }
    guard a.isFinite else { return places.forEach(fillWithNaN) }
    // The counts that the routine's documentation states; it needs 1 for one element.
    let reals = Scalar.isComplex ? (withVectors ? 1 + 5 * n + 2 * n * n : n) : 0
    let elements =
      Scalar.isComplex ? (withVectors ? 2 * n + n * n : n + 1) : (withVectors ? 1 + 6 * n + 2 * n * n : 2 * n + 1)
    let memory = try Block<Scalar>(elements), others = try Block<Real>(reals)
    let indices = try Block<Int32>(withVectors ? 3 + 5 * n : 1)
    var (size, stride, info) = (a.rows, a.stride, Int32(0))
    var (work, realWork, indexWork) = (memory.count, others.count, indices.count)
    var letter = CChar(letter: withVectors ? "V" : "N"), triangle = CChar(letter: "L")
    routines.syevd(
      &letter, &triangle, &size, a.memory, &stride, self.reals(0), memory.base, &work, others.base, &realWork, indices.base,
      &indexWork, &info)
    guard info == 0 else { return places.forEach(fillWithNaN) }
    if withVectors { a.write(n, n, to: result(1)) }
  }

  /// a[n,n] → complex eigenvalues, and eigenvectors, which are columns.
  func eigenvalues(_ routines: Routines, withVectors: Bool) throws(HillockError) {
    guard n > 0 else { return }
    let a = try matrix(0), places = withVectors ? [0, 1] : [0], none = try Columns<Scalar>(1, 1)
    let vectors = withVectors ? try Columns<Scalar>(n, n) : none
    guard a.isFinite else { return places.forEach(fillWithNaN) }
    // Of a real matrix the parts of the values; of a complex one the values, and memory to work in.
    let values = try Block<Real>(2 * n), others = try Block<Real>(2 * n)
    var (size, stride, info) = (a.rows, a.stride, Int32(0)), (noStride, vectorStride) = (none.stride, vectors.stride)
    var left = CChar(letter: "N"), right = CChar(letter: withVectors ? "V" : "N"), query: Scalar = 0, work: Int32 = -1
    routines.geev(
      &left, &right, &size, a.memory, &stride, values.base, others.base, none.memory, &noStride, vectors.memory, &vectorStride,
      &query, &work, &info)
    let memory = try Block<Scalar>(try Scalar.workCount(query))
    work = memory.count
    routines.geev(
      &left, &right, &size, a.memory, &stride, values.base, others.base, none.memory, &noStride, vectors.memory, &vectorStride,
      memory.base, &work, &info)
    guard info == 0 else { return places.forEach(fillWithNaN) }
    for index in 0..<n {
      complexes(0)[index] =
        Scalar.isComplex
        ? Complex(values.base[2 * index], values.base[2 * index + 1]) : Complex(values.base[index], others.base[index])
    }
    guard withVectors else { return }
    if Scalar.isComplex { vectors.write(n, n, to: result(1)) } else { write(vectors) }
  }

  /// Of a pair of complex eigenvalues of a real matrix, which stand beside each other, the one with the positive imaginary part is first. The
  /// column there is the real part of its eigenvector, the next column the imaginary part; the other's eigenvector is the conjugate.
  private func write(_ vectors: Columns<Scalar>) {
    let (values, target) = (complexes(0), complexes(1))
    var column = 0
    while column < n {
      let isPair = values[column].imaginary != 0 && column + 1 < n
      for row in 0..<n {
        let real = vectors[row, column].realPart, imaginary = isPair ? vectors[row, column + 1].realPart : 0
        target[row * n + column] = Complex(real, imaginary)
        if isPair { target[row * n + column + 1] = Complex(real, -imaginary) }
      }
      column += isPair ? 2 : 1
    }
  }
}
