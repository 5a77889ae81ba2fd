/// Derivatives of whole programs: graphs again, which fuse, promote and are differentiated like any other. Variables are read and
/// stored as before.
extension Graph {
  /// (arguments…, tangents of the chosen ones…) → (results…, tangents of the results that are floats…).
  package func jvp(of places: [Int]) throws(HillockError) -> Graph { try forward(places, "jvp of \(name)", givesResults: true) }

  /// (arguments…, tangents of the chosen ones…) → (tangents of the results that are floats…), linear in the tangents. Nothing is stored.
  package func linearized(of places: [Int]) throws(HillockError) -> Graph {
    try forward(places, "\(name), linearized", givesResults: false)
  }

  private func forward(_ places: [Int], _ name: String, givesResults: Bool) throws(HillockError) -> Graph {
    try check(places)
    var builder = GraphBuilder(name: name)
    let (given, variables) = try declare(in: &builder)
    var tangents = [ValueID?](repeating: nil, count: given.count)
    for place in places { tangents[place] = builder.argument(arguments[place], name: named("d_", place)) }
    let outcome = try ForwardMode.inline(self, into: &builder, given, tangents: tangents, variables: variables)
    if givesResults { for result in outcome.results { builder.result(result) } }
    for (result, tangent) in zip(outcome.results, outcome.tangents) where builder.type(result).dtype.isFloating {
      builder.result(try builder.change(tangent, of: result))
    }
    if givesResults { for store in outcome.stores { try builder.store(slot: store.slot, store.value) } }
    return builder.graph
  }

  /// (arguments…, cotangents of the results that are floats…) → (results…, cotangents of the chosen arguments…).
  package func vjp(of places: [Int]) throws(HillockError) -> Graph {
    try check(places)
    return try reverse(places, "vjp of \(name)") { (builder, mode) throws(HillockError) in
      mode.results.enumerated().map { position, result in
        let type = builder.type(result)
        return type.dtype.isFloating ? builder.argument(type, name: "c_\(position)") : nil
      }
    }
  }

  /// (arguments…) → (results…, gradients of the first result, which is a scalar, with respect to the chosen arguments…).
  package func gradient(of places: [Int]) throws(HillockError) -> Graph {
    try check(places)
    guard let loss = results.first.map(type), loss.shape.isEmpty, loss.dtype.isFloating else {
      let given = results.first.map { "\(type($0))" } ?? "nothing"
      throw HillockError(
        .shape,
        "\(name) is to be differentiated, but gives \(given); the first result must be a scalar of floats: take a sum or a mean")
    }
    return try reverse(places, "gradient of \(name)") { (builder, mode) throws(HillockError) in
      [try builder.number(1, loss.dtype)] + mode.results.dropFirst().map { _ in nil }
    }
  }

  private func reverse(
    _ places: [Int], _ name: String,
    _ cotangents: (inout GraphBuilder, ReverseMode) throws(HillockError) -> [ValueID?]
  ) throws(HillockError) -> Graph {
    var builder = GraphBuilder(name: name)
    let (given, variables) = try declare(in: &builder)
    let mode = try ReverseMode(
      self, into: &builder, given, isActive: arguments.indices.map(places.contains), variables: variables)
    let changes = try mode.pullback(try cotangents(&builder, mode), &builder)
    for result in mode.results { builder.result(result) }
    for place in places { builder.result(try builder.change(changes[place], of: given[place])) }
    for store in mode.stores { try builder.store(slot: store.slot, store.value) }
    return builder.graph
  }

  private func declare(
    in builder: inout GraphBuilder
  ) throws(HillockError) -> (arguments: [ValueID], variables: [ValueID]) {
    for function in functions { _ = try builder.declareFunction(function) }
    let given = arguments.enumerated().map { builder.argument($0.element, name: argumentNames[$0.offset]) }
    return (given, variables.map { builder.variable(name: $0.name, $0.type).value })
  }

  private func named(_ prefix: String, _ place: Int) -> String? { argumentNames[place].map { prefix + $0 } }

  private func check(_ places: [Int]) throws(HillockError) {
    guard !places.isEmpty else { throw HillockError(.argument, "\(name): say with respect to which arguments") }
    for place in places {
      guard arguments.indices.contains(place) else {
        throw HillockError(.index, "\(name) has \(arguments.count) arguments; there is no argument \(place)")
      }
      guard arguments[place].dtype.isFloating else {
        throw HillockError(
          .dtype,
          "argument \(argumentNames[place] ?? "\(place)") of \(name) is \(arguments[place]), which has no derivative; convert it to floats"
        )
      }
    }
  }
}
