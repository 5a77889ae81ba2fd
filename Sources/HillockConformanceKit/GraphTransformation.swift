import HillockIR

/// A derivative of a graph, or the graph for many lanes (`Spec/transformations.md`), as a line of a case says it.
package enum GraphTransformation: Sendable, Hashable {
  case grad([Int])
  case jvp([Int])
  case vjp([Int])
  case linearize([Int])
  /// The axis of the lanes of each argument; nil where all lanes share it.
  case vmap([Int?], lanes: Int)

  /// `jvp 0,1`, `vmap 0,-,1 lanes 3`; nil where the words are none of these.
  init?(_ words: [Substring]) {
    guard words.count >= 2 else { return nil }
    let list = words[1].split(separator: ",")
    if words[0] == "vmap" {
      let axes = list.map { Int($0) }
      guard words.count == 4, words[2] == "lanes", let lanes = Int(words[3]),
        zip(axes, list).allSatisfy({ $0 != nil || $1 == "-" })
      else { return nil }
      self = .vmap(axes, lanes: lanes)
      return
    }
    let places = list.compactMap { Int($0) }
    guard words.count == 2, places.count == list.count else { return nil }
    switch words[0] {
    case "grad": self = .grad(places)
    case "jvp": self = .jvp(places)
    case "vjp": self = .vjp(places)
    case "linearize": self = .linearize(places)
    default: return nil
    }
  }

  func applied(to graph: Graph) throws(HillockError) -> Graph {
    let result =
      switch self {
      case .grad(let places): try graph.gradient(of: places)
      case .jvp(let places): try graph.jvp(of: places)
      case .vjp(let places): try graph.vjp(of: places)
      case .linearize(let places): try graph.linearized(of: places)
      case .vmap(let axes, let lanes): try graph.batched(axes, size: lanes)
      }
    return DeadCode.eliminate(result)
  }
}
