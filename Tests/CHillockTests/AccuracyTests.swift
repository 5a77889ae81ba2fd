import CHillock
import Foundation
import HillockIR
import Testing

/// The functions against values of 60 digits from mpmath, and against C's special cases (tools/oracle/accuracy.py).
@Suite struct AccuracyTests {
  /// The bounds that Spec/numerics.md states, in units in the last place of the exact result.
  static let bounds: [String: (f32: Double, f64: Double)] = [
    "exp": (1, 1), "exp2": (1, 1), "expm1": (1.6, 2), "exprel": (2, 2.1), "log": (1, 1), "log2": (1.5, 1.5), "log10": (1, 1.1),
    "log1p": (1.6, 1.2), "sin": (1.5, 1.5), "cos": (1.5, 1.5), "tan": (3, 3), "tanh": (5, 2.5), "sigmoid": (2.5, 2.5),
    "softplus": (2.1, 2), "sinh": (2.2, 2.2), "cosh": (1.5, 1.5), "atan": (2, 1.5), "atan2": (2, 2), "asin": (2.5, 2.2),
    "acos": (1.2, 1.2), "pow": (1.2, 1.6), "hypot": (2, 2), "erf": (5, 7),
    "rexprel": (2.2, 2.6),
  ]

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

  @Test func everyTranscendentalFunctionIsMeasured() throws {
    #expect(Set(Self.bounds.keys) == Set(try Self.samples().keys))
    #expect(Set(Self.bounds.keys) == Set(OpTable.rows.filter { $0.op.code >= 36 }.map(\.name)))
  }

  @Test(arguments: bounds.keys.sorted()) func staysWithinItsBound(name: String) throws {
    let bound = try #require(Self.bounds[name]), row = try #require(ElementwiseOp.named(name)).row
    for sample in try #require(try Self.samples()[name]) {
      let bits = row.body(sample.dtype).evaluate(sample.operands)
      let error = Self.error(of: bits, sample)
      let operands = sample.operands.map { show($0, sample.dtype) }.joined(separator: ", ")
      #expect(
        error <= (sample.dtype == .f32 ? bound.f32 : bound.f64),
        "\(name)(\(operands)) = \(show(bits, sample.dtype)), not \(sample.high): \(error) ULP")
    }
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
