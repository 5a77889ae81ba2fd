#if Foreign
  import HillockIR
  import HillockRuntime

  /// Calls a C function with the memory of arrays, by libffi.
  ///
  /// ```swift
  /// // double frexp(double x, int *exponent), of the C library
  /// let frexp = try ForeignFunction(symbol: "frexp", returns: .value(.f64))
  /// let f = jit { (x: NDArray) in
  ///   let parts = try foreignCall(frexp, .value(x), .output(ArrayForm([], dtype: .i32)))
  ///   return parts[0] * 2 + parts[1]
  /// }
  /// try f(NDArray(12.0, dtype: .f64))      // 12 = 0.75 · 2⁴: 5.5
  /// ```
  ///
  /// A function of arrays, `int saxpy(int64_t n, float a, const float *x, float *y)`, is called with `.integer(x.count)`,
  /// `.value(a)`, `.input(x)` and `.output(ArrayForm(like: x))`.
  ///
  /// The C types follow from the arguments: for an array of `f32`, `f64`, `i32`, `i64`, `u32`, `u64`, `bool` they are `float`,
  /// `double`, `int32_t`, `int64_t`, `uint32_t`, `uint64_t`, `uint8_t` (0 or 1); of `i8`, `i16`, `u8` and `u16` the integers of these
  /// widths, and of `f16` and `bf16` `uint16_t` with the bits, by address alone. Calls are steps of the program, like those of
  /// `hostCall`: they happen as often as the program says, in its order, on the thread that called the jitted function.
  ///
  /// - Parameter isPure: that the function does nothing but give results, which depend on its arguments alone; see `hostCall`.
  /// - Returns: the returned value, if the function returns one, then its outputs.
  /// - Throws: a `call` error that names the function, with a ``ForeignStatus`` as ``HillockError/underlyingError``, if it
  ///   returns a status other than 0. Then the run ends and no ``Variable`` is changed. An `argument` or `shape` error for
  ///   arguments that cannot be passed.
  public func foreignCall(
    _ function: ForeignFunction, _ arguments: ForeignArgument..., isPure: Bool = false
  ) throws -> [NDArray] {
    var operands: [NDArray] = [], forms: [ArrayForm] = []
    var passed: [ForeignInterface.Passed] = []
    if case .value(let dtype) = function.returned { forms.append(ArrayForm([], dtype: dtype)) }
    for (position, argument) in arguments.enumerated() {
      switch argument {
      case .input(let input):
        operands.append(try input.array.settled.checked())
        passed.append(.operand)
      case .value(let value):
        let array = try value.array.settled.checked()
        guard array.type.shape.isEmpty else {
          throw HillockError(
            .shape,
            "argument \(position) of \(function.name) is passed by value and has shape \(array.type.shape); pass one element")
        }
        operands.append(array)
        passed.append(.value(array.dtype))
      case .integer(let number): passed.append(.integer(Int64(number)))
      case .output(let form):
        forms.append(form)
        passed.append(.result)
      }
    }
    let interface = try ForeignInterface(function, passed)
    let resultTypes = forms.map(\.type)
    return try ExternalCall.evaluate(operands, forms, isPure: isPure) { operandTypes in
      ExternalFunction(.foreign, name: function.name) { try interface.call($0, operandTypes, $1, resultTypes) }
    }
  }
#endif
