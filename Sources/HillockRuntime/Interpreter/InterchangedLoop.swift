import CHillock
import HillockBytecode

/// Loops that are interchanged with their positions (see `Program.interchangedKernels`): workers claim chunks, and take each
/// through all the steps. A worker has its own copy of the table of registers, in which carried values change places and
/// rows advance; all chunks do the same number of steps, so in the end the shared table follows at once.
extension Run {
  mutating func interchangedLoop(_ step: UnsafePointer<Step>) {
    let loop = UnsafePointer(loops.unsafelyUnwrapped + step.pointee.a)
    self.loop = loop
    start(loop)
    let kernel = UnsafePointer(kernels.unsafelyUnwrapped + loop.pointee.kernels[0])
    var cost = 0
    for index in loop.pointee.kernels { cost &+= kernels.unsafelyUnwrapped[index].chunkCost }
    let (all, overflow) = cost.multipliedReportingOverflow(by: loop.pointee.trips)
    withUnsafePointer(to: &self) { run in
      run.pointee.share(units: kernel.pointee.chunks, unitCost: overflow ? .max : all, run) { context, worker, first, last in
        let run = context.assumingMemoryBound(to: Run.self)
        for chunk in first..<last { run.pointee.allSteps(ofChunk: chunk, worker: worker) }
      }
    }
    if loop.pointee.trips & 1 == 1 { loop.pointee.exchange(in: registers) }
    noteBackEdge(loop, steps: loop.pointee.trips)
  }

  private func allSteps(ofChunk chunk: Int, worker: Int) {
    let loop = loop.unsafelyUnwrapped
    let scratch = scratch + worker &* scratchStride
    let local = (scratch + localOffset).assumingMemoryBound(to: Pointer?.self)
    local.update(from: registers, count: registerCount)
    // An index of its own, behind the table.
    local[loop.pointee.register] = UnsafeMutableRawPointer(local + registerCount)
    for step in 0..<loop.pointee.trips {
      loop.pointee.place(step: step, in: local)
      // Asked anew at each step: a long loop goes on natively as soon as the code is there.
      let entries = currentEntries
      for kernel in loop.pointee.kernels {
        if let entries {
          entries[kernel](local, partialsTable, scratch.assumingMemoryBound(to: CChar.self), Int64(chunk), Int64(chunk &+ 1))
        } else {
          TileLoop.run(
            UnsafePointer(kernels.unsafelyUnwrapped + kernel), registers: local, partials: partialsTable,
            scratch: scratch, first: chunk, last: chunk &+ 1)
        }
      }
      loop.pointee.exchange(in: local)
    }
  }

  private var currentEntries: UnsafePointer<hk_kernel_entry>? {
    if let entries { return entries }
    return controller?._withUnsafeGuaranteedRef { $0.entries }
  }
}
