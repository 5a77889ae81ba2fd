import HillockIR
import HillockRuntime

/// Runs the body while the condition is true, as one compiled loop. The result is the carried value for which it is false.
///
/// ```swift
/// let (x, n) = try whileLoop(carry: NDArray(1.0), NDArray(0)) { x, _ in
///   x .< 100
/// } body: { x, n in
///   (x * 2, n + 1)
/// }                                                   // 128, 7
/// ```
///
/// The condition gives one bool. It may write Variables, as random draws do; it runs once more than the body. A loop runs even if nothing
/// reads its values. If it never ends, it runs until it is cancelled. Everything else is as for `forLoop`.
///
/// - Throws: an error that names the part of the carried values whose type changes; what the condition, the body and a
///   jitted call throw.
public func whileLoop(
  carry a: NDArray, file: String = #fileID, line: Int = #line, while condition: (NDArray) throws -> NDArray,
  body: (NDArray) throws -> NDArray
) throws -> NDArray {
  try carriedLoop(a, while: condition, body: body, Site("whileLoop", file, line))
}

/// The same with two values.
public func whileLoop(
  carry a: NDArray, _ b: NDArray, file: String = #fileID, line: Int = #line,
  while condition: (NDArray, NDArray) throws -> NDArray,
  body: (NDArray, NDArray) throws -> (NDArray, NDArray)
) throws -> (NDArray, NDArray) {
  try carriedLoop(a, b, while: condition, body: body, Site("whileLoop", file, line))
}

/// The same with three values.
public func whileLoop(
  carry a: NDArray, _ b: NDArray, _ c: NDArray, file: String = #fileID, line: Int = #line,
  while condition: (NDArray, NDArray, NDArray) throws -> NDArray,
  body: (NDArray, NDArray, NDArray) throws -> (NDArray, NDArray, NDArray)
) throws -> (NDArray, NDArray, NDArray) {
  try carriedLoop(a, b, c, while: condition, body: body, Site("whileLoop", file, line))
}

/// The same with four values.
public func whileLoop(
  carry a: NDArray, _ b: NDArray, _ c: NDArray, _ d: NDArray, file: String = #fileID, line: Int = #line,
  while condition: (NDArray, NDArray, NDArray, NDArray) throws -> NDArray,
  body: (NDArray, NDArray, NDArray, NDArray) throws -> (NDArray, NDArray, NDArray, NDArray)
) throws -> (NDArray, NDArray, NDArray, NDArray) {
  try carriedLoop(a, b, c, d, while: condition, body: body, Site("whileLoop", file, line))
}

/// The same with any number of values, which may be trees of arrays.
@_disfavoredOverload
public func whileLoop<First: ArrayTree, each Rest: ArrayTree>(
  carry first: First, _ rest: repeat each Rest, file: String = #fileID, line: Int = #line,
  while condition: (First, repeat each Rest) throws -> NDArray,
  body: (First, repeat each Rest) throws -> (First, repeat each Rest)
) throws -> (First, repeat each Rest) {
  try carriedLoop(first, repeat each rest, while: condition, body: body, Site("whileLoop", file, line))
}

private func carriedLoop<each Carry: ArrayTree>(
  _ carry: repeat each Carry, while condition: (repeat each Carry) throws -> NDArray,
  body: (repeat each Carry) throws -> (repeat each Carry), _ site: Site
) throws -> (repeat each Carry) {
  do {
    let form = try CarryForm("whileLoop", repeat each carry)
    func test(_ arrays: [NDArray]) throws -> NDArray {
      let next = Trees.replacing(with: arrays)
      return try Condition.checked(try condition(repeat (each carry).map(next)), "the condition of whileLoop")
    }
    func step(_ arrays: [NDArray]) throws -> [NDArray] {
      let next = Trees.replacing(with: arrays)
      let leaving = try body(repeat (each carry).map(next))
      return try form.leaving(repeat each leaving)
    }
    if Trace.current == nil, PlainMode.isOn {
      var arrays = form.initial
      while try test(arrays).item(as: Bool.self) {
        try Cancellation.check()
        arrays = try step(arrays).map { try $0.checked() }
      }
      let last = Trees.replacing(with: arrays)
      return (repeat (each carry).map(last))
    }
    let results = try ImplicitProgram.evaluate("whileLoop", site.text, form.initial) { arrays in
      guard let trace = Trace.current else { return arrays }
      return try trace.whileLoop("whileLoop", carried: arrays, condition: test, body: step)
    }
    let last = Trees.replacing(with: results)
    return (repeat (each carry).map(last))
  } catch {
    throw site.located(error)
  }
}

/// The same with Variables alone.
///
/// ```swift
/// let n = Variable(NDArray(27)), steps = Variable(NDArray(0))
/// try whileLoop { n.value .!= 1 } body: {
///   n.value = try ifelse([n.value % 2 .== 0], [{ floorDivide(n.value, 2) }, { 3 * n.value + 1 }])
///   steps += 1
/// }
/// ```
public func whileLoop(
  file: String = #fileID, line: Int = #line, while condition: () throws -> NDArray, body: () throws -> Void
) throws {
  try carriedLoop(while: condition, body: body, Site("whileLoop", file, line))
}

/// A condition of a loop or a branch.
enum Condition {
  /// The condition as one bool. Throws an error that says what came instead.
  static func checked(_ array: NDArray, _ name: String) throws(HillockError) -> NDArray {
    let array = try array.checked().settled
    guard array.type == ArrayType(.bool, []) else {
      throw HillockError(
        array.dtype == .bool ? .shape : .dtype,
        "\(name) is one bool, not \(array.type); compare (x .> 0), and reduce an array with all() or any()")
    }
    return array
  }
}
