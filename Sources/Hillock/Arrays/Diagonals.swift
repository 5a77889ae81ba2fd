import HillockIR
import HillockRuntime

/// Ones on and below the diagonal of number k (above the main one where k > 0), zeros above.
///
/// ```swift
/// tri(3, dtype: .i32)                                     // [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
/// ```
public func tri(_ rows: Int, _ columns: Int? = nil, _ k: Int = 0, dtype: DType = .f32) -> NDArray {
  guard Shape.checkedCount([rows, columns ?? rows]) != nil else { return zeros(rows, columns ?? rows, dtype: dtype) }
  return isBelow(rows, columns ?? rows, k).asType(dtype)
}

/// The array with zeros above the diagonal of number k of its last two axes.
///
/// ```swift
/// tril(ones(2, 2))                                        // [[1, 0], [1, 1]]
/// ```
public func tril(_ x: some ArrayConvertible, _ k: Int = 0) -> NDArray {
  matrices(x.array, "tril") { select(isBelow($1, $2, k), $0, zeros([], dtype: $0.dtype)) }
}

/// The array with zeros below the diagonal of number k of its last two axes.
public func triu(_ x: some ArrayConvertible, _ k: Int = 0) -> NDArray {
  let below = k == .min ? k : k - 1
  return matrices(x.array, "triu") { select(isBelow($1, $2, below), zeros([], dtype: $0.dtype), $0) }
}

/// The diagonal of number `offset` over two axes, which becomes the last axis.
///
/// ```swift
/// diagonal(arange(9).reshaped(3, 3), offset: 1)           // [1, 5]
/// ```
public func diagonal(_ x: some ArrayConvertible, offset: Int = 0, axis1: Int = 0, axis2: Int = 1) -> NDArray {
  let x = x.array
  return x.with(axes: [axis1, axis2]) { axes in
    let last = x.type.rank - 1, moved = x.movingAxes(axes, to: [last - 1, last])
    let shape = moved.type.shape, rows = shape[last - 1], columns = shape[last]
    let offset = offset.clamped(to: -rows...columns)
    let (row, column) = (Swift.max(-offset, 0), Swift.max(offset, 0))
    let count = Swift.max(Swift.min(rows - row, columns - column), 0)
    guard count > 0 else { return zeros(Array(shape.dropLast(2)) + [0], dtype: x.dtype) }
    // In row-major order the elements of a diagonal stand at one distance.
    let flat = moved.reshaped(Array(shape.dropLast(2)) + [rows * columns])
    var starts = flat.type.shape.map { _ in 0 }, steps = flat.type.shape.map { _ in 1 }, sizes = flat.type.shape
    starts[last - 1] = row * columns + column
    steps[last - 1] = count > 1 ? columns + 1 : 1
    sizes[last - 1] = count
    return .evaluate(.slice(starts: starts, steps: steps, sizes: sizes), [flat])
  }
}

/// The sum of the diagonal over two axes.
public func trace(_ x: some ArrayConvertible, offset: Int = 0, axis1: Int = 0, axis2: Int = 1) -> NDArray {
  let line = diagonal(x, offset: offset, axis1: axis1, axis2: axis2)
  return line.errorCode == nil ? line.sum(axis: -1) : line
}

/// Of a vector the matrix with it on the diagonal of number k; of a matrix the diagonal.
///
/// ```swift
/// diag(NDArray([1, 2]))                                   // [[1, 0], [0, 2]]
/// diag(NDArray([[1, 2], [3, 4]]))                         // [1, 4]
/// ```
public func diag(_ x: some ArrayConvertible, _ k: Int = 0) -> NDArray {
  let x = x.array
  if case .failure = x.content { return x }
  switch x.type.rank {
  case 1: return diagflat(x, k)
  case 2: return diagonal(x, offset: k)
  default: return NDArray(failing: HillockError(.shape, "diag takes a vector or a matrix, not an array of shape \(x.type.shape)"))
  }
}

/// The matrix with all elements on the diagonal of number k.
public func diagflat(_ x: some ArrayConvertible, _ k: Int = 0) -> NDArray {
  let x = x.array.flattened()
  if case .failure = x.content { return x }
  let count = x.type.count
  let (side, isTooLong) = count.addingReportingOverflow(Int(clamping: k.magnitude))
  guard !isTooLong, Shape.checkedCount([side, side]) != nil else {
    return NDArray(
      failing: HillockError(.shape, "a matrix with \(count) elements on the diagonal of number \(k) has too many elements"))
  }
  let rows = NDArray(Array(Swift.max(-k, 0)..<Swift.max(-k, 0) + count), dtype: .i64)
  return zeros(side, side, dtype: x.dtype).at[rows, rows + k].set(x)
}

