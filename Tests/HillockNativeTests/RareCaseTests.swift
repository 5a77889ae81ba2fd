#if Native && arch(x86_64)
  import HillockBytecode
  import HillockIR
  import HillockNative
  import HillockTestSupport
  import Testing

  /// Rare cases in vector code: a call in the middle of a kernel, of which the other values must notice nothing.
  @Suite struct RareCaseTests {
    init() { CodeChecks.enable() }

    /// out = x < y ? ((sin x - t₀) - t₁) - … : t₀ with t₀ = x y, tᵢ₊₁ = tᵢ + y: masks, constants and many vectors live across the call.
    @Test(arguments: NativeWay.available, [DType.f32, .f64]) func allRegistersAreKept(way: NativeWay, dtype: DType) throws {
      let terms = 14, count = 139
      let names = ["sin", "tan", "mul", "add", "sub", "lt", "select"]
      let ops = try Dictionary(uniqueKeysWithValues: names.map { ($0, try #require(ElementwiseOp.named($0))) })
      let bodies = ops.mapValues { $0.row.body(dtype) }
      for function in ["sin", "tan"] {
        // 0: x, 1: y, 2: out, 3…: tᵢ, then the sums, then the mask.
        let sums = 3 + terms, mask = sums + terms + 1
        func line(_ name: String, _ destination: Int, _ a: Int, _ b: Int? = nil, _ c: Int? = nil) throws -> TileInstruction {
          TileInstruction(
            .elementwise(try #require(ops[name])), dtype, destination: UInt16(destination), a: UInt16(a),
            b: b.map { UInt16($0) } ?? TileInstruction.none, c: c.map { UInt16($0) } ?? TileInstruction.none)
        }
        var code = [try line("lt", mask, 0, 1), try line("mul", 3, 0, 1)]
        for i in 1..<terms { code.append(try line("add", 3 + i, 2 + i, 1)) }
        code.append(try line(function, sums, 0))
        for i in 0..<terms { code.append(try line("sub", sums + i + 1, sums + i, 3 + i)) }
        code.append(try line("select", 2, mask, sums + terms, 3))
        let fixture = KernelFixture(
          shape: [count], registers: [(dtype, count), (dtype, count), (dtype, count)],
          operands: [.read(0), .read(1), .write(2)], tiles: [DType](repeating: dtype, count: 2 * terms + 1) + [.bool], code: code)
        let compiled = try way.compile(fixture.program)

        // No rare element, one in a while, one alone in the tail, and nothing else.
        for period in [Int.max, 29, count, 1] {
          var generator = SeededRandom(seed: 5)
          func number(_ value: Double) -> UInt64 { DType.bits(value, dtype) }
          let x = (0..<count).map { i in
            let value = Double.random(in: -20...20, using: &generator)
            return number(i % period == period - 1 ? value * (dtype == .f32 ? 1e30 : 1e300) : value)
          }
          let y = (0..<count).map { _ in number(Double.random(in: -1...1, using: &generator)) }
          let out = ElementBuffer(dtype, count: count)
          _ = fixture.run(compiled, [ElementBuffer(dtype, bits: x), ElementBuffer(dtype, bits: y), out])
          #expect(out.isGuardIntact)
          func value(_ name: String, _ operands: UInt64...) throws -> UInt64 {
            ScalarReference.evaluate(try #require(bodies[name]), operands)
          }
          for i in 0..<count {
            var t = try value("mul", x[i], y[i]), sum = try value(function, x[i])
            let first = t
            for _ in 0..<terms {
              sum = try value("sub", sum, t)
              t = try value("add", t, y[i])
            }
            let expected = try value("lt", x[i], y[i]) != 0 ? sum : first
            #expect(ScalarReference.same(out[i], expected, dtype), "\(function) period \(period) element \(i)")
          }
        }
      }
    }
  }
#endif
