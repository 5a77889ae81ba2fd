import HillockIR
import HillockRuntime

/// An input of a region: an argument beyond those that its construct declares, found while the region is traced.
enum RegionInput {
  /// The value of a Variable that the region reads or writes, of this type.
  case variable(Variable, ArrayType)
  /// A value of an outer trace.
  case value(TracedValue)
  /// An array too large to be a constant.
  case array(Storage, ArrayType)

  /// Equal if several regions use the same thing.
  enum Key: Hashable {
    case variable(ObjectIdentifier)
    case value(OuterValue)
    case array(ObjectIdentifier, ArrayType)
  }

  var key: Key {
    switch self {
    case .variable(let variable, _): .variable(ObjectIdentifier(variable))
    case .value(let value): .value(OuterValue(trace: ObjectIdentifier(value.trace), id: value.id))
    case .array(let storage, let type): .array(ObjectIdentifier(storage), type)
    }
  }

  var type: ArrayType {
    switch self {
    case .variable(_, let type): type
    case .value(let value): value.type
    case .array(_, let type): type
    }
  }

  /// What the region gets, as a value of the trace around it.
  func array(in trace: Trace) -> NDArray {
    switch self {
    case .variable(let variable, _): trace.read(variable)
    case .value(let value): NDArray(.traced(value))
    case .array(let storage, let type): NDArray(storage, type)
    }
  }
}

/// A value, and the trace it belongs to.
struct OuterValue: Hashable {
  var trace: ObjectIdentifier
  var id: ValueID
}

/// A traced body of a loop, a condition or a branch: its arguments are the declared ones, then its inputs.
struct Region {
  private(set) var graph: Graph
  let declared: [ArrayType]
  let inputs: [RegionInput]
  /// The Variables it writes, with their final values.
  let writes: [(variable: Variable, value: ValueID)]

  /// One argument of the region as its construct passes it.
  enum Place {
    case declared(Int)
    case input(RegionInput)
  }

  /// The graph with its arguments in the order of these places. Its results are those of the body and the Variables' values after the
  /// region: what it wrote, or what came in. The Variables come at the end, or at `variablesAt`.
  func graph(_ places: [Place], variables: [Variable], variablesAt position: Int) -> Graph {
    var result = graph
    var moved: [Int: Int] = [:]
    var placeOfVariable: [ObjectIdentifier: Int] = [:]
    let oldPosition = Dictionary(uniqueKeysWithValues: inputs.enumerated().map { ($0.element.key, declared.count + $0.offset) })
    result.arguments = []
    for (new, place) in places.enumerated() {
      switch place {
      case .declared(let old):
        moved[old] = new
        result.arguments.append(declared[old])
      case .input(let input):
        if let old = oldPosition[input.key] { moved[old] = new }
        if case .variable(let variable, _) = input { placeOfVariable[ObjectIdentifier(variable)] = new }
        result.arguments.append(input.type)
      }
    }
    for index in result.nodes.indices {
      if case .argument(let old) = result.nodes[index].operation, let new = moved[old] {
        result.nodes[index].operation = .argument(new)
      }
    }
    var values: [ValueID] = []
    for variable in variables {
      if let write = writes.first(where: { $0.variable === variable }) {
        values.append(write.value)
      } else if let place = placeOfVariable[ObjectIdentifier(variable)] {
        result.nodes.append(Node(operation: .argument(place), operands: [], type: result.arguments[place]))
        values.append(ValueID(result.nodes.count - 1))
      }
    }
    result.results.insert(contentsOf: values, at: position)
    return result
  }

  /// The region with its results converted to the dtypes of these types.
  func converted(to types: [ArrayType]) throws(HillockError) -> Region {
    var region = self
    var builder = GraphBuilder(extending: graph)
    var results = graph.results
    for (position, type) in types.enumerated() { results[position] = try builder.convert(results[position], to: type.dtype) }
    region.graph = builder.graph
    region.graph.results = results
    return region
  }

  /// The inputs of several regions, each once.
  static func inputs(of regions: [Region]) -> [RegionInput] {
    var seen: Set<RegionInput.Key> = []
    return regions.flatMap(\.inputs).filter { seen.insert($0.key).inserted }
  }

  /// The Variables that any of the regions writes, each once.
  static func written(by regions: [Region]) -> [Variable] {
    var seen: Set<ObjectIdentifier> = []
    return regions.flatMap(\.writes).map(\.variable).filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}

extension Trace {
  /// Traces a region of a control-flow construct; the arrays that the body returns are the region's results.
  ///
  /// - Parameter lanes: the Variables of which the region is of one lane, with its type.
  func region(
    _ name: String, _ arguments: [(type: ArrayType, isWeak: Bool)], lanes: [(variable: Variable, type: ArrayType)] = [],
    _ body: ([NDArray]) throws -> [NDArray]
  ) throws -> Region {
    let child = Trace(name: name, arguments: arguments, parent: self)
    defer { child.close() }
    for (variable, type) in lanes { child.takeLane(of: variable, type) }
    return try child.run {
      for array in try body(arguments.indices.map(child.argument)) { try child.result(try array.checked()) }
      return try child.finishRegion()
    }
  }
}
