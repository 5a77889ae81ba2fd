import ArgumentParser
import HillockIR

struct TransformCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform",
    abstract: "Prints a derivative of a graph, as a graph that `hillock run` runs.",
    discussion: """
      --grad x,w    the results, then the gradients of the first one, a scalar, with respect to these arguments
      --jvp x       the results, then their tangents; the tangents of the arguments follow the arguments
      --vjp x       the results, then the cotangents of these arguments; those of the results follow the arguments
      """)

  @Argument(help: "A graph (text).")
  var file: String

  @Option(help: ArgumentHelp("Gradients with respect to these arguments.", valueName: "names"))
  var grad: String?

  @Option(help: ArgumentHelp("Tangents of the results (forward mode).", valueName: "names"))
  var jvp: String?

  @Option(help: ArgumentHelp("Cotangents of these arguments (reverse mode).", valueName: "names"))
  var vjp: String?

  func run() throws {
    let loaded = try ProgramFile(file)
    guard let graph = loaded.graph else {
      throw HillockError(.argument, "\(file): the file holds bytecode; a graph can be transformed")
    }
    let asked = [grad, jvp, vjp].compactMap { $0 }
    guard asked.count == 1 else {
      throw HillockError(
        .argument, "give one of --grad, --jvp and --vjp, not \(asked.count); the output can be transformed again")
    }
    let result =
      if let grad { try graph.gradient(of: try places(grad, graph)) } else if let jvp {
        try graph.jvp(of: try places(jvp, graph))
      } else {
        try graph.vjp(of: try places(vjp ?? "", graph))
      }
    print(DeadCode.eliminate(result).text, terminator: "")
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
