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
    let stem = stem(type)
    return state.withLock { state in
      while true {
        let number = state.counters[stem, default: 0]
        state.counters[stem] = number + 1
        let name = "\(stem)\(number)"
        if state.taken.insert(name).inserted { return name }
      }
    }
  }

  /// The class's name without generic parameters.
  private static func stem(_ type: Any.Type) -> String {
    String(String(describing: type).prefix { $0 != "<" && $0 != "(" && $0 != " " })
  }

  static func resetCounters(of type: Any.Type?) {
    state.withLock { state in
      if let type { state.counters[stem(type)] = nil } else { state.counters = [:] }
    }
  }

  static func claim(_ name: String) throws(HillockError) {
    try checkIdentifier(name)
    guard state.withLock({ $0.taken.insert(name).inserted }) else {
      throw HillockError(.argument, "a live object is named \(name) already; names are unique")
    }
  }

  static func release(_ name: String) { _ = state.withLock { $0.taken.remove(name) } }

  static func checkIdentifier(_ name: String) throws(HillockError) {
    guard isIdentifier(name) else {
      throw HillockError(.argument, "\"\(name)\" is no name for an object: use letters, digits and _, not beginning with a digit")
    }
  }

  static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart else { return false }
    return name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
  }
}
