import HillockIR

/// What becomes of a loop.
package enum Interchange: Hashable, Sendable {
  /// It is interchanged with its positions; the kernels of its body, in order.
  case kernels([Int])
  /// It goes step by step, because of this kernel where there is one.
  case refused(InterchangeRefusal, kernel: Int?)
}

/// Why a loop is not interchanged with its positions. The raw values are stable: `hillock disasm` prints them, `Spec/bytecode.md`
/// lists them.
package enum InterchangeRefusal: String, CaseIterable, Sendable {
  case singleStep = "single-step"
  case otherInstructions = "other-instructions"
  case sharedMemory = "shared-memory"
  case otherPositions = "other-positions"
  case crossElement = "cross-element"
  case reduction
  case untilCondition = "until-condition"

  /// One sentence for readers.
  package var meaning: String {
    switch self {
    case .singleStep: "it has one step at most"
    case .otherInstructions: "its body is not kernels alone"
    case .sharedMemory: "values of elements of different sizes take turns in one memory"
    case .otherPositions: "the kernel has another number of positions than the first of the body"
    case .crossElement: "the kernel reads what a step computes at other positions than its own"
    case .reduction: "the kernel reduces over positions, and the result is ready only when all of them are done"
    case .untilCondition: "a condition decides after each step whether there is another"
    }
  }
}

/// Loops whose steps touch each position's own elements only. Such a loop need not finish a step everywhere before it begins
/// the next: a worker takes a chunk of positions through all the steps while its state is in the nearest cache.
extension Program {
  /// A loop that can be interchanged with its positions, and its kernels in order.
  package struct InterchangedLoop {
    package var loop: Loop
    package var kernels: [Int]
  }

  /// Those of the program, in program order.
  package var interchangedLoops: [InterchangedLoop] {
    flattened.compactMap { instruction in
      guard case .loop(let loop) = instruction, let kernels = interchangedKernels(loop) else { return nil }
      return InterchangedLoop(loop: loop, kernels: kernels)
    }
  }

  /// The kernels of the loop's body, in order, where the loop can be interchanged with its positions; nil where it cannot.
  package func interchangedKernels(_ loop: Loop) -> [Int]? {
    if case .kernels(let kernels) = interchange(loop) { kernels } else { nil }
  }

  /// Whether the loop can be interchanged with its positions.
  ///
  /// It can where the body is nothing but launches over index spaces of one size that write contiguously, and where what a
  /// step hands to the next or to its own later kernels (carried values, what the body writes) is read contiguously from its
  /// start. Rows of sliced values and the index were there before the step, and may be read in any way.
  package func interchange(_ loop: Loop) -> Interchange {
    guard loop.trips > 1 else { return .refused(.singleStep, kernel: nil) }
    var order: [Int] = []
    for instruction in loop.body {
      guard case .launch(let kernel) = instruction else { return .refused(.otherInstructions, kernel: nil) }
      order.append(kernel)
    }
    guard let first = order.first else { return .refused(.otherInstructions, kernel: nil) }
    let count = kernels[first].count
    let written = Set(loop.body.flatMap(writes))
    guard sharesBuffersEvenly(order) else { return .refused(.sharedMemory, kernel: nil) }
    let perPosition = written.union(loop.carries.flatMap { [$0.current, $0.next] })
    for index in order {
      let kernel = kernels[index]
      guard kernel.count == count else { return .refused(.otherPositions, kernel: index) }
      for operand in kernel.operands {
        switch operand.access {
        case .contiguous(let offset):
          if perPosition.contains(operand.register), offset != 0 || registers[operand.register].type.count != count {
            return .refused(.crossElement, kernel: index)
          }
        case .scalar, .strided, .rows, .whole:
          if perPosition.contains(operand.register) { return .refused(.crossElement, kernel: index) }
        case .reduction:
          return .refused(.reduction, kernel: index)
        }
      }
    }
    return .kernels(order)
  }

  /// Whether registers that share a buffer have elements of one size: then chunks of different positions never overlap,
  /// whatever step each is at.
  private func sharesBuffersEvenly(_ order: [Int]) -> Bool {
    var size: [Int: Int] = [:]
    for operand in order.flatMap({ kernels[$0].operands }) {
      guard case .temporary(let buffer) = registers[operand.register].role else { continue }
      let bytes = registers[operand.register].type.dtype.size
      if size[buffer, default: bytes] != bytes { return false }
      size[buffer] = bytes
    }
    return true
  }
}
