import CHillock
import HillockIR
import Testing

@Suite struct IndexTests {
  /// A strided read is the same as walking the index space position by position.
  @Test func stridedReads() {
    let base = (0..<200).map { UInt32($0) }
    let cases: [(dims: [Int64], strides: [Int64], offset: Int)] = [
      ([5], [1], 0), ([5], [-1], 4), ([6], [0], 3), ([3, 4], [4, 1], 0), ([4, 3], [1, 4], 0), ([3, 4], [0, 1], 7),
      ([3, 4], [-4, -1], 11), ([2, 3, 4], [12, 1, 3], 0), ([2, 1, 3, 2], [0, 0, 20, -7], 60), ([], [], 9),
    ]
    for (dims, strides, offset) in cases {
      let count = Int(dims.reduce(1, *))
      let positions = (0..<count).map { position -> UInt32 in
        var rest = position, index = offset
        for axis in dims.indices.reversed() {
          index += rest % Int(dims[axis]) * Int(strides[axis])
          rest /= Int(dims[axis])
        }
        return base[index]
      }
      for first in 0..<count {
        for n in 0...(count - first) {
          var d = [UInt32](repeating: 999, count: n + 1)
          base.withUnsafeBufferPointer {
            hk_load_strided(Int64(n), &d, $0.baseAddress! + offset, Int64(first), Int64(dims.count), dims, strides, 4)
          }
          #expect(d == positions[first..<first + n] + [999], "\(dims) by \(strides), \(n) from \(first)")
        }
      }
    }
  }

  @Test func stridedReadsOfEverySize() {
    let bytes: [UInt8] = [0, 1, 2, 3, 4, 5], words: [UInt64] = [0, 1, 2, 3, 4, 5]
    var b = [UInt8](repeating: 9, count: 3), w = [UInt64](repeating: 9, count: 3)
    hk_load_strided(3, &b, bytes, 0, 1, [3], [2], 1)
    hk_load_strided(3, &w, words, 0, 1, [3], [2], 8)
    #expect(b == [0, 2, 4] && w == [0, 2, 4])
  }

  @Test(arguments: [(1, 5), (3, 4), (7, 1), (64, 3)]) func iota(inner: Int, extent: Int) {
    for first in [0, 1, 2, 6, 13, 4096] {
      for n in [0, 1, 5, 50] {
        let expected = (first..<first + n).map { $0 / inner % extent }
        var i = [Int64](repeating: -1, count: n), f = [Float](repeating: -1, count: n), b = [UInt8](repeating: 9, count: n)
        hk_iota(Int64(n), &i, 3, Int64(first), Int64(inner), Int64(extent))
        hk_iota(Int64(n), &f, 0, Int64(first), Int64(inner), Int64(extent))
        hk_iota(Int64(n), &b, 6, Int64(first), Int64(inner), Int64(extent))
        #expect(i == expected.map(Int64.init) && f == expected.map(Float.init) && b == expected.map { $0 == 0 ? 0 : 1 })
      }
    }
  }
}
