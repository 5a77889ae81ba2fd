// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Hillock
import Testing

/// The snippets of Sources/Hillock/Transformations/vmap.swift.
@Suite struct VmapSnippets {
  @Test func lanes() throws {
    let distances = vmap { (a: NDArray, b: NDArray) in sqrt(((a - b) ** 2).sum()) }
    _ = try distances(zeros(5, 3), ones(5, 3))       // f32[5]
    #expect(try distances(zeros(5, 3), ones(5, 3)).shape == [5])

    let W = ones(2, 3)
    let columns = vmap({ (W: NDArray, x: NDArray) in dot(W, x) }, in: [nil, 1])
    _ = try columns(W, ones(3, 8))                   // f32[8,2]: W for all lanes, the columns one by one
    #expect(try columns(W, ones(3, 8)).floats() == full([8, 2], 3.0).floats())
  }

  @Test func states() throws {
    let v = Variable(zeros(3, 10))                   // the state of three runs of ten neurons
    let advance = vmap({ (current: NDArray) in v.value = 0.9 * v + current }, variables: [v: 0])
    try advance(NDArray([1.0, 2.0, 3.0]))            // another current for each run
    #expect(try v.value.sum(axis: 1).floats() == [10, 20, 30])
  }

  @Test func axesOfVariables() throws {
    let w = Variable(zeros(8, 3)), b = Variable(zeros(3, 8))
    let both: VariableAxes = [w: 0, b: 1]
    let first: VariableAxes = [w]                    // axis 0
    try vmap({ b += w.sum() }, variables: both)()
    try vmap({ w += 1 }, variables: first)()
    #expect(try w.value.sum().floats() == [24] && b.value.sum().floats() == [0])
  }
}
