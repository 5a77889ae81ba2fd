#if Native && arch(x86_64)
  import HillockBytecode
  import HillockIR
  import HillockNative
  import HillockRuntime
  import HillockTestSupport
  import Testing

  /// The ways in which a kernel runs natively on this machine.
  enum NativeWay: CaseIterable, CustomTestStringConvertible {
    case avx512, avx2, calling

    static var available: [NativeWay] { allCases.filter { $0.isa.isSupported } }

    var isa: InstructionSet {
      switch self {
      case .avx512: .avx512
      case .avx2: .avx2
      case .calling: .current
      }
    }

    func compile(_ program: Program) throws -> any NativeCode {
      try TCCCompiler(assembles: self != .calling).compile(VerifiedProgram(program), isa: isa)
    }

    var testDescription: String { "\(self)" }
  }

  @Suite("Vector assembler") struct VectorAssemblerTests {
    init() { CodeChecks.enable() }

    @Test("every op, at every dtype, gives the bits of its definition", arguments: NativeWay.available)
    func elementwise(way: NativeWay) throws {
      var generator = SeededRandom(seed: 1)
      for row in OpTable.rows {
        for dtype in row.dtypes {
          let types = row.operandTypes(dtype), body = row.body(dtype)
          let count = row.arity == 1 ? 523 : 2_611
          let fixture = KernelFixture.elementwise(row.op, dtype, count: count)
          let operands = TestValues.operands(types, count: count, generator: &generator)
          let out = ElementBuffer(row.resultType(dtype), count: count)
          _ = fixture.run(try way.compile(fixture.program), zip(types, operands).map { ElementBuffer($0, bits: $1) } + [out])
          #expect(out.isGuardIntact, "\(row.name).\(dtype.name)")
          for i in 0..<count {
            let arguments = operands.map { $0[i] }
            let expected = ScalarReference.evaluate(body, arguments)
            guard !ScalarReference.same(out[i], expected, out.dtype) else { continue }
            let (got, want) = (String(out[i], radix: 16), String(expected, radix: 16))
            Issue.record("\(row.name).\(dtype.name)\(arguments.map { String($0, radix: 16) })[\(i)]: \(got), not \(want)")
            break
          }
        }
      }
    }

    @Test("every op is fused, except for the reasons that are known", arguments: [InstructionSet.avx2, .avx512])
    func coverage(isa: InstructionSet) throws {
      for row in OpTable.rows {
        for dtype in row.dtypes {
          let text = CWriter.write(try VerifiedProgram(KernelFixture.elementwise(row.op, dtype, count: 100).program), isa: isa)
          let lines = Set(row.body(dtype).instructions.map(\.primitive))
          let expected: String? = lines.contains(.rem) ? "exact-remainder" : nil
          if let expected {
            #expect(text.contains("[called: \(expected)]"), "\(row.name).\(dtype.name)")
          } else {
            #expect(!text.contains("[called:") && text.contains("hk_fused_0_0(slots"), "\(row.name).\(dtype.name): \(text)")
          }
        }
      }
    }

    @Test("every conversion gives the bits of its definition", arguments: NativeWay.available)
    func conversions(way: NativeWay) throws {
      var generator = SeededRandom(seed: 2)
      let count = 523
      for from in DType.allCases {
        for to in DType.allCases where DType.hasConversion(from: from, to: to) {
          let fixture = KernelFixture(
            shape: [count], registers: [(from, count), (to, count)], operands: [.read(0), .write(1)],
            code: [TileInstruction(.convert(from: from), to, destination: 1, a: 0)])
          let values = TestValues.operands([from], count: count, generator: &generator)[0]
          let out = ElementBuffer(to, count: count)
          _ = fixture.run(try way.compile(fixture.program), [ElementBuffer(from, bits: values), out])
          #expect(out.isGuardIntact)
          for i in 0..<count {
            let expected = ScalarReference.convert(values[i], from: from, to: to)
            guard !ScalarReference.same(out[i], expected, to) else { continue }
            Issue.record(
              "\(from.name) \(String(values[i], radix: 16)) → \(to.name): \(String(out[i], radix: 16)), not \(String(expected, radix: 16))"
            )
            break
          }
        }
      }
    }

    /// Quotients next to whole numbers, at every size of dividend and divisor.
    @Test("integers of 64 bits divide exactly", arguments: NativeWay.available)
    func wideDivision(way: NativeWay) throws {
      var generator = SeededRandom(seed: 8)
      func random() -> UInt64 {
        let bits = UInt64.random(in: 0 ... .max, using: &generator) >> UInt64.random(in: 0..<64, using: &generator)
        return Bool.random(using: &generator) ? bits : 0 &- bits
      }
      let count = 20_001
      for dtype in [DType.i64, .u64] {
        var a: [UInt64] = [], b: [UInt64] = []
        for _ in 0..<count {
          b.append(random())
          let near = random() / max(1, b.last!.magnitude) &* b.last! &+ UInt64.random(in: 0...2, using: &generator) &- 1
          a.append(Bool.random(using: &generator) ? random() : near)
        }
        for name in ["floordiv", "mod"] {
          let op = ElementwiseOp.named(name)!, out = ElementBuffer(dtype, count: count)
          let fixture = KernelFixture.elementwise(op, dtype, count: count)
          _ = fixture.run(try way.compile(fixture.program), [ElementBuffer(dtype, bits: a), ElementBuffer(dtype, bits: b), out])
          let body = op.row.body(dtype)
          let first = (0..<count).first { out[$0] != ScalarReference.evaluate(body, [a[$0], b[$0]]) }
          #expect(first == nil, "\(name).\(dtype.name) \(first.map { "\(a[$0]), \(b[$0]): \(out[$0])" } ?? "")")
        }
      }
    }

    /// Next to the floats and to the middles between them, at every size.
    @Test("integers of 64 bits become floats, rounded once, and back", arguments: NativeWay.available)
    func wideConversions(way: NativeWay) throws {
      var generator = SeededRandom(seed: 9)
      let count = 20_001
      let integers = (0..<count).map { _ -> UInt64 in
        let shift = UInt64.random(in: 0..<64, using: &generator)
        let some = UInt64.random(in: 0 ... .max, using: &generator) >> UInt64.random(in: 0..<64, using: &generator)
        let near = ((some >> shift) << shift) &+ UInt64.random(in: 0...2, using: &generator) &- 1
        return Bool.random(using: &generator) ? near : 0 &- near
      }
      for (wide, float) in [(DType.i64, DType.f32), (.u64, .f32), (.i64, .f64), (.u64, .f64)] {
        let floats = (0..<count).map { _ in
          DType.bits(
            Double.random(in: -2...2, using: &generator) * 0x1p63 / Double(1 << UInt64.random(in: 0..<64, using: &generator)),
            float)
        }
        for (from, to, values) in [(wide, float, integers), (float, wide, floats)] {
          let fixture = KernelFixture(
            shape: [count], registers: [(from, count), (to, count)], operands: [.read(0), .write(1)],
            code: [TileInstruction(.convert(from: from), to, destination: 1, a: 0)])
          let out = ElementBuffer(to, count: count)
          _ = fixture.run(try way.compile(fixture.program), [ElementBuffer(from, bits: values), out])
          let first = (0..<count).first { out[$0] != ScalarReference.convert(values[$0], from: from, to: to) }
          #expect(first == nil, "\(from.name) → \(to.name) \(first.map { "\(values[$0]): \(out[$0])" } ?? "")")
        }
      }
    }

    @Test("reductions accumulate in the order that the numerics fix, tails included", arguments: NativeWay.available)
    func reductions(way: NativeWay) throws {
      var generator = SeededRandom(seed: 3)
      for kind in ReduceKind.allCases {
        for dtype in DType.allCases where ReductionReference.exists(kind, dtype) {
          for count in [1, 5, 16, 63, 64, 65, 127, 1_000, 4_096, 4_103, 9_000] {
            let fixture = KernelFixture(
              shape: [count], registers: [(dtype, count), (dtype, 1)],
              operands: [.read(0), .write(1, .reduction(width: 1))],
              code: [TileInstruction(.reduce(kind), dtype, destination: 1, a: 0)])
            let isSmall = kind == .sum || kind == .product
            let values = (0..<count).map { _ in
              isSmall && dtype.isFloating
                ? DType.bits(Double.random(in: -2...2, using: &generator), dtype)
                : TestValues.random(dtype, generator: &generator)
            }
            let partials =
              fixture.run(
                try way.compile(fixture.program), [ElementBuffer(dtype, bits: values), ElementBuffer(dtype, count: 1)])[1] ?? []
            let expected = ReductionReference.partials(kind, dtype, values)
            #expect(
              zip(partials, expected).allSatisfy { ScalarReference.same($0, $1, dtype) },
              "\(kind.name).\(dtype.name) of \(count): \(partials), not \(expected)")
          }
        }
      }
    }

    @Test("dot products accumulate by fma", arguments: NativeWay.available)
    func dotAccumulate(way: NativeWay) throws {
      var generator = SeededRandom(seed: 4)
      for dtype in [DType.f32, .f64] {
        for count in [1, 64, 100, 5_000] {
          let fixture = KernelFixture(
            shape: [count], registers: [(dtype, count), (dtype, count), (dtype, 1)],
            operands: [.read(0), .read(1), .write(2, .reduction(width: 1))],
            code: [TileInstruction(.dotAccumulate, dtype, destination: 2, a: 0, b: 1)])
          let values = (0..<2).map { _ in
            (0..<count).map { _ in DType.bits(Double.random(in: -2...2, using: &generator), dtype) }
          }
          let partials = fixture.run(
            try way.compile(fixture.program), values.map { ElementBuffer(dtype, bits: $0) } + [ElementBuffer(dtype, count: 1)])[2]
          #expect(partials == ReductionReference.dotPartials(dtype, values[0], values[1]), "\(dtype.name) of \(count)")
        }
      }
    }

    @Test("every length of a tail", arguments: NativeWay.available)
    func tails(way: NativeWay) throws {
      let add = ElementwiseOp.named("add")!, less = ElementwiseOp.named("lt")!, select = ElementwiseOp.named("select")!
      for count in 1...140 {
        // out = a < b ? a + b : b, and the condition itself
        let fixture = KernelFixture(
          shape: [count], registers: [(.f32, count), (.f32, count), (.f32, count), (.bool, count)],
          operands: [.read(0), .read(1), .write(2), .write(3)], tiles: [.f32],
          code: [
            TileInstruction(.elementwise(add), .f32, destination: 4, a: 0, b: 1),
            TileInstruction(.elementwise(less), .f32, destination: 3, a: 0, b: 1),
            TileInstruction(.elementwise(select), .f32, destination: 2, a: 3, b: 4, c: 1),
          ])
        let a = (0..<count).map { Float($0) }, b = (0..<count).map { Float(20 - $0 % 40) }
        let buffers = [
          ElementBuffer(.f32, bits: a.map { UInt64($0.bitPattern) }), ElementBuffer(.f32, bits: b.map { UInt64($0.bitPattern) }),
          ElementBuffer(.f32, count: count), ElementBuffer(.bool, count: count),
        ]
        _ = fixture.run(try way.compile(fixture.program), buffers)
        #expect(buffers[2].bits == zip(a, b).map { UInt64(($0 < $1 ? $0 + $1 : $1).bitPattern) })
        #expect(buffers[3].bits == zip(a, b).map { $0 < $1 ? 1 : 0 })
        #expect(buffers.allSatisfy { $0.isGuardIntact })
      }
    }

    @Test("more values at once than there are registers wait in the frame", arguments: NativeWay.available)
    func spills(way: NativeWay) throws {
      // Forty values a + i·b and forty masks a < i·b, all alive until they are selected from in reverse order.
      let count = 333, width = 40
      func op(_ name: String) -> TileOpcode { .elementwise(ElementwiseOp.named(name)!) }
      let product = UInt16(3), sums = { UInt16(4 + $0) }, masks = { UInt16(4 + width + $0) }, total = UInt16(4 + 2 * width)
      var code = [TileInstruction(.load, .f32, destination: product, a: 1)]
      for i in 0..<width {
        code.append(TileInstruction(op("add"), .f32, destination: sums(i), a: i == 0 ? 0 : sums(i - 1), b: product))
        code.append(TileInstruction(op("lt"), .f32, destination: masks(i), a: sums(i), b: 1))
      }
      code.append(TileInstruction(.load, .f32, destination: total, a: 0))
      for i in (0..<width).reversed() {
        code.append(TileInstruction(op("select"), .f32, destination: sums(i), a: masks(i), b: sums(i), c: total))
        code.append(TileInstruction(op("sub"), .f32, destination: total, a: sums(i), b: total))
      }
      code.append(TileInstruction(op("square"), .f32, destination: 2, a: total))
      let fixture = KernelFixture(
        shape: [count], registers: [(.f32, count), (.f32, count), (.f32, count)], operands: [.read(0), .read(1), .write(2)],
        tiles: [.f32] + [DType](repeating: .f32, count: width) + [DType](repeating: .bool, count: width) + [.f32], code: code)
      if way != .calling {
        let text = CWriter.write(try VerifiedProgram(fixture.program), isa: way.isa)
        #expect(text.contains(" spills, ") && !text.contains(" 0 spills, "))
      }
      let a = (0..<count).map { Float($0) * 0.37 - 60 }, b = (0..<count).map { Float($0 % 17) - 8 }
      let buffers = [
        ElementBuffer(.f32, bits: a.map { UInt64($0.bitPattern) }), ElementBuffer(.f32, bits: b.map { UInt64($0.bitPattern) }),
        ElementBuffer(.f32, count: count),
      ]
      _ = fixture.run(try way.compile(fixture.program), buffers)
      #expect(
        buffers[2].bits
          == zip(a, b).map { a, b in
            var sums: [Float] = []
            for _ in 0..<width { sums.append((sums.last ?? a) + b) }
            var total = a
            for sum in sums.reversed() { total = (sum < b ? sum : total) - total }
            return UInt64((total * total).bitPattern)
          })
    }
  }
#endif
