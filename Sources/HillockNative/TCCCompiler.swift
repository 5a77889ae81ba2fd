#if Native
  import CHillock
  import CTCC
  import Dispatch
  import HillockBytecode
  import HillockRuntime
  import Synchronization

  #if canImport(Glibc)
    import Glibc
  #else
    import Darwin
  #endif

  /// The native tier: a program becomes C, libtcc turns it into machine code in memory that belongs to us.
  package struct TCCCompiler: NativeCompiler {
    /// Whether tile code becomes vector code where it can; otherwise every instruction calls its tile kernel.
    package let assembles: Bool
    /// Whether vector code goes through libtcc as data. Where the memory is ours, it is copied to its place afterwards.
    private let embedsCode: Bool
    /// Whether the code keeps the addresses of its symbols, for a listing.
    private let namesCode: Bool

    /// `embedsCode` is a test hook.
    package init(assembles: Bool = true, embedsCode: Bool = false, namesCode: Bool = false) {
      self.assembles = assembles
      self.namesCode = namesCode
      self.embedsCode = embedsCode || HK_TCC_STATE_OWNS_CODE != 0
    }

    /// libtcc keeps its state in globals: one compile at a time in the process. The value says whether it has been warmed up.
    private static let gate = Mutex(false)

    /// A function behind all others, where the code's symbols are kept: where it begins, the last of them ends.
    static let endName = "hk_end"

    package func compile(
      _ program: VerifiedProgram, isa: InstructionSet = .current, injectFailure: NativeStage? = nil
    ) throws(NativeFailure) -> any NativeCode {
      guard CodeMemory.isAllowed else {
        throw NativeFailure(
          stage: .protect, reason: Reason.protectFailed,
          detail: "the system does not let this process make memory executable (mprotect); programs stay in the interpreter",
          isFinal: true)
      }
      var clock = StageClock()
      guard injectFailure != .write else {
        throw NativeFailure(stage: .write, reason: Reason.injected, detail: "failure injected by a test")
      }
      var unit = CWriter.unit(program.program, level: assembles ? VectorLevel(isa) : nil, form: embedsCode ? .embedded : .placed)
      if namesCode { unit.source += "void \(Self.endName)(void) {}\n" }
      let symbols = try Self.resolve(unit.functions, isa)
      clock.finish(.write, including: (.assemble, unit.assembleNanoseconds))
      guard injectFailure != .assemble else {
        throw NativeFailure(stage: .assemble, reason: Reason.injected, detail: "failure injected by a test")
      }
      do {
        return try Self.gate.withLock { isWarm throws(NativeFailure) in
          if !isWarm {
            // The first compile in a process pays for tables and page faults: not the first program's stage times.
            _ = try? Self.build(
              CWriter.Unit(source: "void hk_warm(void) {}\n", functions: [], kernels: [], loopCount: 0), symbols: [],
              kernelCount: 0,
              clock: StageClock())
            isWarm = true
            clock.restart()
          }
          return try Self.build(
            unit, symbols: symbols, kernelCount: program.program.kernels.count, clock: clock, namesCode: namesCode,
            injectFailure: injectFailure)
        }
      }
    }

    private static func resolve(
      _ functions: [TileFunction], _ isa: InstructionSet
    ) throws(NativeFailure) -> [(String, UnsafeRawPointer)] {
      var symbols: [(String, UnsafeRawPointer)] = []
      for function in functions {
        guard let address = function.address(isa: isa.rawValue) else {
          throw NativeFailure(
            stage: .write, reason: Reason.noTileKernel, detail: "there is no tile kernel \(function.name) for \(isa)")
        }
        symbols.append((function.name, address))
      }
      return symbols
    }

    /// Compiles a source, places it, and makes it executable. The caller holds the gate.
    private static func build(
      _ unit: CWriter.Unit, symbols: [(String, UnsafeRawPointer)], kernelCount: Int, clock: StageClock,
      namesCode: Bool = false, injectFailure: NativeStage? = nil
    ) throws(NativeFailure) -> TCCCode {
      var clock = clock
      let messages = Messages()
      guard let state = tcc_new() else {
        throw NativeFailure(stage: .compile, reason: Reason.outOfMemory, detail: "tcc_new gave no state")
      }
      var ownsState = true
      defer { if ownsState { tcc_delete(state) } }
      hk_tcc_on_message(state, Unmanaged.passUnretained(messages).toOpaque()) { context, text in
        guard let context, let text else { return }
        Unmanaged<Messages>.fromOpaque(context).takeUnretainedValue().lines.append(String(cString: text))
      }
      // No headers, no libtcc1.a, no C library: all a unit needs are the prototypes in it.
      tcc_set_options(state, "-nostdlib -nostdinc")
      tcc_set_output_type(state, TCC_OUTPUT_MEMORY)
      let text = injectFailure == .compile ? unit.source + "#error failure injected by a test\n" : unit.source
      guard tcc_compile_string(state, text) == 0 else {
        throw failure(.compile, Reason.compileFailed, messages, injectFailure)
      }
      clock.finish(.compile)

      for (name, address) in symbols { tcc_add_symbol(state, name, address) }
      if injectFailure == .relocate {
        // A call of a function that does not exist.
        tcc_compile_string(state, "void hk_injected_failure(void); void hk_caller(void) { hk_injected_failure(); }")
      }
      var memory: CodeMemory?
      let byteCount = hk_tcc_relocate(state, nil)
      guard byteCount >= 0 else { throw failure(.relocate, Reason.relocateFailed, messages, injectFailure) }
      if HK_TCC_STATE_OWNS_CODE == 0 {
        guard let pages = CodeMemory(byteCount: Int(byteCount)) else {
          throw NativeFailure(stage: .relocate, reason: Reason.outOfMemory, detail: "mmap refused \(byteCount) bytes")
        }
        guard hk_tcc_relocate(state, pages.base) == 0, pages.unlock() else {
          throw failure(.relocate, Reason.relocateFailed, messages, injectFailure)
        }
        memory = pages
      }
      func symbol(_ name: String) throws(NativeFailure) -> UnsafeMutableRawPointer {
        if let symbol = tcc_get_symbol(state, name) { return symbol }
        throw NativeFailure(stage: .relocate, reason: Reason.relocateFailed, detail: "the unit has no symbol \(name)")
      }
      for piece in unit.placed {
        guard let memory, memory.place(piece.bytes, at: try symbol(piece.symbol)) else {
          throw NativeFailure(stage: .relocate, reason: Reason.relocateFailed, detail: "there is no room at \(piece.symbol)")
        }
      }
      var kernelEntries = [hk_kernel_entry?](repeating: nil, count: kernelCount), loopEntries: [hk_loop_entry] = []
      for kernel in unit.kernels {
        kernelEntries[kernel] = unsafeBitCast(try symbol(CWriter.entryName(kernel: kernel)), to: hk_kernel_entry.self)
      }
      for loop in 0..<unit.loopCount {
        loopEntries.append(unsafeBitCast(try symbol(CWriter.entryName(loop: loop)), to: hk_loop_entry.self))
      }
      var programEntry: hk_program_entry?
      if unit.hasProgram { programEntry = unsafeBitCast(try symbol(ProgramWriter.entryName), to: hk_program_entry.self) }
      clock.finish(.relocate)

      // libtcc of 2020 leaves the text writable and executable: sealing takes the first away.
      let isSealed = injectFailure == .protect ? false : memory?.seal() ?? true
      guard isSealed else {
        let cause = injectFailure == .protect ? "failure injected by a test" : String(cString: strerror(errno))
        throw NativeFailure(stage: .protect, reason: Reason.protectFailed, detail: "mprotect: \(cause)")
      }
      clock.finish(.protect)
      ownsState = memory != nil
      return TCCCode(
        kernels: kernelEntries, loops: loopEntries, program: programEntry, codeByteCount: memory == nil ? 0 : Int(byteCount),
        stageTimes: clock.times, symbols: namesCode ? Self.addresses(of: state) : [:], memory: memory,
        state: ownsState ? nil : state)
    }

    /// The global symbols that libtcc knows, those that were given to it among them.
    private static func addresses(of state: OpaquePointer) -> [String: UInt] {
      final class Found { var addresses: [String: UInt] = [:] }
      let found = Found()
      tcc_list_symbols(state, Unmanaged.passUnretained(found).toOpaque()) { context, name, address in
        guard let context, let name else { return }
        Unmanaged<Found>.fromOpaque(context).takeUnretainedValue().addresses[String(cString: name)] = UInt(bitPattern: address)
      }
      return found.addresses
    }

    private static func failure(
      _ stage: NativeStage, _ reason: String, _ messages: Messages, _ injected: NativeStage?
    ) -> NativeFailure {
      NativeFailure(stage: stage, reason: reason, detail: messages.lines.joined(separator: "\n"))
    }

    /// What libtcc says through its callback, errors and warnings.
    private final class Messages {
      var lines: [String] = []
    }
  }

  /// The stable reasons of failures; `Spec/tiers.md` explains them.
  enum Reason {
    static let injected = "injected"
    static let noTileKernel = "no-tile-kernel"
    static let compileFailed = "c-compile-failed"
    static let relocateFailed = "relocate-failed"
    static let protectFailed = "protect-failed"
    static let outOfMemory = "out-of-memory"
  }

  /// The machine code of a program. Its pages are unmapped with it.
  final class TCCCode: NativeCode, @unchecked Sendable {
    let kernels: [hk_kernel_entry?]
    let loops: [hk_loop_entry]
    let program: hk_program_entry?
    let codeByteCount: Int
    let stageTimes: [(stage: NativeStage, nanoseconds: UInt64)]
    /// Addresses by name, where they are kept.
    let symbols: [String: UInt]
    private let memory: CodeMemory?
    /// Set where libtcc owns the pages.
    private let state: OpaquePointer?

    init(
      kernels: [hk_kernel_entry?], loops: [hk_loop_entry], program: hk_program_entry?, codeByteCount: Int,
      stageTimes: [(stage: NativeStage, nanoseconds: UInt64)], symbols: [String: UInt], memory: CodeMemory?, state: OpaquePointer?
    ) {
      self.kernels = kernels
      self.loops = loops
      self.program = program
      self.codeByteCount = codeByteCount
      self.stageTimes = stageTimes
      self.symbols = symbols
      self.memory = memory
      self.state = state
    }

    deinit { if let state { tcc_delete(state) } }
  }

  /// Times the stages of a compile, one after the other.
  struct StageClock {
    private(set) var times: [(stage: NativeStage, nanoseconds: UInt64)] = []
    private var last = DispatchTime.now().uptimeNanoseconds

    mutating func finish(_ stage: NativeStage) {
      let now = DispatchTime.now().uptimeNanoseconds
      times.append((stage, now - last))
      last = now
    }

    /// The same, where another stage took a part of the time in between.
    mutating func finish(_ stage: NativeStage, including part: (stage: NativeStage, nanoseconds: UInt64)) {
      finish(stage)
      guard let all = times.popLast() else { return }
      let inner = min(part.nanoseconds, all.nanoseconds)
      times += [(stage, all.nanoseconds - inner), (part.stage, inner)]
    }

    /// What happened since the last stage belongs to none.
    mutating func restart() { last = DispatchTime.now().uptimeNanoseconds }
  }
#endif
