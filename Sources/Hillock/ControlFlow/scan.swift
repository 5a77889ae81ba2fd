import HillockIR

/// Runs the body for each row of `xs` and passes a value from step to step. The results are the value after the last step, and the body's
/// other outputs, stacked.
///
/// ```swift
/// let (sum, partial) = try scan(NDArray([1, 2, 3]), init: NDArray(0)) { c, x in (c + x, c + x) }
/// // 6, [1, 3, 6]
/// ```
///
/// What is carried and what is stacked may be trees of arrays. Variables, reverse, unroll and progress are as for `forLoop`.
///
/// - Parameters:
///   - xs: all its arrays have the same number of rows. A ``Variable`` counts with the value that it has when the loop begins.
///   - initial: the carried value at the beginning. Its structure, dtypes and shapes must stay the same in every step.
/// - Throws: an error that names the part of the carried value whose type changes, and what `forLoop` throws.
public func scan<Operands: ArrayTree, Carry: ArrayTree, Output: ArrayTree>(
  _ xs: Operands, init initial: Carry, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  file: String = #fileID, line: Int = #line,
  _ body: (_ carry: Carry, _ x: Operands.LoopRow) throws -> (Carry, Output)
) throws -> (Carry, Output) {
  let site = Site("scan", file, line)
  do {
    let operands = Trees.operands(xs)
    let loop = try CountedLoop(
      "scan", over: operands, paths: { Trees.paths("xs", xs) }, reverse: reverse, unroll: unroll, progress: progress, site)
    return try loop.scan(operands, initial) { _, rows, carry in try body(carry, xs.row(Trees.replacing(with: rows))) }
  } catch {
    throw site.located(error)
  }
}

/// The same for a body that stacks nothing or several array trees.
@_disfavoredOverload
public func scan<Operands: ArrayTree, Carry: ArrayTree, each Output: ArrayTree>(
  _ xs: Operands, init initial: Carry, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  file: String = #fileID, line: Int = #line,
  _ body: (_ carry: Carry, _ x: Operands.LoopRow) throws -> (Carry, (repeat each Output))
) throws -> (Carry, (repeat each Output)) {
  let site = Site("scan", file, line)
  do {
    let operands = Trees.operands(xs)
    let loop = try CountedLoop(
      "scan", over: operands, paths: { Trees.paths("xs", xs) }, reverse: reverse, unroll: unroll, progress: progress, site)
    return try loop.scan(operands, initial) { _, rows, carry in try body(carry, xs.row(Trees.replacing(with: rows))) }
  } catch {
    throw site.located(error)
  }
}

/// The same with two carried arrays.
///
/// ```swift
/// let ((a, b), ratios) = try scan(zeros(10), init: NDArray(1.0), NDArray(1.0)) { a, b, _ in
///   ((b, a + b), b / a)
/// }
/// // 89, 144; [1, 2, 1.5, …]
/// ```
public func scan<Operands: ArrayTree, Output: ArrayTree>(
  _ xs: Operands, init a: NDArray, _ b: NDArray, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  file: String = #fileID, line: Int = #line,
  _ body: (NDArray, NDArray, _ x: Operands.LoopRow) throws -> ((NDArray, NDArray), Output)
) throws -> ((NDArray, NDArray), Output) {
  let (last, output) = try scan(
    xs, init: [a, b], reverse: reverse, unroll: unroll, progress: progress, file: file, line: line
  ) { c, x in
    let (next, output) = try body(c[0], c[1], x)
    return ([next.0, next.1], output)
  }
  return ((last[0], last[1]), output)
}

/// The same with three carried arrays.
public func scan<Operands: ArrayTree, Output: ArrayTree>(
  _ xs: Operands, init a: NDArray, _ b: NDArray, _ c: NDArray, reverse: Bool = false, unroll: Int = 1,
  progress: ((Int) -> Void)? = nil,
  file: String = #fileID, line: Int = #line,
  _ body: (NDArray, NDArray, NDArray, _ x: Operands.LoopRow) throws -> ((NDArray, NDArray, NDArray), Output)
) throws -> ((NDArray, NDArray, NDArray), Output) {
  let (last, output) = try scan(
    xs, init: [a, b, c], reverse: reverse, unroll: unroll, progress: progress, file: file, line: line
  ) { c, x in
    let (next, output) = try body(c[0], c[1], c[2], x)
    return ([next.0, next.1, next.2], output)
  }
  return ((last[0], last[1], last[2]), output)
}

