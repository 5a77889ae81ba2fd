import CHillock
import HillockIR
import HillockTestSupport
import Testing

/// Contractions against the tree of the specification.
@Suite struct ContractionTests {
  @Test func rowDotFloat() { rowDot(Float.self) }
  @Test func rowDotDouble() { rowDot(Double.self) }
  @Test func rowDotInt() { rowDot(Int32.self) }
  @Test func outerFloat() { outer(Float.self) }
  @Test func outerDouble() { outer(Double.self) }
  @Test func outerUnsigned() { outer(UInt64.self) }
  @Test func matmulFloat() { matmul(Float.self) }
  @Test func matmulDouble() { matmul(Double.self) }
  @Test func matmulInt() { matmul(Int32.self) }
  @Test func vectorMatmulFloat() { vectorMatmul(Float.self) }
  @Test func vectorMatmulDouble() { vectorMatmul(Double.self) }
  @Test func vectorMatmulInt() { vectorMatmul(UInt64.self) }

  @Test func dotInTiles() {
    var generator = SeededRandom(seed: 3)
    for count in [0, 1, 63, 64, 65, 200, 1023, 4096] {
      let a = samples(Float.self, count, &generator), b = samples(Float.self, count, &generator)
      for level in levels {
        var lanes = [Float](repeating: 0, count: 64), sum: Float = 1
        for start in stride(from: 0, to: count, by: 128) {
          let end = min(start + 128, count)
          hk_dot_accumulate(level, 0)(Int64(end - start), &lanes, Array(a[start..<end]), Array(b[start..<end]))
        }
        hk_fold_lanes(0, 0, 64, 1, &lanes, &sum)
        #expect(sum.raw == dot(a, b, lanes: 64).raw, "\(count) terms, level \(level)")
      }
    }
  }

  private func rowDot<T: Numeric32or64>(_: T.Type) {
    var generator = SeededRandom(seed: 1)
    let widths = Array(1...20) + [31, 32, 33, 63, 64, 65, 100, 130, 4096, 4097, 9000]
    for k in widths {
      let w = samples(T.self, k, &generator)
      for n in k < 200 ? Array(0...40) + [64, 131] : [1, 3] {
        // One element in front: rows need not be aligned.
        let x = samples(T.self, n * k + 1, &generator)
        let expected = (0..<n).map { i in dot(Array(x[(1 + i * k)..<(1 + i * k + k)]), w, lanes: 64).raw }
        for level in levels {
          var z = [T](repeating: w[0], count: n + 1)
          x.withUnsafeBufferPointer {
            hk_row_dot(level, T.dtypeCode)(Int64(n), Int64(k), &z, $0.baseAddress! + 1, w, n % 2 == 0 ? 0 : 64, Int64(n % 3), 3)
          }
          #expect(z[..<n].map(\.raw) == expected, "\(n) rows of \(k), level \(level)")
          #expect(z[n] == w[0], "wrote beyond \(n) rows of \(k), level \(level)")
        }
      }
    }
  }

  private func outer<T: Numeric32or64>(_: T.Type) {
    var generator = SeededRandom(seed: 2)
    for k in Array(1...20) + [31, 32, 33, 40, 41, 100] {
      for n in Array(0...40) + [64, 131] {
        let s = samples(T.self, n, &generator), x = samples(T.self, n * k, &generator)
        let start = samples(T.self, 4 * k, &generator)
        var expected = start
        for r in 0..<n {
          for j in 0..<k { expected[r % 4 * k + j] = T.fused(s[r], x[r * k + j], expected[r % 4 * k + j]) }
        }
        for level in levels {
          var lanes = start + [start[0]]
          hk_outer_accumulate(level, T.dtypeCode)(Int64(n), Int64(k), &lanes, s, x, n % 2 == 0 ? 0 : 64, Int64(n % 3), 3)
          #expect(lanes.map(\.raw) == (expected + [start[0]]).map(\.raw), "\(n) rows of \(k), level \(level)")
        }
      }
    }
  }

  private func matmul<T: Numeric32or64>(_: T.Type) {
    var generator = SeededRandom(seed: 4)
    for (m, k, n) in [
      (1, 1, 1), (2, 3, 4), (7, 0, 5), (9, 5, 33), (17, 300, 65), (8, 16, 32), (150, 520, 70), (70, 4200, 140), (5, 257, 31),
      (3, 4097, 2), (2, 9000, 5), (40, 7, 10), (6, 30, 300), (300, 3, 1), (200, 260, 16), (12, 8200, 40),
      // Rows of a that are packed; a transposed a that is; panels of b, packed and as they lie; partials of many rows.
      (110, 270, 9), (270, 40, 70), (50, 40, 1100), (20, 40, 1100), (64, 100, 100), (390, 4100, 2),
    ] {
      let a = samples(T.self, m * k, &generator), b = samples(T.self, k * n, &generator)
      let expected = (0..<m * n).map { i in
        dot(Array(a[i / n * k..<i / n * k + k]), (0..<k).map { b[$0 * n + i % n] }, lanes: 1).raw
      }
      for level in levels {
        var d = [T](repeating: .zero, count: m * n)
        // In four parts, as workers would.
        let middle = Int64(m / 2), edge = Int64(n / 3)
        for (first, last) in [(middle, Int64(m)), (0, middle)] {
          for (from, to) in [(edge, Int64(n)), (0, edge)] {
            multiply(level, (m, k, n), 0, first..<last, from..<to, &d, a, b)
          }
        }
        #expect(d.map(\.raw) == expected, "\(m)x\(k)x\(n), level \(level)")
        // The same elements lie transposed.
        for layout in 1...3 {
          let left = layout & Int(HK_TRANSPOSED_A) == 0 ? a : (0..<k * m).map { a[$0 % m * k + $0 / m] }
          let right = layout & Int(HK_TRANSPOSED_B) == 0 ? b : (0..<n * k).map { b[$0 % k * n + $0 / k] }
          d = [T](repeating: .zero, count: m * n)
          let few = min(25, Int64(m))
          for (first, last) in [(few, Int64(m)), (0, few)] {
            for (from, to) in [(edge, Int64(n)), (0, edge)] {
              multiply(level, (m, k, n), layout, first..<last, from..<to, &d, left, right)
            }
          }
          #expect(d.map(\.raw) == expected, "\(m)x\(k)x\(n), layout \(layout), level \(level)")
        }
      }
    }
  }

