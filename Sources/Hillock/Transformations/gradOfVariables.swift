import HillockIR

// Gradients with respect to Variables, alone or together with the first argument.

/// Variables to differentiate with respect to: what `vars()` or `trainVars()` gives, or a list.
public protocol VariableGroup {
  /// Each Variable once, with the key that it has among the gradients. Those of a list have their names.
  var keyedVariables: [(key: String, variable: Variable)] { get }
}

extension Collector: VariableGroup where Element: Variable {
  public var keyedVariables: [(key: String, variable: Variable)] { unique().map { (key: $0.key, variable: $0.value) } }
}

extension Array: VariableGroup where Element: Variable {
  public var keyedVariables: [(key: String, variable: Variable)] {
    var seen: Set<ObjectIdentifier> = []
    return filter { seen.insert(ObjectIdentifier($0)).inserted }.map { (key: $0.name, variable: $0) }
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
public func grad<each Input: ArrayTree>(
  _ function: @escaping (repeat each Input) throws -> NDArray, of variables: some VariableGroup, file: String = #fileID,
  line: Int = #line
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
public func valueAndGrad<each Input: ArrayTree>(
  _ function: @escaping (repeat each Input) throws -> NDArray, of variables: some VariableGroup, file: String = #fileID,
  line: Int = #line
) -> (repeat each Input) throws -> (value: NDArray, gradients: Gradients) {
  let all = valueAndGrad(
    aux: { (input: repeat each Input) in (try function(repeat each input), [NDArray]()) }, of: variables, file: file,
    line: line)
  return { (input: repeat each Input) in
    let (value, gradients, _) = try all(repeat each input)
    return (value, gradients)
  }
}

/// The value of a function, its gradients with respect to Variables, and what else it returns.
///
/// ```swift
/// let w = TrainVar(3.0)
/// let step = valueAndGrad(aux: { (x: NDArray) in (square(w * x).sum(), ["largest": x.max()]) }, of: [w])
/// let (loss, gradients, more) = try step(NDArray([1.0, 2.0]))
/// more["largest"]!                  // 2
/// ```
/// See `valueAndGrad(_:of:)`.
public func valueAndGrad<each Input: ArrayTree, Aux: ArrayTree>(
  aux function: @escaping (repeat each Input) throws -> (NDArray, Aux), of variables: some VariableGroup,
  file: String = #fileID, line: Int = #line
) -> (repeat each Input) throws -> (value: NDArray, gradients: Gradients, aux: Aux) {
  let loss = LossOfVariables(variables, Differentiation("grad", file, line))
  return { (input: repeat each Input) in
    let outcome = try loss.evaluate(Trees.arrays(repeat each input), active: 0, paths: []) { arrays in
      let next = Trees.replacing(with: arrays)
      return try function(repeat (each input).map(next))
    }
    return (outcome.value, outcome.gradients, outcome.aux)
  }
}

/// The value of a function, its gradients with respect to Variables, and its gradient with respect to the first argument.
///
/// ```swift
/// let w = TrainVar(NDArray([1.0, 2.0]))
/// let step = valueAndGrad({ (x: NDArray) in (w * x * x).sum() }, ofArgumentAnd: [w])
/// let (value, gradients, gradient) = try step(NDArray([3.0, 4.0]))
/// gradients[w]!                     // [9, 16]
/// gradient                          // [6, 16]
/// ```
/// See `valueAndGrad(_:of:)` and `grad`.
public func valueAndGrad<First: ArrayTree, each Rest: ArrayTree>(
  _ function: @escaping (First, repeat each Rest) throws -> NDArray, ofArgumentAnd variables: some VariableGroup,
  file: String = #fileID, line: Int = #line
) -> (First, repeat each Rest) throws -> (value: NDArray, gradients: Gradients, gradient: First) {
  let all = valueAndGrad(
    aux: { (first: First, rest: repeat each Rest) in (try function(first, repeat each rest), [NDArray]()) },
    ofArgumentAnd: variables, file: file, line: line)
  return { (first: First, rest: repeat each Rest) in
    let (value, gradients, gradient, _) = try all(first, repeat each rest)
    return (value, gradients, gradient)
  }
}

/// The same with what else the function returns.
public func valueAndGrad<First: ArrayTree, each Rest: ArrayTree, Aux: ArrayTree>(
  aux function: @escaping (First, repeat each Rest) throws -> (NDArray, Aux),
  ofArgumentAnd variables: some VariableGroup, file: String = #fileID, line: Int = #line
) -> (First, repeat each Rest) throws -> (value: NDArray, gradients: Gradients, gradient: First, aux: Aux) {
  let loss = LossOfVariables(variables, Differentiation("grad", file, line))
  return { (first: First, rest: repeat each Rest) in
    let leaves = Trees.arrays(first), others = Trees.arrays(repeat each rest)
    let outcome = try loss.evaluate(
      leaves + others, active: leaves.count, paths: Trees.paths("the argument", first)
    ) { arrays in
      let next = Trees.replacing(with: arrays)
      return try function(first.map(next), repeat (each rest).map(next))
    }
    return (outcome.value, outcome.gradients, first.map(Trees.replacing(with: outcome.ofArguments)), outcome.aux)
  }
}

/// A loss that is differentiated with respect to Variables.
private struct LossOfVariables {
  let variables: [(key: String, variable: Variable)]
  let differentiation: Differentiation

  init(_ variables: some VariableGroup, _ differentiation: Differentiation) {
    self.variables = variables.keyedVariables
    self.differentiation = differentiation
  }

  /// - Parameters:
  ///   - active: how many of the input arrays are differentiated too; `paths` name them.
  func evaluate<Aux: ArrayTree>(
    _ inputs: [NDArray], active: Int, paths: [String], _ body: @escaping ([NDArray]) throws -> (NDArray, Aux)
  ) throws -> (value: NDArray, gradients: Gradients, ofArguments: [NDArray], aux: Aux) {
    guard !variables.isEmpty else {
      throw HillockError(.argument, "grad: there is no Variable to differentiate with respect to; the collection is empty")
    }
    var template: Aux?
    let (outputs, gradients) = try differentiation.gradients(
      inputs, active: active, paths: paths, variables: variables.map(\.variable)
    ) { arrays in
      let (loss, aux) = try body(arrays)
      template = aux
      return [loss] + Trees.arrays(aux)
    }
    guard let template else { throw HillockError(.trace, "the function given to grad was not traced") }
    return (
      outputs[0], Gradients(variables, Array(gradients.dropFirst(active))), Array(gradients.prefix(active)),
      template.map(Trees.replacing(with: Array(outputs.dropFirst())))
    )
  }
}
