import HillockIR

extension NDArray {
  /// The part of the array that the indices take; ``ArrayIndex`` lists the possible indices.
  ///
  /// ```swift
  /// let x = arange(12).reshaped(3, 4)
  /// x[1]              // [4, 5, 6, 7]
  /// x[.all, -1]       // [3, 7, 11]
  /// x[[0, 2], 1..<3]  // [[1, 2], [9, 10]]
  /// ```
  public subscript<each Index: ArrayIndex>(_ index: repeat each Index) -> NDArray {
    var indices: [AxisIndex] = []
    repeat indices.append((each index).axisIndex)
    return element(at: indices)
  }

  /// The whole array.
  public subscript(_ all: UnboundedRange) -> NDArray { self }

  /// The indices stand for the last axes.
  public subscript<each Index: ArrayIndex>(_ leading: UnboundedRange, _ index: repeat each Index) -> NDArray {
    var indices: [AxisIndex] = [.remaining]
    repeat indices.append((each index).axisIndex)
    return element(at: indices)
  }

  /// The part that a list of indices takes, whose number is known only at run time. `AxisIndex.remaining` may stand once, anywhere.
  ///
  /// ```swift
  /// let corner: [AxisIndex] = [.remaining, .element(0)]
  /// let first = arange(6).reshaped(2, 3)[at: corner]     // [0, 3]
  /// ```
  public subscript(at indices: [AxisIndex]) -> NDArray { element(at: indices) }

  func element(at indices: [AxisIndex]) -> NDArray {
    if case .failure = content { return self }
    return NDArray { () throws(HillockError) in
      let plan = try IndexPlan(indices, shape: shape)
      var region = self
      if !plan.isWhole {
        region = .evaluate(.slice(starts: plan.starts, steps: plan.steps, sizes: plan.sizes), [self])
      }
      guard !plan.arrays.isEmpty else { return region.reshaped(plan.kept.map { $0.map { plan.sizes[$0] } ?? 1 }) }
      let gather = try GatherPlan(plan)
      let rows = region.transposed(gather.permutation).reshaped(gather.rowShape)
      let taken = NDArray.evaluate(.array(.gather, [[0], [gather.axis]]), [rows, gather.clamped])
      return taken.transposed(gather.backPermutation).reshaped(gather.resultShape(plan))
    }
  }

  /// What is read if the part that the indices take is about to be written. Under a mask this is the whole array, for values are given for
  /// every element.
  func writablePart(at indices: [AxisIndex]) -> NDArray { mask(indices) == nil ? element(at: indices) : self }

  /// A copy of the array in which the part that the indices take is replaced by the value. The value is converted to this array's dtype
  /// and broadcast to the part.
  func replacing(_ indices: [AxisIndex], with value: NDArray) -> NDArray {
    if case .failure = content { return self }
    if case .failure = value.content { return value }
    return NDArray { () throws(HillockError) in
      if let mask = mask(indices) { return try replacing(mask: mask, with: value) }
      let plan = try IndexPlan(indices, shape: shape)
      let converted = try value.written(as: dtype)
      guard plan.arrays.isEmpty else { return try scattering(plan, converted, .set) }
      let update = try converted.fitted(to: plan.kept.map { $0.map { plan.sizes[$0] } ?? 1 }).reshaped(plan.sizes)
      if plan.isWhole { return update }
      return .evaluate(.update(starts: plan.starts, steps: plan.steps, sizes: plan.sizes), [self, update])
    }
  }

  /// The array with what index arrays name set to the value, or combined with it: one element after the other where they name one twice.
  /// The value has this array's dtype.
  func scattering(_ plan: IndexPlan, _ value: NDArray, _ kind: ScatterKind) throws(HillockError) -> NDArray {
    let gather = try GatherPlan(plan)
    let fitted = try value.fitted(to: gather.resultShape(plan))
    let region =
      plan.isWhole ? self : .evaluate(.slice(starts: plan.starts, steps: plan.steps, sizes: plan.sizes), [self])
    let rows = region.transposed(gather.permutation).reshaped(gather.rowShape)
    // The reverse of `element(at:)`.
    let updates =
      fitted
      .reshaped(gather.backPermutation.map { gather.takenShape[$0] })
      .transposed(gather.backPermutation.inverse)
    let scattered = NDArray.evaluate(.array(.scatter, [[kind.rawValue], [0], [gather.axis]]), [rows, gather.linear, updates])
    let written = scattered.reshaped(gather.permutation.map { plan.sizes[$0] }).transposed(gather.permutation.inverse)
    if plan.isWhole { return written }
    return .evaluate(.update(starts: plan.starts, steps: plan.steps, sizes: plan.sizes), [self, written])
  }

  /// Broadcast to the shape of the part that it is written to.
  private func fitted(to shape: [Int]) throws(HillockError) -> NDArray {
    if case .failure(let failure) = content { throw failure.error }
    guard Shape.broadcast(type.shape, shape) == shape else {
      throw HillockError(
        .shape, "a value of shape \(type.shape) cannot be broadcast to the part of shape \(shape) it is to replace")
    }
    return broadcast(to: shape)
  }

