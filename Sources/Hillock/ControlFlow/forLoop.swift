// (Preferred, the forms without results would take a body of one expression, whose values are then lost: they are disfavored.)

/// Runs the body for each index of the range, as one compiled loop.
///
/// ```swift
/// let v = Variable(zeros(3))
/// try forLoop(0..<10) { i in v += i }      // v: [45, 45, 45]
/// ```
///
/// The body is called once, to trace it; what it does to arrays and ``Variable``s becomes the loop's body. Variables that it
/// reads and writes are found by themselves and carried from step to step; arrays from outside are used as they are. The
/// index is a number without a dtype of its own: `x * i` has the dtype of `x`, and `i` by itself, like `i * i`, is an `i32`
/// where that holds what it can be in any step of the range, else an `i64`. Outside `jit`, the loop is compiled as well and its
/// results are there at once; inside, it becomes part of the program. The body is traced again where another thread changes the
/// batch size of a ``Variable`` meanwhile, and with `progress` once more for a shorter last block. Loops may be nested. Under
/// ``withoutJIT(_:)`` the body runs plainly, step by step; what is stacked of the index alone is then an `i32` where that holds
/// the values that came out, also where it would not hold all that could.
///
/// - Parameters:
///   - reverse: begin with the last index.
///   - unroll: how many steps each trip of the compiled loop does; the body is then traced as many times, and once more
///     for a remainder.
///   - progress: called with the number of finished steps, about a hundred times. The loop is then run in as many blocks,
///     and Variables change after each of them: an error in a later block leaves the writes of the earlier ones. Inside a
///     traced function it is not called.
/// - Throws: what the body throws, the first error of an expression in it, and what a jitted call throws; no Variable is
///   changed then.
@_disfavoredOverload
public func forLoop(
  _ range: Range<Int>, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (_ index: NDArray) throws -> Void
) throws {
  let loop = try CountedLoop("forLoop", range, reverse: reverse, unroll: unroll, progress: progress)
  _ = try loop.run(carried: [], operands: []) { index, _, _ in
    try body(index)
    return ([], [])
  }
}

/// The same, and what the body returns is stacked: each array gets a leading axis with one row for each step, in the order
/// of the indices also in reverse. A range without indices gives arrays without rows.
///
/// ```swift
/// let squares = try forLoop(0..<4) { i in i * i }     // [0, 1, 4, 9]
/// ```
public func forLoop<Output: ArrayTree>(
  _ range: Range<Int>, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (_ index: NDArray) throws -> Output
) throws -> Output {
  let loop = try CountedLoop("forLoop", range, reverse: reverse, unroll: unroll, progress: progress)
  return try loop.stacked([]) { index, _ in try body(index) }
}

/// The same for a body that returns several array trees.
///
/// ```swift
/// let (evens, odds) = try forLoop(0..<3) { i in (2 * i, 2 * i + 1) }     // [0, 2, 4], [1, 3, 5]
/// ```
@_disfavoredOverload
public func forLoop<each Output: ArrayTree>(
  _ range: Range<Int>, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (_ index: NDArray) throws -> (repeat each Output)
) throws -> (repeat each Output) {
  let loop = try CountedLoop("forLoop", range, reverse: reverse, unroll: unroll, progress: progress)
  return try loop.stacked([]) { index, _ in try body(index) }
}

/// Runs the body for each row of the operands: of every array in them, the elements at one position of the first axis.
///
/// ```swift
/// let total = Variable(zeros(2))
/// try forLoop(over: NDArray([[1, 2], [3, 4]])) { x in total += x }      // total: [4, 6]
/// ```
@_disfavoredOverload
public func forLoop<each Operand: ArrayTree>(
  over operands: repeat each Operand, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (repeat each Operand) throws -> Void
) throws {
  let loop = try OperandLoop(repeat each operands, reverse: reverse, unroll: unroll, progress: progress)
  _ = try loop.counted.run(carried: [], operands: loop.arrays) { _, _, rows in
    let operands = loop.operands(with: rows)
    try body(repeat each operands)
    return ([], [])
  }
}

