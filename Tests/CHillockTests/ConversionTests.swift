import CHillock
import HillockIR
import HillockTestSupport
import Testing

@Suite struct ConversionTests {
  @Test(arguments: DType.allCases) func agreesWithTheReference(from: DType) throws {
    var generator = SeededRandom(seed: UInt64(from.rawValue) + 900)
    let values = Samples.special(from) + (0..<300).map { _ in Samples.random(from, &generator) }
    for to in DType.allCases {
      for level in levels {
        let output = try converted(values, from, to, level)
        for (i, value) in values.enumerated() {
          let expected = BodyInstruction.convert(value, from: from, to: to)
          #expect(same(output[i], expected, to), "\(show(value, from)) to \(to.name): \(show(output[i], to)), level \(level)")
        }
      }
    }
  }

  /// Truncation, saturation and NaN, by hand.
  @Test func floatsToIntegers() throws {
    let inputs: [Float] = [2.9, -2.9, 3e9, -3e9, 5e9, .nan, .infinity, -.infinity, 0x1p63, -0x1p63, 2e19]
    let bits = inputs.map { UInt64($0.bitPattern) }
    for level in levels {
      let i32 = try converted(bits, .f32, .i32, level), u32 = try converted(bits, .f32, .u32, level)
      let i64 = try converted(bits, .f32, .i64, level), u64 = try converted(bits, .f32, .u64, level)
      #expect((0..<11).map { Int32(truncatingIfNeeded: i32[$0]) } == [2, -2, .max, .min, .max, 0, .max, .min, .max, .min, .max])
      #expect((0..<11).map { UInt32(u32[$0]) } == [2, 0, 3_000_000_000, 0, .max, 0, .max, 0, .max, 0, .max])
      #expect(
        (0..<11).map { Int64(bitPattern: i64[$0]) }
          == [2, -2, 3_000_000_000, -3_000_000_000, 5_000_000_000, 0, .max, .min, .max, .min, .max])
      #expect(
        (0..<11).map { u64[$0] } == [2, 0, 3_000_000_000, 0, 5_000_000_000, 0, .max, 0, 1 << 63, 0, .max])
    }
  }

  private func converted(_ values: [UInt64], _ from: DType, _ to: DType, _ level: Int32) throws -> Elements {
    let kernel = try #require(hk_convert(level, Int32(from.rawValue), Int32(to.rawValue)))
    let source = Elements(from, values)
    var output = Elements(to, count: values.count)
    source.bytes.withUnsafeBytes { a in
      output.bytes.withUnsafeMutableBytes { d in kernel(Int64(values.count), d.baseAddress, a.baseAddress, nil, nil) }
    }
    return output
  }
}
