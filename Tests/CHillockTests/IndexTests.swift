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

  /// A read through a panel is the same as walking the index space position by position, from any position to any other, in
  /// tiles of any length; and nothing behind the panel is written.
  @Test(arguments: levels, [1, 4, 8]) func transposedReads(isa: Int32, size: Int) throws {
    // Extents of the index space, and the order in which its axes lie in memory, the outermost first.
    let cases: [(dims: [Int], order: [Int])] = [
      ([32, 32], [1, 0]), ([37, 21], [1, 0]), ([3, 50], [1, 0]), ([16, 9, 20], [2, 1, 0]), ([18, 7, 33], [1, 2, 0]),
      ([4, 19, 23], [0, 2, 1]), ([5, 17, 3, 16], [3, 0, 2, 1]),
    ]
    let load = try #require(hk_load_transposed(isa))
    for (dims, order) in cases {
      let count = dims.reduce(1, *)
      var strides = dims, next = 1
      for axis in order.reversed() {
        strides[axis] = next
        next *= dims[axis]
      }
      let base = (0..<count * size).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
      let expected = (0..<count).flatMap { position -> ArraySlice<UInt8> in
        var rest = position, index = 0
        for axis in dims.indices.reversed() {
          index += rest % dims[axis] * strides[axis]
          rest /= dims[axis]
        }
        return base[index * size..<(index + 1) * size]
      }
      for rows in [1, 4, 16, 19, 40] {
        var plan = hk_transposition()
        (plan.element_size, plan.rank) = (Int64(size), Int64(dims.count))
        (plan.axis, plan.rows) = (Int64(order.last ?? 0), Int64(rows))
        withUnsafeMutableBytes(of: &plan.dims) { $0.copyBytes(from: dims.map(Int64.init).withUnsafeBytes(Array.init)) }
        withUnsafeMutableBytes(of: &plan.strides) { $0.copyBytes(from: strides.map(Int64.init).withUnsafeBytes(Array.init)) }
        plan.inner = Int64(dims[(Int(plan.axis) + 1)...].reduce(1, *))
        let bytes = rows * Int(plan.inner) * size
        let panel = UnsafeMutableRawBufferPointer.allocate(byteCount: MemoryLayout<hk_panel>.size + bytes + 64, alignment: 64)
        defer { panel.deallocate() }
        for (first, last, tile) in [
          (0, count, 64), (count / 3, count - 5, 100), (7, count / 2 + 9, count), (count - 1, count, 64),
        ] {
          panel.initializeMemory(as: UInt8.self, repeating: 0xA5)
          panel.storeBytes(of: hk_panel(begin: 0, end: 0, limit: Int64(last), reserved: (0, 0, 0, 0, 0)), as: hk_panel.self)
          var d = [UInt8](repeating: 0x5A, count: (last - first) * size + 1)
          for position in stride(from: first, to: last, by: tile) {
            d.withUnsafeMutableBytes {
              load(
                Int64(min(tile, last - position)), $0.baseAddress! + (position - first) * size, base, Int64(position),
                panel.baseAddress, &plan)
            }
          }
          let right = Array(expected[first * size..<last * size]) + [0x5A]
          #expect(d == right, "\(dims) in order \(order), \(rows) rows, \(first)..<\(last)")
          #expect(panel.suffix(64).allSatisfy { $0 == 0xA5 }, "\(dims) in order \(order), \(rows) rows")
        }
      }
    }
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
