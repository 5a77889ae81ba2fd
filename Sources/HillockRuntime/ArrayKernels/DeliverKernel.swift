import CHillock
import HillockIR

/// Spikes to their targets. First the rows that send something are found; then each worker adds what they send to targets of its own,
/// so that every target gets its additions in the order of the rows and synapses. How much there is to add is known only when the rows
/// are found. Units: lanes · ranges of targets.
///
/// A worker with a range of the targets finds its part of a row where the row's targets ascend, and else looks at all of them: the
/// bits are the same. The ranges of a claim are done as one.
struct DeliverKernel: BitwiseCopyable {
  private var table: SynapseTable
  private var sending: SendingRows
  private var deliver: hk_deliver_fn
  private var byteCount: Int
  private var parts: LaneParts

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let table = try SynapseTable(order), post = Int(table.shape.post)
    guard let deliver = hk_deliver(order.isa, table.dtype) else { throw order.missing(order.sources[0].dtype) }
    let kernel = DeliverKernel(
      table: table, sending: try SendingRows(1, order, lanes: table.lanes, pre: Int(table.shape.pre)), deliver: deliver,
      byteCount: order.sources[0].byteCount, parts: LaneParts(lanes: table.lanes, limit: post / Parameters.leastTargets))
    let isEmpty = !table.hasPlaces
    let expected = Int(table.shape.count) / ArrayOpRow.expectedSilence * Parameters.deliverCost / kernel.parts.parts
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: kernel.sending.workspaceByteCount,
      [
        BaseCopy.phase(kernel.byteCount) { context, _, first, last in
          let call = ArrayCall<DeliverKernel>(context)
          BaseCopy.run(call, byteCount: call.parameters.byteCount, first, last)
        },
        ArrayPlan.Phase(units: isEmpty ? 0 : kernel.sending.units, unitCost: kernel.sending.unitCost) { context, _, first, last in
          let call = ArrayCall<DeliverKernel>(context), kernel = call.parameters
          for unit in first..<last {
            var synapses = kernel.table.synapses(call, lane: unit / kernel.sending.blocks)
            kernel.sending.find(call, unit, &synapses)
          }
        },
        ArrayPlan.Phase(
          units: isEmpty ? 0 : kernel.parts.units, unitCost: expected,
          liveCost: { context in
            let call = ArrayCall<DeliverKernel>(context), (rows, synapses) = call.parameters.sending.total(call)
            return (rows &+ synapses) &* Parameters.deliverCost / call.parameters.parts.units
          }, looks: true
        ) { context, worker, first, last in
          let call = ArrayCall<DeliverKernel>(context), kernel = call.parameters
          kernel.parts.forEach(first, last) { lane, parts in kernel.add(call, worker, lane: lane, parts) }
        },
      ])
  }

  /// What the rows of a lane send to some of the targets; whether the run goes on.
  private func add(_ call: ArrayCall<DeliverKernel>, _ worker: Int, lane: Int, _ part: Range<Int>) -> Bool {
    var synapses = table.synapses(call, lane: lane)
    let targets = parts.positions(part, of: Int(table.shape.post))
    let values = sending.isBool ? nil : sending.values.base(call, lane: lane)
    let ring = call.destination() + lane &* table.ring.step
    return sending.forEach(call, worker: worker, lane: lane) { count, rows in
      deliver(&synapses, count, rows, values, Int64(targets.lowerBound), Int64(targets.upperBound), ring)
    }
  }
}
