import HillockIR

/// What `vmap` is made of: the function is traced as a region of what is under way, for one lane, and written into the trace for all.
struct Vectorization {
  private let site: Site
  private let axes: [Int?]?
  private let out: Int
  private let variables: VariableAxes
  private let draws: LaneRandomness

  init(_ file: String, _ line: Int, axes: [Int?]?, out: Int, variables: VariableAxes, draws: LaneRandomness) {
    site = Site("vmap", file, line)
    self.axes = axes
    self.out = out
    self.variables = variables
    self.draws = draws
  }

  /// What a function gives for arguments with lanes, whose arrays these are.
  func call<Output: ArrayTree>(_ arguments: [[NDArray]], _ function: @escaping ([NDArray]) throws -> Output) throws -> Output {
    try call(arguments, function, arrays: { Trees.arrays($0) }, rebuild: { $0.map(Trees.replacing(with: $1)) })
  }

  /// The same for a function that gives several trees.
  func callForSeveral<each Output: ArrayTree>(
    _ arguments: [[NDArray]], _ function: @escaping ([NDArray]) throws -> (repeat each Output)
  ) throws -> (repeat each Output) {
    try call(
      arguments, function, arrays: { Trees.arrays(repeat each $0) },
      rebuild: { output, arrays in
        let next = Trees.replacing(with: arrays)
        return (repeat (each output).map(next))
      })
  }

  /// The functions take what is given apart and put it together.
  private func call<Output>(
    _ arguments: [[NDArray]], _ function: @escaping ([NDArray]) throws -> Output, arrays: @escaping (Output) -> [NDArray],
    rebuild: (Output, [NDArray]) -> Output
  ) throws -> Output {
    let inputs = try inputs(arguments)
    var template: Output?
    let results = try evaluate(inputs) { lane in
      let output = try function(lane)
      template = output
      return arrays(output)
    }
    guard let template else { throw HillockError(.trace, "the function given to vmap was not traced") }
    return rebuild(template, results)
  }

  /// An array of an argument, and its axis of lanes.
  struct Input {
    let array: NDArray
    let axis: Int?
  }

  struct Inputs {
    let list: [Input]
    let variables: [VariableAxes.Lanes]
    let size: Int
  }

  /// The arrays of the arguments with their axes.
  func inputs(_ arguments: [[NDArray]]) throws -> Inputs {
    do { return try checked(arguments) } catch { throw site.located(error) }
  }

  private func checked(_ arguments: [[NDArray]]) throws(HillockError) -> Inputs {
    if let axes, axes.count != arguments.count {
      throw HillockError(
        .argument, "vmap got \(axes.count) axes, `in: \(text(axes))`, for \(arguments.count) arguments; give one for each, or nil"
      )
    }
    var list: [Input] = []
    // What has lanes, and how many.
    var first: (name: String, size: Int)?
    func note(_ name: String, _ type: ArrayType, _ axis: Int) throws(HillockError) {
      let size = type.shape[axis]
      if let first, first.size != size {
        throw HillockError(
          .shape, "vmap: \(first.name) has \(first.size) lanes and \(name), \(type) along axis \(axis), has \(size)")
      }
      first = first ?? (name, size)
    }
    for (argument, arrays) in arguments.enumerated() {
      for array in arrays {
        let array = try array.checked().settled.checked(), type = array.type
        guard let given = axes.map({ $0[argument] }) ?? 0 else {
          list.append(Input(array: array, axis: nil))
          continue
        }
        let axis = given < 0 ? given + type.rank : given
        guard type.shape.indices.contains(axis) else {
          throw HillockError(
            .index,
            "vmap: an array of argument \(argument) is \(type), which has no axis \(given) for the lanes; share it with nil in `in:`"
          )
        }
        try note("argument \(argument)", type, axis)
        list.append(Input(array: array, axis: axis))
      }
    }
    let lanes = try variables.lanes()
    for lane in lanes { try note("Variable \(lane.variable.name)", lane.variable.type, lane.axis) }
    guard let first else {
      throw HillockError(
        .argument,
        "vmap: no argument has an axis of lanes; give an array, and an axis for it in `in:`, or a Variable in `variables:`")
    }
    return Inputs(list: list, variables: lanes, size: first.size)
  }

  private func text(_ axes: [Int?]) -> String { "[\(axes.map { $0.map(String.init) ?? "nil" }.joined(separator: ", "))]" }

  /// The results of all lanes, along the axis `out`.
  func evaluate(_ inputs: Inputs, _ body: ([NDArray]) throws -> [NDArray]) throws -> [NDArray] {
    do {
      return try ImplicitProgram.evaluate("vmap", site.text, inputs.list.map(\.array)) { arrays in
        guard let trace = Trace.current else { throw HillockError(.trace, "vmap is not being traced") }
        return try batch(zip(arrays, inputs.list).map { Input(array: $0, axis: $1.axis) }, inputs, in: trace, body)
      }
    } catch { throw site.located(error) }
  }

  private func batch(
    _ inputs: [Input], _ all: Inputs, in trace: Trace, _ body: ([NDArray]) throws -> [NDArray]
  ) throws -> [NDArray] {
    let declared = inputs.map { input in
      var type = input.array.type
      if let axis = input.axis { type.shape.remove(at: axis) }
      return (type: type, isWeak: false)
    }
    let region = try trace.region("vmap", declared, lanes: all.variables.map { ($0.variable, $0.type) }) {
      try body($0).map(\.settled)
    }
    let written = Region.written(by: [region])
    let places = inputs.indices.map(Region.Place.declared) + region.inputs.map { .input($0) }
    let count = region.graph.results.count
    let graph = region.graph(places, variables: written, variablesAt: count)

    let batching = Batching(size: all.size, draws: draws == .different ? .perLane : .shared)
    func lane(_ value: NDArray, _ axis: Int?) throws(HillockError) -> LaneValue {
      let id = try trace.id(of: value)
      guard let axis else { return LaneValue(id, isBatched: false) }
      return LaneValue(try trace.builder.movingAxis(id, from: axis, to: 0), isBatched: true)
    }
    func axis(of variable: Variable) -> Int? { all.variables.first { $0.variable === variable }?.axis }
    var arguments: [LaneValue] = []
    for input in inputs { arguments.append(try lane(input.array, input.axis)) }
    for input in region.inputs {
      let variable: Variable? = if case .variable(let variable, _) = input { variable } else { nil }
      arguments.append(try lane(input.array(in: trace), variable.flatMap(axis)))
    }
    let results = try batching.run(graph, arguments, isRegion: true, &trace.builder).results
    for (variable, value) in zip(written, results.dropFirst(count)) where value.isBatched && axis(of: variable) == nil {
      throw Batching.written(variable.name)
    }
    var outputs: [NDArray] = []
    for (position, value) in results.prefix(count).enumerated() {
      outputs.append(
        trace.array(try batching.placed(value, out, "result \(position) of the function given to vmap", &trace.builder)))
    }
    for (variable, value) in zip(written, results.dropFirst(count)) {
      let id = try batching.placed(value, axis(of: variable), "Variable \(variable.name)", &trace.builder)
      trace.write(variable, trace.array(id))
    }
    return outputs
  }
}