  @Test func streamedFloat() { streamed(Float.self) }
  @Test func streamedDouble() { streamed(Double.self) }

  /// A product of more than 8 MiB with few terms is stored past the caches, where its rows begin on whole lines.
  private func streamed<T: Numeric32or64>(_: T.Type) {
    var generator = SeededRandom(seed: 6)
    for (k, n, lead) in [(2, 64, 0), (2, 80, 0), (1, 100, 0), (2, 64, 1)] {
      let m = (9 << 20) / MemoryLayout<T>.stride / n
      let a = samples(T.self, m * k, &generator), b = samples(T.self, k * n, &generator)
      for level in levels {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: (m * n + lead) * MemoryLayout<T>.stride, alignment: 64)
        defer { memory.deallocate() }
        let d = memory.bindMemory(to: T.self, capacity: m * n + lead) + lead
        a.withUnsafeBytes { a in
          b.withUnsafeBytes { b in
            var product = hk_product(
              rows: Int64(m), inner: Int64(k), columns: Int64(n), transposed: 0, a: a.baseAddress, b: b.baseAddress)
            let byteCount = Int(hk_matmul_scratch(&product, Int64(m), Int64(MemoryLayout<T>.stride)))
            let scratch = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
            defer { scratch.deallocate() }
            hk_matmul(level, T.dtypeCode)(&product, 0, Int64(m), 0, Int64(n), 0, Int64(k), d, Int64(n), scratch)
          }
        }
        var wrong = 0
        for i in 0..<m {
          for j in 0..<n {
            var sum = T.zero
            for p in 0..<k { sum = T.fused(a[i * k + p], b[p * n + j], sum) }
            if d[i * n + j].raw != sum.raw { wrong += 1 }
          }
        }
        #expect(wrong == 0, "\(m)x\(k)x\(n), begins at element \(lead), level \(level)")
      }
    }
  }

  /// Some rows and columns of a product; nothing else of d, and nothing beyond the scratch, is written.
  private func multiply<T: Numeric32or64>(
    _ level: Int32, _ shape: (m: Int, k: Int, n: Int), _ layout: Int, _ rows: Range<Int64>, _ columns: Range<Int64>,
    _ d: inout [T], _ a: [T], _ b: [T]
  ) {
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        d.withUnsafeMutableBufferPointer { d in
          var product = hk_product(
            rows: Int64(shape.m), inner: Int64(shape.k), columns: Int64(shape.n), transposed: Int32(layout), a: a.baseAddress,
            b: b.baseAddress)
          let size = MemoryLayout<T>.stride
          let byteCount = Int(hk_matmul_scratch(&product, Int64(rows.count), Int64(size)))
          let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount + 64, alignment: 64)
          defer { scratch.deallocate() }
          scratch.initializeMemory(as: UInt8.self, repeating: 0xa5)
          guard let start = d.baseAddress else { return }
          hk_matmul(level, T.dtypeCode)(
            &product, rows.lowerBound, rows.upperBound, columns.lowerBound, columns.upperBound, 0, Int64(shape.k),
            start + Int(rows.lowerBound) * shape.n + Int(columns.lowerBound), Int64(shape.n), scratch.baseAddress)
          #expect(
            scratch[byteCount...].allSatisfy { $0 == 0xa5 }, "wrote beyond the scratch: \(shape), \(layout), level \(level)")
        }
      }
    }
  }

  private func vectorMatmul<T: Numeric32or64>(_: T.Type) {
    var generator = SeededRandom(seed: 5)
    for (k, n) in [(0, 3), (1, 1), (3, 33), (8, 32), (17, 1100), (50, 300), (300, 1024), (4096, 5), (4097, 41), (9000, 3)] {
      let a = samples(T.self, k, &generator), b = samples(T.self, k * n, &generator)
      let expected = (0..<n).map { j in dot(a, (0..<k).map { b[$0 * n + j] }, lanes: 4).raw }
      for level in levels {
        var d = [T](repeating: a.first ?? .zero, count: n + 1)
        let last = d[n]
        for (from, to) in [(n / 3, n), (0, n / 3)] {
          hk_vector_matmul(level, T.dtypeCode)(Int64(from), Int64(to), Int64(k), Int64(n), &d, a, b)
        }
        #expect(d[..<n].map(\.raw) == expected, "\(k)x\(n), level \(level)")
        #expect(d[n].raw == last.raw, "wrote beyond \(n) columns, level \(level)")
      }
    }
  }

  private func dot<T: Numeric32or64>(_ a: [T], _ b: [T], lanes: Int) -> T {
    ReductionTree.accumulate(
      Array(zip(a, b)), lanes: lanes, identity: T.zero, accumulate: { T.fused($1.0, $1.1, $0) }, T.plus)
  }

  private func samples<T: Numeric32or64>(_: T.Type, _ count: Int, _ generator: inout SeededRandom) -> [T] {
    (0..<count).map { _ in T.sample(&generator) }
  }
}
