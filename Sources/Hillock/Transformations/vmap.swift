import HillockIR

/// What random draws inside `vmap` give in its lanes.
public enum LaneRandomness: Hashable, Sendable {
  /// Each lane draws numbers of its own: `random.normal(3)` in n lanes draws what `random.normal(n, 3)` does outside.
  case different
  /// All lanes draw the same numbers.
  case same
}

/// The function for many arguments at once: each array of the arguments has an axis of *lanes*, and so have the results. It is traced
/// for one lane, and computes all of them together.
///
/// ```swift
/// let distances = vmap { (a: NDArray, b: NDArray) in sqrt(((a - b) ** 2).sum()) }
/// _ = try distances(zeros(5, 3), ones(5, 3))       // f32[5]
///
/// let W = ones(2, 3)
/// let columns = vmap({ (W: NDArray, x: NDArray) in dot(W, x) }, in: [nil, 1])
/// _ = try columns(W, ones(3, 8))                   // f32[8,2]: W for all lanes, the columns one by one
/// ```
///
/// It may be nested, used inside `jit`, and differentiated. What does not differ from lane to lane is computed once: arrays from
/// outside, ``Variable``s, and arguments without an axis are shared. A loop takes the same steps in all lanes; a `whileLoop` runs
/// until the last lane has ended, and lanes that have ended keep their values; a `cond` on something that differs computes both
/// branches. Elementwise results have the bits of one lane alone; sums and products may add their terms in another order.
///
/// - Parameters:
///   - axes: for each argument the axis of the lanes of all its arrays, negative ones counted from the last; nil for an argument that
///     all lanes share. Axis 0 for all where it is left out.
///   - out: the axis of the lanes of the results.
///   - draws: whether each lane draws random numbers of its own.
/// - Returns: a function of the batched arguments (one to four, array trees; so is the result). It throws what the function throws; a `shape` error where arguments have different
///   numbers of lanes, an `index` error for axes that they do not have; an `argument` error where no argument has lanes, or a
///   Variable would be written with a value that differs from lane to lane; a `call` error for a call of a function with such values.
public func vmap<First: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First) throws -> Output, in axes: [Int?]? = nil, out: Int = 0, draws: LaneRandomness = .different,
  file: String = #fileID, line: Int = #line
) -> (First) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, draws: draws)
  return { try lanes.call(function, $0) }
}

/// The same for a function of two arguments.
public func vmap<First: ArrayTree, Second: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First, Second) throws -> Output, in axes: [Int?]? = nil, out: Int = 0,
  draws: LaneRandomness = .different,
  file: String = #fileID, line: Int = #line
) -> (First, Second) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, draws: draws)
  return { try lanes.call(function, $0, $1) }
}

/// The same for a function of three arguments.
public func vmap<First: ArrayTree, Second: ArrayTree, Third: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First, Second, Third) throws -> Output, in axes: [Int?]? = nil, out: Int = 0,
  draws: LaneRandomness = .different,
  file: String = #fileID, line: Int = #line
) -> (First, Second, Third) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, draws: draws)
  return { try lanes.call(function, $0, $1, $2) }
}

/// The same for a function of four arguments.
public func vmap<First: ArrayTree, Second: ArrayTree, Third: ArrayTree, Fourth: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First, Second, Third, Fourth) throws -> Output, in axes: [Int?]? = nil, out: Int = 0,
  draws: LaneRandomness = .different,
  file: String = #fileID, line: Int = #line
) -> (First, Second, Third, Fourth) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, draws: draws)
  return { try lanes.call(function, $0, $1, $2, $3) }
}
