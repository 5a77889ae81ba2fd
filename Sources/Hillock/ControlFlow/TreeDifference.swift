import HillockIR

/// A leaf of an array tree: an array, a static value, or an object that stands for itself.
struct TreeLeaf {
  /// Its name in messages: the root, then properties, positions and keys.
  let path: String
  /// The static value or the object's identity; nil for an array.
  let value: StaticValue?
  let text: String

  func isSame(as other: TreeLeaf) -> Bool {
    guard let value, let otherValue = other.value else { return value == nil && other.value == nil }
    return value.isEqual(otherValue)
  }

  /// The leaves of several trees, below `root`, or `root.0`, `root.1`, …; the arrays in the order in which they are visited.
  static func leaves(_ root: String, _ parts: [any ArrayTree]) -> [TreeLeaf] {
    parts.enumerated().flatMap { position, part in leaves(parts.count == 1 ? root : "\(root).\(position)", part) }
  }

  private static func leaves(_ root: String, _ tree: any ArrayTree) -> [TreeLeaf] {
    var walk = Walk()
    walk.visit(tree, root)
    let form = Trees.form([tree]).parts
    let arrays = form.count { if case .array = $0 { true } else { false } }
    let values = form.count { if case .value = $0 { true } else { false } }
    let found = walk.leaves.filter { $0.value == nil }
    // If a tree keeps its arrays where reflection does not see them, they get numbers.
    if found.count != arrays { return (0..<arrays).map { TreeLeaf(path: "\(root)[\($0)]", value: nil, text: "an array") } }
    // If not all properties of a tree are parts of it, its static values do not identify it.
    return walk.leaves.count - found.count + walk.keys == values ? walk.leaves : found
  }

  private struct Walk {
    var leaves: [TreeLeaf] = []
    /// Keys of dictionaries, which are static values for a visitor.
    var keys = 0

    mutating func visit(_ value: Any, _ path: String) {
      if value is NDArray { return leaves.append(TreeLeaf(path: path, value: nil, text: "an array")) }
      let mirror = Mirror(reflecting: value)
      if mirror.displayStyle != .optional, let value = value as? any StaticArgument {
        func held<Held: StaticArgument>(_ value: Held) -> StaticValue { StaticValueOf(value) }
        return leaves.append(TreeLeaf(path: path, value: held(value), text: "\(value)"))
      }
      switch mirror.displayStyle {
      case .optional: for child in mirror.children { visit(child.value, path) }
      case .collection: for (position, child) in mirror.children.enumerated() { visit(child.value, "\(path)[\(position)]") }
      case .dictionary:
        let pairs = mirror.children.compactMap { child -> (String, Any)? in
          let pair = Array(Mirror(reflecting: child.value).children)
          return pair.count == 2 ? ("\(pair[0].value)", pair[1].value) : nil
        }
        keys += pairs.count
        for (key, element) in pairs.sorted(by: { $0.0 < $1.0 }) { visit(element, "\(path).\(key)") }
      case .struct, .tuple: for child in mirror.children { visit(child.value, "\(path).\(child.label ?? "")") }
      case .class:
        guard value is any ArrayTree else { return }
        let object = value as AnyObject
        let identity = ObjectIdentity(object)
        leaves.append(TreeLeaf(path: path, value: identity, text: identity.text))
      default: break
      }
    }
  }
}

/// The differences of two array trees that should have one structure.
enum TreeDifference {
  case onlyFirst(String)
  case onlySecond(String)
  case other(path: String, String, String)

  /// All differences by their paths, in the order of the trees. Trees that differ have at least one.
  static func list(_ root: String, _ first: [any ArrayTree], _ second: [any ArrayTree]) -> [TreeDifference] {
    let old = TreeLeaf.leaves(root, first), new = TreeLeaf.leaves(root, second)
    let newByPath = Dictionary(new.map { ($0.path, $0) }) { first, _ in first }
    let oldPaths = Set(old.map(\.path))
    var result: [TreeDifference] = old.compactMap { leaf in
      guard let other = newByPath[leaf.path] else { return .onlyFirst(leaf.path) }
      if leaf.isSame(as: other) { return nil }
      return .other(path: leaf.path, leaf.text, other.text == leaf.text ? "another \(other.text)" : other.text)
    }
    result += new.filter { !oldPaths.contains($0.path) }.map { .onlySecond($0.path) }
    return result.isEmpty ? [unnamed(root, Trees.form(first), Trees.form(second))] : result
  }

  /// For what reflection does not see: the first part, in the order of the visit, that differs.
  private static func unnamed(_ root: String, _ first: Signature, _ second: Signature) -> TreeDifference {
    func text(_ part: Signature.Part) -> String { if case .array = part { "an array" } else { Signature.text(part) } }
    let pair = zip(first.parts, second.parts).enumerated().first { !Signature.isEqual($0.element.0, $0.element.1) }
    guard let (position, (old, new)) = pair else {
      return .other(path: root, "\(first.parts.count) parts", "\(second.parts.count) parts")
    }
    return .other(path: "part \(position) of \(root)", text(old), text(new) == text(old) ? "another \(text(new))" : text(new))
  }

  /// Some of many findings, for a message.
  static func shortened(_ list: [String], limit: Int = 4) -> String {
    let more = list.count - limit
    return list.prefix(limit).joined(separator: "; ") + (more > 0 ? "; and so for \(more) more" : "")
  }
}
