import CHillock
import HillockIR

/// Where values belong in ascending lines. Units: blocks of the values of a line.
struct SearchKernel: BitwiseCopyable {
  private var dtype: Int32
  private var elementSize: Int
  private var isRight: Bool
  private var extent: Int
  /// Values of a line.
  private var count: Int
  private var block: Int
  private var blocks: Int

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let lines = order.sources[0], values = order.sources[1], batch = order.attributes.number(0)
    let extent = lines.shape.last ?? 0, count = values.shape.dropFirst(batch).reduce(1, *)
    let steps = Int.bitWidth - extent.leadingZeroBitCount + 1
    let division = Division(items: count, cost: Parameters.searchCost &* steps)
    let kernel = SearchKernel(
      dtype: Int32(lines.dtype.rawValue), elementSize: lines.dtype.size, isRight: order.attributes.number(1) == 1,
      extent: extent, count: count, block: division.block, blocks: division.units)
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(
          units: values.shape.prefix(batch).reduce(1, *) * division.units, unitCost: division.unitCost
        ) { context, _, first, last in SearchKernel.run(ArrayCall(context), first, last) }
      ])
  }

  private static func run(_ call: ArrayCall<SearchKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, places = call.destination().assumingMemoryBound(to: Int64.self)
    for unit in first..<last {
      let (line, number) = unit.quotientAndRemainder(dividingBy: kernel.blocks)
      let start = number * kernel.block, end = min(start + kernel.block, kernel.count), at = line * kernel.count + start
      hk_search(
        kernel.dtype, kernel.isRight ? 1 : 0, Int64(kernel.extent), call.source(0) + line * kernel.extent * kernel.elementSize,
        Int64(end - start), call.source(1) + at * kernel.elementSize, places + at)
    }
  }
}