/// The same over indices: a range or a stride of integers (``LoopIndices``).
///
/// ```swift
/// let (last, all) = try scan(stride(from: 6, to: 0, by: -2), init: NDArray(0)) { c, i in (c + i, c) }
/// // 12, [0, 6, 10]
/// ```
public func scan<Carry: ArrayTree, Output: ArrayTree>(
  _ indices: some LoopIndices, init initial: Carry, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  file: String = #fileID, line: Int = #line,
  _ body: (_ carry: Carry, _ index: NDArray) throws -> (Carry, Output)
) throws -> (Carry, Output) {
  let site = Site("scan", file, line)
  do {
    let loop = try CountedLoop("scan", indices.loopSteps, reverse: reverse, unroll: unroll, progress: progress, site)
    return try loop.scan([], initial) { index, _, carry in try body(carry, index) }
  } catch {
    throw site.located(error)
  }
}

/// The same for a body that stacks nothing or several array trees.
@_disfavoredOverload
public func scan<Carry: ArrayTree, each Output: ArrayTree>(
  _ indices: some LoopIndices, init initial: Carry, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  file: String = #fileID, line: Int = #line,
  _ body: (_ carry: Carry, _ index: NDArray) throws -> (Carry, (repeat each Output))
) throws -> (Carry, (repeat each Output)) {
  let site = Site("scan", file, line)
  do {
    let loop = try CountedLoop("scan", indices.loopSteps, reverse: reverse, unroll: unroll, progress: progress, site)
    return try loop.scan([], initial) { index, _, carry in try body(carry, index) }
  } catch {
    throw site.located(error)
  }
}

/// The same with two carried arrays.
public func scan<Output: ArrayTree>(
  _ indices: some LoopIndices, init a: NDArray, _ b: NDArray, reverse: Bool = false, unroll: Int = 1,
  progress: ((Int) -> Void)? = nil,
  file: String = #fileID, line: Int = #line,
  _ body: (NDArray, NDArray, _ index: NDArray) throws -> ((NDArray, NDArray), Output)
) throws -> ((NDArray, NDArray), Output) {
  let (last, output) = try scan(
    indices, init: [a, b], reverse: reverse, unroll: unroll, progress: progress, file: file, line: line
  ) { c, x in
    let (next, output) = try body(c[0], c[1], x)
    return ([next.0, next.1], output)
  }
  return ((last[0], last[1]), output)
}

/// The same with three carried arrays.
public func scan<Output: ArrayTree>(
  _ indices: some LoopIndices, init a: NDArray, _ b: NDArray, _ c: NDArray, reverse: Bool = false, unroll: Int = 1,
  progress: ((Int) -> Void)? = nil,
  file: String = #fileID, line: Int = #line,
  _ body: (NDArray, NDArray, NDArray, _ index: NDArray) throws -> ((NDArray, NDArray, NDArray), Output)
) throws -> ((NDArray, NDArray, NDArray), Output) {
  let (last, output) = try scan(
    indices, init: [a, b, c], reverse: reverse, unroll: unroll, progress: progress, file: file, line: line
  ) { c, x in
    let (next, output) = try body(c[0], c[1], c[2], x)
    return ([next.0, next.1, next.2], output)
  }
  return ((last[0], last[1], last[2]), output)
}

extension CountedLoop {
  fileprivate func scan<Carry: ArrayTree, each Output: ArrayTree>(
    _ operands: [NDArray], _ initial: Carry,
    _ body: (_ index: NDArray, _ rows: [NDArray], Carry) throws -> (Carry, (repeat each Output))
  ) throws -> (Carry, (repeat each Output)) {
    let form = try CarryForm(name, initial)
    var template: (repeat each Output)?
    let result = try run(carried: form.initial, operands: operands) { index, carried, rows in
      let (carry, output) = try body(index, rows, initial.map(Trees.replacing(with: carried)))
      template = output
      return (try form.leaving(carry), Trees.arrays(repeat each output).map(\.settled))
    }
    guard let template else { throw HillockError(.trace, "the body of \(name) was never traced") }
    let next = Trees.replacing(with: result.outputs)
    let output = (repeat (each template).map(next))
    return (initial.map(Trees.replacing(with: result.carried)), output)
  }
}
