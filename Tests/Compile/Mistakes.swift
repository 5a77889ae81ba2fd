// Mistakes, each with words that the compiler's error for its line has. TypeCheckingTests compiles this file and compares.

import Hillock

func names(_ x: NDArray, _ v: Variable) {
  _ = x.astype(.f32)  // error: 'astype' has been renamed to 'asType(_:)'
  _ = v.astype(.f32)  // error: 'astype' has been renamed to 'asType(_:)'
  _ = x.swapAxes(0, 1)  // error: 'swapAxes' has been renamed to 'swappingAxes(_:_:)'
  _ = x.expandedDims(0)  // error: 'expandedDims' has been renamed to 'expandingDims(axis:)'
  _ = x.squeezed(0)  // error: 'squeezed' is unavailable: write squeezed(axis: 0), or squeezed(axes: [0, 2])
  _ = x.var()  // error: 'var(axis:ddof:keepDims:)' has been renamed to 'variance(axis:ddof:keepDims:)'
  _ = `where`(x .> 0, x, 0)  // error: 'where' has been renamed to 'select(_:_:_:)'
  _ = sum(x)  // error: 'sum(_:axis:keepDims:)' is unavailable: write x.sum(), or x.sum(axis: 0)
  _ = mean(v)  // error: 'mean(_:axis:keepDims:)' is unavailable: write x.mean(), or x.mean(axis: 0)
  _ = x.reshape(2, 3)  // error: 'reshape' has been renamed to 'reshaped(_:)'
  _ = x.transpose()  // error: 'transpose' has been renamed to 'transposed(_:)'
  _ = v.flatten()  // error: 'flatten()' has been renamed to 'flattened()'
  _ = x.ravel()  // error: 'ravel()' has been renamed to 'flattened()'
  _ = x.squeeze()  // error: 'squeeze' has been renamed to 'squeezed(axis:)'
  _ = x.size  // error: 'size' has been renamed to 'count'
  _ = v.ndim  // error: 'ndim' has been renamed to 'rank'
  _ = x.tolist()  // error: 'tolist()' is unavailable: write try x.floats(), ints(), bools(), or scalars() for a type of your
  _ = x.copy()  // error: 'copy()' is unavailable: an array never changes, so it needs no copy; what changes is a Variable:
}

func comparisons(_ a: NDArray, _ b: NDArray, _ v: Variable) {
  _ = a == b  // error: '==' is unavailable: comparing arrays gives an array: write a .== b, or (a .== b).all() for one answer
  _ = a == 0  // error: '==' is unavailable: comparing arrays gives an array: write a .== b, or (a .== b).all() for one answer
  _ = a != b  // error: '!=' is unavailable: comparing arrays gives an array: write a .!= b, or (a .!= b).any() for one answer
  _ = a < b  // error: '<' is unavailable: comparing arrays gives an array: write a .< b, or (a .< b).all() for one answer
  _ = a <= 0.5  // error: '<=' is unavailable: comparing arrays gives an array: write a .<= b, or (a .<= b).all() for one answer
  _ = a > 0  // error: '>' is unavailable: comparing arrays gives an array: write a .> b, or (a .> b).all() for one answer
  _ = a >= b  // error: '>=' is unavailable: comparing arrays gives an array: write a .>= b, or (a .>= b).all() for one answer
  _ = v == 0  // error: '==' is unavailable: comparing arrays gives an array: write a .== b, or (a .== b).all() for one answer
  _ = v > 0  // error: '>' is unavailable: comparing arrays gives an array: write a .> b, or (a .> b).all() for one answer
  if a .> 0 {}  // error: cannot convert value of type 'NDArray' to expected condition type 'Bool'
  while v .< 1 {}  // error: cannot convert value of type 'NDArray' to expected condition type 'Bool'
  _ = a .> 0 && b .> 0  // error: '&&' is unavailable: && takes one truth value: write a .& b, element by element
  _ = a .> 0 || b .> 0  // error: '||' is unavailable: || takes one truth value: write a .| b, element by element
  _ = !(a .> 0)  // error: '!' is unavailable: ! takes one truth value: write .!a, element by element
  _ = a .> 0 ? a : b  // error: cannot convert value of type 'NDArray' to expected condition type 'Bool'
}

func literals() {
  _ = NDArray([ones(2), ones(2)])  // error: arrays are put together by stack([a, b]), along a new axis, or concatenate([a, b])
  let text: String = ones(2)  // error: cannot convert value of type 'NDArray' to specified type 'String'
  let number: Double = ones(2).sum()  // error: cannot convert value of type 'NDArray' to specified type 'Double'
  let integers: [Int] = ones(2)  // error: cannot convert value of type 'NDArray' to specified type '[Int]'
  _ = (text, number, integers)
}

