import HillockIR
import HillockRuntime

extension ArrayValue {
  /// The elements moved on by so many places along the axis; what leaves at the end comes in at the start. Without an axis all elements
  /// are one row.
  ///
  /// ```swift
  /// arange(5).rolled(by: 2)                                 // [3, 4, 0, 1, 2]
  /// ```
  public func rolled(by count: Int, axis: Int? = nil) -> NDArray {
    let array = self.array
    guard let axis else { return array.flattened().rolled(by: count, axis: 0).reshaped(array.type.shape) }
    return array.with(axes: [axis]) { axes in
      let axis = axes[0], extent = array.type.shape[axis]
      guard extent > 1 else { return array }
      let shift = (count % extent + extent) % extent
      if shift == 0 { return array }
      return concatenate([array.part(extent - shift, shift, axis), array.part(0, extent - shift, axis)], axis: axis)
    }
  }

  /// The same along several axes, one count for each (else: an `argument` error).
  public func rolled(by counts: [Int], axes: [Int]) -> NDArray {
    guard counts.count == axes.count else {
      return NDArray(
        failing: HillockError(.argument, "\(counts.count) counts to roll by along \(axes.count) axes; give one for each"))
    }
    return zip(counts, axes).reduce(array) { $0.rolled(by: $1.0, axis: $1.1) }
  }

  /// The elements in reverse order along the axis, or along all.
  ///
  /// ```swift
  /// NDArray([[1, 2], [3, 4]]).flipped(axis: 1)              // [[2, 1], [4, 3]]
  /// ```
  public func flipped(axis: Int? = nil) -> NDArray { flipped(axes: axis.map { [$0] } ?? Array(array.type.shape.indices)) }

  /// The same along several axes.
  public func flipped(axes: [Int]) -> NDArray {
    let array = self.array, shape = array.type.shape
    return array.with(axes: axes) { axes in
      let turned = axes.filter { shape[$0] > 1 }
      return .evaluate(
        .slice(
          starts: shape.indices.map { turned.contains($0) ? shape[$0] - 1 : 0 },
          steps: shape.indices.map { turned.contains($0) ? -1 : 1 }, sizes: shape), [array])
    }
  }

  /// The array turned by so many right angles, from the first of the two axes towards the second.
  ///
  /// ```swift
  /// NDArray([[1, 2], [3, 4]]).rotated90()                   // [[2, 4], [1, 3]]
  /// ```
  public func rotated90(_ times: Int = 1, axes: (Int, Int) = (0, 1)) -> NDArray {
    let array = self.array
    return array.with(axes: [axes.0, axes.1]) { axes in
      switch ((times % 4) + 4) % 4 {
      case 1: array.flipped(axis: axes[1]).swappingAxes(axes[0], axes[1])
      case 2: array.flipped(axes: axes)
      case 3: array.swappingAxes(axes[0], axes[1]).flipped(axis: axes[1])
      default: array
      }
    }
  }

  /// The array with an axis moved to another position; the others stay in their order.
  ///
  /// ```swift
  /// zeros(2, 3, 4).movingAxis(0, to: -1).shape              // [3, 4, 2]
  /// ```
  public func movingAxis(_ axis: Int, to position: Int) -> NDArray { movingAxes([axis], to: [position]) }

  /// The same for several axes, each to a position of its own.
  public func movingAxes(_ axes: [Int], to positions: [Int]) -> NDArray {
    let array = self.array, rank = array.type.rank
    guard axes.count == positions.count else {
      return NDArray(failing: HillockError(.argument, "\(axes.count) axes cannot be moved to \(positions.count) positions"))
    }
    return array.with(axes: axes) { axes in
      array.with(axes: positions) { positions in
        var order = (0..<rank).filter { !axes.contains($0) }
        for (position, axis) in zip(positions, axes).sorted(by: { $0.0 < $1.0 }) { order.insert(axis, at: position) }
        return array.transposed(order)
      }
    }
  }

  /// The last two axes exchanged: the transpose of each matrix of a batch.
  public var mT: NDArray { swappingAxes(-1, -2) }

  /// Each element so many times along the axis; without an axis all elements are one row.
  ///
  /// ```swift
  /// NDArray([1, 2]).repeated(2)                             // [1, 1, 2, 2]
  /// ```
  public func repeated(_ count: Int, axis: Int? = nil) -> NDArray {
    let array = axis == nil ? self.array.flattened() : self.array
    guard count >= 0 else { return NDArray(failing: HillockError(.argument, "elements are not repeated \(count) times")) }
    return array.with(axes: [axis ?? 0]) { axes in
      var shape = array.type.shape, wide = shape
      wide.insert(count, at: axes[0] + 1)
      // (What overflows has been refused as a shape to broadcast to.)
      shape[axes[0]] &*= count
      return array.expandingDims(axis: axes[0] + 1).broadcast(to: wide).reshaped(shape)
    }
  }

