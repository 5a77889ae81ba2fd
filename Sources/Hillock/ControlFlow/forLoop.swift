// Each form has two overloads. The one whose body returns a single tree is preferred: otherwise Swift does not understand a body of several
// statements. The other is for bodies that return nothing or several trees. Carried arrays have separate forms, because Swift then knows
// their types before it looks at the body; otherwise it needs seconds for a tuple of three sums.

/// Runs the body for each index, as one compiled loop, and stacks what it returns: each array gets a leading axis with one row for
/// each step. The rows are in the order of the indices, also in reverse.
///
/// ```swift
/// let v = Variable(zeros(3))
/// try forLoop(0..<10) { i in v += i }                 // v: [45, 45, 45]
/// let squares = try forLoop(0..<4) { i in i * i }     // [0, 1, 4, 9]
/// let odd = try forLoop(stride(from: 5, through: 1, by: -2)) { i in i }     // [5, 3, 1]
/// ```
///
/// The body is called once, to trace it. What it does to arrays and ``Variable``s becomes the loop's body. Variables that it
/// reads and writes are found automatically and carried from step to step. Arrays from outside are used as they are.
///
/// The index is a number without a dtype: `x * i` has the dtype of `x`. Read by itself, `i` or `i * i` is an `i32`, or an `i64` if
/// its value could be too large for `i32` in any step of the range.
///
/// Outside `jit`, the loop is compiled and run at once; inside, it becomes part of the program. Loops may be nested. A range without
/// indices gives arrays without rows. Under ``withoutJIT(_:)`` the body runs plainly, step by step. In two cases the body is traced
/// again: if another thread changes the batch size of a ``Variable`` meanwhile, and with `progress` for a shorter last block.
///
/// To pass values from step to step, give them as `carry`. To stack other values as well, use `scan`.
///
/// - Parameters:
///   - indices: a range or a stride of integers (``LoopIndices``).
///   - reverse: whether to begin with the last index.
///   - unroll: how many steps each trip of the compiled loop does. The body is traced that many times, and once more for a remainder.
///   - progress: called with the number of finished steps, about a hundred times. The loop then runs in that many blocks,
///     and Variables change after each block. An error in a later block leaves the writes of the earlier ones. Inside a
///     traced function `progress` is not called.
/// - Throws: what the body throws, the first error of an expression in it, and what a jitted call throws. Then no Variable is
///   changed.
public func forLoop<Output: ArrayTree>(
  _ indices: some LoopIndices, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil, file: String = #fileID,
  line: Int = #line, _ body: (_ index: NDArray) throws -> Output
) throws -> Output {
  let site = Site("forLoop", file, line)
  do {
    let loop = try CountedLoop("forLoop", indices.loopSteps, reverse: reverse, unroll: unroll, progress: progress, site)
    return try loop.stacked([]) { index, _ in try body(index) }
  } catch {
    throw site.located(error)
  }
}

/// The same for a body that returns nothing or several array trees.
///
/// ```swift
/// let (evens, odds) = try forLoop(0..<3) { i in (2 * i, 2 * i + 1) }     // [0, 2, 4], [1, 3, 5]
/// ```
@_disfavoredOverload
@discardableResult
public func forLoop<each Output: ArrayTree>(
  _ indices: some LoopIndices, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil, file: String = #fileID,
  line: Int = #line, _ body: (_ index: NDArray) throws -> (repeat each Output)
) throws -> (repeat each Output) {
  let site = Site("forLoop", file, line)
  do {
    let loop = try CountedLoop("forLoop", indices.loopSteps, reverse: reverse, unroll: unroll, progress: progress, site)
    return try loop.stacked([]) { index, _ in try body(index) }
  } catch {
    throw site.located(error)
  }
}

