import Synchronization

/// Which stored properties of a class may lead to Variables or nodes, by their declared types. Found once for each class.
///
/// It uses declared types (`Reflection`), because a `Mirror` knows only the types of the present values, and an `Any` or an optional may hold
/// another type the next time. Values are read through a `Mirror`.
struct Layout: Sendable {
  /// For each class from the topmost superclass down, the positions of the properties to look at; nil for all of them.
  private let positions: [[Int]]?

  private struct Known {
    var layouts: [ObjectIdentifier: Layout] = [:]
    var verdicts: [ObjectIdentifier: Bool] = [:]
  }

  private static let known = Mutex(Known())

  /// Whether a class has been looked at before.
  static func isKnown(_ type: AnyClass) -> Bool { known.withLock { $0.layouts[ObjectIdentifier(type)] != nil } }

  /// The properties of a known class, without its superclass's, that are looked at.
  static func positions(of type: AnyClass) -> [Int]? { known.withLock { $0.layouts[ObjectIdentifier(type)]?.positions?.last } }

  /// Calls the body for the properties of an object that may lead to Variables or nodes: first those of the superclass, then in the
  /// order of declaration.
  static func forEachProperty<Failure: Error>(
    of object: AnyObject, _ body: (_ label: String, _ value: Any) throws(Failure) -> Void
  ) throws(Failure) {
    var mirrors: [Mirror] = []
    var next: Mirror? = Mirror(reflecting: object)
    while let mirror = next {
      mirrors.append(mirror)
      next = mirror.superclassMirror
    }
    mirrors.reverse()
    let layout = layout(of: object, mirrors)
    for (level, mirror) in mirrors.enumerated() where mirror.subjectType != Base.self {
      let children = mirror.children
      for position in layout.positions?[level] ?? Array(0..<children.count) {
        let child = children[children.index(children.startIndex, offsetBy: position)]
        let label = child.label ?? "\(position)"
        try body(Reflection.sourceName(label).name, child.value)
      }
    }
  }

  private static func layout(of object: AnyObject, _ mirrors: [Mirror]) -> Layout {
    // This object decides at run time what it shows.
    if object is any CustomReflectable { return Layout(positions: nil) }
    let type: AnyClass = type(of: object)
    if let layout = known.withLock({ $0.layouts[ObjectIdentifier(type)] }) { return layout }
    let fields = Reflection.properties(of: type)
    var levels: [[Int]] = [], start = 0
    for mirror in mirrors {
      let end = start + mirror.children.count
      levels.append((start..<end).filter { fields.indices.contains($0) && mayHold(fields[$0].type) }.map { $0 - start })
      start = end
    }
    let layout = Layout(positions: start == fields.count ? levels : nil)
    known.withLock { $0.layouts[ObjectIdentifier(type)] = layout }
    return layout
  }

  /// Whether a value of this declared type may be a Variable or a node, or contain one.
  static func mayHold(_ type: Any.Type) -> Bool {
    if let verdict = known.withLock({ $0.verdicts[ObjectIdentifier(type)] }) { return verdict }
    var visiting: Set<ObjectIdentifier> = []
    let verdict = mayHold(type, &visiting)
    known.withLock { $0.verdicts[ObjectIdentifier(type)] = verdict }
    return verdict
  }

  /// A type that is already being looked at adds nothing to its own answer.
  private static func mayHold(_ type: Any.Type, _ visiting: inout Set<ObjectIdentifier>) -> Bool {
    if type is any Stateless.Type { return false }
    guard visiting.insert(ObjectIdentifier(type)).inserted else { return false }
    if let container = type as? any Container.Type { return container.heldTypes.contains { mayHold($0, &visiting) } }
    switch Reflection.kind(type) {
    case .struct, .tuple: return Reflection.properties(of: type).contains { mayHold($0.type, &visiting) }
    // What a function captures cannot be seen.
    case .function, .metatype, .existentialMetatype, .opaque: return false
    default: return true
    }
  }
}

/// Containers of the standard library: what they hold is known from their type.
protocol Container {
  static var heldTypes: [Any.Type] { get }
}

extension Optional: Container { static var heldTypes: [Any.Type] { [Wrapped.self] } }
extension Array: Container { static var heldTypes: [Any.Type] { [Element.self] } }
extension ArraySlice: Container { static var heldTypes: [Any.Type] { [Element.self] } }
extension ContiguousArray: Container { static var heldTypes: [Any.Type] { [Element.self] } }
extension Set: Container { static var heldTypes: [Any.Type] { [Element.self] } }
extension Dictionary: Container { static var heldTypes: [Any.Type] { [Key.self, Value.self] } }

/// A type whose values hold no state: discovery does not look into them. Declare it for a class that does not inherit from ``Base`` and
/// refers to Variables that belong to others. (Whether a value is a constant of compiled programs is another
/// question. An array is a constant and holds no state. See ``Untracked``.)
///
/// ```swift
/// extension Plotter: Stateless {}
/// ```
public protocol Stateless {}

extension NDArray: Stateless {}
extension String: Stateless {}
extension Substring: Stateless {}
extension Character: Stateless {}
extension Jitted: Stateless {}
