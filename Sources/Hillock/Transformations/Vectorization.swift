import HillockIR

/// What `vmap` is made of: the function is traced as a region of what is under way, for one lane, and written into the trace for all.
struct Vectorization {
  private let site: Site
  private let axes: [Int?]?
  private let out: Int
  private let draws: LaneRandomness

  init(_ file: String, _ line: Int, axes: [Int?]?, out: Int, draws: LaneRandomness) {
    site = Site("vmap", file, line)
    self.axes = axes
    self.out = out
    self.draws = draws
  }

  /// The function of these arguments, which have lanes.
  func call<each Argument: ArrayTree, Output: ArrayTree>(
    _ function: (repeat each Argument) throws -> Output, _ argument: repeat each Argument
  ) throws -> Output {
    var arrays: [[NDArray]] = []
    for part in repeat each argument { arrays.append(Trees.arrays(part)) }
    let inputs = try inputs(arrays)
    var template: Output?
    let results = try evaluate(inputs) { arrays in
      let next = Trees.replacing(with: arrays)
      let output = try function(repeat (each argument).map(next))
      template = output
      return Trees.arrays(output)
    }
    guard let template else { throw HillockError(.trace, "the function given to vmap was not traced") }
    return template.map(Trees.replacing(with: results))
  }

  /// An array of an argument, and its axis of lanes.
  struct Input {
    let array: NDArray
    let axis: Int?
  }

  struct Inputs {
    let list: [Input]
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
    var first: (argument: Int, size: Int)?
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
        if let first, first.size != type.shape[axis] {
          throw HillockError(
            .shape,
            "vmap: argument \(first.argument) has \(first.size) lanes and argument \(argument), \(type) along axis \(axis), has "
              + "\(type.shape[axis])")
        }
        if first == nil { first = (argument, type.shape[axis]) }
        list.append(Input(array: array, axis: axis))
      }
    }
    guard let first else {
      throw HillockError(.argument, "vmap: no argument has an axis of lanes; give an array, and an axis for it in `in:`")
    }
    return Inputs(list: list, size: first.size)
  }

  private func text(_ axes: [Int?]) -> String { "[\(axes.map { $0.map(String.init) ?? "nil" }.joined(separator: ", "))]" }

  /// The results of all lanes, along the axis `out`.
  func evaluate(_ inputs: Inputs, _ body: ([NDArray]) throws -> [NDArray]) throws -> [NDArray] {
    do {
      return try ImplicitProgram.evaluate("vmap", site.text, inputs.list.map(\.array)) { arrays in
        guard let trace = Trace.current else { throw HillockError(.trace, "vmap is not being traced") }
        return try batch(zip(arrays, inputs.list).map { Input(array: $0, axis: $1.axis) }, inputs.size, in: trace, body)
      }
    } catch { throw site.located(error) }
  }

  private func batch(
    _ inputs: [Input], _ size: Int, in trace: Trace, _ body: ([NDArray]) throws -> [NDArray]
  ) throws -> [NDArray] {
    let declared = inputs.map { input in
      var type = input.array.type
      if let axis = input.axis { type.shape.remove(at: axis) }
      return (type: type, isWeak: false)
    }
    let region = try trace.region("vmap", declared) { try body($0).map(\.settled) }
    let written = Region.written(by: [region])
    let places = inputs.indices.map(Region.Place.declared) + region.inputs.map { .input($0) }
    let count = region.graph.results.count
    let graph = region.graph(places, variables: written, variablesAt: count)

    let batching = Batching(size: size, draws: draws == .different ? .perLane : .shared)
    var arguments: [LaneValue] = []
    for (id, input) in zip(try trace.ids(inputs.map(\.array)), inputs) {
      guard let axis = input.axis else {
        arguments.append(LaneValue(id, isBatched: false))
        continue
      }
      arguments.append(LaneValue(try trace.builder.movingAxis(id, from: axis, to: 0), isBatched: true))
    }
    for id in try trace.ids(region.inputs.map { $0.array(in: trace) }) { arguments.append(LaneValue(id, isBatched: false)) }
    let results = try batching.run(graph, arguments, isRegion: true, &trace.builder).results
    for (variable, value) in zip(written, results.dropFirst(count)) where value.isBatched {
      throw Batching.written(variable.name)
    }
    var outputs: [NDArray] = []
    for (position, value) in results.prefix(count).enumerated() {
      let id = try batching.placed(value, out, "result \(position) of the function given to vmap", &trace.builder)
      outputs.append(NDArray(.traced(TracedValue(trace, id, trace.builder.type(id)))))
    }
    for (variable, value) in zip(written, results.dropFirst(count)) {
      trace.write(variable, NDArray(.traced(TracedValue(trace, value.id, trace.builder.type(value.id)))))
    }
    return outputs
  }
}
