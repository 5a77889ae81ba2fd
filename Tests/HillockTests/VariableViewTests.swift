import Hillock
import Testing

@Suite struct VariableViewTests {
  @Test func aViewReadsAndWritesTheVariableBehindIt() throws {
    let v = Variable(zeros(2, 3), name: "v")
    let row = VariableView(v, 1), corner = VariableView(v, ..., 0..<2), cell = VariableView(row, 2)
    row.value = NDArray([1.0, 2, 3])
    #expect(try v.value.floats() == [0, 0, 0, 1, 2, 3])
    corner += 10
    #expect(try v.value.floats() == [10, 10, 0, 11, 12, 3])
    cell.value = 7
    row[0] = -1
    #expect(try v.value.floats() == [10, 10, 0, -1, 12, 7])
    v[1] = 0
    #expect(try row.value.floats() == [0, 0, 0])
    #expect(row.shape == [3] && corner.shape == [2, 2] && cell.shape == [])
  }

  @Test func listsAndIndexArraysAreViewsToo() throws {
    let v = Variable(arange(6))
    let picked = VariableView(v, [4, 1]), byArray = VariableView(v, NDArray([0, 5]))
    picked *= 10
    byArray.value = NDArray([-1, -2])
    #expect(try v.value.ints() == [-1, 10, 2, 3, 40, -2])
    #expect(try picked.value.ints() == [40, 10])
  }

  /// A view demands its own shape and dtype; the Variable behind it is refused the write, and says so once.
  @Test func aRefusedWriteIsOneOfTheVariableBehind() throws {
    let v = Variable(zeros(4), name: "v"), part = VariableView(v, 1..<3)
    part.value = zeros(3)
    #expect(v.error?.message.contains("[2]") == true)
    let error = #expect(throws: HillockError.self) { try v.value.floats() }
    #expect(error?.code == .shape)
    part.value = zeros(2, dtype: .f64)
    #expect(throws: HillockError.self) { try part.value.floats() }
    #expect(try part.value.floats() == [0, 0])
    #expect(VariableView(v, 9).value.error?.code == .index)
  }

  @Test func viewsWorkInJitAndInLoops() throws {
    let plain = Variable(arange(6, dtype: .f32)), compiled = Variable(arange(6, dtype: .f32))
    func step(_ v: Variable) {
      let part = VariableView(v, .stride(by: 2))
      part += 1
      part[0] = v[5] + part.value.sum()
    }
    let held = VariableView(compiled, .stride(by: 2))
    let f = jit { () -> NDArray in
      step(compiled)
      return held.value
    }
    for _ in 0..<3 {
      step(plain)
      #expect(try areIdentical(f(), VariableView(plain, .stride(by: 2)).value))
    }
    #expect(try areIdentical(plain.value, compiled.value))
    let tail = VariableView(plain, (-2)...)
    try forLoop(0..<10) { i in tail += 1 }
    #expect(try plain.value.floats()[4...] == [4 + 3 + 10, 15])
  }

  @Test func aViewIsNotStateOfItsOwn() throws {
    final class Windowed: Base {
      let history = Variable(zeros(4))
      let latest: VariableView
      override init() {
        latest = VariableView(history, -1)
        super.init()
      }
    }
    #expect(try Windowed().vars(method: .relative).keys == ["history"])
  }
}
