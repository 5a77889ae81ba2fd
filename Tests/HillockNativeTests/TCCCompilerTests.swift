#if Native
  import CHillock
  import HillockBytecode
  import HillockIR
  import HillockRuntime
  import Testing

  import HillockNative

  #if canImport(Glibc)
    import Glibc
  #endif

  /// out = a + b
  private func addition(count: Int) -> KernelFixture {
    let add = ElementwiseOp.named("add")!
    return KernelFixture(
      shape: [count], registers: [(.f32, count), (.f32, count), (.f32, count)],
      operands: [.read(0), .read(1), .write(2)],
      code: [TileInstruction(.elementwise(add), .f32, destination: 2, a: 0, b: 1)])
  }

  @Suite("libtcc", .serialized) struct TCCCompilerTests {
    @Test("a compiled kernel computes every element, tail included, and nothing behind it")
    func computes() throws {
      let count = 10_007
      let fixture = addition(count: count)
      let code = try TCCCompiler().compile(VerifiedProgram(fixture.program))
      let a = (0..<count).map { Float($0) * 0.25 }, b = (0..<count).map { 3 - Float($0) }
      let buffers = [
        ElementBuffer(.f32, bits: a.map { UInt64($0.bitPattern) }), ElementBuffer(.f32, bits: b.map { UInt64($0.bitPattern) }),
        ElementBuffer(.f32, count: count),
      ]
      _ = fixture.run(code, buffers)
      #expect(buffers[2].bits == zip(a, b).map { UInt64(($0 + $1).bitPattern) })
      #expect(buffers[2].isGuardIntact)
    }

    @Test("vector code that goes through libtcc as data, as where libtcc owns the memory, gives the bits of code that is copied")
    func embedded() throws {
      let count = 523
      let exponential = try #require(ElementwiseOp.named("exp"))
      let fixture = KernelFixture.elementwise(exponential, .f32, count: count)
      let x = (0..<count).map { UInt64((Float($0) * 0.25 - 60).bitPattern) }
      let results = try [false, true].map { embedsCode in
        let code = try TCCCompiler(embedsCode: embedsCode).compile(VerifiedProgram(fixture.program))
        let out = ElementBuffer(.f32, count: count)
        _ = fixture.run(code, [ElementBuffer(.f32, bits: x), out])
        return out.bits
      }
      #expect(results[0] == results[1])
      #expect(results[0][240] == UInt64(Float(1).bitPattern))
    }

    @Test("a worker writes the positions it was given and no others")
    func positionRange() throws {
      let line = Kernel.line, count = 3 * line
      let fixture = addition(count: count)
      let code = try TCCCompiler().compile(VerifiedProgram(fixture.program))
      let one = UInt64(Float(1).bitPattern), two = UInt64(Float(2).bitPattern)
      let ones = [UInt64](repeating: one, count: count)
      let buffers = [ElementBuffer(.f32, bits: ones), ElementBuffer(.f32, bits: ones), ElementBuffer(.f32, count: count)]
      _ = fixture.run(code, buffers, positions: [line..<2 * line])
      #expect(buffers[2].bits == (0..<count).map { (line..<2 * line).contains($0) ? two : 0 })
    }

    @Test("stage times are given in the order of the stages, and the code has a size")
    func statistics() throws {
      let code = try TCCCompiler().compile(VerifiedProgram(addition(count: 100).program))
      #expect(code.stageTimes.map(\.stage) == NativeStage.allCases)
      #expect(code.codeByteCount > 0)
      #expect(code.kernels.count == 1)
    }

    @Test("a failure at any stage is reported with its stage and its reason", arguments: NativeStage.allCases)
    func injection(stage: NativeStage) throws {
      let program = try VerifiedProgram(addition(count: 100).program)
      let expected: [NativeStage: String] = [
        .write: "injected", .assemble: "injected", .compile: "c-compile-failed", .relocate: "relocate-failed",
        .protect: "protect-failed",
      ]
      do {
        _ = try TCCCompiler().compile(program, injectFailure: stage)
        Issue.record("the compile should have failed at \(stage)")
      } catch {
        #expect(error.stage == stage)
        #expect(error.reason == expected[stage])
        #expect(!error.detail.isEmpty && error.detail.allSatisfy { $0.isASCII })
      }
      // The next compile is none the worse for it.
      _ = try TCCCompiler().compile(program)
    }

    #if os(Linux)
      // What follows asks the system about the whole process: it has one to itself, since other suites compile meanwhile.

      @Test("code pages are readable and executable, never writable, and are gone with the code")
      func protection() async {
        await #expect(processExitsWith: .success) {
          let program = try VerifiedProgram(addition(count: 100).program)
          var code: (any NativeCode)? = try TCCCompiler().compile(program)
          let entry = try #require(code.map { Int(bitPattern: unsafeBitCast($0.kernels[0], to: UnsafeRawPointer.self)) })
          #expect(MemoryMap.read().first { $0.range.contains(entry) }?.protection == "r-xp")
          code = nil
          #expect(!MemoryMap.read().contains { $0.range.contains(entry) && $0.protection.contains("x") })
        }
      }

      @Test("two thousand compiles, failed ones among them, leave no mapping and no memory behind")
      func leaks() async {
        await #expect(processExitsWith: .success) {
          let program = try VerifiedProgram(addition(count: 100).program)
          func compile(_ times: Int) {
            for i in 0..<times {
              let stage = i % 10 < NativeStage.allCases.count ? NativeStage.allCases[i % 10] : nil
              _ = try? TCCCompiler().compile(program, injectFailure: stage)
            }
          }
          compile(100)
          let mappings = MemoryMap.read().count, resident = MemoryMap.residentBytes()
          compile(2_000)
          #expect(MemoryMap.read().count <= mappings + 8)
          #expect(MemoryMap.residentBytes() <= resident + 8 << 20)
        }
      }
    #endif
  }

  #if os(Linux)
    /// What the kernel says of this process's memory.
    private enum MemoryMap {
      struct Mapping {
        var range: Range<Int>
        var protection: Substring
      }

      static func read() -> [Mapping] {
        contents("/proc/self/maps").split(separator: "\n").compactMap { line in
          let fields = line.split(separator: " ")
          let bounds = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
          guard bounds.count == 2, fields.count > 1 else { return nil }
          return Mapping(range: bounds[0]..<bounds[1], protection: fields[1])
        }
      }

      static func residentBytes() -> Int {
        let pages = contents("/proc/self/statm").split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(getpagesize())
      }

      private static func contents(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let n = fread(&buffer, 1, buffer.count, file), n > 0 { bytes += buffer[..<n] }
        return String(decoding: bytes, as: UTF8.self)
      }
    }
  #endif
#endif
