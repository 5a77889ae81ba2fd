import CHillock
import HillockIR
import HillockTestSupport
import Testing

@Suite struct ConversionTests {
  @Test(arguments: DType.allCases) func agreesWithTheReference(from: DType) throws {
    var generator = SeededRandom(seed: UInt64(from.rawValue) + 900)
    let values = Samples.special(from) + (0..<300).map { _ in Samples.random(from, &generator) }
    for to in DType.allCases {
      guard DType.hasConversion(from: from, to: to) || from == to && !from.isNarrow else {
        for level in levels { #expect(hk_convert(level, Int32(from.rawValue), Int32(to.rawValue)) == nil) }
        continue
      }
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

/// Narrow floats against Swift's own type, and by hand: all of them, and numbers beside halfway points.
@Suite struct NarrowFloatTests {
  private func convert(_ values: [UInt64], _ from: DType, _ to: DType, _ level: Int32) throws -> [UInt64] {
    let kernel = try #require(hk_convert(level, Int32(from.rawValue), Int32(to.rawValue)))
    let source = Elements(from, values)
    var output = Elements(to, count: values.count)
    source.bytes.withUnsafeBytes { a in
      output.bytes.withUnsafeMutableBytes { d in kernel(Int64(values.count), d.baseAddress, a.baseAddress, nil, nil) }
    }
    return (0..<values.count).map { output[$0] }
  }

  #if !(os(macOS) && arch(x86_64))
    @Test func everyHalfIsThatOfSwift() throws {
      let all = (0...0xffff).map(UInt64.init)
      let numbers = all.map { Float(Float16(bitPattern: UInt16($0))) }
      for level in levels {
        let wide = try convert(all, .f16, .f32, level)
        for (i, number) in numbers.enumerated() {
          #expect(same(wide[i], UInt64(number.bitPattern), .f32), "0x\(String(i, radix: 16))")
        }
        let back = try convert(numbers.map { UInt64($0.bitPattern) }, .f32, .f16, level)
        for i in all.indices { #expect(same(back[i], all[i], .f16), "0x\(String(i, radix: 16))") }
      }
      #expect(all.allSatisfy { same(NarrowFormat.f16.value($0).bitPattern, Double(numbers[Int($0)]).bitPattern, .f64) })
    }

    /// Halfway between neighbours, and one float or double to either side.
    @Test func halvesRoundOnceToEven() throws {
      let halves = (0..<0x7c00).map { Double(Float16(bitPattern: UInt16($0))) }
      var doubles: [Double] = [65_520, 65_519.999999999993, 65_520.00000000001, 1e300, 0x1p-1074, 0x1p-25, 0x1.0000000000001p-25]
      for (a, b) in zip(halves, halves.dropFirst()) {
        let tie = (a + b) / 2
        doubles += [tie, tie.nextUp, tie.nextDown]
      }
      doubles += doubles.map { -$0 }
      let floats = doubles.map { Float($0) } + doubles.map { Float($0).nextUp } + doubles.map { Float($0).nextDown }
      for level in levels {
        let rounded = try convert(doubles.map(\.bitPattern), .f64, .f16, level)
        for (i, x) in doubles.enumerated() { #expect(rounded[i] == UInt64(Float16(x).bitPattern), "\(x)") }
        let ofFloats = try convert(floats.map { UInt64($0.bitPattern) }, .f32, .f16, level)
        for (i, x) in floats.enumerated() { #expect(ofFloats[i] == UInt64(Float16(x).bitPattern), "\(x)") }
      }
      #expect(doubles.allSatisfy { NarrowFormat.f16.bits($0) == UInt64(Float16($0).bitPattern) })
    }
  #endif

  @Test func brainFloatsRoundOnceToEven() throws {
    // The upper half of an f32; the numbers on both sides of the halfway point, and it, which goes to the even one.
    for low in stride(from: UInt64(0), to: 0x7f80, by: 1) {
      let a = Double(Float(bitPattern: UInt32(low) << 16))
      let b = low == 0x7f7f ? 0x1p128 : Double(Float(bitPattern: UInt32(low + 1) << 16))
      let tie = (a + b) / 2, even = low & 1 == 0 ? low : low + 1
      #expect(
        NarrowFormat.bf16.bits(tie) == even && NarrowFormat.bf16.bits(tie.nextDown) == low
          && NarrowFormat.bf16.bits(tie.nextUp) == low + 1)
      #expect(NarrowFormat.bf16.bits(-tie.nextUp) == low + 1 | 0x8000 && NarrowFormat.bf16.value(low) == a)
      guard low % 97 == 0 || low < 200 || low > 0x7f00 else { continue }
      for level in levels {
        let doubles = [tie, tie.nextDown, tie.nextUp, -tie.nextUp, a].map(\.bitPattern)
        #expect(
          try convert(doubles, .f64, .bf16, level) == [even, low, low + 1, low + 1 | 0x8000, low], "0x\(String(low, radix: 16))")
        // A tie has one digit more than a bf16, so it is an f32; beyond the greatest one it is none.
        let floats = [tie, Double(Float(tie).nextDown), -Double(Float(tie).nextUp)].map { UInt64(Float($0).bitPattern) }
        #expect(try convert(floats, .f32, .bf16, level) == [even, low, low + 1 | 0x8000], "0x\(String(low, radix: 16))")
      }
    }
  }
}
