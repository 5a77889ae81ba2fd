import HillockIR

/// The gradients of Variables: an array for each, of its shape and dtype. A Variable that a model shares occurs once.
///
/// ```swift
/// let w = TrainVar(NDArray([1.0, 2.0]))
/// let gradients = try grad({ (w * w).sum() }, of: [w])()
/// gradients[w]!                     // [2, 4]
/// ```
///
/// A value of its own: optimisers take it, and a jitted function may take and return it.
public struct Gradients: ArrayTree, RandomAccessCollection {
  /// What a gradient is of, and the gradient.
  public typealias Element = (key: String, variable: Variable, gradient: NDArray)

  private var entries: [Element]

  init(_ variables: [(key: String, variable: Variable)], _ arrays: [NDArray]) {
    entries = zip(variables, arrays).map { ($0.key, $0.variable, $1) }
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { entries.count }
  public subscript(_ position: Int) -> Element { entries[position] }

  /// The gradient of a Variable; nil where it is none of those that were asked for.
  public subscript(_ variable: Variable) -> NDArray? { entries.first { $0.variable === variable }?.gradient }

  /// The gradient of the Variable with this key, the one that its collection has it under.
  public subscript(_ key: String) -> NDArray? { entries.first { $0.key == key }?.gradient }

  public func visit(_ visitor: inout TreeVisitor) {
    visitor.add(count: entries.count)
    for entry in entries {
      visitor.add(object: entry.variable)
      entry.gradient.visit(&visitor)
    }
  }

  public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Gradients {
    var result = self
    for position in entries.indices { result.entries[position].gradient = try transform(entries[position].gradient) }
    return result
  }
}
