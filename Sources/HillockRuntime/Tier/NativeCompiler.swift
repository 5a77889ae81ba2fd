import CHillock
import HillockBytecode
import HillockIR

/// How a native tier plugs into the runtime, which knows nothing of it. A compile is never run twice at once.
package protocol NativeCompiler: Sendable {
  /// Compiles a verified program for an instruction set that the processor has. `injectFailure` is a test hook: the stage
  /// at which the compile is to fail.
  func compile(
    _ program: VerifiedProgram, isa: InstructionSet, injectFailure: NativeStage?
  ) throws(NativeFailure) -> any NativeCode
}

/// The stages of a native compile, in order; the statistics give the time of each.
package enum NativeStage: String, CaseIterable, Sendable {
  /// Writing the translation unit.
  case write
  /// Assembling vector code, for that unit.
  case assemble
  /// libtcc's compilation of it.
  case compile
  /// Placing the code in memory and resolving its symbols.
  case relocate
  /// Making the code executable and no longer writable.
  case protect
}

/// Why a compile failed: a stable reason code (`Spec/tiers.md` lists them) and the compiler's own words.
package struct NativeFailure: Error, Sendable {
  package var stage: NativeStage
  package var reason: String
  package var detail: String
  /// Whether no other attempt in this process can succeed where this one failed.
  package var isFinal: Bool

  package init(stage: NativeStage, reason: String, detail: String, isFinal: Bool = false) {
    self.stage = stage
    self.reason = reason
    self.detail = detail
    self.isFinal = isFinal
  }
}

/// The machine code of a program; it lives as long as this object.
package protocol NativeCode: AnyObject, Sendable {
  /// One entry a kernel, in the order of `program.kernels`; nil where nothing launches the kernel but loops that have entries.
  var kernels: [hk_kernel_entry?] { get }
  /// One entry a loop that is interchanged with its positions, in the order of `program.interchangedLoops`.
  var loops: [hk_loop_entry] { get }
  /// The program as one function, where that is worth having (see `ProgramOutline`).
  var program: hk_program_entry? { get }
  var codeByteCount: Int { get }
  /// Nanoseconds each stage took.
  var stageTimes: [(stage: NativeStage, nanoseconds: UInt64)] { get }
}

extension NativeCode {
  package var program: hk_program_entry? { nil }
}
