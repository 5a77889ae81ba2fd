import CHillock
import HillockIR

/// An operand with lanes or without: its place among the sources, and bytes from one lane to the next; 0 where all lanes share it.
struct LaneOperand: BitwiseCopyable {
  var place: Int
  var step: Int

  init(_ place: Int, _ order: ArrayOrder, lanes: Int) {
    let flags = order.op.row.lanes(order.attributes), hasLanes = !flags.isEmpty && flags[place] == 1
    self.place = place
    step = hasLanes ? order.sources[place].byteCount / max(lanes, 1) : 0
  }

  func base<Kernel>(_ call: ArrayCall<Kernel>, lane: Int) -> Run.Pointer { call.source(place) + lane &* step }
}

/// The rows that send something: found first, in blocks, since how much there is to do follows from them. Units: lanes · blocks of rows.
///
/// The workspace has for each lane and block how many rows send something and how many synapses these have, then the rows.
struct SendingRows: BitwiseCopyable {
  private struct Found: BitwiseCopyable {
    var rows = 0
    var work: Int64 = 0
  }

  let pre: Int
  let lanes: Int
  let blocks: Int
  let values: LaneOperand
  let isBool: Bool
  private let function: hk_sending_fn

  init(_ place: Int, _ order: ArrayOrder, lanes: Int, pre: Int) throws(HillockError) {
    let dtype = order.sources[place].dtype
    guard let function = hk_sending(order.isa, Int32(dtype.rawValue)) else { throw order.missing(dtype) }
    self.function = function
    self.pre = pre
    self.lanes = lanes
    blocks = (pre + Parameters.sendingBlock - 1) / Parameters.sendingBlock
    values = LaneOperand(place, order, lanes: lanes)
    isBool = dtype == .bool
  }

  var units: Int { lanes * blocks }
  var unitCost: Int { ArrayOrder.copyCost(min(Parameters.sendingBlock, pre) * (isBool ? 1 : 4)) }
  var workspaceByteCount: Int { lanes * (blocks * MemoryLayout<Found>.stride + pre * MemoryLayout<Int32>.stride) }

  private func found<Kernel>(_ call: ArrayCall<Kernel>) -> UnsafeMutablePointer<Found> {
    call.workspace.assumingMemoryBound(to: Found.self)
  }

  private func rows<Kernel>(_ call: ArrayCall<Kernel>, lane: Int, block: Int) -> UnsafeMutablePointer<Int32> {
    let all = UnsafeMutableRawPointer(found(call) + lanes &* blocks).assumingMemoryBound(to: Int32.self)
    return all + (lane &* pre &+ block &* Parameters.sendingBlock)
  }

  /// A unit. `synapses`: of its lane; nil where they are not stored.
  func find<Kernel>(_ call: ArrayCall<Kernel>, _ unit: Int, _ synapses: UnsafePointer<hk_synapses>?) {
    let (lane, block) = unit.quotientAndRemainder(dividingBy: blocks)
    let start = block &* Parameters.sendingBlock, end = min(start &+ Parameters.sendingBlock, pre)
    var work: Int64 = 0
    let count = function(
      Int64(start), Int64(end), values.base(call, lane: lane), synapses, rows(call, lane: lane, block: block), &work)
    found(call)[unit] = Found(rows: Int(count), work: work)
  }

  /// The rows that were found, and their synapses, in all lanes.
  func total<Kernel>(_ call: ArrayCall<Kernel>) -> (rows: Int, synapses: Int) {
    let found = found(call)
    var rows = 0, synapses = 0
    for unit in 0..<units {
      rows &+= found[unit].rows
      synapses &+= Int(found[unit].work)
    }
    return (rows, synapses)
  }

  /// The rows of a lane, some at a time; false where the run was stopped. (A run that was stopped is thrown away, so nobody misses
  /// what is left out.)
  func forEach<Kernel>(
    _ call: ArrayCall<Kernel>, worker: Int, lane: Int, _ body: (_ count: Int64, _ rows: UnsafePointer<Int32>) -> Void
  ) -> Bool {
    for block in 0..<blocks {
      let count = found(call)[lane &* blocks &+ block].rows, rows = rows(call, lane: lane, block: block)
      for first in stride(from: 0, to: count, by: Parameters.deliverBlock) {
        if first > 0 || block > 0, call.run.pointee.isStopped(seenBy: worker) { return false }
        body(Int64(min(Parameters.deliverBlock, count - first)), rows + first)
      }
    }
    return true
  }
}

/// The units of a phase in which workers share lanes, and the parts of each: ranges that a claim takes together.
struct LaneParts: BitwiseCopyable {
  let lanes: Int
  let parts: Int

  /// As many parts as give every worker something to do, up to a limit.
  init(lanes: Int, limit: Int) {
    self.lanes = lanes
    parts = max(min((Configuration.workers + lanes - 1) / max(lanes, 1), limit), 1)
  }

  var units: Int { lanes * parts }

  /// The positions of some parts.
  func positions(_ part: Range<Int>, of count: Int) -> Range<Int> {
    func start(_ part: Int) -> Int { Shares.start(of: part, among: parts, positions: count) }
    return start(part.lowerBound)..<start(part.upperBound)
  }

  /// Each lane in a claim, with its parts, until `body` says no.
  func forEach(_ first: Int, _ last: Int, _ body: (_ lane: Int, _ parts: Range<Int>) -> Bool) {
    var unit = first
    while unit < last {
      let (lane, part) = unit.quotientAndRemainder(dividingBy: parts)
      let end = min(part &+ last &- unit, parts)
      guard body(lane, part..<end) else { return }
      unit += end - part
    }
  }
}
