import HillockBytecode

/// What a strict run checks of loops that are interchanged with their positions: that each step reads what is there when the
/// steps are taken one after the other, and that taking positions in turn reads no other position of what the loop writes.
extension StrictRun {
  func before(_ loop: PreparedLoop, _ index: Int) {
    countSteps(loop.trips)
    trying { replay(loop, index) }
  }

  func after(_ loop: PreparedLoop, _ index: Int) {
    // The table is as the last step left it, and is replayed from the first.
    if loop.trips & 1 == 1 { loop.exchange(in: registers) }
    replay(loop, index)
    if loop.trips & 1 == 1 { loop.exchange(in: registers) }
    // What does not leave the loop was written for a chunk of positions at a time.
    let leaving = loop.carries.flatMap { [$0.current, $0.next] }
    for register in written(loop) where !leaving.contains(register) { forget(register) }
  }

  /// The first two steps, or three, tell of all: what a step reads of the one before is there from the second on.
  private func replay(_ loop: PreparedLoop, _ index: Int) {
    for carry in loop.carries {
      read(carry.initial, "a loop")
      define(carry.current)
    }
    enter(index, loop.rows)
    define(loop.register)
    let steps = loop.trips < 4 ? loop.trips : 2 + loop.trips & 1
    for step in 0..<steps {
      for kernel in loop.kernels {
        let what = "kernel \(kernel) \"\(prepared.program.kernels[kernel].name)\" in a loop"
        for register in prepared.program.reads(.launch(kernel)) { read(register, what) }
        refuseInputs(prepared.program.writes(.launch(kernel)), what)
        for register in prepared.program.writes(.launch(kernel)) { define(register) }
      }
      for carry in loop.carries { read(carry.next, "a loop") }
      requireRows(index)
      loop.exchange(in: registers)
      exchange(loop.carries)
      if step == steps - 1 { leave(index, loop.rows) } else { clear(loop.rows) }
    }
    if steps & 1 == 1 { loop.exchange(in: registers) }
  }

  func written(_ loop: PreparedLoop) -> [Int] { loop.kernels.flatMap { prepared.program.writes(.launch($0)) } }

  /// Before a kernel of a step is done for some positions: of what the loop writes or carries, and of what lies in the same
  /// memory, it reads these positions. False where it must not run: what it would read may be beyond all memory.
  func mayRead(_ index: Int, _ loop: PreparedLoop, _ positions: Range<Int>, _ registers: UnsafePointer<Pointer?>) -> Bool {
    let kernel = prepared.program.kernels[index]
    let own = written(loop) + loop.carries.flatMap { [$0.current, $0.next] }
    for operand in kernel.operands where !operand.isWritten && sharesMemory(operand.register, with: own, registers) {
      guard let elements = kernel.elements(of: operand, at: positions),
        !positions.contains(elements.lowerBound) || !positions.contains(elements.upperBound - 1)
      else { continue }
      report(
        .undefined,
        "kernel \(index) \"\(kernel.name)\" reads elements \(elements) of r\(operand.register) in a loop that is taken "
          + "to its end for positions \(positions)")
    }
    return violation == nil
  }
}

extension Run {
  /// Takes positions through all the steps in the interpreter, each store watched.
  func allStepsChecked(_ positions: Range<Int>, worker: Int) {
    guard let strict, let loop, let unit = kernel?.pointee.unit else { return }
    let (scratch, local) = loopTable(loop, worker: worker)
    var step = 0
    while step < loop.pointee.trips, !isStopped(seenBy: worker), strict._withUnsafeGuaranteedRef({ $0.violation == nil }) {
      loop.pointee.place(step: step, in: local)
      for index in loop.pointee.kernels {
        guard strict._withUnsafeGuaranteedRef({ $0.mayRead(index, loop.pointee, positions, local) }) else { return }
        let kernel = UnsafePointer(kernels.unsafelyUnwrapped + index)
        TileLoop.run(
          kernel, registers: local, partials: partialsTable, scratch: scratch, first: positions.lowerBound,
          last: positions.upperBound, checks: checks(strict, kernel, local, unit: unit, worker: worker))
      }
      loop.pointee.exchange(in: local)
      step &+= 1
    }
    controller?._withUnsafeGuaranteedRef { $0.countSteps(interpreted: step, native: 0, switches: 0) }
  }
}
