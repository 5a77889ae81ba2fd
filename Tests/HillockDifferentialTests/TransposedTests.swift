import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockConformanceKit
@testable import HillockRuntime

/// Arrays large enough that transposed operands are read through panels: every level, tier and number of workers gives what the
/// indices say.
@Suite struct TransposedTests {
  /// Axes that do and do not fill whole blocks; few columns, and so many that a panel has few rows.
  @Test(arguments: [
    (DType.f32, [256, 256], [1, 0]), (.f32, [301, 205], [1, 0]), (.f64, [130, 259], [1, 0]), (.bool, [300, 257], [1, 0]),
    (.i64, [9, 3000], [1, 0]), (.f32, [3000, 9], [1, 0]), (.i32, [40, 41, 42], [2, 1, 0]), (.f64, [37, 21, 33], [1, 2, 0]),
    (.f32, [6, 70, 90], [0, 2, 1]), (.f32, [17, 5, 6, 50], [3, 1, 2, 0]), (.f32, [20_000, 16], [1, 0]),
    (.f32, [5000, 24], [1, 0]), (.f32, [8192, 12], [1, 0]),
  ])
  func everyLevelAndTierAgrees(dtype: DType, shape: [Int], axes: [Int]) throws {
    let result = axes.map { shape[$0] }, count = shape.reduce(1, *)
    let op = dtype == .bool ? "ne" : "add"
    let graph = """
      hillock graph 1
      %0 = argument 0 : \(dtype.name)[\(shape.map(String.init).joined(separator: ","))]
      %1 = argument 1 : \(dtype.name)[\(result.map(String.init).joined(separator: ","))]
      %2 = transpose %0 permutation \(axes)
      %3 = \(op) %1, %2
      %4 = reduce.\(dtype == .bool ? "any" : "max") %3 axes \(Array(axes.indices))
      return %2, %3, %4

      """
    let program = try VerifiedProgram(try Lowering.lower(try Graph(parsing: graph)))
    let kernels = program.program.kernels
    #expect(
      kernels.contains { kernel in
        kernel.operands.indices.contains { TransposedPanel(kernel, $0, program.program.registers) != nil }
      })
    func value(_ number: Int) -> Int { dtype == .bool ? number * 7 / 3 % 2 : number }
    func data(_ shape: [Int], _ numbers: [Int]) -> ConstantData {
      ConstantData(type: ArrayType(dtype, shape), bytes: numbers.flatMap { bytes(of: $0, dtype) })
    }
    // Element n of the result is the element of the first argument with its indices, moved.
    let strides = Shape.rowMajorStrides(shape)
    let moved = (0..<count).map { position -> Int in
      var rest = position, number = 0
      for axis in result.indices.reversed() {
        number += rest % result[axis] * strides[axes[axis]]
        rest /= result[axis]
      }
      return value(number)
    }
    let own = (0..<count).map { value($0 + 1) }
    let combined = zip(own, moved).map { dtype == .bool ? ($0 == $1 ? 0 : 1) : $0 + $1 }
    let expected = [data(result, moved), data(result, combined), data([], [combined.max() ?? 0])].map(\.bytes)
    let arguments = [data(shape, (0..<count).map(value)), data(result, own)]
    for mode in Mode.all(engines: Mode.Engine.available.filter { $0 != .eager }, workers: [1, 2, 7]) {
      let outputs = try ProgramRun.run(program, arguments: arguments, variables: [], options: mode.options)
      #expect(outputs.results.map(\.bytes) == expected, "\(mode)")
    }
  }

  /// v ← v + transposed x[t] + transposed w in each of some steps: a panel holds what one step reads.
  @Test(arguments: [2, 5]) func aLoopReadsPanelsAnewInEachStep(trips: Int) throws {
    let (rows, columns) = (130, 170)
    var body = GraphBuilder(name: "body")
    _ = body.argument(ArrayType(.i64, []))
    let v = body.argument(ArrayType(.f32, [rows, columns]))
    let x = body.argument(ArrayType(.f32, [columns, rows])), w = body.argument(ArrayType(.f32, [columns, rows]))
    let add = try #require(ElementwiseOp.named("add"))
    var sum = try body.elementwise(add, [v, try body.transpose(x, [1, 0])])
    sum = try body.elementwise(add, [sum, try body.transpose(w, [1, 0])])
    body.result(sum)
    var b = GraphBuilder(name: "transposed rows")
    let start = b.argument(ArrayType(.f32, [rows, columns]))
    let xs = b.argument(ArrayType(.f32, [trips, columns, rows])), ws = b.argument(ArrayType(.f32, [columns, rows]))
    b.result(b.elements(of: try b.loop(body.graph, trips: trips, carried: [start], sliced: [xs], captured: [ws]))[0])
    let program = try VerifiedProgram(try Lowering.lower(b.graph))
    let prepared = PreparedProgram(program.program, isa: .current)
    #expect(program.program.interchangedLoops.count == 1)
    #expect(withExtendedLifetime(prepared) { prepared.kernels.contains { !$0.panels.isEmpty } })

    func data(_ shape: [Int], _ numbers: [Int]) -> ConstantData {
      ConstantData(type: ArrayType(.f32, shape), bytes: numbers.flatMap { bytes(of: $0, .f32) })
    }
    let count = rows * columns
    let xData = (0..<trips * count).map { $0 % 101 }, wData = (0..<count).map { $0 % 31 }
    let expected = (0..<count).map { position in
      let (row, column) = position.quotientAndRemainder(dividingBy: columns)
      let other = column * rows + row
      return position % 7 + (0..<trips).reduce(0) { $0 + xData[$1 * count + other] + wData[other] }
    }
    let arguments = [
      data([rows, columns], (0..<count).map { $0 % 7 }), data([trips, columns, rows], xData), data([columns, rows], wData),
    ]
    for mode in Mode.all(engines: Mode.Engine.available.filter { $0 != .eager }, workers: [1, 2, 7]) {
      let outputs = try ProgramRun.run(program, arguments: arguments, variables: [], options: mode.options)
      #expect(outputs.results.map(\.bytes) == [data([rows, columns], expected).bytes], "\(mode)")
    }
  }

  private func bytes(of number: Int, _ dtype: DType) -> [UInt8] {
    switch dtype {
    case .f32: withUnsafeBytes(of: Float(number)) { Array($0) }
    case .f64: withUnsafeBytes(of: Double(number)) { Array($0) }
    case .i32, .u32: withUnsafeBytes(of: Int32(number)) { Array($0) }
    case .i64, .u64: withUnsafeBytes(of: Int64(number)) { Array($0) }
    case .bool, .i8, .u8: [UInt8(number)]
    case .i16, .u16: withUnsafeBytes(of: Int16(number)) { Array($0) }
    case .f16, .bf16: withUnsafeBytes(of: UInt16(DType.bits(Double(number), dtype))) { Array($0) }
    }
  }
}
