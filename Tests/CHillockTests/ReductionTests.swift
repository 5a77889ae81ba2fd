import CHillock
import HillockIR
import HillockTestSupport
import Testing

/// Reductions against the tree of the specification, for every length from 0 to 200 and some beyond one chunk.
@Suite struct ReductionTests {
  static let lengths = Array(0...200) + [255, 4095, 4096, 4097, 8192, 9000, 12_289, 20_500]

  @Test func floatSum() { check(Float.self, .sum, 0) { $0 + $1 } }
  @Test func doubleSum() { check(Double.self, .sum, 0) { $0 + $1 } }
  @Test func intSumWraps() { check(Int32.self, .sum, 0) { $0 &+ $1 } }
  @Test func unsignedSumWraps() { check(UInt64.self, .sum, 0) { $0 &+ $1 } }
  @Test func floatProduct() { check(Float.self, .product, 1) { $0 * $1 } }
  @Test func intProductWraps() { check(Int32.self, .product, 1) { $0 &* $1 } }
  @Test func floatMaximum() { check(Float.self, .max, -.infinity) { $0.isNaN ? $0 : $0 > $1 ? $0 : $1 } }
  @Test func doubleMinimum() { check(Double.self, .min, .infinity) { $0.isNaN ? $0 : $0 < $1 ? $0 : $1 } }
  @Test func intMaximum() { check(Int32.self, .max, .min) { Swift.max($0, $1) } }
  @Test func unsignedMinimum() { check(UInt64.self, .min, .max) { Swift.min($0, $1) } }

  @Test func maximumPropagatesNaN() {
    for level in levels {
      for place in [0, 1, 63, 64, 99] {
        var terms = [Float](repeating: 1, count: 100)
        terms[place] = .nan
        #expect(inTiles(terms, .max, level, tile: 64).isNaN)
        #expect(alongAxis(terms, .max, level, outer: 1, inner: 1)[0].isNaN)
      }
    }
  }

  @Test func anyAndAll() {
    for level in levels {
      for count in [0, 1, 63, 64, 65, 200] {
        for place in [-1, 0, count - 1] {
          var terms = [UInt8](repeating: 0, count: count)
          if place >= 0 && place < count { terms[place] = 1 }
          var any: UInt8 = 7, all: UInt8 = 7
          hk_reduce_axis(level, 4, 6)(0, 1, 0, 1, Int64(count), 1, &any, terms)
          hk_reduce_axis(level, 5, 6)(0, 1, 0, 1, Int64(count), 1, &all, terms)
          #expect(any == (terms.contains(1) ? 1 : 0))
          #expect(all == (terms.contains(0) ? 0 : 1))
        }
      }
    }
  }

  private func check<T: Numeric32or64>(_: T.Type, _ kind: ReduceKind, _ identity: T, _ combine: (T, T) -> T) {
    var generator = SeededRandom(seed: 7)
    for count in Self.lengths {
      let terms = (0..<count).map { _ in T.sample(&generator) }
      let expected = ReductionTree.reduce(terms, lanes: 64, identity: identity, combine)
      for level in levels {
        #expect(inTiles(terms, kind, level, tile: 1024).raw == expected.raw, "\(count) terms in tiles, level \(level)")
        #expect(inTiles(terms, kind, level, tile: 64).raw == expected.raw, "\(count) terms in tiles of 64, level \(level)")
        #expect(alongAxis(terms, kind, level, outer: 1, inner: 1)[0].raw == expected.raw, "\(count) terms, level \(level)")
      }
    }
    // Short rows, of which several are taken together: one more and one less than a block, and single ones.
    for (rows, extent) in [(3, 5), (4, 1), (16, 10), (17, 10), (33, 16), (9, 17), (8, 33), (41, 64), (20, 65)] {
      let terms = (0..<rows * extent).map { _ in T.sample(&generator) }
      for level in levels {
        let results = alongAxis(terms, kind, level, outer: rows, inner: 1)
        for row in 0..<rows {
          let expected = ReductionTree.reduce(
            Array(terms[row * extent..<(row + 1) * extent]), lanes: 64, identity: identity, combine)
          #expect(results[row].raw == expected.raw, "row \(row) of [\(rows), \(extent)], level \(level)")
        }
      }
    }
    // Over rows: four lanes for each column, whatever the number of columns.
    for (extent, inner) in [(1, 2), (3, 7), (4, 8), (17, 33), (50, 300), (4097, 3), (9000, 11)] {
      let terms = (0..<2 * extent * inner).map { _ in T.sample(&generator) }
      for level in levels {
        let sums = alongAxis(terms, kind, level, outer: 2, inner: inner)
        for outer in 0..<2 {
          for column in 0..<inner {
            let rows = (0..<extent).map { terms[(outer * extent + $0) * inner + column] }
            let expected = ReductionTree.reduce(rows, lanes: 4, identity: identity, combine)
            #expect(sums[outer * inner + column].raw == expected.raw, "[2, \(extent), \(inner)] column \(column), level \(level)")
          }
        }
      }
    }
  }

  /// As the interpreter does it: tile by tile into lanes, lanes folded at a chunk's end, chunks combined.
  private func inTiles<T: Numeric32or64>(_ terms: [T], _ kind: ReduceKind, _ level: Int32, tile: Int) -> T {
    let code = Int32(kind.rawValue)
    var partials: [T] = [], result = T.zero
    for start in stride(from: 0, to: terms.count, by: 4096) {
      var lanes = [T](repeating: .zero, count: 64), partial = T.zero
      hk_reduce_start(code, T.dtypeCode, 64, &lanes)
      let end = min(start + 4096, terms.count)
      for first in stride(from: start, to: end, by: tile) {
        let run = Array(terms[first..<min(first + tile, end)])
        hk_reduce(level, code, T.dtypeCode)(Int64(run.count), &lanes, run)
      }
      hk_fold_lanes(code, T.dtypeCode, 64, 1, &lanes, &partial)
      partials.append(partial)
    }
    hk_combine_chunks(code, T.dtypeCode, Int64(partials.count), 1, &partials, &result)
    return result
  }

  private func alongAxis<T: Numeric32or64>(_ terms: [T], _ kind: ReduceKind, _ level: Int32, outer: Int, inner: Int) -> [T] {
    var result = [T](repeating: .zero, count: outer * inner)
    let extent = terms.count / (outer * inner)
    // In two parts, as two workers would.
    let edge = inner == 1 ? 0 : Int64(inner / 3)
    for (from, to) in [(edge, Int64(inner)), (0, edge)] where from < to || inner > 1 {
      hk_reduce_axis(level, Int32(kind.rawValue), T.dtypeCode)(
        0, Int64(outer), from, to, Int64(extent), Int64(inner), &result, terms)
    }
    return result
  }
}
