import HillockIR

/// A function with a rule of your own for reverse mode: what cotangents of its result, a weight for each element, make of its argument.
///
/// ```swift
/// // log(1 + eˣ), whose slope does not overflow.
/// let softplus = customVJP({ (x: NDArray) in log(1 + exp(x)) }, vjp: { x, y, dy in dy * sigmoid(x) })
/// _ = try grad { (x: NDArray) in try softplus(x).sum() }(NDArray([0.0, 200.0]))      // [0.5, 1]
/// ```
///
/// The rule gets the argument, the result, and the cotangent, in the structure of the result; it returns the cotangent of the argument, in
/// the structure, shapes and dtypes of the argument. Of arrays that are not floats the cotangents given are zeros, and those returned do
/// not matter. What the rule needs besides is a further result of the function. The function may call Swift or C (`hostCall`), and so may
/// the rule. Where nothing is differentiated, it is the function alone; for a second derivative, the rule is differentiated.
///
/// Forward mode (`jvp`, `jacobianForward`, `hessian`) has no rule then, and says so; `customJVP` serves both.
///
/// - Returns: the function. It throws what the function and the rule throw; an `argument`, `shape` or `dtype` error where the rule gives
///   another structure or type; an `argument` error where the function writes a ``Variable`` of floats. A derivative with respect to
///   something that the function uses and that is not its argument, such as a Variable, is an `argument` error.
public func customVJP<Input: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (Input) throws -> Output,
  vjp rule: @escaping (_ input: Input, _ output: Output, _ cotangent: Output) throws -> Input, file: String = #fileID,
  line: Int = #line
) -> (Input) throws -> Output {
  let custom = CustomDerivative("customVJP", file, line, isForward: false)
  return { input in
    try custom.call([input], Trees.arrays(input)) { arrays in
      try function(input.map(Trees.replacing(with: arrays)))
    } rule: { arrays, output, change in
      [try rule(input.map(Trees.replacing(with: arrays)), output, change(output))]
    }
  }
}

/// The same for a function of two arguments; the rule returns a cotangent for each.
///
/// ```swift
/// // x · y, of which only y learns.
/// let scaled = customVJP({ (x: NDArray, y: NDArray) in x * y }, vjp: { x, y, z, dz in (zeros(x.shape), dz * x) })
/// _ = try grad { (y: NDArray) in try scaled(NDArray([2.0, 3.0]), y).sum() }(NDArray([1.0, 1.0]))      // [2, 3]
/// ```
public func customVJP<First: ArrayTree, Second: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First, Second) throws -> Output,
  vjp rule: @escaping (_ first: First, _ second: Second, _ output: Output, _ cotangent: Output) throws -> (First, Second),
  file: String = #fileID, line: Int = #line
) -> (First, Second) throws -> Output {
  let custom = CustomDerivative("customVJP", file, line, isForward: false)
  return { first, second in
    try custom.call([first, second], Trees.arrays(first, second)) { arrays in
      let next = Trees.replacing(with: arrays)
      return try function(first.map(next), second.map(next))
    } rule: { arrays, output, change in
      let next = Trees.replacing(with: arrays)
      let (one, two) = try rule(first.map(next), second.map(next), output, change(output))
      return [one, two]
    }
  }
}

/// A function with a rule of your own for its slope: how its result changes when its argument changes along a tangent.
///
/// ```swift
/// // The root of a number, whose slope is bounded at 0.
/// let root = customJVP({ (x: NDArray) in sqrt(x) }, jvp: { x, y, dx in dx / (2 * maximum(y, 0.01)) })
/// _ = try grad { (x: NDArray) in try root(x).sum() }(NDArray([0.0, 4.0]))      // [50, 0.25]
/// ```
///
/// The rule gets the argument, the result, and the tangent, in the structure of the argument; it returns the tangent of the result, in
/// its structure. It is linear in the tangent, so reverse mode follows from it, and it may be differentiated again. For a slope position
/// by position, `withSlope` is shorter. Everything else is as for `customVJP`.
public func customJVP<Input: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (Input) throws -> Output,
  jvp rule: @escaping (_ input: Input, _ output: Output, _ tangent: Input) throws -> Output, file: String = #fileID,
  line: Int = #line
) -> (Input) throws -> Output {
  let custom = CustomDerivative("customJVP", file, line, isForward: true)
  return { input in
    try custom.call([input], Trees.arrays(input)) { arrays in
      try function(input.map(Trees.replacing(with: arrays)))
    } rule: { arrays, output, change in
      [try rule(input.map(Trees.replacing(with: arrays)), output, change(input))]
    }
  }
}

/// The same for a function of two arguments; the rule gets a tangent of each.
public func customJVP<First: ArrayTree, Second: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (First, Second) throws -> Output,
  jvp rule:
    @escaping (
      _ first: First, _ second: Second, _ output: Output, _ firstTangent: First, _ secondTangent: Second
    ) throws -> Output, file: String = #fileID, line: Int = #line
) -> (First, Second) throws -> Output {
  let custom = CustomDerivative("customJVP", file, line, isForward: true)
  return { first, second in
    try custom.call([first, second], Trees.arrays(first, second)) { arrays in
      let next = Trees.replacing(with: arrays)
      return try function(first.map(next), second.map(next))
    } rule: { arrays, output, change in
      let next = Trees.replacing(with: arrays)
      return [try rule(first.map(next), second.map(next), output, change(first), change(second))]
    }
  }
}
