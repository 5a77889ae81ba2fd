#if Native && arch(x86_64)
  import Foundation
  import HillockBytecode
  import HillockIR
  import HillockNative
  import HillockRuntime
  import HillockTestSupport
  import Testing

  /// Indices and random bits as vector code: what it computes from the positions in the index space.
  @Suite("Vector code of positions") struct PositionTests {
    init() { CodeChecks.enable() }

    /// From the test vectors that come with D. E. Shaw Research's Random123.
    @Test("the reference of random bits gives the published blocks") func knownBlocks() {
      #expect(PositionReference.threefry((0, 0), key: (0, 0)) == (0x6b20_0159, 0x99ba_4efe))
      #expect(PositionReference.threefry((.max, .max), key: (.max, .max)) == (0x1cb9_96fc, 0xbb00_2be7))
      #expect(
        PositionReference.threefry((0x243f_6a88, 0x85a3_08d3), key: (0x1319_8a2e, 0x0370_7344)) == (0xc492_3a9c, 0x483d_f7a0))
    }

    /// Runs a kernel over positions of its index space: the elements that it writes there. Its registers of a position an
    /// element begin where the first of these positions is, whatever the size of the space.
    private func run(_ fixture: KernelFixture, _ way: NativeWay, _ inputs: [ElementBuffer], at range: Range<Int>) throws
      -> [UInt64]
    {
      let code = try way.compile(fixture.program)
      let out = ElementBuffer(fixture.registers.last!.dtype, count: range.count)
      let first = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: out.base) &- UInt(range.lowerBound * out.dtype.size))
      var bases = inputs.map { Optional($0.base) } + [first], partials: [UnsafeMutableRawPointer?] = [nil]
      let byteCount = TransposedPanel.scratchByteCount(fixture.program.kernels[0], registers: fixture.program.registers)
      let scratch = UnsafeMutableRawPointer.allocate(byteCount: byteCount + 64, alignment: 64)
      defer { scratch.deallocate() }
      code.kernels[0]?(
        &bases, &partials, scratch.assumingMemoryBound(to: CChar.self), Int64(range.lowerBound), Int64(range.upperBound))
      #expect(out.isGuardIntact)
      return out.bits
    }

    /// Runs of positions: from the beginning, from the middle, across 2³² and at the end.
    private func ranges(_ count: Int) -> [Range<Int>] {
      let beginnings = [0, 64, count / 2, 1 << 32 - 100, count - 300]
      return beginnings.filter { (0..<count).contains($0) }.map { $0..<min($0 + 300, count) }
    }

    @Test("indices along each axis, at each dtype", arguments: NativeWay.available)
    func indices(way: NativeWay) throws {
      let shapes = [
        [1], [77], [1_000], [3, 5], [16, 100], [10, 3, 7], [1, 9, 1], [5, 64, 3], [4_096, 5], [4_000, 4_195],
        [1 << 12, 1 << 12, 3],
        [7, 300_000_000], [50_000, 3, 28_633], [3, 1_431_655_765], [1 << 33], [9, 1_000_000_007, 5], [1 << 18, 3, 1 << 20],
      ]
      for shape in shapes {
        for axis in shape.indices {
          for dtype in DType.wide where dtype != .bool {
            let fixture = KernelFixture(
              shape: shape, registers: [(dtype, shape.reduce(1, *))], operands: [.write(0)],
              code: [TileInstruction(.iota(axis: axis), dtype, destination: 0)])
            if way != .calling {
              #expect(!CWriter.write(try VerifiedProgram(fixture.program), isa: way.isa).contains("[called:"))
            }
            for range in ranges(shape.reduce(1, *)) {
              let got = try run(fixture, way, [], at: range)
              #expect(
                got == range.map { PositionReference.iota($0, axis, shape, dtype) },
                "axis \(axis) of \(shape), \(dtype.name), \(range)")
            }
          }
        }
      }
    }

    @Test("random bits", arguments: NativeWay.available)
    func randomBits(way: NativeWay) throws {
      for count in [1, 64, 1_000, 1 << 32 + 500] {
        for (dtype, first) in [(DType.u32, 0), (.u64, 0), (.u64, 1 << 32 - 70), (.u32, 1 << 39)] {
          let fixture = KernelFixture(
            shape: [count], registers: [(.u32, 5), (dtype, count)],
            operands: [.read(0, .whole(offset: 3, length: 2)), .write(1)],
            code: [TileInstruction(.randomBits(first: first), dtype, destination: 1, a: 0)])
          if way != .calling {
            #expect(!CWriter.write(try VerifiedProgram(fixture.program), isa: way.isa).contains("[called:"))
          }
          let key: (UInt64, UInt64) = (0x1319_8a2e, 0xf370_7344)
          for range in ranges(count) {
            let got = try run(fixture, way, [ElementBuffer(.u32, bits: [1, 2, 3, key.0, key.1])], at: range)
            #expect(
              got == range.map { PositionReference.randomBits(first + $0, key: key, dtype) },
              "\(dtype.name) of \(count) from \(first), \(range)")
          }
        }
      }
    }

    @Test("elements that lie apart", arguments: NativeWay.available)
    func strided(way: NativeWay) throws {
      var generator = SeededRandom(seed: 5)
      // Rows and columns that are repeated, in runs of every length; transposed, backwards, every third element; in three axes.
      let cases: [(shape: [Int], strides: [Int])] = [
        ([100, 3], [0, 1]), ([100, 3], [1, 0]), ([20, 16], [0, 1]), ([20, 17], [1, 0]), ([30, 40], [1, 30]), ([500], [-1]),
        ([500], [3]), ([7], [2]), ([5, 7, 9], [1, 0, 5]), ([5, 7, 9], [0, 1, 0]), ([2, 8, 1, 20], [160, -20, 7, 1]),
        ([4_100, 4_099], [0, 1]), ([4_099, 4_100], [1, 0]), ([4_097, 4_098], [1, -3]), ([300], [0]),
      ]
      for (shape, strides) in cases {
        let offset = 5 + zip(shape, strides).reduce(0) { $0 + max(0, -$1.1) * $1.0 }
        let length = PositionReference.length(shape, offset: offset, strides: strides)
        for dtype in DType.allCases {
          let values = (0..<length).map { _ in TestValues.random(dtype, generator: &generator) }
          let fixture = KernelFixture(
            shape: shape, registers: [(dtype, length), (dtype, shape.reduce(1, *))],
            operands: [.read(0, .strided(offset: offset, strides: strides)), .write(1)],
            code: [TileInstruction(.load, dtype, destination: 1, a: 0)])
          let text = CWriter.write(try VerifiedProgram(fixture.program), isa: way.isa)
          #expect(!text.contains("called: encoder"))
          for range in ranges(shape.reduce(1, *)) {
            let got = try run(fixture, way, [ElementBuffer(dtype, bits: values)], at: range)
            let expected = range.map { values[PositionReference.element($0, shape, offset: offset, strides: strides)] }
            #expect(got == expected, "\(strides) over \(shape), \(dtype.name), \(range)")
          }
        }
      }
    }

    /// Rows that are copied, repeated or one element, of every length about a vector's, whole and in parts, in one to four axes;
    /// with an operand whose runs are short, an index, one behind a tile that a called instruction fills, and one that is written.
    @Test("rows that are copied or repeated are walked", arguments: NativeWay.available)
    func walked(way: NativeWay) throws {
      var generator = SeededRandom(seed: 6)
      let cases: [(shape: [Int], strides: [[Int]])] = [
        ([100, 16], [[0, 1], [1, 0]]), ([50, 17], [[1, 0]]), ([9, 63], [[0, 1], [70, 1]]), ([9, 64], [[64, 1], [1, 0]]),
        ([9, 65], [[-65, 1], [0, 1]]), ([40, 100], [[1, 0], [0, 1], [0, 0]]), ([3, 1_000], [[0, 1], [1, 0]]),
        ([5, 7, 30], [[0, 1, 0], [30, 0, 1]]), ([5, 7, 30], [[210, 30, 1], [1, 0, 0]]),
        ([4, 3, 8, 8], [[0, 64, 8, 1], [3, 1, 0, 0]]),
        ([3, 4, 5, 20], [[1, 3, 12, 0], [0, 20, 0, 1]]), ([2, 1, 300], [[0, 0, 1], [1, 0, 0]]), ([500], [[1], [0]]),
      ]
      for (shape, strides) in cases {
        let count = shape.reduce(1, *)
        for dtype in DType.wide {
          let isBool = dtype == .bool
          let combine = ElementwiseOp.named(isBool ? "ne" : "add")!, body = combine.row.body(dtype)
          // o0…: strided; then a contiguous operand, bools in runs of two elements, and what is written.
          let short = shape.indices.map { $0 == shape.count - 1 ? 2 : 1 }
          let accesses = strides.map { strides -> (offset: Int, strides: [Int]) in
            (3 + zip(shape, strides).reduce(0) { $0 + max(0, -$1.1) * $1.0 }, strides)
          }
          var registers = accesses.map { (dtype, PositionReference.length(shape, offset: $0.offset, strides: $0.strides)) }
          var operands = accesses.indices.map {
            Operand.read($0, .strided(offset: accesses[$0].offset, strides: accesses[$0].strides))
          }
          let n = UInt16(accesses.count)
          registers += [(dtype, count), (.bool, PositionReference.length(shape, offset: 0, strides: short)), (dtype, count)]
          operands += [.read(Int(n)), .read(Int(n) + 1, .strided(offset: 0, strides: short)), .write(Int(n) + 2)]
          // t0: the sum so far; t1: what is loaded; t2: bools; t3: an index.
          let t = n + 3
          var code = [TileInstruction(.load, dtype, destination: t, a: n)]
          for slot in 0..<n {
            code.append(TileInstruction(.load, dtype, destination: t + 1, a: slot))
            code.append(TileInstruction(.elementwise(combine), dtype, destination: t, a: t, b: t + 1))
          }
          code.append(TileInstruction(.load, .bool, destination: t + 2, a: n + 1))
          if !isBool {
            code.append(TileInstruction(.iota(axis: shape.count - 1), dtype, destination: t + 3))
            code.append(TileInstruction(.elementwise(combine), dtype, destination: t, a: t, b: t + 3))
          }
          code.append(TileInstruction(.load, dtype, destination: t + 1, a: 0))
          code.append(
            TileInstruction(.elementwise(ElementwiseOp.named("select")!), dtype, destination: n + 2, a: t + 2, b: t, c: t + 1))
          let fixture = KernelFixture(
            shape: shape, tile: 128, registers: registers, operands: operands, tiles: [dtype, dtype, .bool, dtype], code: code)
          let values = registers.dropLast().map { type, length in
            (0..<length).map { _ in TestValues.random(type, generator: &generator) }
          }
          let text = CWriter.write(try VerifiedProgram(fixture.program), isa: way.isa)
          if way != .calling {
            let isOnly = text.components(separatedBy: "[called: strided-load]").count == 2
            #expect(isOnly && text.contains("long rows"), "\(strides) over \(shape), \(dtype.name): \(text)")
          }
          func expected(_ position: Int) -> UInt64 {
            let loaded = accesses.indices.map {
              values[$0][PositionReference.element(position, shape, offset: accesses[$0].offset, strides: accesses[$0].strides)]
            }
            guard values[Int(n) + 1][PositionReference.element(position, shape, offset: 0, strides: short)] != 0 else {
              return loaded[0]
            }
            var sum = loaded.reduce(values[Int(n)][position]) { ScalarReference.evaluate(body, [$0, $1]) }
            if !isBool {
              sum = ScalarReference.evaluate(body, [sum, PositionReference.iota(position, shape.count - 1, shape, dtype)])
            }
            return sum
          }
          for range in ranges(count) + [64..<min(count, 192), 0..<count] where !range.isEmpty {
            let inputs = zip(registers, values).map { ElementBuffer($0.0, bits: $1) }
            let got = try run(fixture, way, inputs, at: range)
            let first = zip(got, range).first { !ScalarReference.same($0, expected($1), dtype) }
            #expect(first == nil, "\(strides) over \(shape), \(dtype.name), \(range): at \(first?.1 ?? 0)")
          }
        }
      }
    }

    @Test("rows that are copied or repeated are reduced", arguments: NativeWay.available)
    func reduced(way: NativeWay) throws {
      for (shape, strides) in [
        ([40, 128], [0, 1]), ([100, 64], [1, 0]), ([70, 192], [192, 1]), ([60, 100], [0, 1]), ([3, 7, 320], [1, 0, 0]),
      ] {
        let count = shape.reduce(1, *)
        for (kind, dtype) in [(ReduceKind.sum, DType.f32), (.sum, .u32), (.max, .f64), (.sum, .i64)] {
          var generator = SeededRandom(seed: 7)
          let length = PositionReference.length(shape, offset: 0, strides: strides)
          let values = (0..<length).map { _ in TestValues.random(dtype, generator: &generator) }
          let fixture = KernelFixture(
            shape: shape, registers: [(dtype, length), (dtype, 1)],
            operands: [.read(0, .strided(offset: 0, strides: strides)), .write(1, .reduction(width: 1))], tiles: [dtype],
            code: [
              TileInstruction(.load, dtype, destination: 2, a: 0), TileInstruction(.reduce(kind), dtype, destination: 1, a: 2),
            ])
          let text = CWriter.write(try VerifiedProgram(fixture.program), isa: way.isa)
          // Accumulators are 64 positions apart.
          #expect(way == .calling || text.contains("[called:") == (shape.last! % 64 != 0), "\(text)")
          let buffers = [ElementBuffer(dtype, bits: values), ElementBuffer(dtype, count: 1)]
          let got = try #require(fixture.run(try way.compile(fixture.program), buffers)[1])
          let terms = (0..<count).map { values[PositionReference.element($0, shape, offset: 0, strides: strides)] }
          let want = ReductionReference.partials(kind, dtype, terms)
          #expect(
            zip(got, want).allSatisfy { ScalarReference.same($0, $1, dtype) },
            "\(kind) of \(strides) over \(shape), \(dtype.name)")
        }
      }
    }

    @Test(
      "a loop whose steps draw, count and repeat rows is one function", arguments: NativeWay.available.filter { $0 != .calling })
    func loops(way: NativeWay) throws {
      let graph = try Graph(
        parsing: """
          hillock graph 1
          region 0 {
          %i = argument 0 : i64[]
          %v = argument 1 : f32[10,30]
          %k = argument 2 : u32[2]
          %w = argument 3 : f32[30]
          %a = randombits %k : u32[10,30]
          %o = randombits %k first 300 : u32[10,30]
          %b = xor %a, %o
          %s = shr %b, 8
          %u = convert %s : f32[10,30]
          %n = iota axis 0 : f32[10,30]
          %c = add %v, %w
          %d = mul %c, %u
          %e = add %d, %n
          return %e
          }
          %x = argument 0 : f32[10,30]
          %keys = argument 1 : u32[100,2]
          %row = argument 2 : f32[30]
          %l = loop %x, %keys, %row region 0 trips 100 carried 1 sliced 1
          %last = element %l position 0
          return %last

          """)
      let program = try VerifiedProgram(try Lowering.lower(graph))
      let text = CWriter.write(program, isa: way.isa)
      #expect(text.contains("hk_steps_0(streams"), "\(text)")
    }

    /// A vector of 32-bit lanes holds both halves of a block: nothing of it need be 64 bits wide.
    @Test("where there are no positions, strides may be anything", arguments: NativeWay.available)
    func nothingWithLargeStrides(way: NativeWay) throws {
      let fixture = KernelFixture(
        shape: [0, 1 << 30], registers: [(.f32, 0), (.f32, 0)],
        operands: [.read(0, .strided(offset: 0, strides: [1 << 40, 1 << 40])), .write(1)],
        code: [TileInstruction(.load, .f32, destination: 1, a: 0)])
      _ = try way.compile(fixture.program)
    }

    @Test("halves of 64 random bits are never put together", arguments: NativeWay.available.filter { $0 != .calling })
    func halves(way: NativeWay) throws {
      let graph = try Graph(
        parsing: """
          hillock graph 1
          %k = argument 0 : u32[2]
          %b = randombits %k : u64[1000]
          %s = shr %b, 32
          %h = convert %s : u32[1000]
          %a = and %b, 4294967295
          %l = convert %a : u32[1000]
          %x = xor %h, %l
          return %x

          """)
      let program = try VerifiedProgram(try Lowering.lower(graph))
      let text = CWriter.write(program, isa: way.isa)
      #expect(text.contains("\(way.isa == .avx512 ? 16 : 8) positions a vector"), "\(text)")
      let code = try TCCCompiler().compile(program, isa: way.isa)
      let buffers = program.program.registers.map { register -> ElementBuffer in
        if case .constant(let i) = register.role {
          let buffer = ElementBuffer(register.type.dtype, count: 1)
          buffer.base.copyMemory(from: program.program.constants[i].bytes, byteCount: register.type.byteCount)
          return buffer
        }
        return ElementBuffer(register.type.dtype, count: register.type.count)
      }
      (buffers[0][0], buffers[0][1]) = (7, 9)
      var bases = buffers.map { Optional($0.base) }, partials: [UnsafeMutableRawPointer?] = [nil]
      withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 64) { scratch in
        code.kernels[0]?(&bases, &partials, scratch.baseAddress!.assumingMemoryBound(to: CChar.self), 0, 1_000)
      }
      let expected = (0..<1_000).map { position -> UInt64 in
        let block = PositionReference.threefry((UInt32(position), 0), key: (7, 9))
        return UInt64(block.0 ^ block.1)
      }
      #expect(buffers.last!.bits == expected)
    }
  }
#endif
