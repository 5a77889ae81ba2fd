import HillockIR

/// A function with a rule of the user's own: a part of the program, with two regions.
struct CustomDerivative {
  private let site: Site
  /// Whether the rule goes from tangents of the arguments to those of the results, or back from cotangents.
  private let isForward: Bool

  init(_ name: String, _ file: String, _ line: Int, isForward: Bool) {
    site = Site(name, file, line)
    self.isForward = isForward
  }

  /// Puts the changes into trees: each call takes the next ones.
  struct Changes {
    fileprivate let next: (NDArray) -> NDArray

    func callAsFunction<Tree: ArrayTree>(_ tree: Tree) -> Tree { tree.map(next) }
  }

  /// The function of these arguments, whose arrays are `inputs`.
  func call<Output: ArrayTree>(
    _ arguments: [any ArrayTree], _ inputs: [NDArray], _ function: ([NDArray]) throws -> Output,
    rule: ([NDArray], Output, Changes) throws -> [any ArrayTree]
  ) throws -> Output {
    do {
      let settled = try inputs.map { try $0.checked().settled.checked() }
      guard let trace = Trace.current else { return try function(settled) }
      return try trace.transaction { try emit(arguments, settled, in: trace, function, rule) }
    } catch { throw site.located(error) }
  }

  private func emit<Output: ArrayTree>(
    _ arguments: [any ArrayTree], _ inputs: [NDArray], in trace: Trace, _ function: ([NDArray]) throws -> Output,
    _ rule: ([NDArray], Output, Changes) throws -> [any ArrayTree]
  ) throws -> Output {
    let types = inputs.map(\.type)
    var output: Output?
    let body = try trace.region("the function given to \(site.text)", types.map { (type: $0, isWeak: false) }) { arrays in
      let result = try function(arrays)
      output = result
      return Trees.arrays(result).map(\.settled)
    }
    guard let output else { throw HillockError(.trace, "the function given to \(site.name) was not traced") }
    let written = Region.written(by: [body]), outputTypes = body.graph.results.map(body.graph.type)
    if let variable = written.first(where: \.dtype.isFloating) {
      throw HillockError(
        .argument,
        "the function given to \(site.name) writes Variable \(variable.name), of which its rule knows nothing; return the value, and "
          + "write it outside")
    }
    let changeTypes = (isForward ? types : outputTypes).filter(\.dtype.isFloating)
    let declared = types + outputTypes + written.map(\.type) + changeTypes
    let reverse = try trace.region("the rule given to \(site.text)", declared.map { (type: $0, isWeak: false) }) { arrays in
      let results = Array(arrays[inputs.count..<inputs.count + outputTypes.count])
      let changes = changes(arrays.suffix(changeTypes.count), isForward ? types : outputTypes)
      let given = try rule(
        Array(arrays[..<inputs.count]), output.map(Trees.replacing(with: results)),
        Changes(next: Trees.replacing(with: changes)))
      return try checked(given, isForward ? ("result", [output], outputTypes) : ("argument", arguments, types))
    }
    if let variable = reverse.writes.first?.variable {
      throw HillockError(
        .argument, "the rule given to \(site.name) writes Variable \(variable.name); a rule gives changes and writes nothing")
    }

    let shared = Region.inputs(of: [body, reverse])
    let places = inputs.indices.map(Region.Place.declared) + shared.map { .input($0) }
    let own = (inputs.count..<declared.count).map(Region.Place.declared)
    var bodyGraph = body.graph(places, variables: written, variablesAt: outputTypes.count)
    for (offset, input) in shared.enumerated() {
      if case .variable(let variable, _) = input { bodyGraph.argumentNames[inputs.count + offset] = variable.name }
    }
    let ruleGraph = reverse.graph(places + own, variables: [], variablesAt: 0)
    let operands = try trace.ids(inputs) + trace.ids(shared.map { $0.array(in: trace) })
    let node = try trace.builder.part(
      bodyGraph, isForward ? .jvp(ruleGraph, inputs: inputs.count) : .vjp(ruleGraph, inputs: inputs.count), operands)
    let elements = trace.elements(of: node)
    for (variable, value) in zip(written, elements.dropFirst(outputTypes.count)) { trace.write(variable, value) }
    return output.map(Trees.replacing(with: Array(elements.prefix(outputTypes.count))))
  }

  /// A change for each array: zeros for those that are not floats.
  private func changes(_ given: ArraySlice<NDArray>, _ types: [ArrayType]) -> [NDArray] {
    var rest = given
    return types.map { $0.dtype.isFloating ? rest.removeFirst() : zeros($0.shape, dtype: $0.dtype) }
  }

  /// The arrays that a rule gives for floats, in the structure and of the types that are expected.
  private func checked(
    _ given: [any ArrayTree], _ expected: (root: String, trees: [any ArrayTree], types: [ArrayType])
  ) throws(HillockError) -> [NDArray] {
    let what = isForward ? "tangent" : "cotangent"
    guard Trees.form(given).isEqual(Trees.form(expected.trees)) else {
      let list = TreeDifference.list(expected.root, expected.trees, given).map { difference in
        switch difference {
        case .onlyFirst(let path): "\(path) has no \(what)"
        case .onlySecond(let path): "\(path) has a \(what), and does not exist"
        case .other(let path, let old, let new): "\(path) is \(old), and its \(what) \(new)"
        }
      }
      throw HillockError(
        .argument,
        "the rule given to \(site.name) must return the structure of the \(expected.root), but "
          + TreeDifference.shortened(list))
    }
    let paths = Trees.paths(expected.root, expected.trees)
    var arrays: [NDArray] = []
    for ((array, type), path) in zip(zip(given.flatMap(Trees.flat), expected.types), paths) where type.dtype.isFloating {
      let change = try array.checked().taking(type.dtype)
      guard change.type == type else {
        throw HillockError(
          change.dtype == type.dtype ? .shape : .dtype,
          "the rule given to \(site.name) gives a \(what) of \(path) that is \(change.type), and \(path) is \(type)"
            + (change.dtype == type.dtype ? "; sum it, or broadcast it with .broadcast(to:)" : "; convert it with .asType"))
      }
      arrays.append(change)
    }
    return arrays
  }
}

extension Trees {
  /// The arrays of a tree whose type is not known.
  fileprivate static func flat(_ tree: any ArrayTree) -> [NDArray] {
    func list<Tree: ArrayTree>(_ tree: Tree) -> [NDArray] { arrays(tree) }
    return list(tree)
  }
}
