import CHillock
import HillockIR
import HillockTestSupport
import Testing

/// Gathers and scatters against walking the indices one by one.
@Suite struct IndexedTests {
  private static let extremes: [Int64] = [.min, .max, .min + 1, -1, 0, 1 << 40, -(1 << 40)]

  private static func indices(_ count: Int, rows: Int, _ random: inout SeededRandom) -> [Int64] {
    (0..<count).map { _ in
      Int.random(in: 0..<12, using: &random) == 0
        ? extremes.randomElement(using: &random)! : Int64.random(in: Int64(-rows - 3)...Int64(rows + 3), using: &random)
    }
  }

  private static func counted(_ index: Int64, _ rows: Int) -> Int64 { index < 0 ? index &+ Int64(rows) : index }

  @Test(arguments: levels) func gathers(isa: Int32) throws {
    var random = SeededRandom(seed: 20)
    for rowBytes in [1, 2, 3, 4, 5, 8, 9, 12, 16, 31, 33, 64, 65, 100] {
      let gather = try #require(hk_gather(isa, Int64(rowBytes)))
      for rows in [1, 2, 7, 300] {
        let source = (0..<rows * rowBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
        for count in [0, 1, 3, 4, 7, 8, 9, 17, 64, 101] {
          let indices = Self.indices(count, rows: rows, &random)
          let columns = rowBytes > 8 && count % 2 == 1 ? rowBytes / 4..<rowBytes - 1 : 0..<rowBytes
          var d = [UInt8](repeating: 7, count: count * rowBytes + 1), expected = d
          for (place, index) in indices.enumerated() {
            let row = Int(min(max(Self.counted(index, rows), 0), Int64(rows) - 1))
            for column in columns { expected[place * rowBytes + column] = source[row * rowBytes + column] }
          }
          gather(
            Int64(count), indices, Int64(rows), Int64(rowBytes), Int64(columns.lowerBound), Int64(columns.upperBound), &d, source)
          #expect(d == expected, "\(rowBytes) bytes, \(rows) rows, \(indices)")
        }
      }
    }
  }

  /// One kind at one dtype, by one worker and by several that share the rows or the columns.
  private static func scatters<T: Equatable & BitwiseCopyable>(
    _ isa: Int32, _ kind: ScatterKind, _ dtype: DType, _ values: [T], _ combine: (T, T) -> T, _ random: inout SeededRandom
  ) throws {
    let scatter = try #require(hk_scatter(isa, Int32(kind.rawValue), Int32(dtype.rawValue)))
    for (rows, inner, count) in [(1, 1, 9), (7, 1, 40), (100, 1, 1300), (5, 3, 20), (9, 40, 33), (70, 17, 600), (3, 1, 0)] {
      func some(_ count: Int) -> [T] { (0..<count).map { _ in values.randomElement(using: &random)! } }
      let base = some(rows * inner), updates = some(count * inner), indices = indices(count, rows: rows, &random)
      var expected = base
      for (place, index) in indices.enumerated() {
        let row = counted(index, rows)
        guard (0..<Int64(rows)).contains(row) else { continue }
        for column in 0..<inner {
          let at = Int(row) * inner + column
          expected[at] = combine(expected[at], updates[place * inner + column])
        }
      }
      for parts in [1, 2, 3] {
        var byRows = base, byColumns = base
        for part in 0..<parts {
          let lower = rows * part / parts, upper = rows * (part + 1) / parts
          scatter(
            Int64(count), indices, Int64(rows), Int64(lower), Int64(upper), Int64(inner), 0, Int64(inner), &byRows, updates)
          let from = inner * part / parts, to = inner * (part + 1) / parts
          guard from < to else { continue }
          scatter(
            Int64(count), indices, Int64(rows), 0, Int64(rows), Int64(inner), Int64(from), Int64(to), &byColumns, updates)
        }
        #expect(byRows == expected, "\(kind) \(dtype) \(rows) by \(inner), \(parts) ranges")
        #expect(byColumns == expected, "\(kind) \(dtype) \(rows) by \(inner), \(parts) panels")
      }
    }
  }

  @Test(arguments: levels) func scatters(isa: Int32) throws {
    var random = SeededRandom(seed: 21)
    // Sums of these are rounded in each step, so the order shows.
    let floats: [Float] = [1, -3, 0.1, 1e8, -1e8, 7e-3, 33.3], doubles: [Double] = [1, -3, 0.1, 1e16, -1e16, 7e-3]
    let words: [UInt32] = [0, 1, 5, .max, 1 << 31, 77], longs: [Int64] = [0, -1, .max, .min, 1 << 33, 9]
    let small: [Int32] = [0, -1, .max, .min, 12], large: [UInt64] = [0, 1, .max, 1 << 63, 3]
    func numbers<T: Numeric & Comparable & BitwiseCopyable>(
      _ dtype: DType, _ values: [T], _ add: (T, T) -> T, _ multiply: (T, T) -> T
    ) throws {
      try Self.scatters(isa, .set, dtype, values, { $1 }, &random)
      try Self.scatters(isa, .add, dtype, values, add, &random)
      try Self.scatters(isa, .multiply, dtype, values, multiply, &random)
      try Self.scatters(isa, .min, dtype, values, { $0 < $1 ? $0 : $1 }, &random)
      try Self.scatters(isa, .max, dtype, values, { $0 > $1 ? $0 : $1 }, &random)
    }
    try numbers(.f32, floats, +, *)
    try numbers(.f64, doubles, +, *)
    try numbers(.u32, words, &+, &*)
    try numbers(.i64, longs, &+, &*)
    try numbers(.i32, small, &+, &*)
    try numbers(.u64, large, &+, &*)
    let truth: [UInt8] = [0, 1]
    try Self.scatters(isa, .set, .bool, truth, { $1 }, &random)
    try Self.scatters(isa, .min, .bool, truth, { $0 & $1 }, &random)
    try Self.scatters(isa, .max, .bool, truth, { $0 | $1 }, &random)
    #expect(hk_scatter(isa, Int32(ScatterKind.add.rawValue), Int32(DType.bool.rawValue)) == nil)
    #expect(hk_scatter(isa, 5, 0) == nil && hk_scatter(isa, 0, 13) == nil && hk_scatter(isa, -1, 0) == nil)
  }
}
