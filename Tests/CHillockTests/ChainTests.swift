import CHillock
import HillockIR
import HillockTestSupport
import Testing

/// Chains at every level against the reference evaluators of their ops' bodies, element by element, bit for bit.
@Suite struct ChainTests {
  static let links = OpTable.rows.filter(\.isLink)

  /// What a chain works on: arrays and scalars, as bits, by their slots.
  private struct Memory {
    var dtype: DType
    var slots: [[UInt64]]

    /// Runs a chain of each level's; one element beyond the end of each slot must stay as it is.
    func after(_ links: [hk_link], count: Int, level: Int32) -> [[UInt64]]? {
      guard let chain = hk_chain(level, Int32(dtype.rawValue)) else { return nil }
      let copies = slots.map { values -> UnsafeMutableRawBufferPointer in
        let bytes = Elements(dtype, values).bytes
        // Aligned as elements are, no more.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count + dtype.size, alignment: 64)
        memory.copyBytes(from: [UInt8](repeating: 0, count: dtype.size) + bytes)
        return memory
      }
      defer { for copy in copies { copy.deallocate() } }
      chain(Int64(count), copies.map { $0.baseAddress.map { $0 + dtype.size } }, links, Int64(links.count))
      return copies.map { copy in
        let elements = Elements(dtype, memory: copy)
        return (1..<elements.count).map { elements[$0] }
      }
    }

    /// The same by the bodies: one position after the other.
    func expected(_ links: [hk_link], count: Int) -> [[UInt64]] {
      var slots = slots
      for i in 0..<count {
        var value: UInt64 = 0
        for (position, link) in links.enumerated() {
          let slot = Int(link.slot), code = Int(link.code) - 1
          if position == 0 {
            value = slots[slot][i]
          } else if link.code == HK_LINK_STORE {
            slots[slot][i] = value
          } else {
            let row = OpTable.rows[code / 4], form = code % 4
            let other = slots[slot][form & Int(HK_LINK_SCALAR) == 0 ? i : 0]
            let operands = row.arity == 1 ? [value] : form & Int(HK_LINK_FIRST) == 0 ? [other, value] : [value, other]
            value = row.body(dtype).evaluate(operands)
          }
        }
      }
      return slots
    }

    func check(_ links: [hk_link], count: Int, _ what: String) {
      let expected = expected(links, count: count)
      for level in levels {
        guard let found = after(links, count: count, level: level) else {
          Issue.record("level \(level) has no chain of \(dtype.name)")
          continue
        }
        let difference = expected.indices.lazy.compactMap { slot in
          expected[slot].indices.first { !same(found[slot][$0], expected[slot][$0], dtype) }.map { (slot, $0) }
        }.first
        if let (slot, i) = difference {
          let (given, wanted) = (show(found[slot][i], dtype), show(expected[slot][i], dtype))
          Issue.record(
            "\(what), \(dtype.name), level \(level), \(count) elements: slot \(slot) at \(i) is \(given), not \(wanted)")
        }
      }
    }
  }

  private static func link(_ row: OpRow, _ form: Int, _ slot: Int) -> hk_link {
    hk_link(code: hk_link_code(Int32(row.op.code), Int32(form)), slot: Int32(slot))
  }

  private static func forms(_ row: OpRow) -> [Int] { row.arity == 1 ? [Int(HK_LINK_FIRST)] : [0, 1, 2, 3] }

  @Test func theOpsOfOnePrimitiveAreLinks() {
    #expect(
      Self.links.map(\.name) == ["add", "sub", "mul", "div", "neg", "abs", "square", "sqrt", "floor", "ceil", "trunc", "round"])
    for level in levels {
      for dtype in DType.allCases { #expect((hk_chain(level, Int32(dtype.rawValue)) != nil) == (dtype == .f32 || dtype == .f64)) }
    }
  }

  /// Special values in every combination.
  @Test(arguments: links.map(\.name), [DType.f32, .f64]) func eachLinkAgreesWithItsBody(name: String, dtype: DType) throws {
    let row = try #require(ElementwiseOp.named(name)).row
    let special = Samples.special(dtype)
    let first = special.flatMap { [UInt64](repeating: $0, count: special.count) }
    let second = special.flatMap { _ in special }
    for form in Self.forms(row) {
      for scalar in special.prefix(form & Int(HK_LINK_SCALAR) == 0 ? 1 : special.count) {
        let other = form & Int(HK_LINK_SCALAR) == 0 ? second : [scalar]
        let blank = [UInt64](repeating: 1, count: first.count + 1)
        let memory = Memory(dtype: dtype, slots: [first, other, blank])
        memory.check(
          [hk_link(code: 0, slot: 0), Self.link(row, form, 1), hk_link(code: Int32(HK_LINK_STORE), slot: 2)], count: first.count,
          "\(name) form \(form)")
      }
    }
  }

  /// Links of any kind in a row, stores between them also over operands, all short lengths and blocks of each width.
  @Test func randomChainsAgreeWithTheirBodies() {
    let seed: UInt64 = 71
    var generator = SeededRandom(seed: seed)
    for number in 0..<700 {
      let dtype = Bool.random(using: &generator) ? DType.f32 : .f64
      let count = number < 300 ? number : Int.random(in: 0...900, using: &generator)
      let special = Samples.special(dtype)
      func value() -> UInt64 {
        Int.random(in: 0..<4, using: &generator) == 0
          ? special[Int.random(in: special.indices, using: &generator)] : Samples.random(dtype, &generator)
      }
      let memory = Memory(
        dtype: dtype, slots: (0..<4).map { _ in (0..<count + 1).map { _ in value() } } + (0..<2).map { _ in [value()] })
      var links = [hk_link(code: 0, slot: Int32.random(in: 0..<4, using: &generator))]
      for _ in 0..<Int.random(in: 1...12, using: &generator) {
        let row = Self.links[Int.random(in: Self.links.indices, using: &generator)]
        let forms = Self.forms(row)
        let form = forms[Int.random(in: forms.indices, using: &generator)]
        let isScalar = form & Int(HK_LINK_SCALAR) != 0
        links.append(Self.link(row, form, Int.random(in: isScalar ? 4..<6 : 0..<4, using: &generator)))
        if Int.random(in: 0..<3, using: &generator) == 0 {
          links.append(hk_link(code: Int32(HK_LINK_STORE), slot: Int32.random(in: 0..<4, using: &generator)))
        }
      }
      links.append(hk_link(code: Int32(HK_LINK_STORE), slot: Int32.random(in: 0..<4, using: &generator)))
      memory.check(links, count: count, "chain \(number) of seed \(seed)")
    }
  }
}
