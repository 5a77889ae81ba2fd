import HillockIR

/// An index resolved against a shape: first a region of the array (one range for each axis); then, if there are index
/// arrays, rows taken along their axes; then the shape of the result.
struct IndexPlan {
  var starts: [Int] = []
  var steps: [Int] = []
  /// The extents of the region, axis by axis of the indexed array.
  var sizes: [Int] = []
  /// The axes that integers remove.
  var dropped: [Int] = []
  /// Index arrays, by the axis of the indexed array.
  var arrays: [(axis: Int, indices: NDArray)] = []
  /// For each axis of the result before index arrays are put in: an axis of the region, or nil for a new axis.
  var kept: [Int?] = []
  /// Where in `kept` the index arrays' axes go: where the first integer or index array stood, or in front if a range or a
  /// new axis stands between two of them. (NumPy's rule for "advanced" indices, which integers are beside index arrays.)
  private(set) var arrayPosition = 0
  let shape: [Int]

  init(_ indices: [AxisIndex], shape: [Int]) throws(HillockError) {
    self.shape = shape
    let consuming = indices.filter { if case .insertion = $0 { false } else if case .remaining = $0 { false } else { true } }
      .count
    guard consuming <= shape.count else {
      throw HillockError(.index, "\(consuming) indices for an array of shape \(shape), which has \(shape.count) axes")
    }
    var isOpen = true
    var firstAdvanced: Int?
    var isPassed = false, isSeparated = false
    for index in indices {
      switch index {
      case .element, .list, .array:
        if firstAdvanced == nil { firstAdvanced = kept.count }
        if isPassed { isSeparated = true }
      case .range, .insertion, .remaining: isPassed = isPassed || firstAdvanced != nil
      }
      switch index {
      case .remaining where isOpen:
        isOpen = false
        for _ in 0..<shape.count - consuming { takeWholeAxis() }
      case .remaining: throw HillockError(.index, "an index has `...` more than once")
      case .insertion: kept.append(nil)
      case .element(let position): try take(element: position)
      case .range(let from, let to, let by): try take(from: from, to: to, by: by)
      case .list(let positions): try take(list: positions)
      case .array(let array): try take(array: array)
      }
    }
    while sizes.count < shape.count { takeWholeAxis() }
    arrayPosition = isSeparated ? 0 : firstAdvanced ?? 0
  }

  /// Whether the region is the whole array.
  var isWhole: Bool { sizes == shape && steps.allSatisfy { $0 == 1 } }

  private var axis: Int { sizes.count }

  private mutating func append(start: Int, step: Int, size: Int) {
    starts.append(start)
    steps.append(step)
    sizes.append(size)
  }

  private mutating func takeWholeAxis() {
    kept.append(axis)
    append(start: 0, step: 1, size: shape[axis])
  }

  private mutating func take(element position: Int) throws(HillockError) {
    let extent = shape[axis]
    guard (-extent..<extent).contains(position) else { throw outOfRange("index \(position)") }
    dropped.append(axis)
    append(start: position < 0 ? position + extent : position, step: 1, size: 1)
  }

  private mutating func take(from: Int?, to: Int?, by: Int) throws(HillockError) {
    let extent = shape[axis]
    guard by != 0, by != .min else { throw HillockError(.index, "the step of a range is \(by)") }
    func bound(_ value: Int) throws(HillockError) -> Int {
      guard (-extent...extent).contains(value) else { throw outOfRange("bound \(value)") }
      return value < 0 ? value + extent : value
    }
    // One past the last element in the direction of the step.
    let start = try from.map(bound) ?? (by > 0 ? 0 : extent - 1)
    let end = try to.map(bound) ?? (by > 0 ? extent : -1)
    let distance = by > 0 ? end - start : start - end
    let size = distance <= 0 ? 0 : (distance - 1) / abs(by) + 1
    guard size == 0 || start < extent else { throw outOfRange("bound \(start)") }
    kept.append(axis)
    append(start: size == 0 ? 0 : start, step: size <= 1 ? 1 : by, size: size)
  }

  private mutating func take(list positions: [Int]) throws(HillockError) {
    let extent = shape[axis]
    for position in positions where !(-extent..<extent).contains(position) { throw outOfRange("index \(position)") }
    arrays.append((axis, NDArray(positions, dtype: .i64)))
    append(start: 0, step: 1, size: extent)
  }

  private mutating func take(array: NDArray) throws(HillockError) {
    if case .failure(let failure) = array.content { throw failure.error }
    guard array.dtype.isInteger else {
      throw HillockError(
        .dtype,
        array.dtype == .bool
          ? "a bool array selects a number of elements that is not known beforehand; use `select`"
          : "an index array has an integer dtype, not \(array.dtype.name)")
    }
    arrays.append((axis, array))
    append(start: 0, step: 1, size: shape[axis])
  }

  private func outOfRange(_ what: String) -> HillockError {
    HillockError(.index, "\(what) is out of range for axis \(axis) of an array of shape \(shape), whose extent is \(shape[axis])")
  }
}
