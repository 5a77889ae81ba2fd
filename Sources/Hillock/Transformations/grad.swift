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
  let differentiation = Differentiation("grad", file, line)
  return { (first: First, rest: repeat each Rest) in
    let leaves = Trees.arrays(first), others = Trees.arrays(repeat each rest)
    let (outputs, gradients) = try differentiation.gradients(
      leaves + others, active: leaves.count, paths: Trees.paths("the argument", first), variables: []
    ) { arrays in
      let next = Trees.replacing(with: arrays)
      return [try function(first.map(next), repeat (each rest).map(next))]
    }
    return (outputs[0], first.map(Trees.replacing(with: gradients)))
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

/// The gradients of a function with respect to Variables.
///
/// ```swift
/// let w = TrainVar(NDArray([1.0, 2.0]))
/// let slope = grad({ (x: NDArray) in (w * x).sum() }, of: [w])
/// try slope(NDArray([5.0, 7.0]))[w]!             // [5, 7]
/// ```
/// See `valueAndGrad(_:of:)`.
public func grad<each Input: ArrayTree, V: Variable>(
  _ function: @escaping (repeat each Input) throws -> NDArray, of variables: Collector<V>, file: String = #fileID,
  line: Int = #line
) -> (repeat each Input) throws -> Gradients {
  let pair = valueAndGrad(function, of: variables, file: file, line: line)
  return { (input: repeat each Input) in try pair(repeat each input).gradients }
}

/// The same for a list of Variables.
public func grad<each Input: ArrayTree>(
  _ function: @escaping (repeat each Input) throws -> NDArray, of variables: [Variable], file: String = #fileID, line: Int = #line
) -> (repeat each Input) throws -> Gradients {
  let pair = valueAndGrad(function, of: variables, file: file, line: line)
  return { (input: repeat each Input) in try pair(repeat each input).gradients }
}

/// The value of a function, and its gradients with respect to Variables, such as those that a model trains.
///
/// ```swift
/// final class Line: Base {
///   let a = TrainVar(1.0), b = TrainVar(0.0)
///   func loss(_ x: NDArray, _ y: NDArray) -> NDArray { square(a * x + b - y).mean() }
/// }
/// let line = Line()
/// let step = valueAndGrad(line.loss, of: try line.trainVars())
/// let (loss, gradients) = try step(NDArray([0.0, 1.0]), NDArray([1.0, 3.0]))
/// gradients[line.b]!                // -3
/// ```
///
/// A Variable that the function does not read has a gradient of zeros; a shared one occurs once. See `grad` for what
/// the function may do.
///
/// - Throws: an `argument` error where the collection is empty, and what `grad` throws.
public func valueAndGrad<each Input: ArrayTree, V: Variable>(
  _ function: @escaping (repeat each Input) throws -> NDArray, of variables: Collector<V>, file: String = #fileID,
  line: Int = #line
) -> (repeat each Input) throws -> (value: NDArray, gradients: Gradients) {
  let named = variables.unique().map { (key: $0.key, variable: $0.value as Variable) }
  return valueAndGradients(function, named, Differentiation("grad", file, line))
}

/// The same for a list of Variables; their names are the keys.
public func valueAndGrad<each Input: ArrayTree>(
  _ function: @escaping (repeat each Input) throws -> NDArray, of variables: [Variable], file: String = #fileID, line: Int = #line
) -> (repeat each Input) throws -> (value: NDArray, gradients: Gradients) {
  var seen: Set<ObjectIdentifier> = []
  let named = variables.filter { seen.insert(ObjectIdentifier($0)).inserted }.map { (key: $0.name, variable: $0) }
  return valueAndGradients(function, named, Differentiation("grad", file, line))
}

private func valueAndGradients<each Input: ArrayTree>(
  _ function: @escaping (repeat each Input) throws -> NDArray, _ variables: [(key: String, variable: Variable)],
  _ differentiation: Differentiation
) -> (repeat each Input) throws -> (value: NDArray, gradients: Gradients) {
  { (input: repeat each Input) in
    guard !variables.isEmpty else {
      throw HillockError(.argument, "grad: there is no Variable to differentiate with respect to; the collection is empty")
    }
    let (outputs, gradients) = try differentiation.gradients(
      Trees.arrays(repeat each input), active: 0, paths: [], variables: variables.map(\.variable)
    ) { arrays in
      let next = Trees.replacing(with: arrays)
      return [try function(repeat (each input).map(next))]
    }
    return (outputs[0], Gradients(variables, gradients))
  }
}
