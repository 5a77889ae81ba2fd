import HillockIR
import Synchronization

/// The names of live objects. Automatic names count up for each class: `LIF0`, `LIF1`.
enum NameRegistry {
  private struct State {
    var taken: Set<String> = []
    var counters: [String: Int] = [:]
  }

  private static let state = Mutex(State())

  static func automatic(_ type: Any.Type) -> String {
    let base = String(describing: type).prefix { $0 != "<" && $0 != "(" && $0 != " " }
    return state.withLock { state in
      while true {
        let number = state.counters[String(base), default: 0]
        state.counters[String(base)] = number + 1
        let name = "\(base)\(number)"
        if state.taken.insert(name).inserted { return name }
      }
    }
  }

  static func claim(_ name: String) throws(HillockError) {
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart,
      name.unicodeScalars.allSatisfy({ $0 == "_" || $0.properties.isXIDContinue })
    else {
      throw HillockError(.argument, "\"\(name)\" is no name for an object: use letters, digits and _, not beginning with a digit")
    }
    guard state.withLock({ $0.taken.insert(name).inserted }) else {
      throw HillockError(.argument, "a live object is named \(name) already; names are unique")
    }
  }

  static func release(_ name: String) { _ = state.withLock { $0.taken.remove(name) } }
}
