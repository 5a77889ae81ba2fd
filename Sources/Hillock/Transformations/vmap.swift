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
/// outside, ``Variable``s, and arguments without an axis are shared. A Variable in `variables:` has lanes instead: inside, it has the shape
/// and the value of one lane, and what each lane writes to it is that lane's.
///
/// ```swift
/// let v = Variable(zeros(3, 10))                   // the state of three runs of ten neurons
/// let advance = vmap({ (current: NDArray) in v.value = 0.9 * v + current }, variables: [v: 0])
/// try advance(NDArray([1.0, 2.0, 3.0]))            // another current for each run
/// ```
///
/// A loop takes the same steps in all lanes; a `whileLoop` runs
/// until the last lane has ended, and lanes that have ended keep their values; a `cond` on something that differs computes both
/// branches. Elementwise results have the bits of one lane alone; sums and products may add their terms in another order.
///
/// - Parameters:
///   - axes: for each argument the axis of the lanes of all its arrays, negative ones counted from the last; nil for an argument that
///     all lanes share. Axis 0 for all where it is left out.
///   - out: the axis of the lanes of the results.
///   - variables: the Variables that have lanes, with their axes: `[v: 0, w: 1]`, `[v, w]` for axis 0, or `VariableAxes(try model.vars())`.
///   - draws: whether each lane draws random numbers of its own.
/// - Returns: a function of the batched arguments, any number of array trees; so is the result. It throws what the function throws; a
///   `shape` error where arguments or Variables have different numbers of lanes, an `index` error for axes that they do not have; an
///   `argument` error where nothing has lanes, or a Variable that is not in `variables:` would be written with a value that differs from
///   lane to lane; a `call` error for a call of a function with such values.
public func vmap<First: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First) throws -> Output, in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> (First) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { first in
    try lanes.call([Trees.arrays(first)]) { lane in
      let next = Trees.replacing(with: lane)
      return try function(first.map(next))
    }
  }
}

/// The same for a function of two arguments.
public func vmap<First: ArrayTree, Second: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First, Second) throws -> Output, in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> (First, Second) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { first, second in
    try lanes.call([Trees.arrays(first), Trees.arrays(second)]) { lane in
      let next = Trees.replacing(with: lane)
      return try function(first.map(next), second.map(next))
    }
  }
}

/// The same for a function of three arguments.
public func vmap<First: ArrayTree, Second: ArrayTree, Third: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First, Second, Third) throws -> Output, in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> (First, Second, Third) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { first, second, third in
    try lanes.call([Trees.arrays(first), Trees.arrays(second), Trees.arrays(third)]) { lane in
      let next = Trees.replacing(with: lane)
      return try function(first.map(next), second.map(next), third.map(next))
    }
  }
}

/// The same for a function of four arguments.
public func vmap<First: ArrayTree, Second: ArrayTree, Third: ArrayTree, Fourth: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First, Second, Third, Fourth) throws -> Output, in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> (First, Second, Third, Fourth) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { first, second, third, fourth in
    try lanes.call([Trees.arrays(first), Trees.arrays(second), Trees.arrays(third), Trees.arrays(fourth)]) { lane in
      let next = Trees.replacing(with: lane)
      return try function(first.map(next), second.map(next), third.map(next), fourth.map(next))
    }
  }
}

/// The same for a function of no argument: of Variables.
public func vmap<Output: ArrayTree>(
  _ function: @escaping () throws -> Output, in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> () throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { try lanes.call([]) { _ in try function() } }
}

/// The same for a function of five arguments or more.
public func vmap<
  First: ArrayTree, Second: ArrayTree, Third: ArrayTree, Fourth: ArrayTree, Fifth: ArrayTree, each Rest: ArrayTree,
  Output: ArrayTree
>(
  _ function: @escaping (First, Second, Third, Fourth, Fifth, repeat each Rest) throws -> Output, in axes: [Int?]? = nil,
  out: Int = 0, variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> (First, Second, Third, Fourth, Fifth, repeat each Rest) throws -> Output {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { (a: First, b: Second, c: Third, d: Fourth, e: Fifth, rest: repeat each Rest) in
    var arrays = [Trees.arrays(a), Trees.arrays(b), Trees.arrays(c), Trees.arrays(d), Trees.arrays(e)]
    for part in repeat each rest { arrays.append(Trees.arrays(part)) }
    return try lanes.call(arrays) { lane in
      let next = Trees.replacing(with: lane)
      return try function(a.map(next), b.map(next), c.map(next), d.map(next), e.map(next), repeat (each rest).map(next))
    }
  }
}

// Functions that return nothing or several array trees.

/// The same for a function of no argument that returns nothing or several array trees.
@_disfavoredOverload
public func vmap<each Output: ArrayTree>(
  _ function: @escaping () throws -> (repeat each Output), in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> () throws -> (repeat each Output) {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { try lanes.callForSeveral([]) { _ in try function() } }
}

/// The same for a function of one argument that returns nothing or several array trees.
@_disfavoredOverload
public func vmap<First: ArrayTree, each Output: ArrayTree>(
  _ function: @escaping (First) throws -> (repeat each Output), in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> (First) throws -> (repeat each Output) {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { first in
    try lanes.callForSeveral([Trees.arrays(first)]) { lane in
      let next = Trees.replacing(with: lane)
      return try function(first.map(next))
    }
  }
}

/// The same for a function of two arguments that returns nothing or several array trees.
@_disfavoredOverload
public func vmap<First: ArrayTree, Second: ArrayTree, each Output: ArrayTree>(
  _ function: @escaping (First, Second) throws -> (repeat each Output), in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> (First, Second) throws -> (repeat each Output) {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { first, second in
    try lanes.callForSeveral([Trees.arrays(first), Trees.arrays(second)]) { lane in
      let next = Trees.replacing(with: lane)
      return try function(first.map(next), second.map(next))
    }
  }
}

/// The same for a function of three arguments that returns nothing or several array trees.
@_disfavoredOverload
public func vmap<First: ArrayTree, Second: ArrayTree, Third: ArrayTree, each Output: ArrayTree>(
  _ function: @escaping (First, Second, Third) throws -> (repeat each Output), in axes: [Int?]? = nil, out: Int = 0,
  variables: VariableAxes = [:], draws: LaneRandomness = .different, file: String = #fileID, line: Int = #line
) -> (First, Second, Third) throws -> (repeat each Output) {
  let lanes = Vectorization(file, line, axes: axes, out: out, variables: variables, draws: draws)
  return { first, second, third in
    try lanes.callForSeveral([Trees.arrays(first), Trees.arrays(second), Trees.arrays(third)]) { lane in
      let next = Trees.replacing(with: lane)
      return try function(first.map(next), second.map(next), third.map(next))
    }
  }
}
