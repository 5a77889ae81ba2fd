import HillockIR

/// What derivatives of functions are made of: the function is traced as a region of what is under way, like the body of a loop, and its
/// derivative is written into the trace. Outside `jit` it runs at once, as a program that is kept by its graph.
struct Differentiation {
  let name: String
  let site: Site

  init(_ name: String, _ file: String, _ line: Int) {
    self.name = name
    site = Site(name, file, line)
  }

  /// A traced function: its graph, and what its arguments and results are in the trace around it.
  struct Traced {
    /// (inputs…, other arguments…) → (outputs…, values of written Variables…)
    let graph: Graph
    let arguments: [ValueID]
    let outputCount: Int
    let written: [Variable]
    /// Where each Variable stands among the arguments; nil where the function does not read it.
    let places: [ObjectIdentifier: Int]
  }

  /// Traces a function of these arrays, which belong to the trace.
  func trace(_ inputs: [NDArray], in trace: Trace, _ body: ([NDArray]) throws -> [NDArray]) throws -> Traced {
    let region = try trace.region(name, inputs.map { (type: $0.type, isWeak: false) }) { try body($0).map(\.settled) }
    let written = Region.written(by: [region])
    let others = region.inputs
    let places = inputs.indices.map(Region.Place.declared) + others.map { .input($0) }
    let outputCount = region.graph.results.count
    let graph = region.graph(places, variables: written, variablesAt: outputCount)
    let arguments = try trace.ids(inputs) + trace.ids(others.map { $0.array(in: trace) })
    var ofVariables: [ObjectIdentifier: Int] = [:]
    for (offset, input) in others.enumerated() {
      if case .variable(let variable, _) = input { ofVariables[ObjectIdentifier(variable)] = inputs.count + offset }
    }
    return Traced(graph: graph, arguments: arguments, outputCount: outputCount, written: written, places: ofVariables)
  }

  /// Evaluates what needs the trace: in the one that is under way, or as a program of its own.
  func evaluate(_ inputs: [NDArray], _ body: (Trace, [NDArray]) throws -> [NDArray]) throws -> [NDArray] {
    do {
      let settled = try inputs.map { try $0.checked().settled.checked() }
      return try ImplicitProgram.evaluate(name, site.text, settled) { arrays in
        guard let trace = Trace.current else { throw HillockError(.trace, "\(name) is not being traced") }
        return try body(trace, arrays)
      }
    } catch { throw site.located(error) }
  }

  // MARK: Reverse mode

  /// The outputs of a function, and the gradients of the first one.
  ///
  /// - Parameters:
  ///   - inputs: the arrays of the arguments, of which the first `active` are differentiated; `paths` name these.
  ///   - variables: the Variables that are.
  func gradients(
    _ inputs: [NDArray], active: Int, paths: [String], variables: [Variable], _ body: @escaping ([NDArray]) throws -> [NDArray]
  ) throws -> (outputs: [NDArray], gradients: [NDArray]) {
    try checkFloats(inputs.prefix(active), paths)
    for variable in variables where !variable.dtype.isFloating {
      throw HillockError(
        .dtype, "\(name): Variable \(variable.name) is \(variable.dtype.name), which has no gradient; give it a dtype of floats")
    }
    var outputCount = 0
    let results = try evaluate(inputs) { trace, arrays in
      let traced = try self.trace(arrays, in: trace, body)
      try checkLoss(traced)
      outputCount = traced.outputCount
      let wanted = Set(variables.compactMap { traced.places[ObjectIdentifier($0)] })
      let isActive = traced.arguments.indices.map { $0 < active || wanted.contains($0) }
      let mode = try ReverseMode(traced.graph, into: &trace.builder, traced.arguments, isActive: isActive)
      let one = try trace.builder.number(1, traced.graph.type(traced.graph.results[0]).dtype)
      let cotangents = [one] + traced.graph.results.dropFirst().map { _ in nil }
      let changes = try mode.pullback(cotangents, &trace.builder)
      commit(traced, mode.results, in: trace)
      var arrays = mode.results.prefix(outputCount).map { trace.array($0) }
      for place in 0..<active { arrays.append(try trace.change(changes[place], of: traced.arguments[place])) }
      for variable in variables {
        if let place = traced.places[ObjectIdentifier(variable)] {
          arrays.append(try trace.change(changes[place], of: traced.arguments[place]))
        } else {
          arrays.append(try trace.change(nil, of: try trace.ids([trace.read(variable)])[0]))
        }
      }
      return arrays
    }
    return (Array(results.prefix(outputCount)), Array(results.dropFirst(outputCount)))
  }

