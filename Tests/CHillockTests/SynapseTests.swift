import CHillock
import HillockIR
import HillockTestSupport
import Testing

/// Spikes along synapses against following them one by one, by one worker and by several that share the targets.
@Suite struct SynapseTests {
  private struct Sample {
    var slots = 1, post = 1, slot = 0
    var starts: [Int64] = [0]
    var targets: [Int32] = []
    var delays: [Int32] = []
    var weights: [Float] = []
    var rows: [Float] = []

    init(_ pre: Int, _ post: Int, _ fan: Int, _ random: inout SeededRandom) {
      self.post = post
      slots = [Int.random(in: 1...4, using: &random), 200].randomElement(using: &random)!
      slot = Int.random(in: 0..<slots, using: &random)
      for _ in 0..<pre {
        var own = (0..<Int.random(in: 0...2 * fan, using: &random)).map { _ in Int32.random(in: 0..<Int32(post), using: &random) }
        if Bool.random(using: &random) { own.sort() }
        if own.count > 2, Int.random(in: 0..<4, using: &random) == 0 {
          own[1] = [-1, Int32(post), .min, .max].randomElement(using: &random)!
        }
        targets += own
        starts.append(Int64(targets.count))
      }
      if pre > 3, Bool.random(using: &random) { starts[2] = [-5, 0, starts[3] + 1, .max].randomElement(using: &random)! }
      delays = targets.map { _ in Int32.random(in: -1...Int32(slots), using: &random) }
      weights = targets.map { _ in Float.random(in: -1...1, using: &random) }
      rows = (0..<pre).map { _ in [0, -0.0, 0, 1, 0.3, .nan].randomElement(using: &random)! }
    }

    func range(_ row: Int) -> Range<Int> {
      let count = Int64(targets.count), first = min(max(starts[row], 0), count)
      return Int(first)..<Int(max(first, min(max(starts[row + 1], 0), count)))
    }

    /// The delays as elements of this many bytes: one that is negative becomes the greatest, which no ring here has either.
    func delayBytes(_ size: Int) -> [UInt8] {
      delays.flatMap { delay in withUnsafeBytes(of: delay) { Array($0.prefix(size)) } }
    }

    func place(_ k: Int, _ isDelayed: Bool) -> Int? {
      let target = Int(targets[k]), delay = isDelayed ? Int(delays[k]) : 0
      guard (0..<post).contains(target), (0..<slots).contains(delay) else { return nil }
      return (slot + delay) % slots * post + target
    }
  }

