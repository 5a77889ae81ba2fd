/// Steps over the rows of `xs` with a value carried from step to step; gives the last carried value and the stacked outputs.
///
/// ```swift
/// let (sum, partial) = try scan(NDArray([1, 2, 3]), init: NDArray(0)) { c, x in (c + x, c + x) }
/// // 6, [1, 3, 6]
/// ```
///
/// What `forLoop` says of Variables, reverse, unroll and progress holds here.
///
/// - Parameters:
///   - xs: every array of it has the same number of rows.
///   - initial: leaves every step with the structure, dtypes and shapes with which it enters.
/// - Throws: an error that names the part of the carried value which changes its type, and what `forLoop` throws.
public func scan<Operands: ArrayTree, Carry: ArrayTree, Output: ArrayTree>(
  _ xs: Operands, init initial: Carry, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (_ carry: Carry, _ x: Operands) throws -> (Carry, Output)
) throws -> (Carry, Output) {
  let operands = Trees.arrays(xs)
  let loop = try CountedLoop(
    "scan", over: operands, paths: { Trees.paths("xs", xs) }, reverse: reverse, unroll: unroll, progress: progress)
  let form = try CarryForm("scan", initial)
  return try loop.scan(form, initial, operands) { _, carry, rows in try body(carry, xs.map(Trees.replacing(with: rows))) }
}

/// The same over the indices of a range.
public func scan<Carry: ArrayTree, Output: ArrayTree>(
  _ range: Range<Int>, init initial: Carry, reverse: Bool = false, unroll: Int = 1, progress: ((Int) -> Void)? = nil,
  _ body: (_ carry: Carry, _ index: NDArray) throws -> (Carry, Output)
) throws -> (Carry, Output) {
  let loop = try CountedLoop("scan", range, reverse: reverse, unroll: unroll, progress: progress)
  let form = try CarryForm("scan", initial)
  return try loop.scan(form, initial, []) { index, carry, _ in try body(carry, index) }
}

extension CountedLoop {
  fileprivate func scan<Carry: ArrayTree, Output: ArrayTree>(
    _ form: CarryForm, _ initial: Carry, _ operands: [NDArray], _ body: (NDArray, Carry, [NDArray]) throws -> (Carry, Output)
  ) throws -> (Carry, Output) {
    var template: Output?
    let result = try run(carried: form.initial, operands: operands) { index, carried, rows in
      let (carry, output) = try body(index, initial.map(Trees.replacing(with: carried)), rows)
      template = output
      return (try form.leaving(carry), Trees.arrays(output).map(\.settled))
    }
    guard let template else { throw HillockError(.trace, "the body of \(name) was never traced") }
    return (initial.map(Trees.replacing(with: result.carried)), template.map(Trees.replacing(with: result.outputs)))
  }
}