/// The same, and what the body returns is stacked.
///
/// ```swift
/// let x = NDArray([1, 2]), y = NDArray([10, 20])
/// let sums = try forLoop(over: x, y) { x, y in x + y }     // [11, 22]
/// ```
public func forLoop<each Operand: ArrayTree, Output: ArrayTree>(
  over operands: repeat each Operand, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (repeat each Operand) throws -> Output
) throws -> Output {
  let loop = try OperandLoop(repeat each operands, reverse: reverse, unroll: unroll, progress: progress)
  return try loop.counted.stacked(loop.arrays) { _, rows in
    let operands = loop.operands(with: rows)
    return try body(repeat each operands)
  }
}

/// The same for a body that returns several array trees.
@_disfavoredOverload
public func forLoop<each Operand: ArrayTree, each Output: ArrayTree>(
  over operands: repeat each Operand, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (repeat each Operand) throws -> (repeat each Output)
) throws -> (repeat each Output) {
  let loop = try OperandLoop(repeat each operands, reverse: reverse, unroll: unroll, progress: progress)
  return try loop.counted.stacked(loop.arrays) { _, rows in
    let operands = loop.operands(with: rows)
    return try body(repeat each operands)
  }
}

/// Runs the body for each index of the range with a value that it takes from step to step; gives the value after the last
/// one. It leaves every step with the structure, dtypes and shapes with which it enters.
///
/// ```swift
/// let factorial = try forLoop(1..<6, carry: NDArray(1)) { i, f in f * i }     // 120
/// ```
public func forLoop<Carry: ArrayTree>(
  _ range: Range<Int>, carry: Carry, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (_ index: NDArray, _ carry: Carry) throws -> Carry
) throws -> Carry {
  let loop = try CountedLoop("forLoop", range, reverse: reverse, unroll: unroll, progress: progress)
  let form = try CarryForm("forLoop", carry)
  let result = try loop.run(carried: form.initial, operands: []) { index, carried, _ in
    (try form.leaving(try body(index, carry.map(Trees.replacing(with: carried)))), [])
  }
  return carry.map(Trees.replacing(with: result.carried))
}

/// The same with several carried values.
///
/// ```swift
/// let (a, b) = try forLoop(0..<10, carry: NDArray(0), NDArray(1)) { _, a, b in (b, a + b) }     // 55, 89
/// ```
@_disfavoredOverload
public func forLoop<each Carry: ArrayTree>(
  _ range: Range<Int>, carry: repeat each Carry, reverse: Bool = false, unroll: Int = 1,
  progress: ((Int) -> Void)? = nil, _ body: (_ index: NDArray, repeat each Carry) throws -> (repeat each Carry)
) throws -> (repeat each Carry) {
  let loop = try CountedLoop("forLoop", range, reverse: reverse, unroll: unroll, progress: progress)
  let form = try CarryForm("forLoop", repeat each carry)
  let result = try loop.run(carried: form.initial, operands: []) { index, carried, _ in
    let next = Trees.replacing(with: carried)
    let leaving = try body(index, repeat (each carry).map(next))
    return (try form.leaving(repeat each leaving), [])
  }
  let last = Trees.replacing(with: result.carried)
  return (repeat (each carry).map(last))
}

/// A loop over the rows of operands, which may be trees of arrays.
private struct OperandLoop<each Operand: ArrayTree> {
  let counted: CountedLoop
  /// The arrays of all operands.
  let arrays: [NDArray]
  private let operands: (repeat each Operand)

  init(_ operands: repeat each Operand, reverse: Bool, unroll: Int, progress: ((Int) -> Void)?) throws(HillockError) {
    let arrays = Trees.arrays(repeat each operands)
    counted = try CountedLoop(
      "forLoop", over: arrays, paths: { Trees.paths("operand", repeat each operands) }, reverse: reverse, unroll: unroll,
      progress: progress)
    self.arrays = arrays
    self.operands = (repeat each operands)
  }

  /// The operands with these rows in the places of their arrays.
  func operands(with rows: [NDArray]) -> (repeat each Operand) {
    let next = Trees.replacing(with: rows)
    return (repeat (each operands).map(next))
  }
}

extension CountedLoop {
  /// The loop with its outputs stacked and put together as the body returned them.
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
