#if Native && arch(x86_64)
  import HillockBytecode
  import HillockIR
  import HillockRuntime
  import Testing

  @testable import HillockNative

  /// Machine code beside the bytecode it was made for.
  @Suite struct NativeListingTests {
    private func program() throws -> VerifiedProgram {
      let graph = try Graph(
        parsing: """
          hillock graph 1
          %0 = argument 0 : f32[1000]
          %1 = tanh %0
          %2 = mul %1, %0
          %3 = mod %0, %2
          %4 = reduce.sum %3 axes [0]
          return %2, %4

          """)
      return try VerifiedProgram(try Lowering.lower(graph))
    }

    @Test(arguments: [InstructionSet.avx2, .avx512]) func everyInstructionIsDecodedAndHasItsOrigin(isa: InstructionSet) throws {
      let program = try program()
      let text = NativeListing.text(program, isa: isa)
      #expect(!text.contains("(no instruction)"))
      let kernel = program.program.kernels[0]
      // Each tile instruction stands beside code, or calls.
      for (at, instruction) in kernel.code.enumerated() {
        let line = kernel.text(instruction)
        #expect(
          text.contains("; \(at): \(line)") || text.contains("  \(at): \(line)  calls its tile kernel: "), "\(line)\n\(text)")
      }
      #expect(text.contains("calls its tile kernel: exact-remainder"))
      let register = isa == .avx512 ? "zmm" : "ymm"
      #expect(text.contains("mulps \(register)"), "\(text)")
      #expect(isa == .avx512 || !text.contains("zmm"))
      let offsets = text.split(separator: "\n").filter { $0.hasPrefix("      ") }
      #expect(offsets.contains { $0.hasSuffix("  ret") })
    }

    /// The lines of a function that was compiled from C.
    private func compiled(_ name: String, in text: String) -> [Substring] {
      let lines = text.split(separator: "\n")
      guard let start = lines.firstIndex(of: "  \(name), compiled from C") else { return [] }
      return Array(lines[(start + 1)...].prefix { $0.hasPrefix("      ") })
    }

    /// As the calling convention has it, a function saves the frame pointer first and returns last; what it calls is named, in the
    /// unit and outside of it.
    @Test(arguments: InstructionSet.allCases) func whatBecomesOfTheCIsListed(isa: InstructionSet) throws {
      let program = try program()
      let text = NativeListing.text(program, isa: isa)
      #expect(!text.contains("is not listed") && !text.contains("(no instruction)"), "\(text)")
      let kernel = compiled("hk_kernel_0", in: text)
      #expect(kernel.first?.hasSuffix("  push rbp") == true && kernel.last?.hasSuffix("  ret") == true, "\(text)")
      #expect(kernel.count { $0.hasSuffix("  ret") } == 1)
      let source = CWriter.write(program, isa: isa)
      let calls = kernel.filter { $0.contains("  call ") }
      // The names that the C text has in calls, in their order: after the prototypes and what is fused, in the function's body.
      let body = source[try #require(source.range(of: "void hk_kernel_0(")).upperBound...]
      let names = body.matches(of: #/^ +(hk_\w+)\(/#.anchorsMatchLineEndings()).map { "; \($0.output.1)" }
      #expect(!names.isEmpty && calls.count == names.count, "\(source)\n\(text)")
      for (call, name) in zip(calls, names) { #expect(call.hasSuffix(name), "\(call) is not \(name)") }
    }

    @Test func theFunctionOfAWholeProgramIsListed() throws {
      let graph = try Graph(
        parsing: """
          hillock graph 1
          %x = argument 0 : f32[30]
          %y = argument 1 : f32[20]
          %a = exp %x
          %b = exp %y
          return %a, %b

          """)
      let text = NativeListing.text(try VerifiedProgram(try Lowering.lower(graph)), isa: .current)
      let program = compiled("hk_program", in: text)
      #expect(text.contains("the program as a whole\n") && program.last?.hasSuffix("  ret") == true, "\(text)")
      for kernel in ["; hk_kernel_0", "; hk_kernel_1"] { #expect(program.contains { $0.hasSuffix(kernel) }, "\(text)") }
    }

    @Test func aLoopThatIsOneFunctionIsListedAsOne() throws {
      let graph = try Graph(
        parsing: """
          hillock graph 1
          region 0 {
          %i = argument 0 : i64[]
          %v = argument 1 : f32[300]
          %d = mul %v, 0.5
          return %d
          }
          %x = argument 0 : f32[300]
          %l = loop %x region 0 trips 100 carried 1
          %last = element %l position 0
          return %last

          """)
      let text = NativeListing.text(try VerifiedProgram(try Lowering.lower(graph)), isa: .avx512)
      #expect(text.contains("in the vector code of its loop, below\n"), "\(text)")
      #expect(text.contains("\nloop of kernels 0: all steps of a vector before the next vector's, level avx512\n"), "\(text)")
      #expect(text.contains("mulps zmm") && text.contains("  ret") && !text.contains("(no instruction)"), "\(text)")
    }

    /// Two instructions go through the rows; what stands between them asks for every third line meanwhile.
    @Test(arguments: [(30_000, true), (3_000, false)])
    func rowsFromMemoryArePrefetchedBetweenTheirReaders(count: Int, isLarge: Bool) throws {
      let graph = try Graph(
        parsing: """
          hillock graph 1
          %0 = argument 0 : f32[\(count),10]
          %1 = argument 1 : f32[10]
          %2 = dot %0, %1
          %3 = exp %2
          %4 = add %3, 1.0
          %5 = dot %4, %0
          return %5

          """)
      let program = try VerifiedProgram(try Lowering.lower(graph))
      for isa in [InstructionSet.avx2, .avx512] {
        let text = NativeListing.text(program, isa: isa)
        // Rows of 40 bytes: 204 rows further, the second line of a block of 16.
        #expect((text.contains("prefetcht0 [r") && text.contains("+0x2020]")) == isLarge, "\(text)")
        let source = CWriter.write(program, isa: isa)
        #expect(source.contains(", 204, 0, 3);") == isLarge && source.contains(", 204, 2, 3);") == isLarge, "\(source)")
        #expect(source.contains(", 0, 0, 1);") == !isLarge, "\(source)")
      }
    }

    @Test func withoutAnAssemblerEveryInstructionCalls() throws {
      let text = NativeListing.text(try program(), isa: .baseline)
      #expect(
        text.split(separator: "\n").count { $0.hasSuffix("calls its tile kernel: no-assembler") }
          == (try program()).program.kernels[0].code.count)
    }
  }
#endif