/// Runs the body for each row of the operands. A row of an array is what lies at one position of its first axis. A
/// ``Variable`` among the operands gives rows of the value that it has when the loop begins.
///
/// ```swift
/// let x = NDArray([1, 2]), y = NDArray([10, 20])
/// let sums = try forLoop(over: x, y) { x, y in x + y }     // [11, 22]
/// ```
public func forLoop<each Operand: ArrayTree, Output: ArrayTree>(
  over operands: repeat each Operand, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  file: String = #fileID,
  line: Int = #line, _ body: (repeat (each Operand).LoopRow) throws -> Output
) throws -> Output {
  let site = Site("forLoop", file, line)
  do {
    let loop = try OperandLoop(repeat each operands, reverse: reverse, unroll: unroll, progress: progress, site)
    return try loop.counted.stacked(loop.arrays) { _, rows in
      let operands = loop.operands(with: rows)
      return try body(repeat each operands)
    }
  } catch {
    throw site.located(error)
  }
}

/// The same for a body that returns nothing or several array trees.
///
/// ```swift
/// let total = Variable(zeros(2))
/// try forLoop(over: NDArray([[1, 2], [3, 4]])) { x in total += x }      // total: [4, 6]
/// ```
@_disfavoredOverload
@discardableResult
public func forLoop<each Operand: ArrayTree, each Output: ArrayTree>(
  over operands: repeat each Operand, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  file: String = #fileID,
  line: Int = #line, _ body: (repeat (each Operand).LoopRow) throws -> (repeat each Output)
) throws -> (repeat each Output) {
  let site = Site("forLoop", file, line)
  do {
    let loop = try OperandLoop(repeat each operands, reverse: reverse, unroll: unroll, progress: progress, site)
    return try loop.counted.stacked(loop.arrays) { _, rows in
      let operands = loop.operands(with: rows)
      return try body(repeat each operands)
    }
  } catch {
    throw site.located(error)
  }
}

/// Runs the body for each index and passes a value from step to step. The result is the value after the last step. Its structure, dtypes
/// and shapes must stay the same in every step.
///
/// ```swift
/// let factorial = try forLoop(1..<6, carry: NDArray(1)) { i, f in f * i }     // 120
/// ```
public func forLoop(
  _ indices: some LoopIndices, carry a: NDArray, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  file: String = #fileID,
  line: Int = #line,
  _ body: (_ index: NDArray, NDArray) throws -> NDArray
) throws -> NDArray {
  try carriedLoop(
    indices, a, reverse: reverse, unroll: unroll, progress: progress,
    Site("forLoop", file, line), body)
}

/// The same with two values.
///
/// ```swift
/// let (a, b) = try forLoop(0..<10, carry: NDArray(0), NDArray(1)) { _, a, b in (b, a + b) }     // 55, 89
/// ```
public func forLoop(
  _ indices: some LoopIndices, carry a: NDArray, _ b: NDArray, reverse: Bool = false, unroll: Int = 1,
  progress: ((Int) -> Void)? = nil, file: String = #fileID,
  line: Int = #line,
  _ body: (_ index: NDArray, NDArray, NDArray) throws -> (NDArray, NDArray)
) throws -> (NDArray, NDArray) {
  try carriedLoop(
    indices, a, b, reverse: reverse, unroll: unroll, progress: progress,
    Site("forLoop", file, line), body)
}

/// The same with three values.
public func forLoop(
  _ indices: some LoopIndices, carry a: NDArray, _ b: NDArray, _ c: NDArray, reverse: Bool = false, unroll: Int = 1,
  progress: ((Int) -> Void)? = nil, file: String = #fileID,
  line: Int = #line,
  _ body: (_ index: NDArray, NDArray, NDArray, NDArray) throws -> (NDArray, NDArray, NDArray)
) throws -> (NDArray, NDArray, NDArray) {
  try carriedLoop(
    indices, a, b, c, reverse: reverse, unroll: unroll, progress: progress,
    Site("forLoop", file, line), body)
}

