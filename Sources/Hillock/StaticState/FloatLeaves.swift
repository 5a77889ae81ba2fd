/// The floats in a Swift value, at any depth, by their bits, with the other parts between them.
///
/// Whether two values are the same thing for a program cannot be left to `==`: it says that 0.0 is −0.0, and that a NaN is not
/// itself.
struct FloatLeaves {
  private enum Leaf: Hashable {
    case floats([UInt64])
    case other(AnyHashable)
    /// Where a part of a structure or a container begins, by its label.
    case part(String)
  }

  private var leaves: [Leaf] = []
  private var holdsFloats = false
  private var holdsNaN = false

  /// nil for a value without floats: there `==` is right.
  init?(_ value: Any) {
    visit(value)
    guard holdsFloats else { return nil }
  }

  /// Whether two values are the same, one with these floats, of which `==` says whether they are equal.
  static func isSame(_ a: FloatLeaves?, _ b: FloatLeaves?, isEqual: Bool) -> Bool {
    guard let a, let b else { return isEqual && a == nil && b == nil }
    return a.leaves == b.leaves && (isEqual || a.holdsNaN)
  }

  private mutating func visit(_ value: Any) {
    if Self.isExact(type(of: value)) {
      if let value = value as? AnyHashable { leaves.append(.other(value)) }
      return
    }
    switch value {
    case let number as any BinaryFloatingPoint: add(number)
    case let numbers as [Double]: add(numbers) { $0.bitPattern }
    case let numbers as [Float]: add(numbers) { UInt64($0.bitPattern) }
    case let vector as any SIMD: visitScalars(of: vector)
    default: visitParts(of: value)
    }
  }

  /// Whether values of this type are numbers or texts without floats in them, or containers of these.
  private static func isExact(_ type: Any.Type) -> Bool {
    if let container = type as? any Container.Type { return container.heldTypes.allSatisfy(isExact) }
    return type is any BinaryInteger.Type || type is any StringProtocol.Type || type == Bool.self
  }

  private mutating func add<Number: BinaryFloatingPoint>(_ number: Number) {
    let sign: UInt64 = number.sign == .minus ? 1 : 0
    leaves.append(.floats([sign, UInt64(number.exponentBitPattern), UInt64(number.significandBitPattern)]))
    holdsFloats = true
    holdsNaN = holdsNaN || number.isNaN
  }

  private mutating func add<Number: BinaryFloatingPoint>(_ numbers: [Number], _ bits: (Number) -> UInt64) {
    leaves.append(.floats(numbers.map(bits)))
    holdsFloats = holdsFloats || !numbers.isEmpty
    holdsNaN = holdsNaN || numbers.contains(where: \.isNaN)
  }

  private mutating func visitScalars<Vector: SIMD>(of vector: Vector) {
    for index in vector.indices { visit(vector[index]) }
  }

  private mutating func visitParts(of value: Any) {
    let mirror = Mirror(reflecting: value)
    // What a class holds is its own: an object is the same by its `==`, or by its identity.
    guard !mirror.children.isEmpty, mirror.displayStyle != .class else {
      leaves.append((value as? AnyHashable).map(Leaf.other) ?? .part("\(value)"))
      return
    }
    let isUnordered = mirror.displayStyle == .set || mirror.displayStyle == .dictionary
    let children = isUnordered ? mirror.children.sorted { "\($0.value)" < "\($1.value)" } : Array(mirror.children)
    for child in children {
      leaves.append(.part(child.label ?? ""))
      visit(child.value)
    }
    leaves.append(.part("end"))
  }
}
