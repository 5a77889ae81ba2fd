import Synchronization

/// Where the stored properties of a class lie in its instances. Made once for each class.
final class ClassLayout: Sendable {
  struct Field: Sendable {
    let name: String
    let offset: Int
    let type: any Any.Type
    /// The storage of a `lazy` property: filled by its first use, which is no change.
    let isLazy: Bool

    var size: Int {
      func open<Value>(_: Value.Type) -> Int { MemoryLayout<Value>.size }
      return _openExistential(type, do: open)
    }

    /// The value in the instance at this address.
    func load(_ instance: UnsafeRawPointer) -> Any {
      func open<Value>(_: Value.Type) -> Any { (instance + offset).assumingMemoryBound(to: Value.self).pointee }
      return _openExistential(type, do: open)
    }
  }

  /// The stored properties that can be read and compared, those of superclasses first, without those of ``Base`` itself.
  /// Weak and unowned ones are left out, and values that cannot be copied.
  let fields: [Field]
  /// The bytes they take, adjoining ones as one run.
  let runs: [Run]

  /// Adjoining bytes of an instance.
  struct Run: Sendable {
    let offset: Int
    var count: Int
  }

  private static let known = Mutex<[ObjectIdentifier: ClassLayout]>([:])

  static func of(_ object: AnyObject) -> ClassLayout {
    let type: any AnyObject.Type = type(of: object)
    if let known = known.withLock({ $0[ObjectIdentifier(type)] }) { return known }
    let layout = ClassLayout(type)
    known.withLock { $0[ObjectIdentifier(type)] = layout }
    return layout
  }

  private init(_ type: any AnyObject.Type) {
    let inherited = type is Base.Type ? Reflection.propertyCount(Base.self) : 0
    let fields = Reflection.properties(of: type).dropFirst(inherited).compactMap { property -> Field? in
      guard property.isStrong, property.type != Void.self, !(property.type is any UntrackedState.Type) else { return nil }
      return Field(name: property.name, offset: property.offset, type: property.type, isLazy: property.isLazy)
    }
    self.fields = fields
    runs = Self.runs(of: fields)
  }

  /// The bytes of these fields.
  static func runs(of fields: [Field]) -> [Run] {
    var runs: [Run] = []
    for field in fields {
      // Gaps of alignment between two properties may be compared too: they change only when a property is written.
      if let last = runs.last, field.offset - (last.offset + last.count) < 8 {
        runs[runs.count - 1].count = field.offset + field.size - last.offset
      } else {
        runs.append(Run(offset: field.offset, count: field.size))
      }
    }
    return runs
  }
}
