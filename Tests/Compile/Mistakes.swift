// Mistakes, each with words that the compiler's error for its line has. TypeCheckingTests compiles this file and compares.

import Hillock

func names(_ x: NDArray, _ v: Variable) {
  _ = x.astype(.f32)  // error: 'astype' has been renamed to 'asType(_:)'
  _ = v.astype(.f32)  // error: 'astype' has been renamed to 'asType(_:)'
  _ = x.swapAxes(0, 1)  // error: 'swapAxes' has been renamed to 'swappingAxes(_:_:)'
  _ = x.expandedDims(0)  // error: 'expandedDims' has been renamed to 'expandingDims(axis:)'
  _ = x.squeezed(0)  // error: write squeezed(axis: 0)
  _ = x.var()  // error: renamed to 'variance(axis:ddof:keepDims:)'
  _ = `where`(x .> 0, x, 0)  // error: renamed to 'select(_:_:_:)'
  _ = sum(x)  // error: write x.sum()
  _ = mean(v)  // error: write x.mean()
}
