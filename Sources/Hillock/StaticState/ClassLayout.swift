import Synchronization

/// Where the stored properties of a class lie in its instances. Made once for each class.
///
/// The offsets come from the runtime's reflection entry points, which `Mirror` itself is made of: they are exported by the
/// standard library on every platform and read the field metadata described in Swift's docs/ABI/TypeMetadata.
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
    var fields: [Field] = []
    let first = type is Base.Type ? Reflection.fieldCount(Base.self) : 0
    for index in first..<max(first, Reflection.fieldCount(type)) {
      guard let property = Reflection.field(type, index), property.isStrong, property.type != Void.self,
        !(property.type is any UntrackedState.Type)
      else { continue }
      let lazyPrefix = "$__lazy_storage_$_"
      let isLazy = property.name.hasPrefix(lazyPrefix)
      let name = isLazy ? String(property.name.dropFirst(lazyPrefix.count)) : property.name
      fields.append(Field(name: name, offset: property.offset, type: property.type, isLazy: isLazy))
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

/// The standard library's reflection of stored properties.
enum Reflection {
  struct StoredProperty {
    let name: String
    let offset: Int
    let type: any Any.Type
    /// Neither weak nor unowned.
    let isStrong: Bool
  }

  private struct Metadata {
    var name: UnsafePointer<CChar>?
    var release: (@convention(c) (UnsafePointer<CChar>?) -> Void)?
    var isStrong = false
    var isVariable = false
  }

  @_silgen_name("swift_reflectionMirror_recursiveCount")
  private static func count(_: any Any.Type) -> Int

  @_silgen_name("swift_reflectionMirror_recursiveChildOffset")
  private static func offset(_: any Any.Type, index: Int) -> Int

  @_silgen_name("swift_reflectionMirror_recursiveChildMetadata")
  private static func metadata(
    _: any Any.Type, index: Int, fieldMetadata: UnsafeMutablePointer<Metadata>
  ) -> any Any.Type

  /// The stored properties of a class with those it inherits, or of a structure.
  static func fieldCount(_ type: any Any.Type) -> Int { count(type) }

  static func field(_ type: any Any.Type, _ index: Int) -> StoredProperty? {
    var found = Metadata()
    let fieldType = metadata(type, index: index, fieldMetadata: &found)
    defer { found.release?(found.name) }
    guard let name = found.name else { return nil }
    return StoredProperty(
      name: String(cString: name), offset: offset(type, index: index), type: fieldType, isStrong: found.isStrong)
  }
}
