import HillockIR
import Testing

@Suite struct OpTableTests {
  @Test func codesArePositionsAndNamesAreUnique() {
    #expect(OpTable.rows.map { Int($0.op.code) } == Array(0..<OpTable.rows.count))
    #expect(Set(OpTable.rows.map(\.name)).count == OpTable.rows.count)
    #expect(OpTable.rows.allSatisfy { ElementwiseOp.named($0.name) == $0.op })
  }

  @Test(arguments: OpTable.rows.map(\.name)) func bodiesAreWellFormed(name: String) throws {
    let row = try #require(ElementwiseOp.named(name)).row
    for dtype in row.dtypes {
      let body = row.body(dtype)
      #expect(body.operandTypes == row.operandTypes(dtype))
      #expect(body.resultType == row.resultType(dtype))
      #expect(body.type(of: body.result) == body.resultType)
      for (position, instruction) in body.instructions.enumerated() {
        #expect(instruction.operands.allSatisfy { $0 >= 0 && $0 < row.arity + position }, "operands come first")
        // One element size in a body, bools aside: a vector register holds as many elements of each value.
        #expect(instruction.dtype == .bool || instruction.dtype.size == dtype.size)
      }
    }
  }

  /// JAX's `jnp.promote_types` with 64-bit types enabled, but for u64 with a signed integer, which is JAX's weak float: f32 here.
  @Test func promotionIsTheLattice() {
    let order: [DType] = [.bool, .i8, .u8, .i16, .u16, .i32, .u32, .i64, .u64, .f16, .bf16, .f32, .f64]
    let table: [[DType]] = [
      [.bool, .i8, .u8, .i16, .u16, .i32, .u32, .i64, .u64, .f16, .bf16, .f32, .f64],
      [.i8, .i8, .i16, .i16, .i32, .i32, .i64, .i64, .f32, .f16, .bf16, .f32, .f64],
      [.u8, .i16, .u8, .i16, .u16, .i32, .u32, .i64, .u64, .f16, .bf16, .f32, .f64],
      [.i16, .i16, .i16, .i16, .i32, .i32, .i64, .i64, .f32, .f16, .bf16, .f32, .f64],
      [.u16, .i32, .u16, .i32, .u16, .i32, .u32, .i64, .u64, .f16, .bf16, .f32, .f64],
      [.i32, .i32, .i32, .i32, .i32, .i32, .i64, .i64, .f32, .f16, .bf16, .f32, .f64],
      [.u32, .i64, .u32, .i64, .u32, .i64, .u32, .i64, .u64, .f16, .bf16, .f32, .f64],
      [.i64, .i64, .i64, .i64, .i64, .i64, .i64, .i64, .f32, .f16, .bf16, .f32, .f64],
      [.u64, .f32, .u64, .f32, .u64, .f32, .u64, .f32, .u64, .f16, .bf16, .f32, .f64],
      [.f16, .f16, .f16, .f16, .f16, .f16, .f16, .f16, .f16, .f16, .f32, .f32, .f64],
      [.bf16, .bf16, .bf16, .bf16, .bf16, .bf16, .bf16, .bf16, .bf16, .f32, .bf16, .f32, .f64],
      [.f32, .f32, .f32, .f32, .f32, .f32, .f32, .f32, .f32, .f32, .f32, .f32, .f64],
      [.f64, .f64, .f64, .f64, .f64, .f64, .f64, .f64, .f64, .f64, .f64, .f64, .f64],
    ]
    for (i, a) in order.enumerated() {
      for (j, b) in order.enumerated() { #expect(DType.promote(a, b) == table[i][j], "\(a.name) with \(b.name)") }
    }
  }

  /// Rows that give integers say what these can be; results computed of points of two intervals lie in it, also where they wrap.
  @Test(arguments: OpTable.rows.filter { $0.dtypes.contains(.i64) && $0.resultType(.i64) == .i64 }.map(\.name))
  func boundsHoldEveryResult(name: String) throws {
    let row = try #require(ElementwiseOp.named(name)).row, body = row.body(.i64)
    try #require(row.hasBounds)
    let points: [Int64] = [.min, -(1 << 40), -5, -1, 0, 1, 2, 7, 40, 62, 63, .max - 1, .max]
    let isSelect = row.typing == .select, arity = isSelect ? 2 : row.arity
    func results(_ x: Int64, _ y: Int64) -> [Int64] {
      let values = [x, y].prefix(arity).map { UInt64(bitPattern: $0) }
      let choices: [[UInt64]] = isSelect ? [[0] + values, [1] + values] : [Array(values)]
      return choices.map { Int64(bitPattern: body.evaluate($0)) }
    }
    let table = points.map { x in points.map { y in results(x, y) } }
    let ranges = points.indices.flatMap { low in (low..<points.count).map { low...$0 } }
    for x in ranges {
      for y in arity == 1 ? [0...0] : ranges {
        let operands = [x, y].prefix(arity).map { IntegerBounds(points[$0.lowerBound], points[$0.upperBound]) }
        let bounds = row.bounds(isSelect ? [IntegerBounds(0, 1)] + operands : Array(operands))
        let found = x.flatMap { i in y.flatMap { j in table[i][j] } }
        #expect(
          (found.min() ?? 0) >= bounds.least && (found.max() ?? 0) <= bounds.greatest,
          "\(name) of \(operands) is not in \(bounds)")
      }
    }
  }

  /// What the definitions say where arithmetic is a matter of choice, by hand.
  @Test func integersByHand() throws {
    func value(_ name: String, _ a: Int32, _ b: Int32) throws -> Int32 {
      let body = try #require(ElementwiseOp.named(name)).row.body(.i32)
      return Int32(truncatingIfNeeded: body.evaluate([a, b].map { UInt64(UInt32(bitPattern: $0)) }))
    }
    #expect(try value("floordiv", 7, 2) == 3)
    #expect(try value("floordiv", -7, 2) == -4)
    #expect(try value("floordiv", 7, -2) == -4)
    #expect(try value("floordiv", 7, 0) == 0)
    #expect(try value("floordiv", .min, -1) == .min)
    #expect(try value("mod", -7, 2) == 1)
    #expect(try value("mod", 7, -2) == -1)
    #expect(try value("mod", 7, 0) == 0)
    #expect(try value("mod", .min, -1) == 0)
    #expect(try value("add", .max, 1) == .min)
    #expect(try value("shl", 1, 31) == .min)
    #expect(try value("shl", 1, 32) == 0)
    #expect(try value("shl", 1, -1) == 0)
    #expect(try value("shr", -8, 1) == -4)
    #expect(try value("shr", -8, 40) == -1)
  }
}
