extension Graph {
  /// The same program for many lanes at once.
  ///
  ///     let many = try graph.batched([0, nil], size: 64)    // 64 first arguments, one second argument
  ///
  /// - Parameters:
  ///   - axes: for each argument the axis of its lanes, of the batched argument; nil where all lanes share it.
  ///   - results: the same for each result; nil for a result that all lanes share. Left out: axis 0 for all.
  /// - Throws: `.argument` and `.index` for axes that there are not; `.argument` where a result or a Variable would have to differ from lane
  ///   to lane; `.call` for a call with values that do.
  package func batched(
    _ axes: [Int?], size: Int, results outputs: [Int?]? = nil, draws: LaneDraws = .perLane
  ) throws(HillockError) -> Graph {
    let outputs = outputs ?? results.map { _ in 0 }
    guard axes.count == arguments.count, outputs.count == results.count, size >= 0 else {
      throw HillockError(
        .argument,
        "\(name) has \(arguments.count) arguments and \(results.count) results; the axes given are \(axes.count) and \(outputs.count), "
          + "the lanes \(size)")
    }
    var builder = GraphBuilder(declaring: self)
    var values: [LaneValue] = []
    for (position, axis) in axes.enumerated() {
      var type = arguments[position]
      guard let axis else {
        values.append(LaneValue(builder.read(argument: position), isBatched: false))
        continue
      }
      guard (0...type.rank).contains(axis) else {
        throw HillockError(.index, "argument \(position) of \(name), \(type) in each lane, has no place \(axis) for the lanes")
      }
      type.shape.insert(size, at: axis)
      guard Shape.checkedCount(type.shape) != nil else {
        throw HillockError(.shape, "argument \(position) of \(name), \(type), is too large for \(size) lanes")
      }
      builder.redeclare(argument: position, type)
      values.append(LaneValue(try builder.movingAxis(builder.read(argument: position), from: axis, to: 0), isBatched: true))
    }
    let batching = Batching(size: size, draws: draws)
    let outcome = try batching.run(self, values, isRegion: false, &builder)
    for (position, value) in outcome.results.enumerated() {
      builder.result(try batching.placed(value, outputs[position], "result \(position) of \(name)", &builder))
    }
    for (store, value) in zip(stores, outcome.stores) {
      guard !value.isBatched else { throw Batching.written(variables[store.slot].name) }
      try builder.store(slot: store.slot, value.id)
    }
    return builder.graph
  }
}

extension Batching {
  /// A value with the lanes along this axis; nil where all lanes must share it.
  package func placed(
    _ value: LaneValue, _ axis: Int?, _ name: String, _ builder: inout GraphBuilder
  ) throws(HillockError) -> ValueID {
    guard let axis else {
      guard !value.isBatched else {
        throw HillockError(.argument, "\(name) differs from lane to lane; it needs an axis for the lanes")
      }
      return value.id
    }
    let rank = builder.type(value.id).rank + (value.isBatched ? 0 : 1), place = axis < 0 ? axis + rank : axis
    guard (0..<rank).contains(place) else {
      throw HillockError(.index, "\(name) has \(rank) axes with that of the lanes; there is no place \(axis) for it")
    }
    return try builder.movingAxis(try builder.batched(value, size), from: 0, to: place)
  }

  package static func written(_ variable: String) -> HillockError {
    HillockError(
      .argument,
      "Variable \(variable) would be written with a value that differs from lane to lane; declare the axis of its lanes, "
        + "vmap(…, variables: [v: 0]), or return the value")
  }
}
