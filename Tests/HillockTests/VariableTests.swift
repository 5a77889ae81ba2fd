import Hillock
import Testing

@Suite struct VariableTests {
  @Test func assignmentDemandsShapeAndDType() throws {
    let v = Variable(arange(3), name: "v")
    v.value = zeros(4, dtype: .i32)
    #expect(v.error?.message.hasPrefix("the shape of Variable v is [3], while the value given has shape [4]") == true)
    #expect(throws: HillockError.self) { try v.value.ints() }
    v.value = zeros(3)
    #expect(v.error?.message.hasPrefix("the dtype of Variable v is int32, while the value given is float32") == true)
  }

  /// The last good value is kept; the error is thrown once, at the next boundary.
  @Test func aBadValueIsRefusedAndReportedOnce() throws {
    let v = Variable(arange(3))
    v.value = zeros(2) + zeros(3)
    #expect("\(v)" == "Variable(NDArray([0, 1, 2], dtype=int32))")
    #expect(throws: HillockError.self) { try v.value.ints() }
    #expect(try v.value.ints() == [0, 1, 2])
    v[7] = 0
    let f = jit { v.value + 1 }
    let error = #expect(throws: HillockError.self) { try f() }
    #expect(error?.code == .index)
    #expect(try f().ints() == [1, 2, 3])
  }

  @Test func partsConvertAndBroadcast() throws {
    let v = Variable(zeros(2, 3, dtype: .i32))
    v[0] = NDArray([1.9, 2.9, -3.9])
    v[1, 1...] = 7
    #expect(try v.value.ints() == [1, 2, -3, 0, 7, 7])
    v[..., 0] = NDArray([8, 9])
    v[.all, .stride(from: 1, by: 1)] = 0
    #expect(try v.value.ints() == [8, 0, 0, 9, 0, 0])
    v[NDArray([1]), NDArray([2])] = 5
    v[0, 0] += 1
    #expect(try v.value.ints() == [9, 0, 0, 9, 0, 5])
  }

  @Test func numbersAdoptTheVariablesDType() throws {
    let x = Variable(NDArray([0.5], dtype: .f64)), n = Variable(NDArray(3))
    x += 0.1
    #expect(try x.value.scalars(as: Double.self) == [0.6])
    n.value = 4
    #expect(try n.value.item(as: Int.self) == 4)
    n.value = 4.5
    #expect(n.error?.code == .dtype)
  }

  @Test func expressionsReadTheValue() throws {
    let w = Variable(NDArray([1.0, 2.0])), u = NDArray([1.0, 1.0])
    #expect(try (w - u).floats() == [0, 1])
    #expect(try (2 * w).floats() == [2, 4])
    #expect(try (-w).floats() == [-1, -2])
    #expect(try dot(w, w).item(as: Float.self) == 5)
    #expect(try (w * w + w).floats() == [2, 6])
    #expect(try maximum(w, 1.5).floats() == [1.5, 2])
    w += w
    #expect(try w.value.floats() == [2, 4])
  }

  @Test func fromAShape() {
    #expect(Variable(shape: [2, 2]).value.shape == [2, 2])
    #expect(Variable(shape: [1], dtype: .bool).dtype == .bool)
  }

  @Test func aVariableWithoutAGoodFirstValueSaysSo() {
    let v = Variable(zeros(-1))
    #expect(v.value.error?.code == .shape)
  }

  @Test func aReadValueStays() throws {
    let v = Variable(zeros(1))
    let before = v.value
    v += 1
    #expect(try before.floats() == [0])
  }
}
