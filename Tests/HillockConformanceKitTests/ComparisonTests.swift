import HillockConformanceKit
import HillockIR
import Testing

@Suite("Comparing arrays")
struct ComparisonTests {
  private func floats(_ values: [Float]) -> ConstantData {
    ConstantData(
      type: ArrayType(.f32, [values.count]),
      bytes: values.flatMap { value in
        withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
      })
  }

  private func difference(_ a: [Float], _ b: [Float], _ tolerance: Tolerance = .exact) -> String? {
    Comparison.difference(floats(a), from: floats(b), tolerance)
  }

  @Test("exact means the same bits, and any NaN equals any NaN")
  func exact() {
    #expect(difference([1, .nan, -0.0], [1, Float(nan: 5, signaling: false), -0.0]) == nil)
    #expect(difference([0], [-0.0]) != nil)
    #expect(difference([1], [Float(1).nextUp]) != nil)
    #expect(difference([.nan], [1]) != nil)
  }

  @Test("ulp counts floating-point numbers, over zero and up to infinity")
  func ulp() {
    let tiny = Float.leastNonzeroMagnitude
    for (a, b, distance) in [
      (1, Float(1).nextUp, 1), (Float(1).nextDown, Float(1).nextUp, 2), (0, -0.0, 1), (tiny, -tiny, 3),
      (.greatestFiniteMagnitude, .infinity, 1), (2, 2, 0),
    ] as [(Float, Float, UInt64)] {
      #expect(Comparison.ulpDistance(UInt64(a.bitPattern), UInt64(b.bitPattern), .f32) == distance)
      #expect(difference([a], [b], .within(ulp: distance, absolute: 0)) == nil)
      if distance > 0 { #expect(difference([a], [b], .within(ulp: distance - 1, absolute: 0)) != nil) }
    }
  }

  @Test("an absolute bound is an alternative; NaN meets only NaN")
  func absolute() {
    #expect(difference([1e-9], [0], .within(ulp: 1, absolute: 1e-8)) == nil)
    #expect(difference([1e-7], [0], .within(ulp: 1, absolute: 1e-8)) != nil)
    #expect(difference([.nan], [0], .within(ulp: 1000, absolute: 1e9)) != nil)
  }

  @Test("integers and types are compared exactly whatever the tolerance")
  func integers() {
    let a = ConstantData(type: ArrayType(.i32, [1]), bytes: [1, 0, 0, 0])
    let b = ConstantData(type: ArrayType(.i32, [1]), bytes: [2, 0, 0, 0])
    #expect(Comparison.difference(a, from: b, .within(ulp: 5, absolute: 5)) != nil)
    let c = ConstantData(type: ArrayType(.i32, [1, 1]), bytes: [1, 0, 0, 0])
    #expect(Comparison.difference(a, from: c, .exact) == "has type i32[1], expected i32[1,1]")
  }

  @Test("the message names the places and both values")
  func message() throws {
    let text = try #require(difference([1, 2, 3], [1, 2.5, Float(3).nextUp]))
    #expect(text.hasPrefix("2 of 3 elements differ"))
    #expect(text.contains("[1]: 2.0, expected 2.5"))
    #expect(text.contains("[2]: 3.0, expected 3.0000002 (1 ulp)"))
  }
}