func arithmetic(_ x: NDArray, _ s: String, _ o: NDArray?) {
  _ = x + o  // error: value of optional type 'NDArray?' must be unwrapped to a value of type 'NDArray'
  _ = x ^ 2  // error: '^' is unavailable: ^ is the exclusive or of Swift's integers: write x ** y for a power, x .^ y bit by
  _ = x & x  // error: '&' is unavailable: write x .& y, element by element
  _ = x | 1  // error: '|' is unavailable: write x .| y, element by element
  _ = x ** s  // error: operator function '**' requires that 'String' conform to 'ArrayConvertible'
  _ = Float(x)  // error: 'init(_:)' is unavailable: the value may not be known, or may be an error: write try x.item(as:
  _ = Int(x)  // error: 'init(_:)' is unavailable: the value may not be known, or may be an error: write try x.item(as:
  _ = Double(x.sum())  // error: 'init(_:)' is unavailable: the value may not be known, or may be an error: write try
}

func greatest(_ x: NDArray, _ v: Variable) {
  _ = max(x, 0)  // error: 'max' is unavailable: Swift's max compares two values: write maximum(a, b), element by element, or
  _ = max(0.5, v)  // error: 'max' is unavailable: Swift's max compares two values: write maximum(a, b), element by element, or
  _ = min(x, v) + 1  // error: 'min' is unavailable: Swift's min compares two values: write minimum(a, b), element by element, or
  let numbers = (max(1, 2), min(0.5, 2), max(x.rank, 1))
  _ = numbers
}

func assignments(_ x: NDArray, _ v: Variable) {
  x += 1  // error: left side of mutating operator isn't mutable: 'x' is a 'let' constant
  x[0] = 1  // error: cannot assign through subscript: subscript is get-only
  v.value = "1"  // error: cannot assign value of type 'String' to type 'NDArray'
  v = x  // error: cannot assign to value: 'v' is a 'let' constant
}

func calls(_ x: NDArray) throws {
  _ = x.sum(axis: "0")  // error: cannot convert value of type 'String' to expected argument type 'Int'
  _ = x.sum(0)  // error: missing argument label 'axis:' in call
  _ = x.mean(dim: 0)  // error: extra argument 'dim' in call
  _ = x.mean(axis: 0, keepdims: true)  // error: incorrect argument label in call (have 'axis:keepdims:', expected
  _ = x.T()  // error: cannot call value of non-function type 'NDArray'
  _ = x.shape()  // error: cannot call value of non-function type '[Int]'
  _ = x.asType(Float.self)  // error: cannot convert value of type 'Float.Type' to expected argument type 'DType'
  _ = zeros((2, 3))  // error: cannot convert value of type '(Int, Int)' to expected argument type '[Int]'
  _ = arange(10, step: 2)  // error: extraneous argument label 'step:' in call
  _ = linspace(0, 1, 5)  // error: missing argument label 'count:' in call
  _ = random.normal(shape: [2])  // error: extraneous argument label 'shape:' in call
  _ = x.histogram  // error: value of type 'NDArray' has no member 'histogram'
  for row in x { _ = row }  // error: for-in loop requires 'NDArray' to conform to 'Sequence'
  _ = try forLoop(3) { i in x + i }  // error: requires that 'Int' conform to 'LoopIndices'
}

final class Model: Base {
  let w = Variable(ones(2))
  func callAsFunction(_ x: NDArray) -> NDArray { w * x }
}

func jitted(_ x: NDArray) throws {
  let f = jit { (x: NDArray) in x + 1 }
  _ = try f("x")  // error: cannot convert value of type 'String' to expected argument type 'NDArray'
  let g = jit { (x: NDArray, n: Int) in x + n }
  let h = jit { x }
  _ = try f()  // error: 'callAsFunction()' is unavailable: the compiled function takes other arguments: those of the function
  _ = try f(x, x)  // error: 'callAsFunction' is unavailable: the compiled function takes other arguments: those of the function
  _ = try f(x, x, x)  // error: 'callAsFunction' is unavailable: the compiled function takes other arguments: those of the
  _ = try g(x)  // error: 'callAsFunction' is unavailable: the compiled function takes other arguments: those of the function that
  _ = try g(x, 0.5)  // error: cannot convert value of type 'Double' to expected argument type 'Int'
  _ = try h(x)  // error: 'callAsFunction' is unavailable: the compiled function takes other arguments: those of the function that
  _ = jit(Model())  // error: 'jit' is unavailable: jit(object) takes an object that conforms to Callable0, Callable1, … by its
}
