// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/CreatingArrays.md.
@Suite(.serialized) struct CreatingArraysGuide {
  @Test func first() throws {
    let v = NDArray([1.5, 2, 3])                     // f32[3], from a Swift array
    let m = NDArray([[1, 2], [3, 4]])                // i32[2,2], from rows
    let planes = NDArray([[[1, 2]], [[3, 4]]])       // i32[2,1,2]; up to four axes
    let zero = zeros(2, 3)                           // f32[2,3]
    let ramp = arange(5)                             // [0, 1, 2, 3, 4]
    #expect(try planes.dtype == .i32 && planes.shape == [2, 1, 2] && planes.ints() == [1, 2, 3, 4])
    #expect(v.dtype == .f32 && m.dtype == .i32 && m.shape == [2, 2])
    #expect(try zero.floats() == [Float](repeating: 0, count: 6) && ramp.ints() == [0, 1, 2, 3, 4])
  }

  @Test func rules() throws {
    let steps = linspace(0, 1, count: 5)                     // [0, 0.25, 0.5, 0.75, 1]
    let odd = arange(1, 10, 2)                               // [1, 3, 5, 7, 9]
    let down = arange(3, 0, -1)                              // [3, 2, 1]
    let cube = NDArray(Array(0..<24), shape: [2, 3, 4])
    let seven = full([2], 7, dtype: .f64)                    // [7, 7]
    #expect(try steps.floats() == [0, 0.25, 0.5, 0.75, 1] && odd.ints() == [1, 3, 5, 7, 9] && down.ints() == [3, 2, 1])
    #expect(try cube[1, 2, 3].item(as: Int.self) == 23)
    #expect(try seven.dtype == .f64 && seven.floats() == [7, 7])
  }

  @Test func parts() throws {
    let a = NDArray([[1, 2]]), b = NDArray([[3, 4]])
    let below = concatenate([a, b])                          // [[1, 2], [3, 4]]
    let beside = concatenate([a, b], axis: 1)                // [[1, 2, 3, 4]]
    let layers = stack([a, b])                               // shape [2, 1, 2]
    #expect(try below.shape == [2, 2] && below.ints() == [1, 2, 3, 4])
    #expect(try beside.shape == [1, 4] && beside.ints() == [1, 2, 3, 4])
    #expect(layers.shape == [2, 1, 2])
  }

  @Test func memory() throws {
    let samples: [Float] = [1, 2, 3, 4]
    let copied = samples.withUnsafeBytes { NDArray(bytes: $0, shape: [2, 2], dtype: .f32) }
    #expect(try copied.floats() == samples && copied.shape == [2, 2])
  }

  @Test func meshes() throws {
    let x = linspace(-1, 1, count: 3)                        // [3]
    let y = linspace(0, 1, count: 2)[.all, .newAxis]         // [2, 1]
    let radius = sqrt(x * x + y * y)                         // [2, 3]
    #expect(radius.shape == [2, 3])
    #expect(try radius.floats() == [1, 0, 1, Float(2).squareRoot(), 1, Float(2).squareRoot()])
  }
}
