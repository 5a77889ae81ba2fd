import HillockBytecode
import HillockIR

/// How vector code goes through a kernel whose operands are copied or repeated in long runs: row by row, where a row is as many
/// positions as each of them copies or repeats an element for. Within a row such an operand is contiguous, or one element; from
/// row to row its pointer moves.
struct RowWalk: Hashable {
  /// Shorter runs are gathered: a row costs about as much as the vectors that it saves.
  private static let shortestRun = 16

  /// Positions of a row.
  private(set) var length: Int
  /// What rows are counted by, the fastest last; axes that all operands go through like one are one.
  private(set) var extents: [Int] = []
  private(set) var operands: [Int: Operand] = [:]

  struct Operand: Hashable {
    /// Elements from a position of a row to the next: 0 or 1.
    var step: Int
    /// Elements from an index to the next, for each of `extents`.
    var strides: [Int]
  }

  /// nil where nothing is walked like this.
  init?(_ kernel: Kernel, registers: [Register]) {
    // (Where there are no positions strides may be anything.)
    guard kernel.count > 0 else { return nil }
    let strided = kernel.operands.indices.compactMap { slot -> (slot: Int, strides: [Int])? in
      guard case .strided(_, let strides) = kernel.operands[slot].access, Self.hasLongRuns(kernel.shape, strides) else {
        return nil
      }
      return (slot, strides)
    }
    guard let shortest = strided.map({ Self.run(kernel.shape, $0.strides).axes }).min() else { return nil }
    let outer = kernel.shape.count - shortest
    length = kernel.shape[outer...].reduce(1, *)
    // Accumulators follow each other as positions do: a row begins with the first.
    if kernel.hasReduction && length % Kernel.lanes != 0 { return nil }

    for (slot, strides) in strided { operands[slot] = Operand(step: Self.run(kernel.shape, strides).step, strides: []) }
    for axis in 0..<outer where kernel.shape[axis] > 1 {
      let isSame =
        !extents.isEmpty
        && strided.allSatisfy { slot, strides in
          operands[slot]?.strides.last == strides[axis] * kernel.shape[axis]
        }
      for (slot, strides) in strided {
        if isSame { operands[slot]?.strides.removeLast() }
        operands[slot]?.strides.append(strides[axis])
      }
      if isSame { extents[extents.count - 1] *= kernel.shape[axis] } else { extents.append(kernel.shape[axis]) }
    }
    // Pointers move by an immediate.
    let widest = kernel.operands.map { registers[$0.register].type.dtype.size }.max() ?? 8
    let reach = operands.values.map { $0.strides.last?.magnitude ?? 0 }.max() ?? 0
    guard Swift.max(Double(length), Double(reach)) * Double(Swift.max(widest, 8)) < 0x1p31 else { return nil }
  }

  /// Whether a strided operand mostly copies or repeats elements.
  static func hasLongRuns(_ shape: [Int], _ strides: [Int]) -> Bool {
    let run = run(shape, strides)
    return run.length >= shortestRun && (run.step == 0 || run.step == 1)
  }

  /// The innermost axes that are gone through like one: how many, of how many positions, and how far apart their elements are.
  private static func run(_ shape: [Int], _ strides: [Int]) -> (axes: Int, length: Int, step: Int) {
    var run = (axes: 0, length: 1, step: 0)
    for (extent, stride) in zip(shape, strides).reversed() {
      if extent != 1 {
        if run.length == 1 { run.step = stride } else if stride != run.step * run.length { return run }
      }
      run.axes += 1
      run.length *= extent
    }
    return run
  }

  /// Bytes by which what a slot stands for moves from a row to the next; `size`: of an element.
  func advance(_ slot: UInt16, _ kind: VectorProgram.Stream.Kind, in kernel: Kernel, size: Int) -> Int {
    if let operand = operands[Int(slot)] { return (operand.strides.last ?? 0) * size }
    guard kind == .walked else { return 0 }
    guard kernel.isOperand(slot) else { return length * size }
    if case .contiguous = kernel.operands[Int(slot)].access { return length * size }
    return 0
  }
}
