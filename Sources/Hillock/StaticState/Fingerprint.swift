import HillockIR

/// What a property held at some moment, in a form that can be compared with another moment and told in words.
///
/// Numbers, strings and whatever else is `Hashable` are compared by their values, floats in them by their bits; arrays of this library by their storage;
/// objects by identity; containers, tuples and structures part by part; functions by their code and context.
indirect enum Fingerprint {
  case value(AnyHashable, floats: FloatLeaves?)
  /// By its bits: a NaN is equal to itself.
  case floating(bits: UInt64, text: String)
  case array(NDArray)
  case object(AnyObject)
  case parts([(label: String, value: Fingerprint)])
  /// A function, or something else that reflection does not see through; nil where it lies inside another value.
  case opaque([UInt8]?)
  case untracked

  /// Of the value of a stored property of the instance at this address. The objects found in it are shown to `found`.
  init(_ value: Any, of field: ClassLayout.Field, _ instance: UnsafeRawPointer, found: (AnyObject) -> Void) {
    self.init(value, found: found)
    if case .opaque = self {
      self = .opaque(Array(UnsafeRawBufferPointer(start: instance + field.offset, count: field.size)))
    }
  }

  init(_ value: Any, found: (AnyObject) -> Void) {
    switch value {
    case is any UntrackedState: self = .untracked
    case let array as NDArray: self = .array(array)
    case let number as Double: self = .floating(bits: number.bitPattern, text: "\(number)")
    case let number as Float: self = .floating(bits: UInt64(number.bitPattern), text: "\(number)")
    default:
      let type = type(of: value)
      if type is any AnyObject.Type {
        let object = value as AnyObject
        found(object)
        self = .object(object)
        return
      }
      let mirror = Mirror(reflecting: value)
      if mirror.displayStyle != .optional, let known = value as? AnyHashable {
        self = .value(known, floats: FloatLeaves(value))
        return
      }
      switch mirror.displayStyle {
      case .optional: self = .parts(mirror.children.map { ("", Fingerprint($0.value, found: found)) })
      case .collection, .set:
        self = .parts(mirror.children.enumerated().map { ("[\($0.offset)]", Fingerprint($0.element.value, found: found)) })
      case .dictionary: self = .parts(Self.dictionary(mirror, found))
      case .tuple, .enum:
        self = .parts(
          mirror.children.map { (".\($0.label ?? "")", Fingerprint($0.value, found: found)) } + Self.label(mirror, value))
      case .struct: self = .parts(Self.structure(mirror, type, found))
      default: self = .opaque(nil)
      }
    }
  }

  private static func dictionary(_ mirror: Mirror, _ found: (AnyObject) -> Void) -> [(label: String, value: Fingerprint)] {
    let pairs = mirror.children.compactMap { child -> (String, Any)? in
      let pair = Array(Mirror(reflecting: child.value).children)
      return pair.count == 2 ? ("\(pair[0].value)", pair[1].value) : nil
    }
    return pairs.sorted { $0.0 < $1.0 }.map { ("[\"\($0.0)\"]", Fingerprint($0.1, found: found)) }
  }

  /// Weak and unowned parts are left out: what they refer to is not held, and may be gone.
  private static func structure(
    _ mirror: Mirror, _ type: any Any.Type, _ found: (AnyObject) -> Void
  ) -> [(label: String, value: Fingerprint)] {
    let count = Reflection.propertyCount(type)
    return mirror.children.enumerated().compactMap { index, child in
      if count == mirror.children.count, Reflection.property(type, index)?.isStrong == false { return nil }
      return (".\(child.label ?? "")", Fingerprint(child.value, found: found))
    }
  }

  /// The case of an enum, which has no part of its own.
  private static func label(_ mirror: Mirror, _ value: Any) -> [(label: String, value: Fingerprint)] {
    guard mirror.displayStyle == .enum else { return [] }
    return [("", .value(mirror.children.first?.label ?? "\(value)", floats: nil))]
  }

  // MARK: Comparing

  /// The first difference from an earlier moment: where, and both values in words.
  func difference(from earlier: Fingerprint, path: String) -> (path: String, old: String, new: String)? {
    switch (earlier, self) {
    case (.untracked, .untracked): return nil
    case (.value(let old, let oldFloats), .value(let new, let newFloats)):
      if FloatLeaves.isSame(oldFloats, newFloats, isEqual: old == new) { return nil }
    case (.floating(let old, _), .floating(let new, _)): if old == new { return nil }
    case (.object(let old), .object(let new)): if old === new { return nil }
    case (.opaque(let old), .opaque(let new)): if old == nil || new == nil || old == new { return nil }
    case (.array(let old), .array(let new)): if old.isSame(as: new) { return nil }
    case (.parts(let old), .parts(let new)):
      if old.map(\.label) == new.map(\.label) {
        for (before, after) in zip(old, new) {
          if let found = after.value.difference(from: before.value, path: path + after.label) { return found }
        }
        return nil
      }
    default: break
    }
    let (old, new) = (earlier.text, text)
    return (path, old, old == new ? "another \(new)" : new)
  }

  var isNil: Bool {
    if case .parts(let parts) = self { return parts.isEmpty }
    return false
  }

  /// In words, and not too many.
  var text: String {
    switch self {
    case .value(let value, _): Self.text(value.base)
    case .floating(_, let text): text
    case .array(let array): Self.text(array)
    case .object(let object): Self.text(object)
    case .parts(let parts):
      parts.isEmpty
        ? "empty"
        : parts.count == 1 && parts[0].label.isEmpty
          ? parts[0].value.text
          : Self.shortened("(\(parts.prefix(8).map(\.value.text).joined(separator: ", ")))", of: parts.count)
    case .opaque: "function"
    case .untracked: "untracked"
    }
  }

  private static func text(_ value: Any) -> String {
    guard let collection = value as? any Collection, !(value is String) else { return shortened("\(value)", of: nil) }
    func head(_ collection: some Collection) -> String { collection.prefix(8).map { "\($0)" }.joined(separator: ", ") }
    return shortened(
      "[\(head(collection))\(collection.count > 8 ? ", …" : "")]", of: collection.count > 8 ? collection.count : nil)
  }

  private static func text(_ array: NDArray) -> String {
    switch array.content {
    case .traced: "value of a trace"
    case .failure: "error"
    case .weak, .ranged, .concrete: array.count <= 8 ? "\(array)" : "array \(array.type)"
    }
  }

  private static func text(_ object: AnyObject) -> String {
    switch object {
    case let base as Base: base.name
    case let variable as Variable: "Variable \(variable.type)"
    default: "\(type(of: object))"
    }
  }

  private static func shortened(_ text: String, of count: Int?) -> String {
    let limit = 80
    let head = text.count > limit ? text.prefix(limit - 1) + "…" : text
    return count.map { $0 > 8 ? "\(head) (\($0) elements)" : head } ?? head
  }
}

extension WeakScalar {
  /// Whether it is the same number, a float by its bits.
  fileprivate func isSame(as other: WeakScalar) -> Bool {
    if case .double(let a) = self, case .double(let b) = other { return a.bitPattern == b.bitPattern }
    return self == other
  }
}

extension NDArray {
  /// Whether it is the same memory under the same type, or the same number.
  fileprivate func isSame(as other: NDArray) -> Bool {
    switch (content, other.content) {
    case (.concrete(let a, let aType), .concrete(let b, let bType)): a === b && aType == bType
    case (.weak(let a), .weak(let b)): a.isSame(as: b)
    case (.ranged(let a, _), .ranged(let b, _)): a == b
    case (.traced(let a), .traced(let b)): a.trace === b.trace && a.id == b.id
    case (.failure(let a), .failure(let b)): a === b
    default: false
    }
  }
}
