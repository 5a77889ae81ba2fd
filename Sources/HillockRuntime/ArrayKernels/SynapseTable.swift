import CHillock
import HillockIR

/// The operands of an op on synapses, as its kernels take them: where each lies, and how far it is from lane to lane.
struct SynapseTable: BitwiseCopyable {
  var shape: hk_synapses
  var lanes: Int
  var ring: LaneOperand
  private var slot: LaneOperand
  private var starts: LaneOperand
  private var targets: LaneOperand
  private var weights: LaneOperand?
  private var delays: LaneOperand?
  var rows: LaneOperand?
  var rowsAreBool: Bool
  var dtype: Int32
  var elementSize: Int

  init(_ order: ArrayOrder) throws(HillockError) {
    let flags = order.attributes[0], places = SynapseShape.Places(order.op, count: order.sources.count)
    let shape = try SynapseShape(order.op, order.sources, lanes: flags)
    let lanes = shape.lanes ?? 1
    func operand(_ place: Int) -> LaneOperand { LaneOperand(place, order, lanes: lanes) }
    self.lanes = lanes
    self.shape = hk_synapses(
      slots: Int64(shape.slots), post: Int64(shape.post), pre: Int64(shape.pre), count: Int64(shape.synapses), slot: 0,
      starts: nil, targets: nil, delays: nil, weights: nil, delay_size: Int32(shape.delayDType?.size ?? 0),
      is_uniform: shape.isUniform ? 1 : 0)
    ring = operand(0)
    slot = operand(places.slot)
    starts = operand(places.starts)
    targets = operand(places.targets)
    weights = places.weights.map(operand)
    delays = places.delays.map(operand)
    rows = places.rows.map(operand)
    rowsAreBool = places.rows.map { order.sources[$0].dtype == .bool } ?? false
    dtype = Int32(shape.dtype.rawValue)
    elementSize = shape.dtype.size
  }

  /// Whether there is a place at all that a synapse could lead to.
  var hasPlaces: Bool { shape.slots > 0 && shape.post > 0 }

  /// The synapses of a lane.
  func synapses<Kernel>(_ call: ArrayCall<Kernel>, lane: Int) -> hk_synapses {
    func base(_ operand: LaneOperand) -> Run.Pointer { operand.base(call, lane: lane) }
    var synapses = shape
    if shape.slots > 0 {
      let slot = base(slot).load(as: Int64.self) % shape.slots
      synapses.slot = slot < 0 ? slot + shape.slots : slot
    }
    synapses.starts = UnsafePointer(base(starts).assumingMemoryBound(to: Int64.self))
    synapses.targets = UnsafePointer(base(targets).assumingMemoryBound(to: Int32.self))
    if let delays { synapses.delays = UnsafeRawPointer(base(delays)) }
    if let weights { synapses.weights = UnsafeRawPointer(base(weights)) }
    return synapses
  }

  /// What the rows of a lane have.
  func values<Kernel>(_ call: ArrayCall<Kernel>, lane: Int) -> Run.Pointer? {
    rows.map { $0.base(call, lane: lane) }
  }
}
