#if Foreign
  import CForeignSamples
  import Hillock
  import Testing

  @Suite struct ForeignCallTests {
    func sample(_ name: String, returns returned: ForeignFunction.Returned = .status) throws -> ForeignFunction {
      ForeignFunction(unsafePointer: try #require(hk_sample_function(name)), name: name, returns: returned)
    }

    @Test func aCFunctionIsAStepOfTheProgram() throws {
      func f(_ a: NDArray, _ x: NDArray) throws -> NDArray {
        try foreignCall(sample("saxpy"), .integer(x.count), .value(a), .input(x * 2), .output(ArrayForm(like: x)))[0] + 1
      }
      let x = NDArray([1.0, 2.0, 3.0]), a = NDArray([10.0]).sum()
      // 10 · 2x + i + 1
      let expected: [Float] = [21, 42, 63]
      #expect(try f(a, x).floats() == expected)
      let fast = jit(f)
      #expect(try fast(a, x).floats() == expected)
      try fast.promoteWherePossible()
      #expect(try fast(a, x).floats() == expected)
    }

    /// Rows of an array of three columns lie on no 64-byte boundary; the function checks the addresses.
    @Test func memoryIsAlignedInLoopsToo() throws {
      let xs = arange(12, dtype: .f32).reshaped(4, 3)
      let ys = try forLoop(over: xs) { x in
        try foreignCall(sample("saxpy"), .integer(3), .value(2.0), .input(x), .output(ArrayForm([3])))[0]
      }
      #expect(try ys.floats() == (0..<12).map { Float(2 * $0 + $0 % 3) })
    }

    @Test func everyKindOfArgumentAndResult() throws {
      let x = NDArray([1.0, 5.0, 2.0]).asType(.f64), y = NDArray([3.0, 4.0, 2.0]).asType(.f64)
      let both = try foreignCall(
        sample("larger"), .integer(3), .input(x), .input(y),
        .output(ArrayForm([3], dtype: .f64)), .output(ArrayForm([3], dtype: .bool)))
      #expect(try both[0].floats() == [3, 5, 2])
      #expect(try both[1].bools() == [false, true, false])
      #expect(try both[1].withUnsafeBytes { Array($0) } == [0, 1, 0], "a bool is 0 or 1")

      let values = try jit { (base: NDArray, flag: NDArray) in
        try foreignCall(
          sample("power", returns: .value(.f64)), .value(base), .integer(3),
          .value(flag))[0]
      }(full([], 2.0, dtype: .f64), NDArray(true))
      #expect(try values.item(as: Double.self) == 0.125)

      let total = try foreignCall(
        sample("sum", returns: .value(.u32)), .integer(3),
        .input(NDArray([UInt32.max, 2, 3])))
      #expect(try total[0].scalars(as: UInt32.self) == [4])

      let partly = try foreignCall(
        sample("first", returns: .nothing), .input(NDArray([Int64(7), 8])),
        .output(ArrayForm([2], dtype: .i64)))
      #expect(try partly[0].ints() == [7, 0], "outputs begin as zeros")
    }

    @Test func functionsOfLibrariesAreFoundByName() throws {
      let root = try ForeignFunction(symbol: "floor", library: "libm.so.6", returns: .value(.f64))
      #expect(try foreignCall(root, .value(full([], -2.5, dtype: .f64)))[0].item(as: Double.self) == -3)
      let missing = #expect(throws: HillockError.self) { _ = try ForeignFunction(symbol: "no_such_function_here") }
      #expect(missing?.code == .system)
      #expect(missing?.message.contains("no_such_function_here") == true)
      #expect(throws: HillockError.self) { _ = try ForeignFunction(symbol: "cbrt", library: "libnothing.so.9") }
    }

    @Test func aStatusOtherThanZeroEndsTheRunAndNothingIsCommitted() throws {
      let v = Variable(zeros(2))
      let step = jit { (code: NDArray) in
        v += 1
        _ = try foreignCall(sample("status"), .value(code))
        v += 1
      }
      try step(NDArray([Int32(0)]).sum())
      #expect(try v.value.floats() == [2, 2])
      let error = #expect(throws: HillockError.self) { try step(NDArray([Int32(-5)]).sum()) }
      #expect(error?.code == .call)
      #expect((error?.underlyingError as? ForeignStatus)?.code == -5)
      #expect(error?.message.contains("foreign function status") == true)
      #expect(error?.message.contains("status -5") == true)
      #expect(try v.value.floats() == [2, 2])
      try step(NDArray([Int32(0)]).sum())
      #expect(try v.value.floats() == [4, 4])
    }

    @Test func whatCannotBePassedIsRefused() throws {
      let shape = #expect(throws: HillockError.self) { _ = try foreignCall(sample("status"), .value(zeros(2, dtype: .i32))) }
      #expect(shape?.code == .shape)
      #expect(throws: HillockError.self) { _ = try foreignCall(sample("status"), .input(ones(2) + ones(3))) }
      #expect(throws: HillockError.self) { _ = try foreignCall(sample("saxpy"), .output(ArrayForm([-1]))) }
    }
  }
#endif
