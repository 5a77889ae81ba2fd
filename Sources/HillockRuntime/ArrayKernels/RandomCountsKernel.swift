import CHillock
import HillockIR

/// Random whole numbers. Units: blocks of elements.
struct RandomCountsKernel: BitwiseCopyable {
  private var function: hk_counts_fn
  private var isDouble: Bool
  private var hasTries: Bool
  private var first: Int
  private var division: Division

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let means = order.sources[0]
    guard let function = hk_random_counts(order.isa) else { throw order.missing(means.dtype) }
    let kernel = RandomCountsKernel(
      function: function, isDouble: means.dtype == .f64, hasTries: order.sources.count > 2, first: order.attributes.number(1),
      division: Division(items: means.count, cost: Parameters.countCost))
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, _, first, last in
          let call = ArrayCall<RandomCountsKernel>(context), kernel = call.parameters
          let items = kernel.division.items(first, last), start = items.lowerBound
          kernel.function(
            Int64(items.count), call.destination().assumingMemoryBound(to: Int32.self) + start, kernel.isDouble ? 1 : 0,
            call.source(0) + start &* (kernel.isDouble ? 8 : 4),
            kernel.hasTries ? UnsafePointer(call.source(2).assumingMemoryBound(to: Int64.self) + start) : nil,
            UnsafePointer(call.source(1).assumingMemoryBound(to: UInt32.self)), Int64(kernel.first &+ start))
        }
      ])
  }
}
