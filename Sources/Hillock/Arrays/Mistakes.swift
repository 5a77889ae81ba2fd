// What is often written by mistake, or was right before: the compiler says what to write instead. None of it ever runs.

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

// Names of Python, and names that were given up.
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

  @available(*, unavailable, renamed: "asType(_:)")
  public func astype(_ dtype: DType) -> NDArray { asType(dtype) }

  @available(*, unavailable, renamed: "swappingAxes(_:_:)")
  public func swapAxes(_ a: Int, _ b: Int) -> NDArray { swappingAxes(a, b) }

  @available(*, unavailable, renamed: "expandingDims(axis:)")
  public func expandedDims(_ axis: Int) -> NDArray { expandingDims(axis: axis) }

  @available(*, unavailable, message: "write squeezed(axis: 0), or squeezed(axes: [0, 2])")
  public func squeezed(_ axes: Int...) -> NDArray { squeezed(axes: axes) }

  @available(*, unavailable, renamed: "variance(axis:ddof:keepDims:)")
  public func `var`(axis: Int? = nil, ddof: Double = 0, keepDims: Bool = false) -> NDArray {
    variance(axis: axis, ddof: ddof, keepDims: keepDims)
  }
}

extension BinaryFloatingPoint {
  @available(*, unavailable, message: "the value may not be known, or may be an error: write try x.item(as: Double.self)")
  public init(_ array: some ArrayValue) { self = 0 }
}

extension FixedWidthInteger {
  @available(*, unavailable, message: "the value may not be known, or may be an error: write try x.item(as: Int.self)")
  public init(_ array: some ArrayValue) { self = 0 }
}

@available(*, unavailable, renamed: "select(_:_:_:)")
public func `where`(_ condition: some ArrayConvertible, _ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  select(condition, a, b)
}

@available(*, unavailable, message: "write x.sum(), or x.sum(axis: 0)")
public func sum(_ x: some ArrayConvertible, axis: Int? = nil, keepDims: Bool = false) -> NDArray {
  x.array.sum(axis: axis, keepDims: keepDims)
}

@available(*, unavailable, message: "write x.mean(), or x.mean(axis: 0)")
public func mean(_ x: some ArrayConvertible, axis: Int? = nil, keepDims: Bool = false) -> NDArray {
  x.array.mean(axis: axis, keepDims: keepDims)
}

@available(*, unavailable, message: "Swift's max compares two values: write maximum(a, b), element by element, or x.max()")
public func max(_ a: some ArrayValue, _ b: some ArrayConvertible) -> NDArray { a.array }

@available(*, unavailable, message: "Swift's max compares two values: write maximum(a, b), element by element, or x.max()")
public func max(_ a: some ArrayScalar, _ b: some ArrayValue) -> NDArray { b.array }

@available(*, unavailable, message: "Swift's min compares two values: write minimum(a, b), element by element, or x.min()")
public func min(_ a: some ArrayValue, _ b: some ArrayConvertible) -> NDArray { a.array }

@available(*, unavailable, message: "Swift's min compares two values: write minimum(a, b), element by element, or x.min()")
public func min(_ a: some ArrayScalar, _ b: some ArrayValue) -> NDArray { b.array }

extension NDArray {
  @available(*, unavailable, message: "arrays are put together by stack([a, b]), along a new axis, or concatenate([a, b])")
  public init(_ arrays: [NDArray], dtype: DType? = nil) { self = stack(arrays) }
}

// Arrays in another number than the compiled function takes. Other types of arguments are told by Swift itself.
extension Jitted {
  @available(*, unavailable, message: "the compiled function takes other arguments: those of the function that jit was given")
  @_disfavoredOverload
  public func callAsFunction() throws -> Output { throw Self.otherArguments }

  @available(*, unavailable, message: "the compiled function takes other arguments: those of the function that jit was given")
  @_disfavoredOverload
  public func callAsFunction(_ a: some ArrayTree & ArrayValue) throws -> Output { throw Self.otherArguments }

  @available(*, unavailable, message: "the compiled function takes other arguments: those of the function that jit was given")
  @_disfavoredOverload
  public func callAsFunction<each More: ArrayTree & ArrayValue>(
    _ a: some ArrayTree & ArrayValue, _ b: some ArrayTree & ArrayValue, _ more: repeat each More
  ) throws -> Output { throw Self.otherArguments }

  private static var otherArguments: HillockError { HillockError(.argument, "other arguments") }
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
