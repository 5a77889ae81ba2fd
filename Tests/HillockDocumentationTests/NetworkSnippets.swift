// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Hillock
import Testing

/// Snippets of matrices that are drawn, plasticity and counts.
@Suite struct NetworkSnippets {
  @Test func drawnMatrices() throws {
    let m = try DrawnMatrix(1_000_000, 1_000_000, probability: 0.001, value: 0.5, seed: 3)
    let spikes = arange(1_000_000) .== 7
    let row = dot(spikes, m)               // 0.5 at about 1000 places
    #expect(try (row .> 0).sum().item(as: Int.self) > 800 && row.max().item(as: Float.self) == 0.5)
  }

  @Test func plasticity() throws {
    let w = Variable(ones(3))
    let m = try SparseMatrix(rowStarts: [0, 1, 1, 3], columns: [1, 0, 2], values: 1.0, columnCount: 3)
    w.change(at: NDArray([false, true, true]), trace: NDArray([1.0, 2, 4]), along: m, WeightChange(-0.5, bounds: 0...1))
    let changed = try w.floats()        // [1, 0.5, 0]
    #expect(changed == [1, 0.5, 0])
  }

  @Test func counts() throws {
    let spikes = random.poisson(0.8, 100)                    // i32[100]
    let each = random.poisson(NDArray([0.1, 5, 1000]))       // i32[3]
    let heads = random.binomial(10, 0.5, 100)                // i32[100]
    #expect(spikes.shape == [100] && each.shape == [3] && heads.dtype == .i32)
  }
}
