/// Named objects in the order in which they were found, such as the Variables of an object.
public struct Collector<Element: AnyObject>: RandomAccessCollection {
  private var entries: [(key: String, value: Element)] = []

  init() {}

  mutating func append(_ key: String, _ value: Element) { entries.append((key, value)) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }
  public subscript(_ position: Int) -> (key: String, value: Element) { entries[position] }

  /// The object with this key.
  public subscript(_ key: String) -> Element? { entries.first { $0.key == key }?.value }

  public var keys: [String] { entries.map(\.key) }
  public var values: [Element] { entries.map(\.value) }

  /// Each object once, under the first key it was found with.
  public func unique() -> Collector {
    var seen: Set<ObjectIdentifier> = []
    var result = Collector()
    for entry in entries where seen.insert(ObjectIdentifier(entry.value)).inserted { result.append(entry.key, entry.value) }
    return result
  }
}
