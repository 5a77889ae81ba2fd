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
}
