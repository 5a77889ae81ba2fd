import CHillock
import HillockBytecode
import HillockIR

/// The steps of a program as the native tier writes them in C: control flow, and kernels that one worker does best alone. Steps
/// are numbered as the interpreter's are; both tiers keep all state in the same registers and counters, so that a run can go
/// over at any back-edge.
package struct ProgramOutline {
  package struct Carry {
    package let initial, current, next, byteCount: Int
  }

  package struct Row {
    package let register, whole, byteCount: Int
  }

  package struct Loop {
    package let trips: Int
    package let isReversed: Bool
    /// The register of the index, or of the test.
    package let register: Int
    package let carries: [Carry]
    package let rows: [Row]
  }

  package struct Reduction {
    package let operand, register: Int
    package let kind, dtype: Int32
    package let width, partials: Int
  }

  package enum Step {
    /// `cost`: picoseconds, estimated.
    case kernel(Int, positions: Int, chunks: Int, [Reduction], cost: Int)
    /// What the runtime does itself, and why.
    case call(CallReason)
    case enterLoop(Int, exit: Int)
    case repeatLoop(Int, body: Int)
    case enterWhile(Int)
    case test(Int, exit: Int)
    case repeatWhile(Int, condition: Int)
    case select(register: Int, targets: [Int])
    case jump(Int)
    /// A loop that is left to the runtime as a whole, and what lies in it.
    case standing(exit: Int)
    case apart
  }

  /// Stable codes, listed in Spec/tiers.md.
  package enum CallReason: String {
    /// Worth more than one worker.
    case shared
    /// An array op: a matrix product, a reduction of an axis, rows by index.
    case arrayStep = "array-step"
    /// Reductions over rows with what surrounds them, block of rows by block of rows.
    case rowGroup = "row-group"
    /// Reductions of columns with what they reduce, block of rows by block of rows.
    case columnGroup = "column-group"
    /// A loop that is interchanged with its positions has a function of its own.
    case interchanged
    /// A Swift function that the program calls.
    case hostCall = "host-call"
    /// Variables are claimed.
    case claim
  }

  package private(set) var steps: [Step] = []
  package private(set) var loops: [Loop] = []

  /// nil where one function for all would save nothing: there is but one kernel to call.
  package init?(_ program: Program) {
    let arena = Arena()
    guard let layout = try? ProgramLayout(program, isa: .current, arena: arena) else { return nil }
    loops = layout.loops.map { loop in
      Loop(
        trips: loop.trips, isReversed: loop.isReversed, register: loop.register,
        carries: loop.carries.map { carry in
          Carry(
            initial: carry.initial, current: carry.current, next: carry.next, byteCount: carry.byteCount)
        },
        rows: loop.rows.map { Row(register: $0.register, whole: $0.whole, byteCount: $0.byteCount) })
    }
    var calls = 0
    var apart = 0
    for (number, step) in layout.steps.enumerated() {
      if number < apart {
        steps.append(.apart)
        continue
      }
      if step.kind == .enterLoop || step.kind == .enterWhile, layout.loops[step.a].stands {
        apart = step.b
        steps.append(.standing(exit: apart))
        continue
      }
      let next = Self.step(step, program, arena)
      switch next {
      case .kernel, .enterLoop, .enterWhile: calls += 1
      default: break
      }
      steps.append(next)
    }
    guard calls > 1 else { return nil }
  }

  private static func step(_ step: HillockRuntime.Step, _ program: Program, _ arena: Arena) -> Step {
    switch step.kind {
    case .launch:
      var preparation = KernelPreparation(program.kernels[step.a], registers: program.registers, isa: .current, arena: arena)
      guard let kernel = try? preparation.prepare(), kernel.isSmall else { return .call(.shared) }
      let reductions = kernel.reductions.map { reduction in
        Reduction(
          operand: reduction.operand, register: reduction.register, kind: reduction.kind, dtype: reduction.dtype,
          width: reduction.width, partials: reduction.partials)
      }
      return .kernel(
        step.a, positions: kernel.positions, chunks: kernel.chunks, reductions,
        cost: kernel.units * kernel.unitCost + Parameters.stepCost)
    case .array: return .call(.arrayStep)
    case .call: return .call(.hostCall)
    case .claim: return .call(.claim)
    case .rowGroup: return .call(.rowGroup)
    case .columnGroup: return .call(.columnGroup)
    case .interchangedLoop: return .call(.interchanged)
    case .enterLoop: return .enterLoop(step.a, exit: step.b)
    case .repeatLoop: return .repeatLoop(step.a, body: step.b)
    case .enterWhile: return .enterWhile(step.a)
    case .test: return .test(step.a, exit: step.b)
    case .repeatWhile: return .repeatWhile(step.a, condition: step.b)
    case .select:
      let targets = UnsafeBufferPointer(start: step.table, count: step.tableCount)
      return .select(register: step.a, targets: Array(targets))
    case .jump: return .jump(step.b)
    }
  }
}
