// What is often written by mistake: the compiler says what to write instead. None of it ever runs.

import HillockIR

extension ArrayValue {
  @available(*, unavailable, message: "comparing arrays gives an array: write a .== b, or (a .== b).all() for one answer")
  public static func == (a: Self, b: some ArrayConvertible) -> Bool { false }

  @available(*, unavailable, message: "comparing arrays gives an array: write a .!= b, or (a .!= b).any() for one answer")
  public static func != (a: Self, b: some ArrayConvertible) -> Bool { false }

  @available(*, unavailable, message: "comparing arrays gives an array: write a .< b, or (a .< b).all() for one answer")
  public static func < (a: Self, b: some ArrayConvertible) -> Bool { false }

  @available(*, unavailable, message: "comparing arrays gives an array: write a .<= b, or (a .<= b).all() for one answer")
  public static func <= (a: Self, b: some ArrayConvertible) -> Bool { false }

  @available(*, unavailable, message: "comparing arrays gives an array: write a .> b, or (a .> b).all() for one answer")
  public static func > (a: Self, b: some ArrayConvertible) -> Bool { false }

  @available(*, unavailable, message: "comparing arrays gives an array: write a .>= b, or (a .>= b).all() for one answer")
  public static func >= (a: Self, b: some ArrayConvertible) -> Bool { false }

  @available(*, unavailable, message: "&& takes one truth value: write a .& b, element by element")
  public static func && (a: Self, b: some ArrayConvertible) -> Bool { false }

  @available(*, unavailable, message: "|| takes one truth value: write a .| b, element by element")
  public static func || (a: Self, b: some ArrayConvertible) -> Bool { false }

  @available(*, unavailable, message: "! takes one truth value: write .!a, element by element")
  public static prefix func ! (a: Self) -> Bool { false }
}

// Python's words.
extension ArrayValue {
  @available(*, unavailable, message: "^ is the exclusive or of Swift's integers: write x ** y for a power, x .^ y bit by bit")
  public static func ^ (a: Self, b: some ArrayConvertible) -> NDArray { a.array }

  @available(*, unavailable, message: "write x .& y, element by element")
  public static func & (a: Self, b: some ArrayConvertible) -> NDArray { a.array }

  @available(*, unavailable, message: "write x .| y, element by element")
  public static func | (a: Self, b: some ArrayConvertible) -> NDArray { a.array }

  @available(*, unavailable, renamed: "reshaped(_:)")
  public func reshape(_ shape: Int...) -> NDArray { reshaped(shape) }

  @available(*, unavailable, renamed: "transposed(_:)")
  public func transpose(_ axes: Int...) -> NDArray { transposed(axes) }

  @available(*, unavailable, renamed: "flattened()")
  public func flatten() -> NDArray { flattened() }

  @available(*, unavailable, renamed: "flattened()")
  public func ravel() -> NDArray { flattened() }

  @available(*, unavailable, renamed: "squeezed(axis:)")
  public func squeeze(_ axis: Int = 0) -> NDArray { squeezed(axis: axis) }

  @available(*, unavailable, renamed: "count")
  public var size: Int { array.count }

  @available(*, unavailable, renamed: "rank")
  public var ndim: Int { array.rank }

  @available(*, unavailable, message: "write try x.floats(), ints(), bools(), or scalars() for a type of your choice")
  public func tolist() -> [Double] { [] }

  @available(*, unavailable, message: "an array never changes, so it needs no copy; what changes is a Variable: Variable(x)")
  public func copy() -> NDArray { array }
}

extension BinaryFloatingPoint {
  @available(*, unavailable, message: "the value may not be known, or may be an error: write try x.item(as: Double.self)")
  public init(_ array: some ArrayValue) { self = 0 }
}

extension FixedWidthInteger {
  @available(*, unavailable, message: "the value may not be known, or may be an error: write try x.item(as: Int.self)")
  public init(_ array: some ArrayValue) { self = 0 }
}

/// The literal `[]`, which has elements of no type.
public struct EmptyArrayLiteral: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Never...) {}
}

extension NDArray {
  @available(*, unavailable, message: "[] has elements of no type: write zeros(0), or NDArray([Float]())")
  public init(_ values: EmptyArrayLiteral, dtype: DType? = nil) { self.init(weak: 0) }
}

@available(
  *, unavailable,
  message: """
    jit(object) takes an object that conforms to Callable0, Callable1, … by its number of arguments; \
    or write jit(object, Type.callAsFunction)
    """
)
@_disfavoredOverload
public func jit<Model: AnyObject>(_ model: Model) -> Jitted<Void> { jit { () -> Void in } }
