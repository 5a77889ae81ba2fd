import CHillock
import HillockIR

/// Random connections that are drawn when they are needed. Units of `deliverdrawn`: lanes · ranges of chunks of targets, each of which is
/// drawn by itself; of `drawnproducts`: lanes · blocks of rows.
struct DrawnSynapsesKernel: BitwiseCopyable {
  private enum Function: BitwiseCopyable {
    case deliver(hk_deliver_drawn_fn, SendingRows, LaneParts)
    case products(hk_drawn_products_fn, Division)
  }

  private var function: Function
  private var lanes: Int
  private var columns: Int
  private var slots: Int
  private var pre: Int
  private var elementSize: Int
  private var byteCount: Int
  private var isHollow: Bool
  private var ring: LaneOperand
  private var slot: LaneOperand
  private var key: LaneOperand
  private var probability: LaneOperand
  private var weight: LaneOperand

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let shape = try DrawnSynapses(order.op, order.sources, order.attributes), lanes = shape.lanes ?? 1
    let dtype = Int32(shape.dtype.rawValue), chunks = (shape.post + Int(HK_DRAWN_CHUNK) - 1) / Int(HK_DRAWN_CHUNK)
    let function: Function
    if order.op == .deliverDrawn, let deliver = hk_deliver_drawn(order.isa, dtype) {
      function = .deliver(
        deliver, try SendingRows(1, order, lanes: lanes, pre: shape.pre), LaneParts(lanes: lanes, limit: max(chunks, 1)))
    } else if order.op == .drawnProducts, let products = hk_drawn_products(order.isa, dtype) {
      function = .products(products, Division(items: shape.pre, cost: shape.post / 16 * Parameters.drawCost + 1))
    } else {
      throw order.missing(shape.dtype)
    }
    let places = DrawnSynapses.Places(order.op)
    func operand(_ place: Int) -> LaneOperand { LaneOperand(place, order, lanes: lanes) }
    let kernel = DrawnSynapsesKernel(
      function: function, lanes: lanes, columns: shape.post, slots: shape.slots, pre: shape.pre, elementSize: shape.dtype.size,
      byteCount: order.sources[0].byteCount, isHollow: order.attributes.number(1) == 1, ring: operand(0),
      slot: operand(places.slot),
      key: operand(places.key), probability: operand(places.probability), weight: operand(places.weight))
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: kernel.workspaceByteCount,
      kernel.phases(isEmpty: shape.slots * shape.post == 0))
  }

  private var workspaceByteCount: Int {
    guard case .deliver(_, let sending, _) = function else { return 0 }
    return sending.workspaceByteCount
  }

  private func phases(isEmpty: Bool) -> [ArrayPlan.Phase] {
    switch function {
    case .products(_, let division):
      return [
        ArrayPlan.Phase(units: division.units * lanes, unitCost: division.unitCost) { context, _, first, last in
          DrawnSynapsesKernel.multiply(ArrayCall(context), first, last)
        }
      ]
    case .deliver(_, let sending, let parts):
      return [
        BaseCopy.phase(byteCount) { context, _, first, last in
          let call = ArrayCall<DrawnSynapsesKernel>(context)
          BaseCopy.run(call, byteCount: call.parameters.byteCount, first, last)
        },
        ArrayPlan.Phase(units: isEmpty ? 0 : sending.units, unitCost: sending.unitCost) { context, _, first, last in
          let call = ArrayCall<DrawnSynapsesKernel>(context)
          guard case .deliver(_, let sending, _) = call.parameters.function else { return }
          for unit in first..<last { sending.find(call, unit, nil) }
        },
        ArrayPlan.Phase(
          units: isEmpty ? 0 : parts.units, unitCost: pre / ArrayOpRow.expectedSilence * Parameters.drawCost,
          liveCost: { context in DrawnSynapsesKernel.cost(ArrayCall(context)) }, looks: true
        ) { context, worker, first, last in DrawnSynapsesKernel.add(ArrayCall(context), worker, first, last) },
      ]
    }
  }

  // MARK: Phases

  /// What is drawn in a lane.
  private func drawn(_ call: ArrayCall<DrawnSynapsesKernel>, lane: Int) -> hk_bernoulli {
    let key = key.base(call, lane: lane)
    return hk_bernoulli(
      probability: probability.base(call, lane: lane).load(as: Double.self), columns: Int64(columns),
      key: (key.load(as: UInt32.self), key.load(fromByteOffset: 4, as: UInt32.self)), skips_diagonal: isHollow ? 1 : 0)
  }

  /// The present slot of a lane's ring.
  private func present(_ ring: Run.Pointer, _ call: ArrayCall<DrawnSynapsesKernel>, lane: Int) -> Run.Pointer {
    let slot = Int(self.slot.base(call, lane: lane).load(as: Int64.self)) % slots
    return ring + (slot < 0 ? slot + slots : slot) &* columns &* elementSize
  }

  /// Picoseconds of a unit: of the rows that send something, as many synapses as are to be expected.
  private static func cost(_ call: ArrayCall<DrawnSynapsesKernel>) -> Int {
    let kernel = call.parameters
    guard case .deliver(_, let sending, let parts) = kernel.function else { return 0 }
    let chance = kernel.probability.base(call, lane: 0).load(as: Double.self)
    let each = Double(kernel.columns) * (chance > 0 ? min(chance, 1) : 0) + 16
    return Int(Double(sending.total(call).rows) * each) &* Parameters.drawCost / parts.units
  }

  private static func add(_ call: ArrayCall<DrawnSynapsesKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    guard case .deliver(let function, let sending, let parts) = kernel.function else { return }
    let chunk = Int(HK_DRAWN_CHUNK), chunks = (kernel.columns + chunk - 1) / chunk
    parts.forEach(first, last) { lane, part in
      var drawn = kernel.drawn(call, lane: lane)
      let ring = kernel.present(call.destination() + lane &* kernel.ring.step, call, lane: lane)
      let values = sending.isBool ? nil : sending.values.base(call, lane: lane)
      let lower = chunks &* part.lowerBound / parts.parts &* chunk
      let upper = min(chunks &* part.upperBound / parts.parts &* chunk, kernel.columns)
      return sending.forEach(call, worker: worker, lane: lane) { count, rows in
        function(&drawn, count, rows, values, kernel.weight.base(call, lane: lane), Int64(lower), Int64(upper), ring)
      }
    }
  }

  private static func multiply(_ call: ArrayCall<DrawnSynapsesKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    guard case .products(let function, let division) = kernel.function else { return }
    for unit in first..<last {
      let (lane, block) = unit.quotientAndRemainder(dividingBy: division.units)
      let items = division.items(block, block + 1)
      let destination = call.destination() + lane &* kernel.pre &* kernel.elementSize
      guard kernel.slots > 0 else {
        (destination + items.lowerBound &* kernel.elementSize).initializeMemory(
          as: UInt8.self, repeating: 0, count: items.count &* kernel.elementSize)
        continue
      }
      var drawn = kernel.drawn(call, lane: lane)
      let ring = kernel.present(call.source(0) + lane &* kernel.ring.step, call, lane: lane)
      function(
        &drawn, Int64(items.lowerBound), Int64(items.upperBound), kernel.weight.base(call, lane: lane), destination, ring)
    }
  }
}
