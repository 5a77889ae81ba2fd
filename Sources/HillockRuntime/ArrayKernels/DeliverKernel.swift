import CHillock
import HillockIR

/// Spikes to their targets. First the rows that send something are found, in blocks; then each worker adds what they send to targets
/// of its own, so that every target gets its additions in the order of the rows and synapses. How much there is to add is known only
/// when the rows are found. Units: lanes · blocks of rows, then lanes · ranges of targets.
///
/// A worker with a range of the targets finds its part of a row where the row's targets ascend, and else looks at all of them: the
/// bits are the same. The ranges of a claim are done as one.
struct DeliverKernel: BitwiseCopyable {
  private var table: SynapseTable
  private var sending: hk_sending_fn
  private var deliver: hk_deliver_fn
  private var byteCount: Int
  private var blocks: Int
  private var parts: Int

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let table = try SynapseTable(order), rows = order.sources[1]
    guard let sending = hk_sending(order.isa, Int32(rows.dtype.rawValue)), let deliver = hk_deliver(order.isa, table.dtype) else {
      throw order.missing(order.sources[0].dtype)
    }
    let pre = Int(table.shape.pre), block = Parameters.sendingBlock, workers = Configuration.workers
    // Lanes are shared first, then the targets of each.
    let parts = min((workers + table.lanes - 1) / max(table.lanes, 1), max(Int(table.shape.post) / Parameters.leastTargets, 1))
    let kernel = DeliverKernel(
      table: table, sending: sending, deliver: deliver, byteCount: order.sources[0].byteCount, blocks: (pre + block - 1) / block,
      parts: max(parts, 1))
    let isEmpty = !table.hasPlaces || table.lanes == 0 || pre == 0
    let units = kernel.parts * table.lanes
    let expected = Int(table.shape.count) / ArrayOpRow.expectedSilence * Parameters.deliverCost / kernel.parts
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: kernel.workspaceByteCount,
      [
        BaseCopy.phase(kernel.byteCount) { context, _, first, last in
          let call = ArrayCall<DeliverKernel>(context)
          BaseCopy.run(call, byteCount: call.parameters.byteCount, first, last)
        },
        ArrayPlan.Phase(
          units: isEmpty ? 0 : table.lanes * kernel.blocks, unitCost: ArrayOrder.copyCost(min(block, pre) * rows.dtype.size)
        ) { context, _, first, last in DeliverKernel.find(ArrayCall(context), first, last) },
        ArrayPlan.Phase(
          units: isEmpty ? 0 : units, unitCost: expected,
          liveCost: { context in
            let call = ArrayCall<DeliverKernel>(context)
            return call.parameters.foundWork(call) &* Parameters.deliverCost
              / (call.parameters.parts &* call.parameters.table.lanes)
          }, looks: true
        ) { context, worker, first, last in DeliverKernel.add(ArrayCall(context), worker, first, last) },
      ])
  }

  // MARK: The workspace: for each lane and block how many rows send something and how many synapses these have, then the rows

  private struct Found: BitwiseCopyable {
    var rows = 0
    var work: Int64 = 0
  }

  private var workspaceByteCount: Int {
    table.lanes * (blocks * MemoryLayout<Found>.stride + Int(table.shape.pre) * MemoryLayout<Int32>.stride)
  }

  private func found(_ call: ArrayCall<DeliverKernel>) -> UnsafeMutablePointer<Found> {
    call.workspace.assumingMemoryBound(to: Found.self)
  }

  private func rows(_ call: ArrayCall<DeliverKernel>, lane: Int, block: Int) -> UnsafeMutablePointer<Int32> {
    let all = UnsafeMutableRawPointer(found(call) + table.lanes &* blocks).assumingMemoryBound(to: Int32.self)
    return all + (lane &* Int(table.shape.pre) &+ block &* Parameters.sendingBlock)
  }

  private func foundWork(_ call: ArrayCall<DeliverKernel>) -> Int {
    let found = found(call)
    var work = 0
    for unit in 0..<table.lanes &* blocks { work &+= found[unit].rows &+ Int(found[unit].work) }
    return work
  }

  // MARK: Phases

  private static func find(_ call: ArrayCall<DeliverKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, found = kernel.found(call)
    for unit in first..<last {
      let (lane, block) = unit.quotientAndRemainder(dividingBy: kernel.blocks)
      let start = block &* Parameters.sendingBlock, end = min(start &+ Parameters.sendingBlock, Int(kernel.table.shape.pre))
      let values = kernel.table.values(call, lane: lane)
      var synapses = kernel.table.synapses(call, lane: lane), work: Int64 = 0
      let count = kernel.sending(
        Int64(start), Int64(end), values, &synapses, kernel.rows(call, lane: lane, block: block), &work)
      found[unit] = Found(rows: Int(count), work: work)
    }
  }

  private static func add(_ call: ArrayCall<DeliverKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters, post = Int(kernel.table.shape.post)
    var unit = first
    while unit < last {
      let (lane, part) = unit.quotientAndRemainder(dividingBy: kernel.parts)
      let end = min(part &+ last &- unit, kernel.parts)
      // A run that was stopped is thrown away, so nobody misses what is left out.
      guard kernel.add(call, worker, lane: lane, post &* part / kernel.parts..<post &* end / kernel.parts) else { return }
      unit += end - part
    }
  }

  /// What the rows of a lane send to these targets; whether the run goes on.
  private func add(_ call: ArrayCall<DeliverKernel>, _ worker: Int, lane: Int, _ targets: Range<Int>) -> Bool {
    var synapses = table.synapses(call, lane: lane)
    let values = table.rowsAreBool ? nil : table.values(call, lane: lane)
    let ring = call.destination() + lane &* table.ring.step
    for block in 0..<blocks {
      let count = found(call)[lane &* blocks &+ block].rows, rows = rows(call, lane: lane, block: block)
      for first in stride(from: 0, to: count, by: Parameters.deliverBlock) {
        if first > 0 || block > 0, call.run.pointee.isStopped(seenBy: worker) { return false }
        deliver(
          &synapses, Int64(min(Parameters.deliverBlock, count - first)), rows + first, values, Int64(targets.lowerBound),
          Int64(targets.upperBound), ring)
      }
    }
    return true
  }
}
