import HillockIR
import HillockRuntime

/// Calls a Swift function with the values that arrays have when the program runs, and goes on with what it returns.
///
/// ```swift
/// let f = jit { (x: NDArray) in
///   try hostCall(x, returning: ArrayForm(like: x), name: "sorted") { arrays in
///     NDArray(try arrays[0].floats().sorted())
///   }
/// }
/// try f(NDArray([3.0, 1.0, 2.0]))      // [1, 2, 3]
/// ```
///
/// Inside `jit`, loops and branches the call becomes a step of the program. Each time the program reaches it, the function is called once,
/// in the program's order, on the thread that called the jitted function. The call is never left out, repeated or moved
/// past another call, even if nothing uses the results. Outside `jit` the function is called at once.
///
/// The function gets the arrays' values and may keep them. It may use the whole library: run jitted functions, even
/// this one, and read ``Variable``s, which still have the values from before the run. It cannot write a Variable that the run
/// writes: that is refused with a `conflict` error.
///
/// A *pure* function does nothing but give results, which depend on its inputs alone. Such a call may be left out, made once for two,
/// and made again: so it may stand in a loop or branch that is differentiated, and in `vmap`, which makes it for each lane.
///
/// ```swift
/// let sorted = vmap { (x: NDArray) in
///   try hostCall(x, returning: ArrayForm(like: x), name: "sorted", isPure: true) { NDArray(try $0[0].floats().sorted()) }
/// }
/// try sorted(NDArray([[3.0, 1.0], [2.0, 4.0]]))      // [[1, 3], [2, 4]]
/// ```
///
/// - Parameters:
///   - forms: the shapes and dtypes of what the function returns; the results are checked against them.
///   - name: its name in messages and in the text form; by default the place of this call.
///   - isPure: that the function is pure.
///   - function: may be called from any thread, by several runs at once.
/// - Throws: a `call` error that names the function, with what it threw as ``HillockError/underlyingError``. Then the run ends and
///   no Variable is changed. Inside a traced function: the errors of the inputs, or of an invalid form.
public func hostCall(
  _ inputs: any ArrayConvertible..., returning forms: [ArrayForm], name: String? = nil, isPure: Bool = false,
  file: String = #fileID,
  line: Int = #line, _ function: @escaping @Sendable (_ arrays: [NDArray]) throws -> [NDArray]
) throws -> [NDArray] {
  try HostCall(name ?? Site(nil, file, line).place, forms, function).evaluate(inputs, isPure: isPure)
}

/// The same for a function that returns one array.
public func hostCall(
  _ inputs: any ArrayConvertible..., returning form: ArrayForm, name: String? = nil, isPure: Bool = false, file: String = #fileID,
  line: Int = #line, _ function: @escaping @Sendable (_ arrays: [NDArray]) throws -> NDArray
) throws -> NDArray {
  let results = try HostCall(name ?? Site(nil, file, line).place, [form]) { [try function($0)] }.evaluate(inputs, isPure: isPure)
  return results[0]
}

/// Passes the values that arrays have when the program runs to a Swift function, which may print them, record them, or stop the run
/// by throwing an error.
///
/// ```swift
/// let v = Variable(zeros([]))
/// try forLoop(0..<3) { i in
///   v += i
///   try tap(i, v) { print("step", $0[0], "v =", $0[1]) }
/// }
/// ```
///
/// Everything else is as for `hostCall`.
public func tap(
  _ inputs: any ArrayConvertible..., name: String? = nil, file: String = #fileID, line: Int = #line,
  _ function: @escaping @Sendable (_ arrays: [NDArray]) throws -> Void
) throws {
  _ = try HostCall(name ?? Site(nil, file, line).place, []) { arrays in
    try function(arrays)
    return []
  }.evaluate(inputs, isPure: false)
}

/// A Swift function as programs call it.
struct HostCall {
  private let name: String
  private let forms: [ArrayForm]
  private let function: @Sendable ([NDArray]) throws -> [NDArray]

  init(_ name: String, _ forms: [ArrayForm], _ function: @escaping @Sendable ([NDArray]) throws -> [NDArray]) {
    self.name = name
    self.forms = forms
    self.function = function
  }

  func evaluate(_ inputs: [any ArrayConvertible], isPure: Bool) throws -> [NDArray] {
    var operands: [NDArray] = []
    for input in inputs { operands.append(try input.array.settled.checked()) }
    return try ExternalCall.evaluate(operands, forms, isPure: isPure, external)
  }

  private func external(_ types: [ArrayType]) -> ExternalFunction {
    ExternalFunction(.host, name: name) { operands, results in
      let arrays = try zip(operands, types).map { base, type in
        NDArray(try Storage.copy(UnsafeRawBufferPointer(start: base, count: type.byteCount)), type)
      }
      for (array, base) in zip(try checked(try function(arrays)), results) {
        let (storage, type) = try array.concrete()
        withExtendedLifetime(storage) { base.copyMemory(from: storage.base, byteCount: type.byteCount) }
      }
    }
  }

  /// What the function returned, if it has the right forms. A number without a dtype takes the expected dtype.
  private func checked(_ arrays: [NDArray]) throws(HillockError) -> [NDArray] {
    guard arrays.count == forms.count else {
      throw HillockError(.argument, "it returned \(arrays.count) arrays, \(forms.count) are expected")
    }
    var results: [NDArray] = []
    for (position, form) in forms.enumerated() {
      let array = try arrays[position].checked().taking(form.dtype)
      let (storage, type) = try array.concrete()
      guard type == form.type else {
        throw HillockError(
          type.dtype == form.dtype ? .shape : .dtype, "result \(position) is \(type), \(form.type) is expected")
      }
      results.append(NDArray(storage, type))
    }
    return results
  }
}
