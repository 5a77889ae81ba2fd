/// What types declare about their stored properties: the one place that asks the runtime.
///
/// The entry points are those that `Mirror` itself is made of: the standard library exports them on every platform, and they read
/// the metadata described in Swift's docs/ABI/TypeMetadata. Unlike a `Mirror` they know declared types, where values lie, and
/// references that are weak.
enum Reflection {
  struct StoredProperty {
    /// As it is written in the source.
    let name: String
    /// The storage of a `lazy` property: filled by its first use.
    let isLazy: Bool
    let offset: Int
    /// The declared type.
    let type: any Any.Type
    /// Neither weak nor unowned.
    let isStrong: Bool
  }

  /// The kind of a type's metadata. (swift/ABI/MetadataKind.def.)
  enum Kind: UInt {
    case `struct` = 0x200
    case `enum` = 0x201
    case optional = 0x202
    case opaque = 0x300
    case tuple = 0x301
    case function = 0x302
    case existential = 0x303
    case metatype = 0x304
    case existentialMetatype = 0x306
    /// Classes of any kind, and whatever later versions add.
    case other = 0
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

  @_silgen_name("swift_getMetadataKind")
  private static func metadataKind(_: any Any.Type) -> UInt

  static func kind(_ type: any Any.Type) -> Kind { Kind(rawValue: metadataKind(type)) ?? .other }

  /// The stored properties of a class with those it inherits, a superclass's first; of a structure; the elements of a tuple.
  static func properties(of type: any Any.Type) -> [StoredProperty] { (0..<count(type)).compactMap { property(type, $0) } }

  static func propertyCount(_ type: any Any.Type) -> Int { count(type) }

  static func property(_ type: any Any.Type, _ index: Int) -> StoredProperty? {
    var found = Metadata()
    let fieldType = metadata(type, index: index, fieldMetadata: &found)
    defer { found.release?(found.name) }
    guard let stored = found.name.map(String.init(cString:)) else { return nil }
    let (name, isLazy) = sourceName(stored)
    return StoredProperty(
      name: name, isLazy: isLazy, offset: offset(type, index: index), type: fieldType, isStrong: found.isStrong)
  }

  /// The name that the source has for the property that is stored under this one.
  static func sourceName(_ stored: String) -> (name: String, isLazy: Bool) {
    let prefix = "$__lazy_storage_$_"
    return stored.hasPrefix(prefix) ? (String(stored.dropFirst(prefix.count)), true) : (stored, false)
  }
}
