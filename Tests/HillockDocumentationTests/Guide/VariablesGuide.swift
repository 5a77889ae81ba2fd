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
    #expect(try v.value.floats() == [10, 3, 4] && doubled.floats() == [20, 6, 8])
    let before = v.value
    v += 100
    print(before)                          // NDArray([10., 3., 4.], dtype=float32)
    #expect(try before.floats() == [10, 3, 4])
  }

  @Test func refusals() throws {
    let n = Variable(NDArray([1, 2, 3]))   // i32
    n += 1                                 // fine: [2, 3, 4]
    n.value = NDArray([0.5, 0.5, 0.5])     // refused: f32 is not i32
    print(n.error?.code == .dtype)         // true
    #expect(n.error?.code == .dtype)
    #expect(throws: HillockError.self) { try n.value.ints() }
    #expect(try n.value.ints() == [2, 3, 4])
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
