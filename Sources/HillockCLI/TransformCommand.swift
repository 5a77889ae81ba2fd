import ArgumentParser
import HillockIR

struct TransformCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform",
    abstract: "Prints a derivative of a graph, or the graph for many lanes, as a graph that `hillock run` runs.",
    discussion: """
      --grad x,w    the results, then the gradients of the first one, a scalar, with respect to these arguments
      --jvp x       the results, then their tangents; the tangents of the arguments follow the arguments
      --vjp x       the results, then the cotangents of these arguments; those of the results follow the arguments
      --linearize x only the tangents of the results, linear in those of the arguments, which follow the arguments
      --vmap 0,-,1  the results of many lanes, along axis 0. Each argument has the axis of its lanes, or `-` where all share it;
                    `--vmap 0` is axis 0 for all. --lanes says how many
      """)

  @Argument(help: "A graph (text).")
  var file: String

  @Option(help: ArgumentHelp("Gradients with respect to these arguments.", valueName: "names"))
  var grad: String?

  @Option(help: ArgumentHelp("Tangents of the results (forward mode).", valueName: "names"))
  var jvp: String?

  @Option(help: ArgumentHelp("Cotangents of these arguments (reverse mode).", valueName: "names"))
  var vjp: String?

  @Option(help: ArgumentHelp("Tangents of the results, without the results.", valueName: "names"))
  var linearize: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("The axis of the lanes of each argument.", valueName: "axes"))
  var vmap: String?

  @Option(help: "The number of lanes, for --vmap.")
  var lanes: Int?

  func run() throws {
    let loaded = try ProgramFile(file)
    guard let graph = loaded.graph else {
      throw HillockError(.argument, "\(file): the file holds bytecode; a graph can be transformed")
    }
    let asked = [grad, jvp, vjp, linearize, vmap].compactMap { $0 }
    guard asked.count == 1 else {
      throw HillockError(
        .argument,
        "give one of --grad, --jvp, --vjp, --linearize and --vmap, not \(asked.count); the output can be transformed again")
    }
    guard (vmap == nil) == (lanes == nil) else {
      throw HillockError(.argument, "--vmap and --lanes belong together: --vmap 0,-,1 --lanes 64")
    }
    let result =
      if let grad { try graph.gradient(of: try places(grad, graph)) } else if let jvp {
        try graph.jvp(of: try places(jvp, graph))
      } else if let vjp {
        try graph.vjp(of: try places(vjp, graph))
      } else if let linearize {
        try graph.linearized(of: try places(linearize, graph))
      } else {
        try graph.batched(try axes(vmap ?? "", graph), size: lanes ?? 0)
      }
    print(DeadCode.eliminate(result).text, terminator: "")
  }

  /// The axis of lanes of each argument.
  private func axes(_ list: String, _ graph: Graph) throws(HillockError) -> [Int?] {
    var axes: [Int?] = []
    for word in list.split(separator: ",") {
      let axis = Int(word)
      guard axis != nil || word == "-" else {
        throw HillockError(.argument, "--vmap takes an axis for each argument, or `-` where all lanes share it, not `\(word)`")
      }
      axes.append(axis)
    }
    if axes.count == 1 { axes = graph.arguments.map { _ in axes[0] } }
    guard axes.count == graph.arguments.count else {
      throw HillockError(
        .argument,
        "\(file) has \(graph.arguments.count) arguments, and --vmap gives \(axes.count) axes; give one for each, or one")
    }
    return axes
  }

  /// Arguments by their names or numbers.
  private func places(_ names: String, _ graph: Graph) throws(HillockError) -> [Int] {
    var places: [Int] = []
    for name in names.split(separator: ",").map(String.init) {
      let named = graph.argumentNames.first { $0.value == name }?.key
      guard let place = named ?? Int(name), graph.arguments.indices.contains(place) else {
        let known = graph.arguments.indices.map { graph.argumentNames[$0] ?? "\($0)" }.joined(separator: ", ")
        throw HillockError(.argument, "\(file) has no argument `\(name)`; it has \(known.isEmpty ? "none" : known)")
      }
      places.append(place)
    }
    return places
  }
}
