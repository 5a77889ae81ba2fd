extension Batching {
  /// A product: lanes of both factors are one more batch axis; those of one factor are rows or columns of one product, where its
  /// elements lie so.
  func product(
    _ a: LaneValue, _ b: LaneValue, batch: Int, _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    let x = builder.type(a.id).shape, y = builder.type(b.id).shape
    if a.isBatched, b.isBatched { return try builder.dot(a.id, b.id, batch: batch + 1) }
    if a.isBatched {
      if batch == 0 { return try builder.dot(a.id, b.id) }
      let pairs = (0..<batch).map { ($0 + 1, $0) }
      let product = try builder.contract(a.id, b.id, batch: pairs, contracted: [(x.count - 1, batch)])
      return try builder.movingAxis(product, from: batch, to: 0)
    }
    guard y.count == batch + 2 else {
      return try builder.dot(try builder.broadcast(a.id, to: [size] + x), b.id, batch: batch + 1)
    }
    // Vectors, one a lane, are the columns of a matrix.
    let pairs = (0..<batch).map { ($0, $0 + 1) }
    let product = try builder.contract(a.id, b.id, batch: pairs, contracted: [(x.count - 1, batch + 1)])
    return try builder.movingAxis(product, from: builder.type(product).rank - 1, to: 0)
  }
}
