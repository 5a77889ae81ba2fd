import CHillock
import CReference
import Foundation
import HillockIR
import Testing

/// The functions against values of 60 digits from mpmath, and against C's special cases (tools/oracle/accuracy.py).
@Suite struct AccuracyTests {
  /// The ops whose rows state a bound.
  static let rows = OpTable.rows.filter { $0.accuracy != .rounded }

  struct Sample {
    var name: String, dtype: DType, operands: [UInt64], high: Double, low: Double
  }

  static func samples() throws -> [String: [Sample]] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Oracle/accuracy.txt")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    let samples = try lines.map { line in
      let fields = line.split(separator: " ")
      let words = try fields[2...].map { try #require(UInt64($0, radix: 16)) }
      return Sample(
        name: String(fields[0]), dtype: try #require(DType(name: fields[1])), operands: Array(words.dropLast(2)),
        high: Double(bitPattern: words[words.count - 2]), low: Double(bitPattern: words[words.count - 1]))
    }
    return Dictionary(grouping: samples, by: \.name)
  }

  @Test func everyFunctionWithABoundIsMeasured() throws {
    #expect(Set(Self.rows.map(\.name)) == Set(try Self.samples().keys))
  }

  @Test(arguments: rows.map(\.name)) func staysWithinItsBound(name: String) throws {
    let row = try #require(ElementwiseOp.named(name)).row
    for sample in try #require(try Self.samples()[name]) {
      let bits = row.body(sample.dtype).evaluate(sample.operands)
      let error = Self.error(of: bits, sample)
      let operands = sample.operands.map { show($0, sample.dtype) }.joined(separator: ", ")
      #expect(
        error <= row.accuracy[sample.dtype],
        "\(name)(\(operands)) = \(show(bits, sample.dtype)), not \(sample.high): \(error) ULP")
    }
  }

  /// A sample of what tools/exhaustive does for all floats: every 1021st float, of every exponent and both signs.
  @Test(arguments: OpTable.rows.filter { $0.arity == 1 && $0.dtypes.contains(.f32) && $0.resultType(.f32) == .f32 }.map(\.name))
  func floatsOfEverySizeStayWithinItsBound(name: String) throws {
    let row = try #require(ElementwiseOp.named(name)).row, function = ref_find(name)
    try #require(function >= 0, "add it to tools/exhaustive/CReference/reference.c")
    let kernel = try #require(hk_elementwise(levels[levels.count - 1], Int32(row.op.code), Int32(DType.f32.rawValue), 0))
    var worst = ref_worst(error: 0, argument: 0, result: 0), x = [Float](repeating: 0, count: 256), y = x
    for first in stride(from: UInt64(0), to: 1 << 32, by: 256 * 1021) {
      ref_every(1021, UInt32(first), &x, 256)
      kernel(256, &y, x, nil, nil)
      ref_measure_f32(function, x, y, 256, &worst)
    }
    // The reference is rounded too, by less than 1e-7 ULP.
    #expect(
      worst.error <= row.accuracy.f32 + 1e-7,
      "\(name)(\(show(worst.argument, .f32))) = \(show(worst.result, .f32)): \(worst.error) ULP")
  }

  /// The distance in units in the last place of the exact result; exceptional values must be met exactly, with their sign.
  private static func error(of bits: UInt64, _ sample: Sample) -> Double {
    let value = sample.dtype == .f32 ? Double(Float(bitPattern: UInt32(bits))) : Double(bitPattern: bits)
    if sample.high.isNaN { return value.isNaN ? 0 : .infinity }
    let overflows = sample.dtype == .f32 ? Float(sample.high).isInfinite : sample.high.isInfinite
    if overflows || sample.high == 0 {
      return value.sign == sample.high.sign && (overflows ? value.isInfinite : value == 0) ? 0 : .infinity
    }
    let least = sample.dtype == .f32 ? Double(Float.leastNonzeroMagnitude) : .leastNonzeroMagnitude
    let unit = Swift.max(least, sample.dtype == .f32 ? sample.high.ulp * 0x1p29 : sample.high.ulp)
    return abs((value - sample.high) - sample.low) / unit
  }
}