  /// Variables that the function writes have what it wrote, once.
  private func commit(_ traced: Traced, _ results: [ValueID], in trace: Trace) {
    for (variable, value) in zip(traced.written, results.dropFirst(traced.outputCount)) {
      trace.write(variable, trace.array(value))
    }
  }

  private func checkLoss(_ traced: Traced) throws(HillockError) {
    guard let loss = traced.graph.results.first.map(traced.graph.type), traced.outputCount > 0 else {
      throw HillockError(.argument, "the function given to \(name) returns nothing; it returns the loss")
    }
    guard loss.shape.isEmpty else {
      throw HillockError(
        .shape,
        "the function given to \(name) returns \(loss); a gradient is of one number: return .sum() or .mean(), or use vjp or jacobian"
      )
    }
    guard loss.dtype.isFloating else {
      throw HillockError(.dtype, "the function given to \(name) returns \(loss), which has no gradient; return floats")
    }
  }

  private func checkFloats(_ inputs: ArraySlice<NDArray>, _ paths: [String]) throws(HillockError) {
    for (input, path) in zip(inputs, paths) where !input.dtype.isFloating {
      throw HillockError(
        .dtype, "\(name): \(path) is \(input.dtype.name), which has no derivative; convert it with .asType(.f32)")
    }
  }

  /// Outputs, then what cotangents of them make of the inputs. `cotangents`: given the outputs' types.
  func vjp(
    _ inputs: [NDArray], cotangents: [NDArray], paths: [String], _ body: @escaping ([NDArray]) throws -> [NDArray]
  ) throws -> (outputs: [NDArray], gradients: [NDArray]) {
    try checkFloats(inputs[...], paths)
    var outputCount = 0
    let results = try evaluate(inputs + cotangents) { trace, arrays in
      let traced = try self.trace(Array(arrays.prefix(inputs.count)), in: trace, body)
      outputCount = traced.outputCount
      let given = try trace.ids(Array(arrays.dropFirst(inputs.count)))
      for (position, id) in given.enumerated() {
        let expected = traced.graph.type(traced.graph.results[position])
        guard trace.builder.type(id) == expected else {
          throw HillockError(
            .shape, "\(name): the cotangent of result \(position) is \(trace.builder.type(id)); the result is \(expected)")
        }
      }
      let isActive = traced.arguments.indices.map { $0 < inputs.count }
      let mode = try ReverseMode(traced.graph, into: &trace.builder, traced.arguments, isActive: isActive)
      let all: [ValueID?] = given + Array(repeating: nil, count: traced.written.count)
      let changes = try mode.pullback(all, &trace.builder)
      commit(traced, mode.results, in: trace)
      return try mode.results.prefix(outputCount).map { trace.array($0) }
        + inputs.indices.map { try trace.change(changes[$0], of: traced.arguments[$0]) }
    }
    return (Array(results.prefix(outputCount)), Array(results.dropFirst(outputCount)))
  }

  // MARK: Jacobians

