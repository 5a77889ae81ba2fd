import HillockIR

/// Control-flow nodes: a construct's regions are traced, what they use is found, and one node is added for the whole. This trace
/// changes only after all regions have been traced, so a construct that fails leaves nothing behind.
extension Trace {
  /// The results of a loop's body: the carried values of the next step, and what is stacked.
  typealias StepResult = (carried: [NDArray], outputs: [NDArray])

  /// A counted loop. The carried values leave the body as they enter it; the sliced ones have a first axis of `trips`.
  func loop(
    _ name: String, trips: Int, isReversed: Bool, carried: [NDArray], sliced: [NDArray],
    _ body: (_ index: NDArray, _ carried: [NDArray], _ rows: [NDArray]) throws -> StepResult
  ) throws -> StepResult {
    let carriedTypes = carried.map(\.type)
    let rowTypes = sliced.map { ArrayType($0.dtype, Array($0.shape.dropFirst())) }
    let declared = [(type: ArrayType(.i64, []), isWeak: true)] + (carriedTypes + rowTypes).map { (type: $0, isWeak: false) }
    let region = try region(name, declared) { arguments in
      let step = try body(
        arguments[0], Array(arguments[1..<1 + carried.count]), Array(arguments[(1 + carried.count)...]))
      return step.carried + step.outputs
    }
    let written = Region.written(by: [region])
    let others = region.inputs.filter { !$0.isOne(of: written) }
    let rows = (0..<sliced.count).map { Region.Place.declared(1 + carried.count + $0) }
    let places =
      (0...carried.count).map(Region.Place.declared) + variables(written) + rows
      + others.map { .input($0) }
    let graph = region.graph(places, variables: written, variablesAt: carried.count)
    let node = try builder.loop(
      graph, trips: trips, carried: try ids(carried) + ids(written.map(read)), sliced: try ids(sliced),
      captured: try ids(others.map { $0.array(in: self) }), isReversed: isReversed, slots: LoopSlots.current)
    let elements = elements(of: node)
    take(written, from: elements.dropFirst(carried.count))
    return (Array(elements.prefix(carried.count)), Array(elements.dropFirst(carried.count + written.count)))
  }

  /// A loop that runs while the condition holds. Both regions get the carried values; the condition gives one bool.
  func whileLoop(
    _ name: String, carried: [NDArray], condition: ([NDArray]) throws -> NDArray, body: ([NDArray]) throws -> [NDArray]
  ) throws -> [NDArray] {
    let declared = carried.map { (type: $0.type, isWeak: false) }
    let test = try region("the condition of \(name)", declared) { [try condition($0)] }
    // A condition may write Variables, as random draws do. It is then evaluated before the loop and at the end of each step, and its
    // result decides whether the loop goes on.
    guard test.writes.isEmpty else {
      let first = try condition(carried)
      let last = try whileLoop(name, carried: carried + [first]) {
        $0[carried.count]
      } body: { arguments in
        let next = try body(Array(arguments.prefix(carried.count)))
        return next + [try condition(next)]
      }
      return Array(last.prefix(carried.count))
    }
    let step = try region(name, declared, body)
    let written = Region.written(by: [step])
    let others = Region.inputs(of: [test, step]).filter { !$0.isOne(of: written) }
    let places = carried.indices.map(Region.Place.declared) + variables(written) + others.map { .input($0) }
    let node = try builder.whileLoop(
      condition: test.graph(places, variables: [], variablesAt: 0),
      body: step.graph(places, variables: written, variablesAt: carried.count),
      carried: try ids(carried) + ids(written.map(read)), captured: try ids(others.map { $0.array(in: self) }))
    let elements = elements(of: node)
    take(written, from: elements.dropFirst(carried.count))
    return Array(elements.prefix(carried.count))
  }

  /// One of the traced branches, by an i32[] selector; all of them give results of the same types.
  func branch(selector: NDArray, _ branches: [Region]) throws -> [NDArray] {
    let written = Region.written(by: branches)
    let inputs = Region.inputs(of: branches)
    let count = branches.first?.graph.results.count ?? 0
    let graphs = branches.map {
      $0.graph(inputs.map { .input($0) }, variables: written, variablesAt: count)
    }
    let node = try builder.branch(
      selector: try id(of: selector), graphs, captured: try ids(inputs.map { $0.array(in: self) }))
    let elements = elements(of: node)
    take(written, from: elements.dropFirst(count))
    return Array(elements.prefix(count))
  }

  /// A part that derivatives compute again.
  func checkpoint(_ region: Region) throws -> [NDArray] {
    let written = Region.written(by: [region]), count = region.graph.results.count
    let graph = region.graph(region.inputs.map { .input($0) }, variables: written, variablesAt: count)
    let node = try builder.part(graph, .again, try ids(region.inputs.map { $0.array(in: self) }))
    let elements = elements(of: node)
    take(written, from: elements.dropFirst(count))
    return Array(elements.prefix(count))
  }

  func ids(_ arrays: [NDArray]) throws(HillockError) -> [ValueID] {
    var result: [ValueID] = []
    for array in arrays { result.append(try id(of: array)) }
    return result
  }

  func elements(of node: ValueID) -> [NDArray] {
    builder.elements(of: node).map { NDArray(.traced(TracedValue(self, $0, builder.type($0)))) }
  }

  private func variables(_ written: [Variable]) -> [Region.Place] {
    written.map { .input(.variable($0, type(of: $0))) }
  }

  /// The Variables take the values that the node gave them.
  private func take(_ variables: [Variable], from values: ArraySlice<NDArray>) {
    for (variable, value) in zip(variables, values) { write(variable, value) }
  }
}

extension RegionInput {
  fileprivate func isOne(of variables: [Variable]) -> Bool {
    if case .variable(let variable, _) = self { return variables.contains { $0 === variable } }
    return false
  }
}
