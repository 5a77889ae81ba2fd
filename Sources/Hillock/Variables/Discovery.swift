import HillockIR

/// Finds the Variables and nodes that an object holds in its properties, through containers, tuples, structs and enums.
struct Discovery {
  enum Found {
    case variable(Variable)
    case node(Base)
  }

  /// What an object holds, with the path from the object.
  struct Child: @unchecked Sendable {
    // @unchecked: only a reference; the object is not shared more than its owner.
    let key: String
    let object: Found

    var identity: ObjectIdentifier {
      switch object {
      case .variable(let variable): ObjectIdentifier(variable)
      case .node(let node): ObjectIdentifier(node)
      }
    }
  }

  private let owner: Base
  private var found: [Child] = []

  /// What the object holds directly, by the path from it: its properties in the order of declaration, then what was registered.
  ///
  /// - Throws: an `argument` error that names the path of what discovery cannot look into.
  static func children(of owner: Base) throws(HillockError) -> [Child] {
    var discovery = Discovery(owner: owner)
    try Layout.forEachProperty(of: owner) { (label, value) throws(HillockError) in
      try discovery.look(at: value, label)
    }
    return discovery.found + owner.registered
  }

  private init(owner: Base) { self.owner = owner }

  private mutating func look(at value: Any, _ key: String) throws(HillockError) {
    if let variable = value as? Variable {
      // A view only leads to another Variable, which is found where it is held.
      if !(variable is VariableView) { found.append(Child(key: key, object: .variable(variable))) }
      return
    }
    if let node = value as? Base { return found.append(Child(key: key, object: .node(node))) }
    guard Layout.mayHold(type(of: value)) else { return }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: for child in mirror.children { try look(at: child.value, key) }
    case .collection: for (position, child) in mirror.children.enumerated() { try look(at: child.value, "\(key)[\(position)]") }
    case .dictionary: for (name, element) in Self.entries(mirror) { try look(at: element, key + name) }
    case .set:
      let before = found.count
      for child in mirror.children { try look(at: child.value, key) }
      guard found.count == before else {
        throw HillockError(.argument, "\(path(key)) is a Set of objects with state, which has no order; use an array")
      }
    case .class, .foreignReference: try search(value as AnyObject, key)
    default:
      for (position, child) in mirror.children.enumerated() {
        let label = child.label?.drop { $0 == "." } ?? "\(position)"
        try look(at: child.value, "\(key).\(label)")
      }
    }
  }

  /// A dictionary's values with the spelling of their keys, in the order of the keys.
  private static func entries(_ mirror: Mirror) -> [(name: String, value: Any)] {
    var result: [(key: Any, name: String, value: Any)] = []
    for child in mirror.children {
      let pair = Array(Mirror(reflecting: child.value).children)
      guard pair.count == 2 else { continue }
      let text = "\(pair[0].value)"
      let isNumber = pair[0].value is any BinaryInteger
      let name = isNumber ? "[\(text)]" : NameRegistry.isIdentifier(text) ? ".\(text)" : "[\(text.debugDescription)]"
      result.append((pair[0].value, name, pair[1].value))
    }
    return result.sorted { a, b in
      if let x = a.key as? Int, let y = b.key as? Int { return x < y }
      return a.name < b.name
    }.map { ($0.name, $0.value) }
  }

  // MARK: What cannot be looked into

  /// An object that is not a node may not hold state: it would be unclear which node the state belongs to.
  private func search(_ object: AnyObject, _ key: String) throws(HillockError) {
    var seen: Set<ObjectIdentifier> = []
    guard let held = Self.firstState(in: object, "", &seen) else { return }
    throw HillockError(
      .argument,
      "\(path(key)) is a \(type(of: object)), a class that is no Base, and holds state in \(held.dropFirst()); make it a "
        + "subclass of Base, or declare it Stateless if that state belongs to others")
  }

  private func path(_ key: String) -> String { "\(owner.name).\(key)" }

  /// The path to the first Variable or node in an object that is neither.
  private static func firstState(in object: AnyObject, _ key: String, _ seen: inout Set<ObjectIdentifier>) -> String? {
    guard seen.insert(ObjectIdentifier(object)).inserted else { return nil }
    var result: String?
    Layout.forEachProperty(of: object) { (label, value) in
      if result == nil { result = firstState(inValue: value, "\(key).\(label)", &seen) }
    }
    return result
  }

  private static func firstState(inValue value: Any, _ key: String, _ seen: inout Set<ObjectIdentifier>) -> String? {
    if value is Variable || value is Base { return key }
    guard Layout.mayHold(type(of: value)) else { return nil }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .class || mirror.displayStyle == .foreignReference {
      return firstState(in: value as AnyObject, key, &seen)
    }
    for child in mirror.children {
      let label = mirror.displayStyle == .optional ? nil : child.label?.drop { $0 == "." }
      if let held = firstState(inValue: child.value, label.map { "\(key).\($0)" } ?? key, &seen) { return held }
    }
    return nil
  }
}
