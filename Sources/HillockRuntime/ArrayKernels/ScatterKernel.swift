import CHillock
import HillockIR

/// Rows changed by their indices: a copy of the base, then the updates in their order. A plane is what one index of the batch and outer
/// axes has; units: blocks of planes · panels of their columns, or, where there are few planes and rows are short, planes · ranges of
/// rows. Each worker looks at all indices of its planes.
struct ScatterKernel: BitwiseCopyable {
  var function: hk_scatter_fn
  var outer: Int
  /// Rows of a plane, and elements of a row.
  var rows: Int
  var inner: Int
  /// Indices of a plane.
  var count: Int
  var elementSize: Int
  var byteCount: Int
  var division: Division
  var ranges = 1

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let base = order.sources[0], kind = order.attributes.number(0)
    guard let function = hk_scatter(order.isa, Int32(kind), Int32(base.dtype.rawValue)) else { throw order.missing(base.dtype) }
    let axis = IndexedShape(base, order.sources[1], batch: order.attributes.number(1), axis: order.attributes.number(2))
    let planes = axis.inner == 0 || axis.rows == 0 || axis.count == 0 ? 0 : axis.batches * axis.outer
    let planeCost = axis.count * (Parameters.scatterCost + ArrayOrder.copyCost(axis.inner * base.dtype.size))
    var kernel = ScatterKernel(
      function: function, outer: axis.outer, rows: axis.rows, inner: axis.inner, count: axis.count, elementSize: base.dtype.size,
      byteCount: base.byteCount, division: Division(items: planes, cost: planeCost))
    kernel.division.sharePanels(columns: axis.inner, elementSize: base.dtype.size)
    kernel.shareRows(planes: planes, planeCost: planeCost)
    let units = kernel.division.units * kernel.ranges
    return ArrayPlan(
      kernel, in: order.arena,
      [
        BaseCopy.phase(kernel.byteCount) { context, _, first, last in
          let call = ArrayCall<ScatterKernel>(context)
          BaseCopy.run(call, byteCount: call.parameters.byteCount, first, last)
        },
        ArrayPlan.Phase(units: units, unitCost: kernel.division.unitCost) { context, worker, first, last in
          ScatterKernel.run(ArrayCall(context), worker, first, last)
        },
      ])
  }

  /// Ranges of rows, where planes and columns leave workers idle and looking at all indices costs less than is gained.
  private mutating func shareRows(planes: Int, planeCost: Int) {
    guard division.panels == 1, planes > 0, division.units < Configuration.workers else { return }
    let wanted = min(Configuration.workers / planes, rows)
    guard wanted > 1, planeCost / wanted > Parameters.scatterRange else { return }
    ranges = wanted
    division.block = 1
    division.unitCost = planeCost / wanted + count * Parameters.pickCost
  }

  private static func run(_ call: ArrayCall<ScatterKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    for unit in first..<last {
      let (part, range) = unit.quotientAndRemainder(dividingBy: kernel.ranges)
      let (planes, columns) = kernel.division.part(part, columns: kernel.inner)
      let lower = kernel.rows * range / kernel.ranges, upper = kernel.rows * (range + 1) / kernel.ranges
      for plane in planes {
        // A run that was stopped is thrown away, so nobody misses what is left out.
        guard kernel.run(call, worker, plane, lower..<upper, columns) else { return }
      }
    }
  }

  /// The updates of a plane; whether the run goes on.
  private func run(
    _ call: ArrayCall<ScatterKernel>, _ worker: Int, _ plane: Int, _ range: Range<Int>, _ columns: Range<Int>
  ) -> Bool {
    let indices = call.source(1).assumingMemoryBound(to: Int64.self) + plane / outer * count
    let row = inner * elementSize
    for first in stride(from: 0, to: count, by: Parameters.scatterBlock) {
      if first > 0, call.run.pointee.isStopped(seenBy: worker) { return false }
      let block = min(Parameters.scatterBlock, count - first)
      function(
        Int64(block), indices + first, Int64(rows), Int64(range.lowerBound), Int64(range.upperBound), Int64(inner),
        Int64(columns.lowerBound), Int64(columns.upperBound), call.destination() + plane * rows * row,
        call.source(2) + (plane * count + first) * row)
    }
    return true
  }
}
