import CHillock
import HillockBytecode

/// Loops that are interchanged with their positions (see `Program.interchangedKernels`): workers claim units, and take them
/// through all the steps, no more than a chunk at a time, so that their state stays in the nearest cache. A worker has its own
/// copy of the table of registers, in which carried values change places and rows advance; all positions do the same number of
/// steps, so in the end the shared table follows at once.
extension Run {
  mutating func interchangedLoop(_ step: UnsafePointer<Step>) {
    if let strict, entries != nil, !isComparing {
      return strict._withUnsafeGuaranteedRef { compare(step, $0) { $0.interchangedLoop(step) } }
    }
    let loop = UnsafePointer(loops.unsafelyUnwrapped + step.pointee.a)
    self.loop = loop
    start(loop)
    noteLoop(loop)
    let kernel = UnsafePointer(kernels.unsafelyUnwrapped + loop.pointee.kernels[0])
    self.kernel = kernel
    var cost = 0
    for index in loop.pointee.kernels { cost &+= kernels.unsafelyUnwrapped[index].unitCost }
    let (all, overflow) = cost.multipliedReportingOverflow(by: loop.pointee.trips)
    let unit = max(kernel.pointee.unit, 1)
    positionCost = max(cost / unit, 1)
    // The interpreter's claims are worth the calls that each step makes.
    let isSplit = entries != nil || strict != nil || sharesAlways
    joined = isSplit ? 1 : (loop.pointee.tables.claim &+ unit &- 1) / unit
    let (unitCost, tooMuch) = joined.multipliedReportingOverflow(by: all)
    share(
      units: (kernel.pointee.units &+ joined &- 1) / joined, unitCost: overflow || tooMuch ? .max : unitCost,
      slice: max(Kernel.chunk / (unit &* joined), 1)
    ) { context, worker, first, last in
      let run = Run.at(context)
      let kernel = run.pointee.kernel.unsafelyUnwrapped, joined = run.pointee.joined
      let first = kernel.pointee.position(ofUnit: first &* joined), last = kernel.pointee.position(ofUnit: last &* joined)
      run.pointee.allSteps(first..<last, worker: worker)
    }
    if loop.pointee.trips & 1 == 1 { loop.pointee.exchange(in: registers) }
    entries = currentEntries
  }

  /// How much such a loop will do is known before it starts: a long one is compiled while it runs.
  private func noteLoop(_ loop: UnsafePointer<PreparedLoop>) {
    guard entries == nil, let controller else { return }
    let (work, overflow) = loop.pointee.bodyWork.multipliedReportingOverflow(by: loop.pointee.trips)
    controller._withUnsafeGuaranteedRef { $0.noteLoop(work: overflow ? .max : work) }
  }

  /// A worker's memory, and in it its own table of registers.
  func loopTable(_ loop: UnsafePointer<PreparedLoop>, worker: Int) -> (
    scratch: Pointer, registers: UnsafeMutablePointer<Pointer?>
  ) {
    let (scratch, local) = ownTable(worker: worker)
    // An index of its own, behind the table.
    local[loop.pointee.register] = UnsafeMutableRawPointer(local + registerCount)
    return (scratch, local)
  }

  /// Takes positions through all the steps, no more at a time than stay in the nearest cache.
  private func allSteps(_ positions: Range<Int>, worker: Int) {
    let loop = loop.unsafelyUnwrapped
    var first = positions.lowerBound
    while first < positions.upperBound, !isStopped.pointee.load(ordering: .relaxed) {
      let remaining = positions.upperBound &- first
      let tile = currentEntries == nil && strict == nil ? loop.pointee.tables.share(of: remaining) : nil
      let last = first &+ (tile ?? min(Kernel.chunk, remaining))
      if strict != nil, entries == nil {
        allStepsChecked(first..<last, worker: worker)
      } else {
        allSteps(first, last, isTile: tile != nil, worker: worker)
      }
      first = last
    }
  }

  private func allSteps(_ first: Int, _ last: Int, isTile: Bool, worker: Int) {
    let loop = loop.unsafelyUnwrapped, kernels = kernels.unsafelyUnwrapped
    let (scratch, local) = loopTable(loop, worker: worker)
    let tile =
      isTile
      ? LoopTile(
        loop, kernels, tables: (scratch + loopOffset).assumingMemoryBound(to: Pointer?.self), registers: local, scratch: scratch,
        first: first, last: last) : nil
    var entries = currentEntries
    var step = 0
    var interpretedSteps = 0
    var switches = 0
    let stepCost = positionCost &* (last &- first) &+ Parameters.stepCost
    var workSinceLook = 0
    while step < loop.pointee.trips {
      if workSinceLook > lookInterval {
        workSinceLook = 0
        if isStopped(seenBy: worker) { break }
      }
      // Asked anew at each step: a long loop goes on natively as soon as the code is there.
      if entries == nil, step > 0 {
        entries = controller?._withUnsafeGuaranteedRef { $0.afterBackEdge() }
        if entries != nil {
          switches = 1
          tile?.leave(before: step)
        }
      }
      if let entries {
        let end = min(step &+ loop.pointee.strip, loop.pointee.trips)
        entries.pointee.loops[loop.pointee.entry](
          local, partialsTable, scratch.assumingMemoryBound(to: CChar.self), Int64(first), Int64(last), Int64(step), Int64(end))
        workSinceLook &+= stepCost &* (end &- step)
        step = end
        continue
      }
      workSinceLook &+= stepCost
      interpretedSteps &+= 1
      if let tile {
        tile.take(step: step)
      } else {
        loop.pointee.place(step: step, in: local)
        for kernel in loop.pointee.kernels {
          TileLoop.run(
            UnsafePointer(kernels + kernel), registers: local, partials: partialsTable, scratch: scratch, first: first, last: last
          )
        }
        loop.pointee.exchange(in: local)
      }
      step &+= 1
    }
    controller?._withUnsafeGuaranteedRef {
      $0.countSteps(interpreted: interpretedSteps, native: step &- interpretedSteps, switches: switches)
    }
  }

  private var currentEntries: UnsafePointer<NativeEntryTable>? {
    if let entries { return entries }
    return controller?._withUnsafeGuaranteedRef { $0.entries }
  }
}
