import HillockIR
import Synchronization

/// The root class of objects that hold ``Variable``s: models, neurons, optimisers.
///
/// ```swift
/// final class Counter: Base {
///   let n = Variable(NDArray(0))
///   func callAsFunction() { n += 1 }
/// }
/// let counter = Counter()
/// print(counter.name)          // Counter0
/// print(counter.vars().keys)   // ["Counter0.n"]
/// ```
open class Base {
  /// Unique among live objects: the class's name with a number, or the one given.
  public private(set) final var name = ""
  /// The programs of its methods die with it; those of functions that took it as an argument are let go.
  final let programs = Mutex(OwnedPrograms())

  /// An object with an automatic name.
  public init() { name = NameRegistry.automatic(type(of: self)) }

  /// An object with this name.
  ///
  /// - Throws: an `argument` error where the name is no identifier or a live object has it.
  public init(name: String) throws(HillockError) {
    try NameRegistry.claim(name)
    self.name = name
  }

  deinit {
    for holder in programs.withLock({ $0.holders }) { holder.objectIsGone() }
    NameRegistry.release(name)
  }

  /// How found objects are named: by the name of the object that holds them, or by the path from this one.
  public enum KeyStyle: Sendable { case absolute, relative }

  /// The Variables this object and the objects it holds have as properties, in the order of declaration; also those in
  /// arrays, dictionaries (by sorted key) and optionals. A Variable that is reachable twice is found twice; see
  /// ``Collector/unique()``.
  public final func vars(_ style: KeyStyle = .absolute) -> Collector<Variable> {
    var result = Collector<Variable>()
    for (path, node) in nodes(.relative) {
      let owner = style == .absolute ? node.name : path
      Discovery.children(of: node) { key, found in
        if case .variable(let variable) = found { result.append(owner.isEmpty ? key : "\(owner).\(key)", variable) }
      }
    }
    return result
  }

  /// This object and those it holds, directly or through others, each once; cycles are followed once. The relative key of
  /// the object itself is empty.
  public final func nodes(_ style: KeyStyle = .absolute) -> Collector<Base> {
    var result = Collector<Base>()
    var seen: Set<ObjectIdentifier> = []
    func visit(_ node: Base, _ path: String) {
      guard seen.insert(ObjectIdentifier(node)).inserted else { return }
      result.append(style == .absolute ? node.name : path, node)
      Discovery.children(of: node) { key, found in
        if case .node(let child) = found { visit(child, path.isEmpty ? key : "\(path).\(key)") }
      }
    }
    visit(self, "")
    return result
  }
}

/// Finds what an object holds, by reflection.
enum Discovery {
  enum Found {
    case variable(Variable)
    case node(Base)
  }

  static func children(of object: Base, _ body: (String, Found) -> Void) {
    var levels: [Mirror] = []
    var mirror: Mirror? = Mirror(reflecting: object)
    while let level = mirror, level.subjectType != Base.self {
      levels.append(level)
      mirror = level.superclassMirror
    }
    // What the superclass declares comes first.
    for level in levels.reversed() {
      for child in level.children {
        guard let label = child.label else { continue }
        let lazyPrefix = "$__lazy_storage_$_"
        visit(label.hasPrefix(lazyPrefix) ? String(label.dropFirst(lazyPrefix.count)) : label, child.value, body)
      }
    }
  }

  private static func visit(_ key: String, _ value: Any, _ body: (String, Found) -> Void) {
    if let variable = value as? Variable { return body(key, .variable(variable)) }
    if let node = value as? Base { return body(key, .node(node)) }
    // Numbers hold nothing; a long array of them is not looked through.
    if value is any NumberCollection { return }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      for child in mirror.children { visit(key, child.value, body) }
    case .collection:
      for (position, child) in mirror.children.enumerated() { visit("\(key)[\(position)]", child.value, body) }
    case .dictionary:
      let pairs = mirror.children.compactMap { child -> (String, Any)? in
        let pair = Array(Mirror(reflecting: child.value).children)
        return pair.count == 2 ? ("\(pair[0].value)", pair[1].value) : nil
      }
      for (name, element) in pairs.sorted(by: { $0.0 < $1.0 }) { visit("\(key).\(name)", element, body) }
    case .struct, .tuple:
      for child in mirror.children { visit("\(key).\(child.label ?? "")", child.value, body) }
    default: break
    }
  }
}

/// Arrays and dictionaries of plain numbers.
private protocol NumberCollection {}
extension Array: NumberCollection where Element: ArrayScalar {}
extension Dictionary: NumberCollection where Value: ArrayScalar {}
