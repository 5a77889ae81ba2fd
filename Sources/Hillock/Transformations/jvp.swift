import HillockIR

/// The value of a function, and how it changes when its argument changes along `tangent`: forward mode.
///
/// ```swift
/// let (y, dy) = try jvp({ (x: NDArray) in x * x }, at: NDArray([1.0, 2.0]), along: NDArray([1.0, 10.0]))
/// y                                 // [1, 4]
/// dy                                // [2, 40]
/// ```
///
/// - Parameters:
///   - input: where the function is evaluated; arrays of floats.
///   - tangent: the direction; the structure, shapes and dtypes of `input`.
/// - Throws: what the function throws; a `shape` or `dtype` error where the two do not fit; an `argument` error where something in
///   between has no derivative.
public func jvp<Input: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (Input) throws -> Output, at input: Input, along tangent: Input, file: String = #fileID, line: Int = #line
) throws -> (value: Output, tangent: Output) {
  var template: Output?
  let (outputs, tangents) = try Differentiation("jvp", file, line).jvp(
    Trees.arrays(input).map(\.settled), tangents: Trees.arrays(tangent), paths: Trees.paths("the argument", input)
  ) { arrays in
    let output = try function(input.map(Trees.replacing(with: arrays)))
    template = output
    return Trees.arrays(output)
  }
  guard let template else { throw HillockError(.trace, "the function given to jvp was not traced") }
  return (template.map(Trees.replacing(with: outputs)), template.map(Trees.replacing(with: tangents)))
}

/// The value of a function, and what `cotangent`, a weight for each element of the result, makes of its argument: reverse mode.
///
/// ```swift
/// let (y, back) = try vjp({ (x: NDArray) in x * x }, at: NDArray([1.0, 2.0]), cotangent: NDArray([1.0, 10.0]))
/// back                              // [2, 40]
/// ```
///
/// - Parameters:
///   - input: where the function is evaluated; arrays of floats.
///   - cotangent: the structure, shapes and dtypes of what the function returns.
/// - Throws: as `jvp`.
public func vjp<Input: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (Input) throws -> Output, at input: Input, cotangent: Output, file: String = #fileID, line: Int = #line
) throws -> (value: Output, cotangent: Input) {
  let (outputs, gradients) = try Differentiation("vjp", file, line).vjp(
    Trees.arrays(input).map(\.settled), cotangents: Trees.arrays(cotangent), paths: Trees.paths("the argument", input)
  ) { arrays in Trees.arrays(try function(input.map(Trees.replacing(with: arrays)))) }
  return (cotangent.map(Trees.replacing(with: outputs)), input.map(Trees.replacing(with: gradients)))
}

/// The product of the Hessian of a function of one number's worth with a direction: forward mode over reverse mode, at the price of a
/// few evaluations.
///
/// ```swift
/// let product = try hessianVectorProduct({ (x: NDArray) in (x ** 3).sum() }, at: NDArray([1.0, 2.0]), along: NDArray([1.0, 1.0]))
/// product                           // [6, 12]
/// ```
public func hessianVectorProduct<Input: ArrayTree>(
  _ function: @escaping (Input) throws -> NDArray, at input: Input, along tangent: Input, file: String = #fileID,
  line: Int = #line
) throws -> Input {
  try jvp(grad(function, file: file, line: line), at: input, along: tangent, file: file, line: line).tangent
}

/// The Jacobian of a function of one array, of shape [result's shape…, argument's shape…]: a row for each element of the result, by
/// reverse mode. The function is computed once, and the rows all together, as by `vmap`.
///
/// ```swift
/// try jacobian { (x: NDArray) in x * x }(NDArray([1.0, 2.0]))      // [[2, 0], [0, 4]]
/// ```
///
/// - Throws: as `grad`.
public func jacobian(
  _ function: @escaping (NDArray) throws -> NDArray, file: String = #fileID, line: Int = #line
) -> (NDArray) throws -> NDArray {
  let differentiation = Differentiation("jacobian", file, line)
  return { x in try differentiation.jacobian(x.settled, isForward: false, function) }
}

/// The same by forward mode, a column for each element of the argument: less work where the result has more elements than the
/// argument.
///
/// ```swift
/// try jacobianForward { (x: NDArray) in x * x }(NDArray([1.0, 2.0]))      // [[2, 0], [0, 4]]
/// ```
public func jacobianForward(
  _ function: @escaping (NDArray) throws -> NDArray, file: String = #fileID, line: Int = #line
) -> (NDArray) throws -> NDArray {
  let differentiation = Differentiation("jacobianForward", file, line)
  return { x in try differentiation.jacobian(x.settled, isForward: true, function) }
}

/// The Hessian of a function of one array that returns a number, of shape [argument's shape…, argument's shape…]: forward mode over
/// reverse mode.
///
/// ```swift
/// try hessian { (x: NDArray) in (x ** 3).sum() }(NDArray([1.0, 2.0]))      // [[6, 0], [0, 12]]
/// ```
public func hessian(
  _ function: @escaping (NDArray) throws -> NDArray, file: String = #fileID, line: Int = #line
) -> (NDArray) throws -> NDArray {
  jacobianForward(grad(function, file: file, line: line), file: file, line: line)
}
