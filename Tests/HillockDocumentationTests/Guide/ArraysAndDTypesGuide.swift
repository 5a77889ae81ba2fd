// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/ArraysAndDTypes.md.
@Suite(.serialized) struct ArraysAndDTypesGuide {
  @Test func first() throws {
    let x = NDArray([[1, 2, 3], [4, 5, 6]])
    let y = 0.5 * x + 1                    // [[1.5, 2, 2.5], [3, 3.5, 4]]
    print(y.dtype, y.shape)                // f32 [2, 3]
    let numbers = try y.floats()           // [1.5, 2, 2.5, 3, 3.5, 4]
    #expect(numbers == [1.5, 2, 2.5, 3, 3.5, 4])
    #expect(y.dtype == .f32 && "\(y.dtype)" == "f32" && y.shape == [2, 3])
  }

  @Test func dtypes() throws {
    let a = NDArray([0.1, 0.2])                      // f32[2]
    let b = NDArray([0.1, 0.2], dtype: .f64)         // f64[2]
    let c = a.asType(.f64)                           // 0.10000000149…: it was rounded to f32 before
    #expect(a.dtype == .f32 && b.dtype == .f64 && c.dtype == .f64)
    #expect(try b.scalars(as: Double.self) == [0.1, 0.2])
    #expect(try c.scalars(as: Double.self) == [Double(Float(0.1)), Double(Float(0.2))])
    let whole = NDArray([1.9, -1.9, 1e20]).asType(.i32)      // [1, -1, 2147483647]
    #expect(try whole.ints() == [1, -1, 2_147_483_647])
    let n = NDArray([1, 2, 3])             // i32
    let doubled = n * 2                    // i32: [2, 4, 6]
    let halves = n * 0.5                   // f32: [0.5, 1, 1.5]
    let precise = b * 0.1                  // f64, and 0.1 has all its digits
    #expect(try doubled.dtype == .i32 && doubled.ints() == [2, 4, 6])
    #expect(try halves.dtype == .f32 && halves.floats() == [0.5, 1, 1.5])
    #expect(try precise.scalars(as: Double.self) == [0.1 * 0.1, 0.2 * 0.1])
    let k = 2
    let stillDouble = b * NDArray(k)       // f64
    let wide = NDArray(k, dtype: .i64)     // i64
    let tooLarge = n + 3_000_000_000       // i32 does not hold it
    print(tooLarge.error?.code == .argument)         // true
    #expect(try stillDouble.scalars(as: Double.self) == [0.2, 0.4] && wide.dtype == .i64 && tooLarge.error?.code == .argument)
    let flags = NDArray([true, false, true])
    let counted = flags + n                // i32: [2, 2, 4]
    let mixed = n + NDArray([0.5, 0.5, 0.5])      // f32
    #expect(try counted.dtype == .i32 && counted.ints() == [2, 2, 4])
    #expect(try mixed.dtype == .f32 && mixed.floats() == [1.5, 2.5, 3.5])
  }

  @Test func narrow() throws {
    let bytes = NDArray([200, 100], dtype: .u8)
    let wrapped = bytes + 100                        // [44, 200]
    let half = NDArray([1.0, 60_000], dtype: .f16)
    let doubled16 = half + half                      // [2, inf]: 65504 is the largest
    let total = bytes.sum()                          // u32: 300
    let mean = NDArray([60_000.0, 60_000], dtype: .f16).mean()     // 60000
    #expect(try wrapped.dtype == .u8 && wrapped.ints() == [44, 200])
    #expect(try doubled16.dtype == .f16 && doubled16.floats() == [2, .infinity])
    #expect(try total.dtype == .u32 && total.item(as: Int.self) == 300 && mean.item(as: Float.self) == 60_000)
  }

  @Test func sums() throws {
    let currents = [ones(2), 3 * ones(2)]
    let sum = currents.reduce(NDArray(0)) { $0 + $1 }       // [4, 4]
    #expect(try sum.floats() == [4, 4])
  }

  @Test func functions() throws {
    let root = sqrt(2.0)                   // 1.4142135623730951, a Double
    let roots = sqrt(NDArray([4.0, 9]))    // f32: [2, 3]
    #expect(root == 1.4142135623730951)
    #expect(try roots.dtype == .f32 && roots.floats() == [2, 3])
  }

  @Test func powers() throws {
    let n = NDArray([1, 2, 3])
    let squares = n ** 2                   // i32: [1, 4, 9]
    let powers = 2 ** n                    // i32: [2, 4, 8]
    let inverse = NDArray([1, 2, 4]) ** -1.0       // f32: [1, 0.5, 0.25]
    #expect(try squares.dtype == .i32 && squares.ints() == [1, 4, 9] && powers.dtype == .i32 && powers.ints() == [2, 4, 8])
    #expect(try inverse.dtype == .f32 && inverse.floats() == [1, 0.5, 0.25])
    #expect((n ** -1).error?.code == .argument)
    let three = NDArray([3.0])
    let squared = -three ** 2              // 9
    let negated = -(three ** 2)            // -9
    #expect(try squared.floats() == [9] && negated.floats() == [-9])
  }

  @Test func comparisons() throws {
    let t = NDArray([-2, -1, 0, 1, 2])
    let isSmall = (t .> -2) .& (t .< 2)               // [false, true, true, true, false]
    let clamped = select(isSmall, t, 0)               // [0, -1, 0, 1, 0]
    let remainder = t % 3                             // [1, 2, 0, 1, 2]
    #expect(try isSmall.bools() == [false, true, true, true, false])
    #expect(try clamped.ints() == [0, -1, 0, 1, 0] && remainder.ints() == [1, 2, 0, 1, 2])
  }

  @Test func broadcasting() throws {
    let column = NDArray([[10], [20]])                // [2, 1]
    let row = NDArray([1, 2, 3])                      // [3]
    let table = column + row                          // [[11, 12, 13], [21, 22, 23]]
    #expect(try table.shape == [2, 3] && table.ints() == [11, 12, 13, 21, 22, 23])
    let all = try table.ints()                               // [11, 12, 13, 21, 22, 23]
    let one = try table[1, 2].item(as: Int.self)             // 23
    let doubles = try (table / 2).scalars(as: Double.self)   // [5.5, 6, 6.5, 10.5, 11, 11.5]
    #expect(all == [11, 12, 13, 21, 22, 23] && one == 23)
    #expect(doubles == [5.5, 6, 6.5, 10.5, 11, 11.5])
  }
}
