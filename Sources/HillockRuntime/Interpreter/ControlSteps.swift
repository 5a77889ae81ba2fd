import HillockBytecode

/// Loops and branches. Each body returns the step to go on with.
extension Run {
  mutating func enterLoop(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    start(loop)
    counters[step.pointee.a] = 0
    guard loop.pointee.trips > 0 else { return step.pointee.b }
    place(loop, step: 0)
    return position + 1
  }

  mutating func repeatLoop(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    exchange(loop)
    let done = counters[step.pointee.a] &+ 1
    counters[step.pointee.a] = done
    guard done < loop.pointee.trips else { return position + 1 }
    place(loop, step: done)
    noteBackEdge(loop)
    return step.pointee.b
  }

  mutating func enterWhile(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    start(loops.unsafelyUnwrapped + step.pointee.a)
    return position + 1
  }

  mutating func test(_ step: UnsafePointer<Step>, at position: Int) -> Int {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    let holds = registers[loop.pointee.register].unsafelyUnwrapped.load(as: UInt8.self) != 0
    return holds ? position + 1 : step.pointee.b
  }

  mutating func repeatWhile(_ step: UnsafePointer<Step>) -> Int {
    let loop = loops.unsafelyUnwrapped + step.pointee.a
    exchange(loop)
    noteBackEdge(loop)
    return step.pointee.b
  }

  func select(_ step: UnsafePointer<Step>) -> Int {
    let selector = Int(registers[step.pointee.a].unsafelyUnwrapped.load(as: Int32.self))
    return step.pointee.table.unsafelyUnwrapped[min(max(selector, 0), step.pointee.tableCount - 1)]
  }

  func start(_ loop: UnsafePointer<PreparedLoop>) {
    for carry in loop.pointee.carries {
      registers[carry.current].unsafelyUnwrapped.copyMemory(
        from: registers[carry.initial].unsafelyUnwrapped, byteCount: carry.byteCount)
    }
  }

  /// `current` and `next` change places: their addresses do, not their elements.
  func exchange(_ loop: UnsafePointer<PreparedLoop>) {
    for carry in loop.pointee.carries {
      let current = registers[carry.current]
      registers[carry.current] = registers[carry.next]
      registers[carry.next] = current
    }
  }

  /// Sets the index and points the rows at it.
  private func place(_ loop: UnsafePointer<PreparedLoop>, step: Int) {
    let index = loop.pointee.isReversed ? loop.pointee.trips &- 1 &- step : step
    registers[loop.pointee.register].unsafelyUnwrapped.storeBytes(of: Int64(index), as: Int64.self)
    for row in loop.pointee.rows {
      registers[row.register] = registers[row.whole].unsafelyUnwrapped + index &* row.byteCount
    }
  }

  /// A long loop gets hot within one call, and goes on natively at a back-edge: all of its state is in registers of the
  /// program, which both tiers share.
  mutating func noteBackEdge(_ loop: UnsafePointer<PreparedLoop>, steps: Int = 1) {
    guard entries == nil, let controller else { return }
    let (work, overflow) = loop.pointee.bodyWork.multipliedReportingOverflow(by: steps)
    entries = controller._withUnsafeGuaranteedRef { $0.afterBackEdge(work: overflow ? .max : work) }
  }
}
