import CHillock
import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

/// Every elementwise kernel at every level against the reference evaluator of its body, bit for bit.
@Suite struct ElementwiseTests {
  static let rows = OpTable.rows.map(\.name)

  @Test(arguments: rows) func agreesWithItsBody(name: String) throws {
    let row = try #require(ElementwiseOp.named(name)).row
    for dtype in row.dtypes {
      let seed = UInt64(row.op.code) << 8 | UInt64(dtype.rawValue)
      var generator = SeededRandom(seed: seed)
      let operands = operandColumns(row, dtype, &generator)
      let body = row.body(dtype)
      for form in 0..<8 where TileForm.exists(arity: row.arity, mask: form) {
        // A scalar operand is its column's element 5.
        let expected = (0..<operands[0].count).map { i in
          body.evaluate(operands.enumerated().map { $1[form >> $0 & 1 == 1 ? 5 : i] })
        }
        for level in levels {
          let difference = firstDifference(row, dtype, form, level, operands, expected)
          #expect(difference == nil, "\(name) \(dtype.name) form \(form) level \(level) seed \(seed): \(difference ?? "")")
        }
      }
    }
  }

  /// Columns of special values in every combination, then random ones.
  private func operandColumns(_ row: OpRow, _ dtype: DType, _ generator: inout SeededRandom) -> [[UInt64]] {
    let types = row.operandTypes(dtype)
    let special = types.map(Samples.special)
    let combinations = row.arity == 1 ? special[0].count : special[row.arity - 2].count * special[row.arity - 1].count
    return types.enumerated().map { position, type in
      let values = special[position]
      let first = (0..<combinations).map { i in
        position == row.arity - 1 ? values[i % values.count] : values[i / special[row.arity - 1].count % values.count]
      }
      return first + (0..<400).map { _ in Samples.random(type, &generator) }
    }
  }

  private func firstDifference(
    _ row: OpRow, _ dtype: DType, _ form: Int, _ level: Int32, _ operands: [[UInt64]], _ expected: [UInt64]
  ) -> String? {
    guard let kernel = hk_elementwise(level, Int32(row.op.code), Int32(dtype.rawValue), Int32(form)) else { return "missing" }
    let types = row.operandTypes(dtype), result = row.resultType(dtype)
    // All of it, then each short length from a start that is not aligned.
    let ranges = [0..<expected.count] + (0...200).map { 37..<37 + Swift.min($0, expected.count - 37) }
    for range in ranges {
      let columns = types.enumerated().map { i, type in
        Elements(type, form >> i & 1 == 1 ? [operands[i][5]] : Array(operands[i][range]))
      }
      // One element beyond the end must stay as it is.
      let blank = Elements(result, count: range.count + 1, filledWith: 0xA5)
      let output = run(kernel, range.count, into: blank, columns, inPlaceOf: nil)
      for i in 0..<range.count where !same(output[i], expected[range.lowerBound + i], result) {
        let inputs = zip(operands, types).map { show($0[range.lowerBound + i], $1) }.joined(separator: ", ")
        return "(\(inputs)) gave \(show(output[i], result)), not \(show(expected[range.lowerBound + i], result))"
      }
      if output[range.count] != blank[range.count] { return "wrote beyond \(range.count) elements" }
      for position in types.indices where form >> position & 1 == 0 && types[position].size == result.size {
        let output = run(kernel, range.count, into: blank, columns, inPlaceOf: position)
        for i in 0..<range.count where !same(output[i], expected[range.lowerBound + i], result) {
          return "in place of operand \(position), \(range.count) elements: element \(i) differs"
        }
      }
    }
    return nil
  }

  /// One call of a kernel on copies of the columns; the destination is a buffer of its own or one of the copies.
  private func run(
    _ kernel: hk_tile_fn, _ count: Int, into blank: Elements, _ columns: [Elements], inPlaceOf position: Int?
  ) -> Elements {
    let copies = columns.map { copy($0.bytes) }, own = copy(blank.bytes)
    defer { for memory in copies + [own] { memory.deallocate() } }
    let destination = position.map { copies[$0] } ?? own
    kernel(
      Int64(count), destination.baseAddress, copies[0].baseAddress, copies.count > 1 ? copies[1].baseAddress : nil,
      copies.count > 2 ? copies[2].baseAddress : nil)
    return Elements(blank.dtype, memory: destination)
  }

  private func copy(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    memory.copyBytes(from: bytes)
    return memory
  }

  @Test func formsThatDoNotExistAreAbsent() {
    for level in levels {
      #expect(hk_elementwise(level, 0, Int32(DType.bool.rawValue), 0) == nil)
      #expect(hk_elementwise(level, Int32(OpTable.rows.count), 0, 0) == nil)
      #expect(hk_elementwise(level, 0, 0, 3) == nil)
      #expect(hk_elementwise(level, -1, 0, 0) == nil)
    }
  }
}

extension Elements {
  init(_ dtype: DType, memory: UnsafeMutableRawBufferPointer) {
    self.dtype = dtype
    bytes = Array(memory)
  }
}