/// The matrix with the value on its diagonal, a number or one for each place.
public func fillDiagonal(_ x: some ArrayConvertible, _ value: some ArrayConvertible) -> NDArray {
  matrices(x.array, "fillDiagonal") { x, rows, columns in
    guard rows == columns else {
      return NDArray(failing: HillockError(.shape, "fillDiagonal takes square matrices, not shape \(x.type.shape)"))
    }
    return NDArray { () throws(HillockError) in
      select(eye(rows, dtype: .bool), try value.array.written(as: x.dtype).broadcast(to: [rows]).expandingDims(axis: 1), x)
    }
  }
}

/// The powers of a vector as columns, from the highest down to 0, or up with `increasing`.
///
/// ```swift
/// vander(NDArray([2, 3]), 3)                              // [[4, 2, 1], [9, 3, 1]]
/// ```
public func vander(_ x: some ArrayConvertible, _ columns: Int? = nil, increasing: Bool = false) -> NDArray {
  let x = x.array
  if case .failure = x.content { return x }
  guard x.type.rank == 1 else {
    return NDArray(failing: HillockError(.shape, "vander takes a vector, not an array of shape \(x.type.shape)"))
  }
  let count = columns ?? x.type.count
  guard count > 0, Shape.checkedCount([x.type.count, count]) != nil else { return zeros(x.type.count, count, dtype: x.dtype) }
  var powers = [onesLike(x)]
  for _ in 1..<count { powers.append(powers[powers.count - 1] * x) }
  return stack(increasing ? powers : powers.reversed(), axis: 1)
}

/// The rows and columns of the elements on and below the diagonal of number k, as `i64`.
public func trilIndices(_ rows: Int, _ k: Int = 0, _ columns: Int? = nil) -> [NDArray] {
  indices(rows, columns ?? rows, k, isLower: true)
}

/// The rows and columns of the elements on and above the diagonal of number k, as `i64`.
public func triuIndices(_ rows: Int, _ k: Int = 0, _ columns: Int? = nil) -> [NDArray] {
  indices(rows, columns ?? rows, k, isLower: false)
}

private func indices(_ rows: Int, _ columns: Int, _ k: Int, isLower: Bool) -> [NDArray] {
  guard Shape.checkedCount([rows, columns]) != nil else {
    let failed = zeros(rows, columns)
    return [failed, failed]
  }
  let k = k.clamped(to: -rows...columns)
  func taken(_ row: Int) -> Range<Int> {
    let edge = (isLower ? row + k + 1 : row + k).clamped(to: 0...columns)
    return isLower ? 0..<edge : edge..<columns
  }
  do throws(HillockError) {
    var count = 0
    for row in 0..<rows { count += taken(row).count }
    let (first, type) = try Creation.allocate([count], .i64), (second, _) = try Creation.allocate([count], .i64)
    var place = 0
    for row in 0..<rows {
      for column in taken(row) {
        first.base.setElementBits(place, .i64, UInt64(row))
        second.base.setElementBits(place, .i64, UInt64(column))
        place += 1
      }
    }
    return [NDArray(first, type), NDArray(second, type)]
  } catch {
    return [NDArray(failing: error), NDArray(failing: error)]
  }
}

/// Where the column is at most the row plus k.
private func isBelow(_ rows: Int, _ columns: Int, _ k: Int) -> NDArray {
  let k = k.clamped(to: -rows...columns)
  let row = NDArray.evaluate(.iota(.i64, [rows, columns], axis: 0), [])
  return NDArray.evaluate(.iota(.i64, [rows, columns], axis: 1), []) .<= row + k
}

private func matrices(_ x: NDArray, _ name: String, _ body: (NDArray, Int, Int) -> NDArray) -> NDArray {
  if case .failure = x.content { return x }
  let shape = x.type.shape
  guard shape.count >= 2 else {
    return NDArray(failing: HillockError(.shape, "\(name) takes matrices, not an array of shape \(shape)"))
  }
  return body(x, shape[shape.count - 2], shape[shape.count - 1])
}