  @Test(arguments: levels) func spikesReachTheirTargets(isa: Int32) throws {
    var random = SeededRandom(seed: 41)
    let deliver = try #require(hk_deliver(isa, Int32(DType.f32.rawValue)))
    let products = try #require(hk_row_products(isa, Int32(DType.f32.rawValue)))
    let pairs = try #require(hk_synapse_products(isa, Int32(DType.f32.rawValue)))
    #expect(hk_deliver(isa, Int32(DType.i32.rawValue)) == nil && hk_deliver(isa, 9) == nil && hk_sending(isa, -1) == nil)
    for (pre, post, fan) in [(1, 1, 3), (9, 7, 4), (70, 40, 20), (300, 1000, 3), (5, 2000, 900)] {
      for choice in 0..<8 {
        let sample = Sample(pre, post, fan, &random), isUniform = choice & 1 == 1
        let delaySize = [0, 1, 2, 4][choice / 2], isDelayed = delaySize > 0
        let weights = isUniform ? [Float(0.7)] : sample.weights, isBool = Bool.random(using: &random)
        let bytes = sample.rows.map { UInt8($0 == 0 || $0.isNaN ? 0 : 1) }
        func value(_ row: Int) -> Float { isBool ? Float(bytes[row]) : sample.rows[row] }
        let base = (0..<sample.slots * post).map { _ in Float.random(in: -1...1, using: &random) }
        var expected = base, sums = [Float](repeating: 0, count: pre), found: [Int32] = [], work = 0
        for row in 0..<pre {
          var lanes = [Float](repeating: 0, count: 8)
          for (position, k) in sample.range(row).enumerated() {
            guard let place = sample.place(k, isDelayed) else { continue }
            let weight = weights[isUniform ? 0 : k]
            if value(row) != 0 { expected[place] += value(row) * weight }
            lanes[position % 8] += weight * base[place]
          }
          for half in [4, 2, 1] { for j in 0..<half { lanes[j] += lanes[j + half] } }
          sums[row] = lanes[0]
          if value(row) != 0 {
            found.append(Int32(row))
            work += sample.range(row).count
          }
        }
        var table = hk_synapses(
          slots: Int64(sample.slots), post: Int64(post), pre: Int64(pre), count: Int64(sample.targets.count),
          slot: Int64(sample.slot), starts: nil, targets: nil, delays: nil, weights: nil, delay_size: Int32(delaySize),
          is_uniform: isUniform ? 1 : 0)
        try sample.starts.withUnsafeBufferPointer { starts in
          try sample.targets.withUnsafeBufferPointer { targets in
            try sample.delayBytes(delaySize).withUnsafeBytes { delays in
              try weights.withUnsafeBufferPointer { given in
                (table.starts, table.targets, table.weights) = (
                  starts.baseAddress, targets.baseAddress, UnsafeRawPointer(given.baseAddress)
                )
                table.delays = isDelayed ? delays.baseAddress : nil
                var rows = [Int32](repeating: -9, count: pre + 1), count = 0, synapses: Int64 = 0
                let dtype = isBool ? DType.bool : .f32
                let sending = try #require(hk_sending(isa, Int32(dtype.rawValue)))
                count = Int(
                  isBool
                    ? sending(0, Int64(pre), bytes, &table, &rows, &synapses)
                    : sending(0, Int64(pre), sample.rows, &table, &rows, &synapses))
                #expect(Array(rows.prefix(count)) == found && rows[pre] == -9 && synapses == work)
                for parts in [1, 2, 3, 7] {
                  var ring = base
                  for part in 0..<parts {
                    deliver(
                      &table, Int64(count), rows, isBool ? nil : sample.rows, Int64(post * part / parts),
                      Int64(post * (part + 1) / parts), &ring)
                  }
                  #expect(ring.map(\.bitsOrNaN) == expected.map(\.bitsOrNaN), "\(pre) rows, choice \(choice), \(parts) parts")
                }
                var results = [Float](repeating: 9, count: pre)
                products(&table, 0, Int64(pre), &results, base)
                #expect(results == sums)
                guard sample.starts == sample.starts.sorted() else { return }
                let total = sample.targets.count
                var joined = [Float](repeating: 9, count: total), each = [Float](repeating: 0, count: total)
                for row in found {
                  for k in sample.range(Int(row)) {
                    if let place = sample.place(k, isDelayed) { each[k] = value(Int(row)) * base[place] }
                  }
                }
                for (first, last) in [(0, total / 3), (total / 3, total)] {
                  if isBool {
                    pairs(&table, Int64(first), Int64(last), bytes, 1, &joined, base)
                  } else {
                    pairs(&table, Int64(first), Int64(last), sample.rows, 0, &joined, base)
                  }
                }
                #expect(joined.map(\.bitsOrNaN) == each.map(\.bitsOrNaN))
              }
            }
          }
        }
      }
    }
  }

  /// Blocks of 64 and what is left of them.
  @Test(arguments: levels) func spikesAreFound(isa: Int32) throws {
    var random = SeededRandom(seed: 42)
    let sending = try #require(hk_sending(isa, Int32(DType.bool.rawValue)))
    for count in [0, 1, 63, 64, 65, 127, 128, 200] {
      for chance in [0, 1, 30] {
        let spikes = (0..<count).map { _ in UInt8(Int.random(in: 0..<60, using: &random) < 2 * chance ? 1 : 0) }
        let starts = (0...count).map { Int64(2 * $0) }
        var rows = [Int32](repeating: -9, count: count + 1), work: Int64 = 0
        starts.withUnsafeBufferPointer { starts in
          var table = hk_synapses(
            slots: 1, post: 1, pre: Int64(count), count: Int64(2 * count), slot: 0, starts: starts.baseAddress, targets: nil,
            delays: nil, weights: nil, delay_size: 0, is_uniform: 1)
          for first in [0, min(count, 3)] {
            let expected = (first..<count).filter { spikes[$0] == 1 }
            work = 0
            let found = sending(Int64(first), Int64(count), spikes, &table, &rows, &work)
            #expect(rows.prefix(Int(found)).map(Int.init) == expected && work == 2 * Int64(expected.count))
            #expect(rows[count] == -9)
          }
        }
      }
    }
  }
}

extension Float {
  /// Any NaN is the same as any other.
  fileprivate var bitsOrNaN: UInt32 { isNaN ? 0x7fc0_0000 : bitPattern }
}
