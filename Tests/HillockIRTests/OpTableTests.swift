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
