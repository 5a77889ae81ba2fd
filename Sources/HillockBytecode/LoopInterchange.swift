import HillockIR

/// Loops whose steps touch each position's own elements only. Such a loop need not finish a step everywhere before it begins
/// the next: a worker takes a chunk of positions through all the steps while its state is in the nearest cache.
extension Program {
  /// The kernels of the loop's body, in order, where the loop can be interchanged with its positions; nil where it cannot.
  ///
  /// It can where the body is nothing but launches over index spaces of one size that write contiguously, and where
  /// everything that changes from step to step (carried values, rows, what the body writes) is read contiguously from its
  /// start, or, being one element of a row or the index, as a scalar.
  package func interchangedKernels(_ loop: Loop) -> [Int]? {
    var order: [Int] = []
    for instruction in loop.body {
      guard case .launch(let kernel) = instruction else { return nil }
      order.append(kernel)
    }
    guard let first = order.first, loop.trips > 1 else { return nil }
    let count = kernels[first].count
    let written = Set(loop.body.flatMap(writes))
    let perPosition = written.union(loop.carries.flatMap { [$0.current, $0.next] })
    let perStep = Set(loop.rows).union([loop.index]).subtracting(written)
    for kernel in order.map({ kernels[$0] }) {
      guard kernel.count == count else { return nil }
      for operand in kernel.operands {
        switch operand.access {
        case .contiguous(let offset):
          let isMoving = perPosition.contains(operand.register) || perStep.contains(operand.register)
          if isMoving, offset != 0 || registers[operand.register].type.count != count { return nil }
        case .scalar:
          if perPosition.contains(operand.register) { return nil }
        case .strided, .rows, .whole:
          if perPosition.contains(operand.register) || perStep.contains(operand.register) { return nil }
        case .reduction:
          return nil
        }
      }
    }
    return order
  }
}
