// Former names: the compiler tells code that uses them the new name. They never run.

import HillockIR

extension ArrayValue {
  @available(*, unavailable, renamed: "asType(_:)")
  public func astype(_ dtype: DType) -> NDArray { asType(dtype) }

  @available(*, unavailable, renamed: "swappingAxes(_:_:)")
  public func swapAxes(_ a: Int, _ b: Int) -> NDArray { swappingAxes(a, b) }

  @available(*, unavailable, renamed: "expandingDims(axis:)")
  public func expandedDims(_ axis: Int) -> NDArray { expandingDims(axis: axis) }

  @available(*, unavailable, message: "write squeezed(axis: 0), or squeezed(axes: [0, 2])")
  public func squeezed(_ axes: Int...) -> NDArray { squeezed(axes: axes) }

  @available(*, unavailable, renamed: "variance(axis:ddof:keepDims:)")
  public func `var`(axis: Int? = nil, ddof: Int = 0, keepDims: Bool = false) -> NDArray {
    variance(axis: axis, ddof: ddof, keepDims: keepDims)
  }
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
