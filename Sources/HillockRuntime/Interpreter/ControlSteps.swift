import HillockBytecode

/// Loops and branches. Each body returns the step to go on with.
extension Run {
  mutating func enterLoop(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    start(loop)
    counters[step.pointee.a] = 0
    guard loop.pointee.trips > 0 else { return step.pointee.b }
    loop.pointee.place(step: 0, in: registers)
    return position + 1
  }

  mutating func repeatLoop(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    loop.pointee.exchange(in: registers)
    countStep()
    let done = counters[step.pointee.a] &+ 1
    counters[step.pointee.a] = done
    guard done < loop.pointee.trips else { return position + 1 }
    loop.pointee.place(step: done, in: registers)
    noteBackEdge(loop)
    if standing != nil { gather(at: step.pointee.b, of: step) }
    return step.pointee.b
  }

  mutating func enterWhile(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    start(loops.unsafelyUnwrapped + step.pointee.a)
    return position + 1
  }

  mutating func test(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    guard willDecide() else { return position + 1 }
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    let holds = registers[loop.pointee.register].unsafelyUnwrapped.load(as: UInt8.self) != 0
    return holds ? position + 1 : step.pointee.b
  }

  mutating func repeatWhile(_ step: UnsafePointer<Step>) -> Int {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    loop.pointee.exchange(in: registers)
    countStep()
    noteBackEdge(loop)
    if standing != nil { gather(at: step.pointee.b, of: step) }
    return step.pointee.b
  }

  mutating func select(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    guard willDecide() else { return position + 1 }
    let selector = Int(registers[step.pointee.a].unsafelyUnwrapped.load(as: Int32.self))
    return step.pointee.table.unsafelyUnwrapped[min(max(selector, 0), step.pointee.tableCount - 1)]
  }

  mutating func start(_ loop: UnsafePointer<PreparedLoop>) {
    guard !loop.pointee.carries.isEmpty, alone() else { return }
    for carry in loop.pointee.carries {
      registers[carry.current].unsafelyUnwrapped.copyMemory(
        from: registers[carry.initial].unsafelyUnwrapped, byteCount: carry.byteCount)
    }
  }

  /// A long loop gets hot within one call, and goes on natively at a back-edge: all of its state is in registers of the
  /// program, which both tiers share.
  mutating func noteBackEdge(_ loop: UnsafePointer<PreparedLoop>) {
    guard entries == nil, let controller else { return }
    entries = controller._withUnsafeGuaranteedRef { controller in
      // What helpers do beside their leader is not counted twice.
      guard member.number == 0 else { return controller.entries }
      controller.noteLoop(work: loop.pointee.bodyWork)
      return controller.afterBackEdge()
    }
    guard entries != nil else { return }
    switches &+= 1
    // The function of the whole program has no such loops in it.
    isSwitching = !loop.pointee.isApart
  }

  mutating func countStep() {
    if entries == nil { interpretedSteps &+= 1 } else { nativeSteps &+= 1 }
  }
}
