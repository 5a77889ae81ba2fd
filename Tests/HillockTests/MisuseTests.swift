import Hillock
import Testing

/// What newcomers get wrong: the answer is an error that names the thing and the mend, never a trap, and nothing is lost in
/// silence.
@Suite struct MisuseTests {
  private func message(_ array: NDArray) -> String { array.error?.message ?? "no error" }

  @Test func anAxisThatIsNone() {
    let x = ones(2, 3)
    #expect(message(x.sum(axis: 2)) == "an array of shape [2, 3] has no axis 2; its axes are -2 to 1")
    #expect(message(x.swappingAxes(0, -3)) == "an array of shape [2, 3] has no axis -3; its axes are -2 to 1")
    #expect(message(NDArray(2.0).sum(axis: 0)) == "an array of shape [] has no axis 0; it has none")
    #expect(message(x.mean(axis: .min)).contains("-9223372036854775808"))
  }

  @Test(arguments: [[0, 0], [1, -1]])
  func anAxisThatIsNamedTwice(_ axes: [Int]) {
    #expect(message(ones(2, 3).sum(axes: axes)).contains("are not distinct"))
    #expect(ones(2, 3).mean(axes: axes).error?.code == .index)
  }

  @Test func anAxisIsSqueezedOnce() throws {
    #expect(message(ones(1, 2).squeezed(axes: [0, 0])).contains("are not distinct"))
    #expect(ones(1, 2).swappingAxes(1, 1).shape == [1, 2])
    #expect(ones(1, 2).swappingAxes(1, -1).shape == [1, 2])
  }

  @Test(arguments: [Double(Int.min), Double(Int.max), 6])
  func aVarianceOfAnyDDof(_ ddof: Double) throws {
    let variance = try NDArray([1.0, 2, 3, 4, 5, 6]).variance(ddof: ddof).item(as: Float.self)
    #expect(ddof == 6 ? variance == .infinity : Swift.abs(variance) < 1e-6)
    // The sum of squares is 17.5.
    #expect(try NDArray([1.0, 2, 3, 4, 5, 6]).variance(ddof: 2.5).item(as: Float.self) == 5)
  }

  /// Only the other axes are broadcast.
  @Test func vectorsOfAProductHaveOneLength() throws {
    #expect(message(vecdot(ones(3), ones(1))).contains("vectors of 3 and 1 elements"))
    #expect(message(vecdot(zeros(0), ones(2, 1))).contains("vectors of 0 and 1 elements"))
    #expect(message(vecdot(ones(2, 3), ones(3), axis: 0)).contains("vectors of 2 and 1 elements"))
    #expect(message(vecdot(2, ones(3))).contains("vectors of 1 and 3 elements"))
    #expect(vecdot(ComplexArray(ones(3)), ComplexArray(ones(1))).error?.code == .shape)
    #expect(vecdot(ones(2, 1, 3), ones(4, 3)).shape == [2, 4] && vecdot(ones(3), ones(3), axis: 1).error?.code == .index)
  }

  /// 2⁵³ + 1 is no double.
  @Test func aRangeOfLargeIntegersHasItsElements() throws {
    let first = 9_007_199_254_740_993
    #expect(try arange(first, first + 2, dtype: .i64).ints() == [first, first + 1])
    #expect(try arange(first + 2, first, -1, dtype: .i64).ints() == [first + 2, first + 1])
    #expect(try arange(.min, .max, .max, dtype: .i64).ints() == [.min, -1, .max - 1])
    #expect(try arange(.max, .min, .min, dtype: .i64).ints() == [.max, -1])
    #expect(try arange(3, 0).ints() == [] && arange(0, 3, -1).ints() == [])
    #expect(try arange(0, 7, 3).ints() == [0, 3, 6])
    #expect(try arange(0, 6, 3).ints() == [0, 3])
  }

  @Test func aRangeThatIsNoArrayIsNamed() {
    #expect(message(arange(0, 5, 0)).hasPrefix("arange from 0 to 5 in steps of 0 has no end"))
    #expect(
      message(arange(.min, .max)).hasPrefix("arange from \(Int.min) to \(Int.max) in steps of 1 has no end, or too many elements")
    )
    #expect(message(arange(0.0, .nan)).hasPrefix("arange from 0.0 to nan"))
    #expect(message(linspace(0, 1, count: -1)).hasPrefix("linspace has -1 elements"))
    #expect(linspace(0, 1, count: .max).error?.code == .argument)
  }

  @Test func aStackOfNothing() {
    #expect(message(stack([])).contains("not none"))
  }

  @Test func aConditionThatIsANumber() {
    #expect(message(select(ones(2), 1, 2)).contains("select"))
  }

  @Test(arguments: [1 << 40, Int(Int32.min) - 2, .max - 3])
  func anIndexThatI32DoesNotHoldIsAnI64(_ start: Int) throws {
    let range = start..<start + 3
    for indices in [
      try forLoop(range) { i in i }, try forLoop(range, reverse: true, unroll: 2) { i in i },
      try forLoop(range, progress: { _ in }) { i in i }, try withoutJIT { try forLoop(range) { i in i } },
      try scan(range, init: 0) { c, i in (c, i) }.1, try jit { try forLoop(range) { i in i } }(),
    ] {
      #expect(indices.dtype == .i64)
      #expect(try indices.ints() == Array(range))
    }
    let sum = Variable(zeros([], dtype: .i64)), small = Variable(zeros([], dtype: .i32))
    try forLoop(range) { i in sum += i - start }
    #expect(try sum.value.item(as: Int.self) == 3)
    #expect(throws: HillockError.self) { try forLoop(range) { i in small += i } }
  }

  @Test func aViewIsNotRegistered() throws {
    let object = Base(), v = Variable(zeros(2))
    let error = #expect(throws: HillockError.self) { try object.register(VariableView(v, 0), as: "first") }
    #expect(error?.message.contains("register the Variable behind it") == true)
  }

  @Test func aWriteToAViewThatIsNoneIsRefused() throws {
    let v = Variable(zeros(2), name: "v")
    VariableView(v, 7).value = ones([])
    #expect(v.error?.message.contains("index 7") == true)
    #expect(throws: HillockError.self) { try v.value.floats() }
    #expect(try v.value.floats() == [0, 0])
    #expect(throws: HillockError.self) { try jit { VariableView(v, 7)[...] = 1 }() }
    #expect(throws: HillockError.self) { try jit { VariableView(v, 7) += 1 }() }
    #expect(try v.value.floats() == [0, 0])
  }

  @Test func aWriteToAVariableThatIsNoneIsAnErrorOfTheCall() throws {
    let v = Variable(zeros(-1))
    #expect(throws: HillockError.self) { try jit { v.value = ones(1) }() }
    v.value = ones(1)
    #expect(throws: HillockError.self) { try v.value.floats() }
    #expect(throws: HillockError.self) { try v.value.floats() }
  }

  @Test func aVariableWithoutANameIsCalledThat() {
    let v = Variable(zeros(2))
    v.value = ones(3)
    #expect(v.error?.message.hasPrefix("the shape of a Variable without a name is [2]") == true)
  }
}
