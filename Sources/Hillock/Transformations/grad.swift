import HillockIR

// The gradient of a function that returns one number. A function of several arguments is differentiated with respect to the first;
// wrap it in a closure for another: `grad { w in loss(x, w) }`, or take them together, as a tuple's parts or a structure.

/// The gradient of a function with respect to its first argument, by reverse mode.
///
/// ```swift
/// let slope = grad { (x: NDArray) in (x ** 3).sum() }
/// try slope(NDArray([1.0, 2.0]))                 // [3, 12]
/// ```
///
/// The function takes arrays and structures of them (``ArrayTree``), and returns a scalar of floats; what comes back has the structure,
/// the shapes and the dtypes of the first argument. It may use loops, branches, Variables and other gradients, and may itself be
/// jitted: `jit` of what comes back is the fast way to call it often. Where a function has a corner, the table in `Spec/transformations.md`
/// says which slope it gets. Variables that the function writes have what it wrote, once.
///
/// The method is the usual one (Griewank and Walther, *Evaluating Derivatives*, 2008): forward once, and backwards through the
/// operations.
///
/// - Throws: what the function throws; a `shape` error where it returns more than a number; a `dtype` error where the argument has no
///   floats; an `argument` error where something in between has no derivative, such as a call of a Swift function.
public func grad<First: ArrayTree, each Rest: ArrayTree>(
  _ function: @escaping (First, repeat each Rest) throws -> NDArray, file: String = #fileID, line: Int = #line
) -> (First, repeat each Rest) throws -> First {
  let pair = valueAndGrad(function, file: file, line: line)
  return { (first: First, rest: repeat each Rest) in try pair(first, repeat each rest).gradient }
}

/// The value of a function, and its gradient with respect to the first argument.
///
/// ```swift
/// let f = valueAndGrad { (x: NDArray) in (x * x).sum() }
/// let (value, gradient) = try f(NDArray([3.0, 4.0]))
/// value                             // 25
/// gradient                          // [6, 8]
/// ```
/// See `grad`.
public func valueAndGrad<First: ArrayTree, each Rest: ArrayTree>(
  _ function: @escaping (First, repeat each Rest) throws -> NDArray, file: String = #fileID, line: Int = #line
) -> (First, repeat each Rest) throws -> (value: NDArray, gradient: First) {
  let all = valueAndGrad(
    aux: { (first: First, rest: repeat each Rest) in (try function(first, repeat each rest), [NDArray]()) }, file: file,
    line: line)
  return { (first: First, rest: repeat each Rest) in
    let (value, gradient, _) = try all(first, repeat each rest)
    return (value, gradient)
  }
}

/// The value of a function, its gradient with respect to the first argument, and what else it returns.
///
/// ```swift
/// let f = valueAndGrad(aux: { (x: NDArray) in ((x * x).sum(), x.mean()) })
/// let (value, gradient, average) = try f(NDArray([3.0, 5.0]))
/// average                           // 4
/// ```
/// See `grad`.
public func valueAndGrad<First: ArrayTree, each Rest: ArrayTree, Aux: ArrayTree>(
  aux function: @escaping (First, repeat each Rest) throws -> (NDArray, Aux), file: String = #fileID, line: Int = #line
) -> (First, repeat each Rest) throws -> (value: NDArray, gradient: First, aux: Aux) {
  let differentiation = Differentiation("grad", file, line)
  return { (first: First, rest: repeat each Rest) in
    let leaves = Trees.arrays(first), others = Trees.arrays(repeat each rest)
    var template: Aux?
    let (outputs, gradients) = try differentiation.gradients(
      leaves + others, active: leaves.count, paths: Trees.paths("the argument", first), variables: []
    ) { arrays in
      let next = Trees.replacing(with: arrays)
      let (loss, aux) = try function(first.map(next), repeat (each rest).map(next))
      template = aux
      return [loss] + Trees.arrays(aux)
    }
    guard let template else { throw HillockError(.trace, "the function given to grad was not traced") }
    let aux = template.map(Trees.replacing(with: Array(outputs.dropFirst())))
    return (outputs[0], first.map(Trees.replacing(with: gradients)), aux)
  }
}