/// The same with four values.
public func forLoop(
  _ indices: some LoopIndices, carry a: NDArray, _ b: NDArray, _ c: NDArray, _ d: NDArray, reverse: Bool = false, unroll: Int = 1,
  progress: ((Int) -> Void)? = nil, file: String = #fileID,
  line: Int = #line,
  _ body: (_ index: NDArray, NDArray, NDArray, NDArray, NDArray) throws -> (NDArray, NDArray, NDArray, NDArray)
) throws -> (NDArray, NDArray, NDArray, NDArray) {
  try carriedLoop(
    indices, a, b, c, d, reverse: reverse, unroll: unroll, progress: progress,
    Site("forLoop", file, line), body)
}

/// The same with any number of values, which may be trees of arrays.
///
/// ```swift
/// let start = ["x": zeros(2), "y": ones(2)]
/// let (state, n) = try forLoop(0..<3, carry: start, NDArray(0)) { i, s, n in
///   (s.mapValues { $0 + i }, n + 1)
/// }                                            // x: [3, 3], y: [4, 4]; 3
/// ```
@_disfavoredOverload
public func forLoop<First: ArrayTree, each Rest: ArrayTree>(
  _ indices: some LoopIndices, carry first: First, _ rest: repeat each Rest, reverse: Bool = false, unroll: Int = 1,
  progress: ((Int) -> Void)? = nil, file: String = #fileID,
  line: Int = #line,
  _ body: (_ index: NDArray, First, repeat each Rest) throws -> (First, repeat each Rest)
) throws -> (First, repeat each Rest) {
  try carriedLoop(
    indices, first, repeat each rest, reverse: reverse, unroll: unroll, progress: progress,
    Site("forLoop", file, line), body)
}

private func carriedLoop<each Carry: ArrayTree>(
  _ indices: some LoopIndices, _ carry: repeat each Carry, reverse: Bool, unroll: Int, progress: ((Int) -> Void)?, _ site: Site,
  _ body: (_ index: NDArray, repeat each Carry) throws -> (repeat each Carry)
) throws -> (repeat each Carry) {
  do {
    let loop = try CountedLoop("forLoop", indices.loopSteps, reverse: reverse, unroll: unroll, progress: progress, site)
    let form = try CarryForm("forLoop", repeat each carry)
    let result = try loop.run(carried: form.initial, operands: []) { index, carried, _ in
      let next = Trees.replacing(with: carried)
      let leaving = try body(index, repeat (each carry).map(next))
      return (try form.leaving(repeat each leaving), [])
    }
    let last = Trees.replacing(with: result.carried)
    return (repeat (each carry).map(last))
  } catch {
    throw site.located(error)
  }
}

/// A loop over the rows of operands, which may be trees of arrays.
private struct OperandLoop<each Operand: ArrayTree> {
  let counted: CountedLoop
  /// The arrays of all operands.
  let arrays: [NDArray]
  private let operands: (repeat each Operand)

  init(_ operands: repeat each Operand, reverse: Bool, unroll: Int, progress: ((Int) -> Void)?, _ site: Site) throws(HillockError)
  {
    let arrays = Trees.operands(repeat each operands)
    counted = try CountedLoop(
      "forLoop", over: arrays, paths: { Trees.paths("operand", repeat each operands) }, reverse: reverse, unroll: unroll,
      progress: progress, site)
    self.arrays = arrays
    self.operands = (repeat each operands)
  }

  /// The operands, with their arrays replaced by these rows.
  func operands(with rows: [NDArray]) -> (repeat (each Operand).LoopRow) {
    let next = Trees.replacing(with: rows)
    return (repeat (each operands).row(next))
  }
}

extension CountedLoop {
  /// Runs the loop, stacks its outputs and puts them together as the body returned them.
  func stacked<each Output: ArrayTree>(
    _ operands: [NDArray], _ body: (_ index: NDArray, _ rows: [NDArray]) throws -> (repeat each Output)
  ) throws -> (repeat each Output) {
    var template: (repeat each Output)?
    let result = try run(carried: [], operands: operands) { index, _, rows in
      let output = try body(index, rows)
      template = output
      return ([], Trees.arrays(repeat each output).map(\.settled))
    }
    guard let template else { throw HillockError(.trace, "the body of \(name) was never traced") }
    let next = Trees.replacing(with: result.outputs)
    return (repeat (each template).map(next))
  }
}
