import HillockIR

/// What a jitted function takes and returns: arrays, and structures of arrays.
///
/// Arrays, optionals, dictionaries with `String` keys, and tuples (as results) of array trees are array trees. For your own
/// structures, list the parts in both requirements, in the same order:
///
/// ```swift
/// struct State: ArrayTree {
///   var V: NDArray, w: NDArray
///   func visit(_ visitor: inout TreeVisitor) { V.visit(&visitor); w.visit(&visitor) }
///   func map(_ transform: (NDArray) throws -> NDArray) rethrows -> State {
///     State(V: try V.map(transform), w: try w.map(transform))
///   }
/// }
/// ```
public protocol ArrayTree {
  /// Passes every part to the visitor, in a fixed order.
  func visit(_ visitor: inout TreeVisitor)

  /// The same structure with every array replaced, in the order of `visit`.
  func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Self

  /// What the body of a loop over the rows of this tree gets: a tree of the same structure, with an array in place of each ``Variable``.
  associatedtype LoopRow: ArrayTree = Self

  /// A row: the same structure with every array, and every ``Variable``'s value, replaced. You need not write it.
  func row(_ transform: (NDArray) throws -> NDArray) rethrows -> LoopRow
}

extension ArrayTree where LoopRow == Self {
  public func row(_ transform: (NDArray) throws -> NDArray) rethrows -> Self { try map(transform) }
}

/// A value that is part of a jitted function's signature: another value means another trace.
/// `Int`, `Bool`, `String`, `Double`, … are static. Make your own enum static by declaring the conformance:
///
/// ```swift
/// enum Method: StaticArgument { case euler, rk4 }
/// ```
/// Pass a number that changes from call to call as an `NDArray` instead.
public protocol StaticArgument: ArrayTree, Hashable, Sendable {}

extension StaticArgument {
  public func visit(_ visitor: inout TreeVisitor) { visitor.add(static: self) }
  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Self { self }
}

extension Int: StaticArgument {}
extension Int32: StaticArgument {}
extension Int64: StaticArgument {}
extension UInt32: StaticArgument {}
extension UInt64: StaticArgument {}
extension Float: StaticArgument {}
extension Double: StaticArgument {}
extension Bool: StaticArgument {}
extension String: StaticArgument {}

extension NDArray: ArrayTree {
  public func visit(_ visitor: inout TreeVisitor) { visitor.add(array: self) }
  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> NDArray { try transform(self) }
}

extension Variable: ArrayTree {
  /// A Variable is passed as itself: the function reads and writes this Variable, and another one means another trace.
  public func visit(_ visitor: inout TreeVisitor) { visitor.add(object: self) }

  /// A loop over a Variable steps over the rows of its value.
  public func row(_ transform: (NDArray) throws -> NDArray) rethrows -> NDArray { try transform(value) }
}

extension Base: ArrayTree {
  public func row(_ transform: (NDArray) throws -> NDArray) rethrows -> Base { self }

  /// An object is passed as itself; another object means another trace.
  public func visit(_ visitor: inout TreeVisitor) { visitor.add(object: self) }
}

extension ArrayTree where Self: AnyObject {
  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Self { self }
}

extension Array: ArrayTree where Element: ArrayTree {
  public func visit(_ visitor: inout TreeVisitor) {
    visitor.add(count: count)
    for element in self { element.visit(&visitor) }
  }

  // Swift's own `map` comes first: `[1.0, 2].map { $0 * 2 }` is of the numbers, which are static parts of a tree.
  @_disfavoredOverload
  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(count)
    for element in self { result.append(try element.map(transform)) }
    return result
  }

  public func row(_ transform: (NDArray) throws -> NDArray) rethrows -> [Element.LoopRow] {
    var result: [Element.LoopRow] = []
    result.reserveCapacity(count)
    for element in self { result.append(try element.row(transform)) }
    return result
  }
}

extension Optional: ArrayTree where Wrapped: ArrayTree {
  public func visit(_ visitor: inout TreeVisitor) {
    if case .none = self { visitor.add(count: 0) } else { visitor.add(count: 1) }
    if let value = self { value.visit(&visitor) }
  }

  @_disfavoredOverload
  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Wrapped? {
    if let value = self { return try value.map(transform) }
    return nil
  }

  public func row(_ transform: (NDArray) throws -> NDArray) rethrows -> Wrapped.LoopRow? {
    if let value = self { return try value.row(transform) }
    return nil
  }
}

extension Dictionary: ArrayTree where Key == String, Value: ArrayTree {
  public func visit(_ visitor: inout TreeVisitor) {
    visitor.add(count: count)
    for key in keys.sorted() {
      visitor.add(static: key)
      self[key]?.visit(&visitor)
    }
  }

  @_disfavoredOverload
  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> [String: Value] {
    var result = self
    for key in keys.sorted() { if let value = self[key] { result[key] = try value.map(transform) } }
    return result
  }

  public func row(_ transform: (NDArray) throws -> NDArray) rethrows -> [String: Value.LoopRow] {
    var result: [String: Value.LoopRow] = [:]
    for key in keys.sorted() { if let value = self[key] { result[key] = try value.row(transform) } }
    return result
  }
}
