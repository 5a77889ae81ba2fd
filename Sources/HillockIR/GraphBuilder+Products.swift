/// Sums of products: the one node `dot`, and what is made of it.
extension GraphBuilder {
  /// a[batch…, rows…, k] · b[batch…, k, columns…], of any number of axes each; `batch`: how many leading axes they share.
  package mutating func dot(_ a: ValueID, _ b: ValueID, batch: Int = 0) throws(HillockError) -> ValueID {
    let x = type(a), y = type(b)
    let shape = try ProductShape(x.shape, y.shape, batch: batch).result
    let dtype = DType.promote(x.dtype, y.dtype)
    guard dtype != .bool else { throw HillockError(.dtype, "dot of bool arrays is not defined; convert one to i32 or f32") }
    guard Shape.checkedCount(shape) != nil else { throw HillockError(.shape, "the result's shape \(shape) is too large") }
    let factors = [try widened(try convert(a, to: dtype)), try widened(try convert(b, to: dtype))]
    return try convert(append(.dot(batch: batch), factors, ArrayType(dtype.computed, shape)), to: dtype)
  }

  /// The product over any axes: pairs of axes that go together, an axis of a and one of b. The result has the batch axes, then the
  /// free axes of a, then those of b, as JAX's `dot_general` orders them. Terms are added in row-major order of the contracted
  /// axes as they are listed.
  ///
  ///     let gradient = try builder.contract(x, g, batch: [], contracted: [(0, 0), (1, 1)])   // Σ x[i, j, k] · g[i, j, n]
  package mutating func contract(
    _ a: ValueID, _ b: ValueID, batch: [(Int, Int)], contracted: [(Int, Int)]
  ) throws(HillockError) -> ValueID {
    let x = type(a).shape, y = type(b).shape, pairs = batch + contracted
    try check(pairs.map(\.0), of: x)
    try check(pairs.map(\.1), of: y)
    for (i, j) in pairs where x[i] != y[j] {
      throw HillockError(
        .shape, "a product of shapes \(x) and \(y): axis \(i) of the first (\(x[i])) and axis \(j) of the second (\(y[j])) differ"
      )
    }
    func free(_ shape: [Int], _ taken: [Int]) -> [Int] { shape.indices.filter { !taken.contains($0) } }
    let freeOfA = free(x, pairs.map(\.0)), freeOfB = free(y, pairs.map(\.1))
    let left = try moved(a, batch.map(\.0) + freeOfA + contracted.map(\.0))
    let right = try moved(b, batch.map(\.1) + contracted.map(\.1) + freeOfB)
    let shared = batch.map { x[$0.0] }, terms = contracted.map { x[$0.0] }
    guard Shape.checkedCount(terms) != nil else {
      throw HillockError(.shape, "a product over axes of extents \(terms) is too large")
    }
    let count = terms.reduce(1, *)
    return try dot(
      try reshape(left, to: shared + freeOfA.map { x[$0] } + [count]),
      try reshape(right, to: shared + [count] + freeOfB.map { y[$0] }), batch: batch.count)
  }

  /// The matrix product of the last two axes; leading ones are broadcast, and a vector stands for one row or one column that does
  /// not appear in the result, as in NumPy.
  package mutating func matmul(_ a: ValueID, _ b: ValueID) throws(HillockError) -> ValueID {
    let x = type(a).shape, y = type(b).shape
    guard !x.isEmpty, !y.isEmpty else {
      throw HillockError(.shape, "matmul takes arrays of one axis or more, not of shapes \(x) and \(y); multiply numbers with *")
    }
    let matrixOfA = x.suffix(2), matrixOfB = y.suffix(2)
    let leadingOfA = x.dropLast(2), leadingOfB = y.dropLast(2)
    guard let leading = Shape.broadcast(Array(leadingOfA), Array(leadingOfB)) else {
      throw HillockError(.shape, "matmul of shapes \(x) and \(y): the leading axes cannot be broadcast together")
    }
    guard matrixOfA.last == matrixOfB.first else {
      throw HillockError(
        .shape,
        "matmul of shapes \(x) and \(y): the last axis of the first (\(x[x.count - 1])) and axis \(max(y.count - 2, 0)) of the "
          + "second (\(matrixOfB.first ?? 0)) differ")
    }
    // A leading axis that a alone has is one more free axis of a: its rows go through the same matrix. One that b has is a batch
    // axis, along which a is repeated.
    func extent(_ shape: ArraySlice<Int>, _ axis: Int) -> Int {
      let place = axis - (leading.count - shape.count)
      return place < 0 ? 1 : shape[place]
    }
    let batch = leading.indices.filter { extent(leadingOfB, $0) != 1 }
    let alone = leading.indices.filter { !batch.contains($0) && leading[$0] != 1 }
    let kept = leading.indices.filter { extent(leadingOfA, $0) != 1 }
    // Axes of extent 1 come back at the end.
    var left = try reshape(a, to: kept.map { leading[$0] } + matrixOfA)
    let ownBatch = kept.filter(batch.contains)
    left = try moved(left, (ownBatch + alone).map { kept.firstIndex(of: $0)! } + (0..<matrixOfA.count).map { kept.count + $0 })
    let rows = alone.map { leading[$0] } + matrixOfA
    if ownBatch != batch {
      left = try reshape(left, to: batch.map { ownBatch.contains($0) ? leading[$0] : 1 } + rows)
      left = try broadcast(left, to: batch.map { leading[$0] } + rows)
    }
    let right = try reshape(b, to: batch.map { leading[$0] } + matrixOfB)
    let product = try dot(left, right, batch: batch.count)
    // What stands at each place now: batch, alone, row, column.
    let order = batch + alone, matrix = matrixOfA.dropLast() + matrixOfB.dropFirst()
    let sorted = order.sorted().map { order.firstIndex(of: $0)! }
    let result = try moved(product, sorted + (0..<matrix.count).map { order.count + $0 })
    return try reshape(result, to: leading + matrix)
  }

  /// The axes in this order; no node where that is the order they have.
  private mutating func moved(_ value: ValueID, _ permutation: [Int]) throws(HillockError) -> ValueID {
    permutation == Array(permutation.indices) ? value : try transpose(value, permutation)
  }

  private func check(_ axes: [Int], of shape: [Int]) throws(HillockError) {
    guard Set(axes).count == axes.count, axes.allSatisfy(shape.indices.contains) else {
      throw HillockError(.index, "a product over axes \(axes), which are not distinct axes of an array of shape \(shape)")
    }
  }
}