  /// Each element as often as the list says, which has one number for each place along the axis, or one for all.
  ///
  /// ```swift
  /// NDArray([7, 8, 9]).repeated([2, 0, 1])                  // [7, 7, 9]
  /// ```
  public func repeated(_ counts: [Int], axis: Int? = nil) -> NDArray {
    if counts.count == 1 { return repeated(counts[0], axis: axis) }
    let array = axis == nil ? self.array.flattened() : self.array
    return array.with(axes: [axis ?? 0]) { axes in
      let extent = array.type.shape[axes[0]]
      guard counts.count == extent, counts.allSatisfy({ $0 >= 0 }) else {
        return NDArray(
          failing: HillockError(
            .argument,
            "elements along an extent of \(extent) are not repeated \(counts) times; give one number, not negative, for each"
          ))
      }
      let total = counts.reduce(0) { (sum: Int, count: Int) -> Int in
        let (next, overflow) = sum.addingReportingOverflow(count)
        return overflow ? .max : next
      }
      return NDArray { () throws(HillockError) in
        let (storage, type) = try Creation.allocate([total], .i64)
        var position = 0
        for (place, count) in counts.enumerated() {
          for _ in 0..<count {
            storage.base.setElementBits(position, .i64, UInt64(place))
            position += 1
          }
        }
        return array.take(NDArray(storage, type), axis: axes[0])
      }
    }
  }

  /// The whole array so many times along each axis, one number for each. More numbers than axes make new axes in front, fewer leave the
  /// first axes as they are.
  ///
  /// ```swift
  /// NDArray([1, 2]).tiled(2, 2)                             // [[1, 2, 1, 2], [1, 2, 1, 2]]
  /// ```
  public func tiled(_ counts: Int...) -> NDArray { tiled(counts) }

  /// The same for numbers that are in an array.
  public func tiled(_ counts: [Int]) -> NDArray {
    let array = self.array
    if case .failure = array.content { return array }
    guard counts.allSatisfy({ $0 >= 0 }) else {
      return NDArray(failing: HillockError(.argument, "an array is not repeated \(counts) times along its axes"))
    }
    let rank = Swift.max(counts.count, array.type.rank)
    let shape = [Int](repeating: 1, count: rank - array.type.rank) + array.type.shape
    let times = [Int](repeating: 1, count: rank - counts.count) + counts
    // One axis for the copies before each axis; pairs that are not needed are left out, as an array has sixteen axes at most.
    var narrow: [Int] = [], wide: [Int] = []
    for (count, extent) in zip(times, shape) {
      if count != 1 {
        narrow.append(1)
        wide.append(count)
      }
      narrow.append(extent)
      wide.append(extent)
    }
    // (What overflows has been refused as a shape to broadcast to.)
    return array.reshaped(narrow).broadcast(to: wide).reshaped(zip(times, shape).map { $0 &* $1 })
  }
}

/// The array without these places of the axis; negative ones count from the end. Without an axis all elements are one row.
///
/// ```swift
/// delete(arange(5), [1, -1])                              // [0, 2, 3]
/// ```
public func delete(_ x: some ArrayConvertible, _ places: [Int], axis: Int? = nil) -> NDArray {
  let array = axis == nil ? x.array.flattened() : x.array
  return array.with(axes: [axis ?? 0]) { axes in
    let extent = array.type.shape[axes[0]]
    if let odd = places.first(where: { !(-extent..<extent).contains($0) }) {
      return NDArray(failing: HillockError(.index, "place \(odd) is out of range for an extent of \(extent)"))
    }
    let gone = Set(places.map { $0 < 0 ? $0 + extent : $0 })
    return array.take(NDArray((0..<extent).filter { !gone.contains($0) }, dtype: .i64), axis: axes[0])
  }
}

/// The array with values put in before a place of the axis; without an axis all elements are one row. The values are one number, or an
/// array that has the axis.
///
/// ```swift
/// insert(arange(3), 1, 7)                                 // [0, 7, 1, 2]
/// ```
public func insert(_ x: some ArrayConvertible, _ place: Int, _ values: some ArrayConvertible, axis: Int? = nil) -> NDArray {
  let array = axis == nil ? x.array.flattened() : x.array, values = values.array
  if case .failure = values.content { return values }
  return array.with(axes: [axis ?? 0]) { axes in
    NDArray { () throws(HillockError) in
      let axis = axes[0], extent = array.type.shape[axis]
      guard (-extent...extent).contains(place) else {
        throw HillockError(.index, "place \(place) is out of range for an extent of \(extent)")
      }
      let start = place < 0 ? place + extent : place
      var shape = array.type.shape
      shape[axis] = values.type.rank == array.type.rank ? values.type.shape[axis] : 1
      let middle = try values.written(as: array.dtype).broadcast(to: shape)
      return concatenate([array.part(0, start, axis), middle, array.part(start, extent - start, axis)], axis: axis)
    }
  }
}
