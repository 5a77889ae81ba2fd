import CHillock
import HillockIR

/// Changes of weights at spikes. First the rows that send something are found; then each worker changes weights of its own. Units: lanes ·
/// ranges of weights. Through places a worker looks at all synapses of these rows, and leaves those of others out.
struct AdaptKernel: BitwiseCopyable {
  private var function: hk_adapt_fn
  private var sending: SendingRows
  private var parts: LaneParts
  private var synapses: Int
  private var post: Int
  private var pre: Int
  private var byteCount: Int
  private var kind: Int32
  private var weights: LaneOperand
  private var trace: LaneOperand
  private var starts: LaneOperand
  private var targets: LaneOperand
  private var rule: LaneOperand
  private var places: LaneOperand?

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let shape = try AdaptShape(order.sources, lanes: order.attributes[1]), lanes = shape.lanes ?? 1
    guard let function = hk_adapt(order.isa, Int32(shape.dtype.rawValue)) else { throw order.missing(shape.dtype) }
    func operand(_ place: Int) -> LaneOperand { LaneOperand(place, order, lanes: lanes) }
    let kernel = AdaptKernel(
      function: function, sending: try SendingRows(1, order, lanes: lanes, pre: shape.pre),
      parts: LaneParts(lanes: lanes, limit: shape.synapses / Parameters.leastTargets), synapses: shape.synapses, post: shape.post,
      pre: shape.pre, byteCount: order.sources[0].byteCount, kind: Int32(order.attributes.number(0)), weights: operand(0),
      trace: operand(2), starts: operand(3), targets: operand(4), rule: operand(5),
      places: order.sources.count > 6 ? operand(6) : nil)
    let isEmpty = shape.synapses == 0 || shape.post == 0
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: kernel.sending.workspaceByteCount,
      [
        BaseCopy.phase(kernel.byteCount) { context, _, first, last in
          let call = ArrayCall<AdaptKernel>(context)
          BaseCopy.run(call, byteCount: call.parameters.byteCount, first, last)
        },
        ArrayPlan.Phase(units: isEmpty ? 0 : kernel.sending.units, unitCost: kernel.sending.unitCost) { context, _, first, last in
          let call = ArrayCall<AdaptKernel>(context), kernel = call.parameters
          for unit in first..<last {
            var table = kernel.table(call, lane: unit / kernel.sending.blocks)
            kernel.sending.find(call, unit, &table)
          }
        },
        ArrayPlan.Phase(
          units: isEmpty ? 0 : kernel.parts.units,
          unitCost: shape.synapses / ArrayOpRow.expectedSilence * Parameters.adaptCost / kernel.parts.parts,
          liveCost: { context in
            let call = ArrayCall<AdaptKernel>(context), (rows, synapses) = call.parameters.sending.total(call)
            return (rows &+ synapses) &* Parameters.adaptCost / call.parameters.parts.units
          }, looks: true
        ) { context, worker, first, last in
          let call = ArrayCall<AdaptKernel>(context), kernel = call.parameters
          kernel.parts.forEach(first, last) { lane, parts in kernel.adapt(call, worker, lane: lane, parts) }
        },
      ])
  }

  private func table(_ call: ArrayCall<AdaptKernel>, lane: Int) -> hk_synapses {
    hk_synapses(
      slots: 1, post: Int64(post), pre: Int64(pre), count: Int64(synapses), slot: 0,
      starts: UnsafePointer(starts.base(call, lane: lane).assumingMemoryBound(to: Int64.self)),
      targets: UnsafePointer(targets.base(call, lane: lane).assumingMemoryBound(to: Int32.self)), delays: nil, weights: nil,
      delay_size: 0, is_uniform: 1)
  }

  /// Some of a lane's weights; whether the run goes on.
  private func adapt(_ call: ArrayCall<AdaptKernel>, _ worker: Int, lane: Int, _ part: Range<Int>) -> Bool {
    var table = table(call, lane: lane)
    let lower = synapses &* part.lowerBound / parts.parts, upper = synapses &* part.upperBound / parts.parts
    let values = sending.isBool ? nil : sending.values.base(call, lane: lane)
    let places = places.map { UnsafePointer($0.base(call, lane: lane).assumingMemoryBound(to: Int32.self)) }
    let own = call.destination() + lane &* weights.step
    return sending.forEach(call, worker: worker, lane: lane) { count, rows in
      function(
        &table, count, rows, values, kind, rule.base(call, lane: lane), trace.base(call, lane: lane), places, Int64(lower),
        Int64(upper), own)
    }
  }
}
