// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/Variables.md.
@Suite(.serialized) struct VariablesGuide {
  @Test func first() throws {
    let v = Variable(zeros(3), name: "v")
    v.value = NDArray([1.0, 2, 3])         // a whole new value
    v += 1                                 // [2, 3, 4]
    v[0] = 10                              // [10, 3, 4]
    let doubled = 2 * v                    // [20, 6, 8]: read where an array is expected
    #expect(try v.floats() == [10, 3, 4] && doubled.floats() == [20, 6, 8])
    let before = v.value
    v += 100
    print(before)                          // NDArray([10., 3., 4.], dtype=float32)
    #expect(try before.floats() == [10, 3, 4])
  }

  @Test func reading() throws {
    let m = Variable(NDArray([[1.0, 2], [3, 4]]))
    let total = m.sum()                              // 10
    let turned = m.T                                 // [[1, 3], [2, 4]]
    let corner = try m[0, 1].item(as: Float.self)    // 2
    let changed = m.at[0].set(0)                     // [[0, 0], [3, 4]]; m is as it was
    let numbers = try m.floats()                     // [1, 2, 3, 4]
    print(m.shape, m.dtype, m.rank)                  // [2, 2] f32 2
    #expect(try total.item(as: Float.self) == 10 && turned.floats() == [1, 3, 2, 4] && corner == 2)
    #expect(try changed.floats() == [0, 0, 3, 4] && numbers == [1, 2, 3, 4] && m.floats() == numbers)
    #expect("\(m.shape) \(m.dtype) \(m.rank)" == "[2, 2] f32 2")
  }

  @Test func refusals() throws {
    let n = Variable(NDArray([1, 2, 3]))   // i32
    n += 1                                 // fine: [2, 3, 4]
    n.value = NDArray([0.5, 0.5, 0.5])     // refused: f32 is not i32
    print(n.error?.code == .dtype)         // true
    #expect(n.error?.code == .dtype)
    #expect(throws: HillockError.self) { try n.value.ints() }
    #expect(try n.value.ints() == [2, 3, 4])
    n[0] = 3_000_000_000
    #expect(n.error?.code == .argument)
  }

  @Test func views() throws {
    let state = Variable(zeros(2, 3))
    let second = VariableView(state, 1)
    second += 1                            // state: [[0, 0, 0], [1, 1, 1]]
    second[0] = 5                          // state: [[0, 0, 0], [5, 1, 1]]
    #expect(try state.value.floats() == [0, 0, 0, 5, 1, 1])
  }

  @Test func batches() throws {
    let hidden = Variable(zeros(1, 100), batchAxis: 0)
    hidden.value = zeros(32, 100)
    print(hidden.shape, hidden.batchSize ?? 0)       // [32, 100] 32
    #expect(hidden.shape == [32, 100] && hidden.batchSize == 32)
  }
}
