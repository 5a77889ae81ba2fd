import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// Points too many for the second-level cache: what prefetches their rows, tile by tile, computes what one worker of the
/// portable level does.
@Suite struct RowStreamTests {
  private func graph(_ dtype: DType, _ count: Int, _ dimension: Int) -> String {
    """
    hillock graph 1
    %0 = argument 0 : \(dtype.name)[\(count),\(dimension)]
    %1 = argument 1 : \(dtype.name)[\(count)]
    %2 = argument 2 : \(dtype.name)[\(dimension)]
    %3 = neg %1
    %4 = dot %0, %2
    %5 = mul %3, %4
    %6 = exp %5
    %7 = add %6, 1.0
    %8 = reciprocal %7
    %9 = sub %8, 1.0
    %10 = mul %9, %1
    %11 = dot %10, %0
    return %11, %4

    """
  }

  private func data(_ dtype: DType, _ shape: [Int], _ random: inout SeededRandom) -> ConstantData {
    let values = (0..<shape.reduce(1, *)).map { _ in Float(random.next() >> 40) / Float(1 << 24) - 0.3 }
    let bytes = dtype == .f32 ? values.withUnsafeBytes { Array($0) } : values.map(Double.init).withUnsafeBytes { Array($0) }
    return ConstantData(type: ArrayType(dtype, shape), bytes: bytes)
  }

  /// Short rows of both widths, a row that fills a line, and one that is longer than the level takes at a time.
  @Test(arguments: [(DType.f32, 10), (.f32, 16), (.f32, 3), (.f64, 7), (.f64, 8), (.f32, 50)])
  func everyLevelAndTierAgrees(dtype: DType, dimension: Int) throws {
    let count = Parameters.prefetchThreshold / (dimension * dtype.size) + 4171
    let program = try VerifiedProgram(try Lowering.lower(try Graph(parsing: graph(dtype, count, dimension))))
    var random = SeededRandom(seed: UInt64(dimension))
    let arguments = [data(dtype, [count, dimension], &random), data(dtype, [count], &random), data(dtype, [dimension], &random)]
    let modes = Mode.all(engines: Mode.Engine.available.filter { $0 != .eager }, workers: [1, 2])
    var reference: Outputs?
    for mode in modes {
      let outputs = try ProgramRun.run(program, arguments: arguments, variables: [], options: mode.options)
      if let reference { #expect(outputs == reference, "\(mode) differs from \(modes[0])") } else { reference = outputs }
    }
  }
}
