import HillockIR
import HillockRuntime

/// What a program is traced for: dtypes, shapes and structure of a call's arguments, and the static values.
final class Signature: Sendable {
  enum Part: Sendable {
    case array(ArrayType, isWeak: Bool)
    /// The number of parts that follow in a container.
    case count(Int)
    case value(StaticValue)
  }

  let parts: [Part]
  /// The name of each part in messages: `argument 0`, `argument 1.V[2]`; empty if names are not needed.
  let paths: [String]
  /// The types of the arrays among the parts.
  let arrays: [(type: ArrayType, isWeak: Bool)]

  init(_ parts: [Part], paths: [String] = []) {
    self.parts = parts
    self.paths = paths
    arrays = parts.compactMap {
      if case .array(let type, let isWeak) = $0 { return (type, isWeak) }
      return nil
    }
  }

  /// Whether both are the same, compared part by part.
  func isEqual(_ other: Signature) -> Bool {
    guard parts.count == other.parts.count else { return false }
    return zip(parts, other.parts).allSatisfy { Self.isEqual($0, $1) }
  }

  static func isEqual(_ a: Part, _ b: Part) -> Bool {
    switch (a, b) {
    case (.array(let a, let aWeak), .array(let b, let bWeak)): a == b && aWeak == bWeak
    case (.count(let a), .count(let b)): a == b
    case (.value(let a), .value(let b)): a.isEqual(b)
    default: false
    }
  }

  /// `(f32[3], i32[], 4)`
  var text: String { "(\(parts.filter { if case .count = $0 { false } else { true } }.map(Self.text).joined(separator: ", ")))" }

  func text(with batches: [BatchUse]) -> String {
    batches.isEmpty ? text : "\(text.dropLast()); \(batches.map { "\($0.variable.name): \($0.type)" }.joined(separator: ", ")))"
  }

  static func text(_ part: Part) -> String {
    switch part {
    case .array(let type, let isWeak): isWeak ? "\(type.dtype.weakReadOut.name) number" : type.description
    case .count(let count): "\(count) parts"
    case .value(let value): value.text
    }
  }

  /// The first difference of this signature from an earlier one.
  func difference(from earlier: Signature) -> Retrace {
    for (index, pair) in zip(earlier.parts, parts).enumerated() where !Self.isEqual(pair.0, pair.1) {
      let (old, new) = (Self.text(pair.0), Self.text(pair.1))
      let path = paths.indices.contains(index) ? paths[index] : "part \(index) of the arguments"
      return Retrace(.signature, path: path, old: old, new: old == new ? "another \(new)" : new)
    }
    return Retrace(
      .signature, path: "the number of parts of the arguments", old: "\(earlier.parts.count)", new: "\(parts.count)")
  }

  /// The objects that it names by their identity.
  var objects: [AnyObject] {
    parts.compactMap { if case .value(let value) = $0 { (value as? ObjectIdentity)?.object } else { nil } }
  }

  /// Whether it names an object that no longer lives. Then no call can have this signature again.
  var namesDeadObject: Bool {
    parts.contains { if case .value(let value as ObjectIdentity) = $0 { value.object == nil } else { false } }
  }
}

/// A static value of any type, comparable without boxing the other one.
class StaticValue: @unchecked Sendable {
  // @unchecked: the subclass holds one Sendable constant.
  var text: String { "" }
  func isEqual<Value: Hashable>(_ other: Value) -> Bool { false }
  func isEqual(_ other: StaticValue) -> Bool { false }
  func isSame(_ object: AnyObject) -> Bool { false }
}

final class StaticValueOf<Held: Hashable & Sendable>: StaticValue, @unchecked Sendable {
  private let value: Held
  private let floats: FloatLeaves?

  init(_ value: Held) {
    self.value = value
    floats = FloatLeaves(value)
  }

  override var text: String { "\(value)" }

  override func isEqual<Value: Hashable>(_ other: Value) -> Bool {
    guard Value.self == Held.self, let other = other as? Held else { return false }
    // Without floats, `==` decides.
    return floats == nil ? value == other : FloatLeaves.isSame(floats, FloatLeaves(other), isEqual: value == other)
  }

  override func isEqual(_ other: StaticValue) -> Bool { other.isEqual(value) }
}

/// An object as a static value. While it lives it equals only itself. It does not keep the object.
final class ObjectIdentity: StaticValue, @unchecked Sendable {
  // @unchecked: weak references are safe to read from any thread, and it is never written again.
  private(set) weak var object: AnyObject?
  private let name: String

