/// Elements that an op takes from the lines of an array, along one axis of any place: changes go where their elements go.
struct TakenElements {
  /// The order of axes in which that of the lines is the last, and the way back from it.
  private let order: [Int]
  private let back: [Int]
  /// Where in its line each element comes from.
  private let places: ValueID
  private let source: ArrayType

  /// - Parameters:
  ///   - places: i64, in the shape of what is taken.
  ///   - source: the type of the array.
  init(_ places: ValueID, of source: ArrayType, axis: Int, _ builder: inout GraphBuilder) throws(HillockError) {
    let order = source.shape.indices.filter { $0 != axis } + [axis]
    self.order = order
    back = order.indices.map { order.firstIndex(of: $0) ?? 0 }
    self.places = try builder.transpose(places, order)
    self.source = source
  }

  private var batch: Int { source.rank - 1 }

  /// The tangents of what is taken, of those of the array.
  func taken(_ tangent: ValueID, _ builder: inout GraphBuilder) throws(HillockError) -> ValueID {
    let taken = try builder.gather(try builder.transpose(tangent, order), places, batch: batch, axis: batch)
    return try builder.transpose(taken, back)
  }

  /// The cotangents of the array, of those of what is taken.
  func put(_ cotangent: ValueID, _ builder: inout GraphBuilder) throws(HillockError) -> ValueID {
    let moved = try builder.transpose(cotangent, order)
    let base = try builder.zeros(ArrayType(builder.type(moved).dtype, order.map { source.shape[$0] }))
    let put = try builder.scatter(base, places, moved, batch: batch, axis: batch)
    return try builder.transpose(put, back)
  }
}
