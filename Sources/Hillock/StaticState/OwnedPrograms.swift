/// What an object keeps for compilation: its methods' programs, and who is to know when it is gone.
struct OwnedPrograms {
  private var methods: [(key: UInt, function: any AnyObject & Sendable)] = []
  private var watchers: [Watcher] = []

  private struct Watcher {
    weak var holder: (any ProgramHolder)?
  }

  /// A method's jitted function: the one that is kept, or a new one.
  mutating func method<Function: AnyObject & Sendable>(_ key: UInt, _ make: () -> Function) -> Function {
    for method in methods where method.key == key {
      if let function = method.function as? Function { return function }
    }
    let function = make()
    methods.append((key, function))
    return function
  }

  var explanations: [Explanation] { methods.compactMap { ($0.function as? any Explainable)?.explain() } }

  mutating func add(_ holder: any ProgramHolder) {
    guard !watchers.contains(where: { $0.holder === holder }) else { return }
    watchers.removeAll { $0.holder == nil }
    watchers.append(Watcher(holder: holder))
  }

  var holders: [any ProgramHolder] { watchers.compactMap(\.holder) }
}
