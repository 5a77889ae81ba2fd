import HillockIR

/// Named objects in the order in which they were found, such as the Variables of an object.
///
/// ```swift
/// let all = try net.vars()
/// let trained = all.subset(TrainVar.self)
/// let rest = all - trained
/// ```
public struct Collector<Element: AnyObject>: RandomAccessCollection {
  private var entries: [(key: String, value: Element)] = []
  /// The position of each key.
  private var positions: [String: Int] = [:]

  public init() {}

  /// Adds an object. The same object under the same key changes nothing.
  ///
  /// - Throws: an `argument` error if the key names another object.
  public mutating func append(_ key: String, _ value: Element) throws(HillockError) {
    if let position = positions[key] {
      guard entries[position].value === value else {
        throw HillockError(
          .argument,
          "the key \(key) names two objects, a \(type(of: entries[position].value)) and a \(type(of: value)); rename "
            + "one")
      }
      return
    }
    positions[key] = entries.count
    entries.append((key, value))
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }
  public subscript(_ position: Int) -> (key: String, value: Element) { entries[position] }

  /// The object with this key.
  public subscript(_ key: String) -> Element? { positions[key].map { entries[$0].value } }

  public var keys: [String] { entries.map(\.key) }
  public var values: [Element] { entries.map(\.value) }

  /// Replaces the object with this key, in the same place.
  ///
  /// - Throws: an `argument` error if no object has the key.
  public mutating func replace(_ key: String, with value: Element) throws(HillockError) {
    guard let position = positions[key] else {
      throw HillockError(.argument, "there is no \(key) to replace; the keys are \(Listing.of(keys))")
    }
    entries[position].value = value
  }

  /// Each object once, under the first key it was found with.
  public func unique() -> Collector {
    var seen: Set<ObjectIdentifier> = []
    return filtered { seen.insert(ObjectIdentifier($0.value)).inserted }
  }

  /// The objects of a class or its subclasses.
  public func subset<Kind: AnyObject>(_ kind: Kind.Type) -> Collector<Kind> {
    var result = Collector<Kind>()
    for entry in entries { if let value = entry.value as? Kind { result.add(entry.key, value) } }
    return result
  }

  /// The objects that are neither of this class nor of a subclass.
  public func notSubset<Kind: AnyObject>(_ kind: Kind.Type) -> Collector { filtered { !($0.value is Kind) } }

  /// The objects of any of these types: classes, with their subclasses, or protocols.
  public func include(_ types: Any.Type...) -> Collector { filtered { entry in types.contains { Self.is(entry.value, $0) } } }

  /// The objects that have none of these types.
  public func exclude(_ types: Any.Type...) -> Collector { filtered { entry in !types.contains { Self.is(entry.value, $0) } } }

  /// Both collections' objects, the left one's first.
  ///
  /// - Throws: an `argument` error if a key names different objects in the two.
  public static func + (a: Collector, b: Collector) throws(HillockError) -> Collector {
    var result = a
    for entry in b { try result.append(entry.key, entry.value) }
    return result
  }

  /// The objects of the left collection that the right one does not have under any key.
  public static func - <Other>(a: Collector, b: Collector<Other>) -> Collector {
    let removed = Set(b.map { ObjectIdentifier($0.value) })
    return a.filtered { !removed.contains(ObjectIdentifier($0.value)) }
  }

  private static func `is`<Kind>(_ value: Element, _ kind: Kind.Type) -> Bool { value is Kind }

  private func filtered(_ isIncluded: ((key: String, value: Element)) -> Bool) -> Collector {
    var result = Collector()
    for entry in entries where isIncluded(entry) { result.add(entry.key, entry.value) }
    return result
  }

  /// Adds an object under a new key.
  private mutating func add(_ key: String, _ value: Element) {
    positions[key] = entries.count
    entries.append((key, value))
  }
}

/// Variables by name.
public typealias VariableCollection = Collector<Variable>
/// Objects by name.
public typealias NodeCollection = Collector<Base>

/// Names in a message: the first few, and the number of others.
enum Listing {
  static func of(_ names: [String], limit: Int = 12) -> String {
    if names.isEmpty { return "none" }
    let more = names.count > limit ? " and \(names.count - limit) more" : ""
    return names.prefix(limit).joined(separator: ", ") + more
  }
}

extension Collector: CustomStringConvertible {
  public var description: String { "[" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "]" }
}