  /// The value to be written to a part of an array of a dtype: converted. A known whole number, or the index of a loop, must fit the
  /// dtype.
  func written(as dtype: DType) throws(HillockError) -> NDArray {
    switch content {
    case .weak(.int), .weak(.unsigned): try adopting(dtype)
    case .traced(let value) where value.bounds != nil: try adopting(dtype)
    default: asType(dtype)
    }
  }

  /// A bool array as the only index: the value is written where it is true.
  func mask(_ indices: [AxisIndex]) -> NDArray? {
    guard indices.count == 1, case .array(let array) = indices[0], array.dtype == .bool else { return nil }
    return array
  }

  func replacing(mask: NDArray, with value: NDArray) throws(HillockError) -> NDArray {
    guard mask.shape == Array(shape.prefix(mask.rank)) else {
      throw HillockError(.shape, "a mask of shape \(mask.shape) does not fit an array of shape \(shape)")
    }
    let extended = mask.reshaped(mask.shape + [Int](repeating: 1, count: rank - mask.rank))
    let converted = try value.written(as: dtype)
    guard Shape.broadcast(converted.type.shape, shape) == shape else {
      throw HillockError(
        .shape,
        "a value of shape \(value.type.shape) cannot be broadcast to shape \(shape); under a mask it is given for every "
          + "element")
    }
    return select(extended, converted, self)
  }
}

/// How elements are taken by index arrays: their axes are treated as one. If other axes lie between them, they are moved to the front.
struct GatherPlan {
  /// Moves the indexed axes together.
  var permutation: [Int]
  /// The region with one axis for all the indexed ones.
  var rowShape: [Int]
  /// That axis.
  var axis: Int
  /// The position along it; beyond its end if any index is out of range.
  var linear: NDArray
  /// The same, every index clamped.
  var clamped: NDArray
  /// The gathered array: the index arrays' shape in place of the axis.
  var takenShape: [Int]
  /// Puts the index arrays' axes where they belong in the result.
  var backPermutation: [Int]
  private let indexRank: Int

  init(_ plan: IndexPlan) throws(HillockError) {
    let axes = plan.arrays.map(\.axis)
    let others = plan.sizes.indices.filter { !axes.contains($0) }
    let first = axes[0], areAdjacent = axes == Array(first..<first + axes.count)
    permutation = areAdjacent ? Array(plan.sizes.indices) : axes + others
    axis = areAdjacent ? first : 0
    let extents = axes.map { plan.sizes[$0] }
    let front = extents.reduce(1, *)
    rowShape = others.map { plan.sizes[$0] }
    rowShape.insert(front, at: axis)
    guard extents.allSatisfy({ $0 > 0 }) || plan.arrays.allSatisfy({ $0.indices.count == 0 }) else {
      throw HillockError(.index, "an empty axis of an array of shape \(plan.shape) has no element to index")
    }
    if plan.arrays.count == 1 {
      // The ops themselves count negative indices from the end, clamp and drop.
      linear = plan.arrays[0].indices
      clamped = linear
    } else {
      var linear: NDArray = NDArray(0, dtype: .i64), clamped = linear, isInside = NDArray(true)
      for (extent, array) in zip(extents, plan.arrays) {
        let raw = array.indices.asPositions
        let position = select(raw .< 0, raw + extent, raw)
        isInside = isInside .& (position .>= 0) .& (position .< extent)
        clamped = clamped * extent + clip(position, 0, extent - 1)
        linear = linear * extent + position
      }
      self.linear = select(isInside, linear, front)
      self.clamped = clamped
      if case .failure(let failure) = self.linear.content { throw failure.error }
    }
    indexRank = linear.rank
    takenShape = Array(rowShape[..<axis] + linear.shape + rowShape[(axis + 1)...])
    // The others that stand before the index arrays in the result; axes that integers took have extent 1 and fall either way.
    let following = plan.kept[plan.arrayPosition...].lazy.compactMap { $0 }.first ?? .max
    let before = others.filter { $0 < following }.count
    let indexAxes = Array(axis..<axis + indexRank)
    let otherAxes = takenShape.indices.filter { !indexAxes.contains($0) }
    backPermutation = Array(otherAxes.prefix(before) + indexAxes + otherAxes.dropFirst(before))
  }

  /// The result's shape: axes that integers took are gone, new axes are in.
  func resultShape(_ plan: IndexPlan) -> [Int] {
    let extents = plan.kept.map { $0.map { plan.sizes[$0] } ?? 1 }
    return Array(extents[..<plan.arrayPosition] + linear.shape + extents[plan.arrayPosition...])
  }
}

extension [Int] {
  /// The permutation that undoes this one.
  fileprivate var inverse: [Int] {
    var result = self
    for (position, axis) in enumerated() { result[axis] = position }
    return result
  }
}

extension NDArray {
  /// Indices as i64. A u64 that does not fit stays beyond every end.
  var asPositions: NDArray { dtype == .u64 ? minimum(self, Int64.max).asType(.i64) : asType(.i64) }
}
