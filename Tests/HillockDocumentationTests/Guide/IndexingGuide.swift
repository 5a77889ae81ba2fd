// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/Indexing.md.
@Suite(.serialized) struct IndexingGuide {
  @Test func first() throws {
    let x = arange(12).reshaped(3, 4)      // [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    let row = x[1]                         // [4, 5, 6, 7]
    let corner = x[-1, -1]                 // 11
    let block = x[0..<2, 1...2]            // [[1, 2], [5, 6]]
    let column = x[.all, 2]                // [2, 6, 10]
    #expect(try row.ints() == [4, 5, 6, 7] && corner.item(as: Int.self) == 11)
    #expect(try block.ints() == [1, 2, 5, 6] && block.shape == [2, 2] && column.ints() == [2, 6, 10])
    let last = x[(-2)..., 0]               // [4, 8]
    let backwards = x[0, .stride(by: -1)]  // [3, 2, 1, 0]
    let inner = x[1..<-1, 1..<-1]          // [[5, 6]]
    let tall = x[.all, .newAxis, 0]        // [[0], [4], [8]]
    let picked = x[[2, 0], 1]              // [9, 1]
    #expect(try last.ints() == [4, 8] && backwards.ints() == [3, 2, 1, 0])
    #expect(try inner.ints() == [5, 6] && inner.shape == [1, 2])
    #expect(try tall.ints() == [0, 4, 8] && tall.shape == [3, 1] && picked.ints() == [9, 1])
  }

  @Test func negativeBounds() throws {
    let line = arange(6), border = 2
    let between = line[1..<-1]                       // [1, 2, 3, 4]
    let allButLast = line[..<-1]                     // [0, 1, 2, 3, 4]
    let lateOnes = line[-3..<-1]                     // [3, 4]
    let middle = line[border..<-border]              // [2, 3]
    let lastThree = line[(-3)...]                    // [3, 4, 5]
    #expect(try between.ints() == [1, 2, 3, 4] && allButLast.ints() == [0, 1, 2, 3, 4] && lateOnes.ints() == [3, 4])
    #expect(try middle.ints() == [2, 3] && lastThree.ints() == [3, 4, 5])
  }

  @Test func ellipsis() throws {
    let cube = arange(24).reshaped(2, 3, 4)
    let ofLastAxis = cube[..., 0]          // shape [2, 3]
    let ofSecondAxis = cube[.all, 0]       // shape [2, 4]
    #expect(try ofLastAxis.shape == [2, 3] && ofLastAxis.ints() == [0, 4, 8, 12, 16, 20])
    #expect(try ofSecondAxis.shape == [2, 4] && ofSecondAxis.ints() == [0, 1, 2, 3, 12, 13, 14, 15])
  }

  @Test func arrays() throws {
    let squares = NDArray([0, 1, 4, 9, 16])
    let found = squares[NDArray([[1, 3], [-1, 99]])]         // [[1, 9], [16, 16]]
    #expect(try found.shape == [2, 2] && found.ints() == [1, 9, 16, 16])
    #expect(squares[99].error?.code == .index)
    let grid = arange(9).reshaped(3, 3)
    let diagonal = grid[[0, 1, 2], [0, 1, 2]]                // [0, 4, 8]
    #expect(try diagonal.ints() == [0, 4, 8])
  }

  @Test func writing() throws {
    let a = zeros(4)
    let b = a.at[1].set(5)                           // [0, 5, 0, 0]; a is still zeros
    let c = b.at[0..<2].add(1)                       // [1, 6, 0, 0]

    let v = Variable(zeros(4))
    v[1] = 5                                         // [0, 5, 0, 0]
    v[2...] = NDArray([7, 8])                        // [0, 5, 7, 8]
    v[0..<2] += 1                                    // [1, 6, 7, 8]
    v[...] = 0                                       // [0, 0, 0, 0]
    #expect(try a.floats() == [0, 0, 0, 0] && b.floats() == [0, 5, 0, 0] && c.floats() == [1, 6, 0, 0])
    #expect(try v.floats() == [0, 0, 0, 0])
  }

  @Test func masks() throws {
    let w = Variable(NDArray([-1.0, 2, -3]))
    w[w .< 0] += 10                                  // [9, 2, 7]
    w[w .> 8] = 0                                    // [0, 2, 7]
    let masked = w.at[w .> 1].multiply(by: 2)        // [0, 4, 14]
    #expect(try w.floats() == [0, 2, 7] && masked.floats() == [0, 4, 14])
  }

  @Test func repeatedIndices() throws {
    let n = Variable(zeros(3))
    n[[0, 0, 2]] += 1                                // [1, 0, 1]
    n.value = n.at[[0, 0, 2]].add(1)                 // [3, 0, 2]
    #expect(try n.floats() == [3, 0, 2])
  }

  @Test func windows() throws {
    let stripe = jit { (start: NDArray) in arange(10).dynamicSlice(at: [start], sizes: [3]) }
    let third = try stripe(NDArray(2))               // [2, 3, 4]
    let lastThree = try stripe(NDArray(99))          // [7, 8, 9]
    let changedStripe = zeros(5).dynamicUpdate(at: [NDArray(1)], with: ones(2))    // [0, 1, 1, 0, 0]
    #expect(try third.ints() == [2, 3, 4] && lastThree.ints() == [7, 8, 9] && changedStripe.floats() == [0, 1, 1, 0, 0])
  }

  @Test func alongAndAround() throws {
    let marks = NDArray([[3, 9, 1], [7, 2, 8]])
    let named = marks.takeAlong(NDArray([[2, 0], [1, 1]]), axis: 1)                // [[1, 3], [2, 2]]
    let framed = NDArray([1, 2]).padded(1)                                         // [0, 1, 2, 0]
    let uneven = NDArray([1, 2]).padded(before: [0], after: [2], with: 9)          // [1, 2, 9, 9]
    #expect(try named.ints() == [1, 3, 2, 2] && framed.ints() == [0, 1, 2, 0] && uneven.ints() == [1, 2, 9, 9])
  }
}
