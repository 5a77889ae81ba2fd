// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/ReductionsAndShapes.md.
@Suite(.serialized) struct ReductionsAndShapesGuide {
  @Test func first() throws {
    let x = NDArray([[1.0, 2, 3], [4, 5, 6]])
    let total = x.sum()                              // 21
    let columns = x.sum(axis: 0)                     // [5, 7, 9]
    let rows = x.mean(axis: 1)                       // [2, 5]
    let centred = x - x.mean(axis: 1, keepDims: true)        // [[-1, 0, 1], [-1, 0, 1]]
    #expect(try total.item(as: Float.self) == 21 && columns.floats() == [5, 7, 9] && rows.floats() == [2, 5])
    #expect(try centred.floats() == [-1, 0, 1, -1, 0, 1])
    let cube = arange(24).reshaped(2, 3, 4).asType(.f32)
    let perRow = cube.max(axes: [0, 2])              // [15, 19, 23]
    let spread = x.std(axis: 0, ddof: 1)             // each √4.5
    let isPositive = (x .> 0).all()                  // true
    #expect(try perRow.floats() == [15, 19, 23] && isPositive.item(as: Bool.self))
    #expect(try spread.floats().allSatisfy { abs($0 - Float(4.5).squareRoot()) < 1e-6 })
  }

  @Test func order() throws {
    let steps = NDArray([3, 1, 2])
    let path = steps.cumsum()                        // [3, 4, 6]
    let before = steps.cumsum(exclusive: true)       // [0, 3, 4]
    let up = steps.sorted()                          // [1, 2, 3]
    let order = steps.argsort(descending: true)      // [0, 2, 1]
    let largest = steps.argmax()                     // 0
    let both = sort(steps, NDArray([0.3, 0.1, 0.2])) // [1, 2, 3] and [0.1, 0.2, 0.3]
    #expect(try path.ints() == [3, 4, 6] && before.ints() == [0, 3, 4] && up.ints() == [1, 2, 3])
    #expect(try order.ints() == [0, 2, 1] && largest.item(as: Int.self) == 0)
    #expect(try both[0].ints() == [1, 2, 3] && both[1].floats() == [0.1, 0.2, 0.3])
  }

  @Test func products() throws {
    let A = NDArray([[1.0, 2], [3, 4]]), b = NDArray([1.0, 10])
    let Ab = dot(A, b)                               // [21, 43]
    let bA = dot(b, A)                               // [31, 42]
    let bb = dot(b, b)                               // 101
    let AA = dot(A, A.T)                             // [[5, 11], [11, 25]]
    #expect(try Ab.floats() == [21, 43] && bA.floats() == [31, 42])
    #expect(try bb.item(as: Float.self) == 101 && AA.floats() == [5, 11, 11, 25])
    let outer = b[.all, .newAxis] * b                        // [[1, 10], [10, 100]]
    let p = NDArray([[0.0, 0], [3, 4]])
    let difference = p[.all, .newAxis] - p
    let distances = sqrt((difference * difference).sum(axis: -1))    // [[0, 5], [5, 0]]
    #expect(try outer.floats() == [1, 10, 10, 100] && distances.floats() == [0, 5, 5, 0])
  }

  @Test func shapes() throws {
    let image = arange(6).reshaped(2, 3)
    let turned = image.T                                     // [[0, 3], [1, 4], [2, 5]]
    let flat = turned.flattened()                            // [0, 3, 1, 4, 2, 5]
    let batch = image.expandingDims(axis: 0)                 // shape [1, 2, 3]
    let back = batch.squeezed(axis: 0)                       // shape [2, 3]
    let channelsLast = arange(24).reshaped(2, 3, 4).transposed(1, 2, 0)      // shape [3, 4, 2]
    #expect(try turned.ints() == [0, 3, 1, 4, 2, 5] && flat.ints() == [0, 3, 1, 4, 2, 5])
    #expect(batch.shape == [1, 2, 3] && back.shape == [2, 3] && channelsLast.shape == [3, 4, 2])
  }
}