  init(_ object: AnyObject) {
    self.object = object
    name =
      switch object {
      case let base as Base: base.name
      case let variable as Variable: "Variable \(variable.name) \(variable.type)"
      default: "\(type(of: object))"
      }
  }

  override var text: String { name }
  override func isEqual(_ other: StaticValue) -> Bool { (other as? ObjectIdentity)?.object.map(isSame) ?? false }
  override func isSame(_ other: AnyObject) -> Bool { object === other }
}

/// Visits an array tree. It reads the signature of a call, or compares it with a known one and fills a frame.
public struct TreeVisitor {
  private enum Purpose {
    case collect
    /// Compare, and pass the arrays to the frame in their order.
    case match(Signature, Frame)
  }

  private let purpose: Purpose
  private(set) var parts: [Signature.Part] = []
  private(set) var paths: [String] = []
  private(set) var arrays: [NDArray] = []
  private(set) var failure: HillockError?
  private var position = 0
  private var argument = 0
  private var isMatch = true

  /// Collects the parts and the arrays.
  init() { purpose = .collect }

  /// Collects one argument of a call, with the names of its parts.
  mutating func collect(_ tree: some ArrayTree, path: String) {
    let first = parts.count
    tree.visit(&self)
    var arrays = Trees.paths(path, tree).makeIterator()
    for part in parts[first...] {
      if case .array = part { paths.append(arrays.next() ?? path) } else { paths.append(path) }
    }
  }

  /// Compares with a signature. If everything matches, the frame has its arguments.
  init(matching signature: Signature, into frame: Frame) { purpose = .match(signature, frame) }

  /// Whether everything matched the signature.
  var matches: Bool {
    if case .match(let signature, _) = purpose { return isMatch && position == signature.parts.count }
    return false
  }

  mutating func add(array: NDArray) {
    switch array.content {
    case .concrete, .weak, .failure: break
    case .ranged(let number, _): return add(array: NDArray(weak: .int(number)))
    case .traced:
      let whole = array.whole
      if !whole.isTraced { return add(array: whole) }
    }
    switch purpose {
    case .collect: collect(array)
    case .match(let signature, let frame):
      defer { position += 1 }
      guard isMatch, position < signature.parts.count, case .array(let expected, let isWeak) = signature.parts[position] else {
        isMatch = false
        return
      }
      switch array.content {
      case .concrete(let storage, let type) where !isWeak && type.dtype == expected.dtype && type.shape == expected.shape:
        frame.setArgument(argument, storage)
        argument += 1
      case .weak(let scalar) where isWeak == scalar.adopts && scalar.carrier == expected.dtype && expected.shape.isEmpty:
        guard let bits = try? scalar.bits(expected.dtype), let storage = try? Storage.scalar(bits, expected.dtype) else {
          isMatch = false
          return
        }
        frame.setArgument(argument, storage)
        argument += 1
      default: isMatch = false
      }
    }
  }

  private mutating func collect(_ array: NDArray) {
    switch array.content {
    case .failure(let failed): failure = failure ?? failed.thrownError()
    case .traced(let value): failure = failure ?? value.trace.escapeError(value)
    case .concrete(_, let type): parts.append(.array(type, isWeak: false))
    case .weak(let scalar): parts.append(.array(ArrayType(scalar.carrier, []), isWeak: scalar.adopts))
    // `add` passes on the number itself.
    case .ranged: break
    }
    arrays.append(array)
  }

  mutating func add(count: Int) {
    switch purpose {
    case .collect: parts.append(.count(count))
    case .match(let signature, _):
      defer { position += 1 }
      guard isMatch, position < signature.parts.count, case .count(count) = signature.parts[position] else {
        isMatch = false
        return
      }
    }
  }

  /// An object that stands for itself.
  mutating func add(object: AnyObject) {
    switch purpose {
    case .collect: parts.append(.value(ObjectIdentity(object)))
    case .match(let signature, _):
      defer { position += 1 }
      guard isMatch, position < signature.parts.count, case .value(let known) = signature.parts[position],
        known.isSame(object)
      else {
        isMatch = false
        return
      }
    }
  }

  /// A value that is part of the signature.
  public mutating func add(static value: some Hashable & Sendable) {
    switch purpose {
    case .collect: parts.append(.value(StaticValueOf(value)))
    case .match(let signature, _):
      defer { position += 1 }
      guard isMatch, position < signature.parts.count, case .value(let known) = signature.parts[position], known.isEqual(value)
      else {
        isMatch = false
        return
      }
    }
  }
}
