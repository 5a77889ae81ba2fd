import HillockIR

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
  ///
  /// It can where the body is nothing but launches over index spaces of one size that write contiguously, and where what a
  /// step hands to the next or to its own later kernels (carried values, what the body writes) is read contiguously from its
  /// start. Rows of sliced values and the index were there before the step, and may be read in any way.
  package func interchangedKernels(_ loop: Loop) -> [Int]? {
    var order: [Int] = []
    for instruction in loop.body {
      guard case .launch(let kernel) = instruction else { return nil }
      order.append(kernel)
    }
    guard let first = order.first, loop.trips > 1 else { return nil }
    let count = kernels[first].count
    let written = Set(loop.body.flatMap(writes))
    guard sharesBuffersEvenly(order) else { return nil }
    let perPosition = written.union(loop.carries.flatMap { [$0.current, $0.next] })
    for kernel in order.map({ kernels[$0] }) {
      guard kernel.count == count else { return nil }
      for operand in kernel.operands {
        switch operand.access {
        case .contiguous(let offset):
          if perPosition.contains(operand.register), offset != 0 || registers[operand.register].type.count != count { return nil }
        case .scalar, .strided, .rows, .whole:
          if perPosition.contains(operand.register) { return nil }
        case .reduction:
          return nil
        }
      }
    }
    return order
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