  /// The Jacobian of a function of one array: the function is traced and computed once, and its derivative for all rows at once (by
  /// reverse mode), or for all columns. Shape [result's shape…, argument's shape…].
  func jacobian(_ x: NDArray, isForward: Bool, _ body: @escaping (NDArray) throws -> NDArray) throws -> NDArray {
    try checkFloats([x], ["the argument"])
    return try evaluate([x]) { trace, arrays in
      let traced = try self.trace(arrays, in: trace) { [try body($0[0])] }
      let from = traced.graph.type(traced.graph.results[0]), to = x.type
      guard from.dtype.isFloating else {
        throw HillockError(.dtype, "the function given to \(name) returns \(from), which has no derivative; return floats")
      }
      // (arguments…, change) → (results…, change)
      var inner = GraphBuilder(name: name)
      let arguments = traced.graph.arguments.map { inner.argument($0) }, change = inner.argument(isForward ? to : from)
      let results: [ValueID], made: ValueID
      if isForward {
        let tangents = [change] + arguments.dropFirst().map { _ in ValueID?.none }
        let outcome = try ForwardMode.inline(traced.graph, into: &inner, arguments, tangents: tangents)
        (results, made) = (outcome.results, try inner.change(outcome.tangents[0], of: outcome.results[0]))
      } else {
        let mode = try ReverseMode(traced.graph, into: &inner, arguments, isActive: arguments.indices.map { $0 == 0 })
        let cotangents = [change] + mode.results.dropFirst().map { _ in ValueID?.none }
        let changes = try mode.pullback(cotangents, &inner)
        (results, made) = (mode.results, try inner.change(changes[0], of: arguments[0]))
      }
      for result in results + [made] { inner.result(result) }

      let lanes = isForward ? to : from, batching = Batching(size: lanes.count, draws: .shared)
      let unit = try trace.id(of: eye(lanes.count, dtype: lanes.dtype).reshaped([lanes.count] + lanes.shape))
      let given = traced.arguments.map { LaneValue($0, isBatched: false) } + [LaneValue(unit, isBatched: true)]
      let outcome = try batching.run(inner.graph, given, isRegion: true, &trace.builder).results
      commit(traced, outcome.dropLast().map(\.id), in: trace)
      var all = try batching.placed(outcome[outcome.count - 1], isForward ? -1 : 0, "the Jacobian", &trace.builder)
      all = try trace.builder.reshape(all, to: from.shape + to.shape)
      return [trace.array(all)]
    }[0]
  }

  // MARK: Forward mode

  /// Outputs, then their tangents.
  func jvp(
    _ inputs: [NDArray], tangents: [NDArray], paths: [String], _ body: @escaping ([NDArray]) throws -> [NDArray]
  ) throws -> (outputs: [NDArray], tangents: [NDArray]) {
    try checkFloats(inputs[...], paths)
    for (position, (input, tangent)) in zip(inputs, tangents).enumerated() where input.type != tangent.settled.type {
      throw HillockError(.shape, "\(name): the tangent of \(paths[position]) is \(tangent.settled.type); it is \(input.type)")
    }
    var outputCount = 0
    let results = try evaluate(inputs + tangents) { trace, arrays in
      let traced = try self.trace(Array(arrays.prefix(inputs.count)), in: trace, body)
      outputCount = traced.outputCount
      let given: [ValueID?] = try trace.ids(Array(arrays.dropFirst(inputs.count)))
      let rest = traced.arguments.dropFirst(inputs.count).map { _ in ValueID?.none }
      let outcome = try ForwardMode.inline(traced.graph, into: &trace.builder, traced.arguments, tangents: given + rest)
      commit(traced, outcome.results, in: trace)
      return try outcome.results.prefix(outputCount).map { trace.array($0) }
        + zip(outcome.tangents, outcome.results).prefix(outputCount).map { try trace.change($0, of: $1) }
    }
    return (Array(results.prefix(outputCount)), Array(results.dropFirst(outputCount)))
  }
}

extension Trace {
  /// A value of this trace as an array.
  func array(_ id: ValueID) -> NDArray { NDArray(.traced(TracedValue(self, id, builder.type(id)))) }

  /// A change as an array: zeros where there is none.
  func change(_ change: ValueID?, of value: ValueID) throws(HillockError) -> NDArray {
    array(try builder.change(change, of: value))
  }
}
