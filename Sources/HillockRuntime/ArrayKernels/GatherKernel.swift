import CHillock
import HillockIR

/// Rows by their indices. The result is seen as rows, one for each index of the batch and outer axes and each index given. Units: blocks
/// of rows · panels of their columns.
struct GatherKernel: BitwiseCopyable {
  var function: hk_gather_fn
  /// Indices of the axes between batch and the indexed one, and the indexed one's extent.
  var outer: Int
  var rows: Int
  /// Indices for each batch index.
  var count: Int
  var rowByteCount: Int
  var division: Division

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let source = order.sources[0],
      axis = IndexedShape(source, order.sources[1], batch: order.attributes.number(0), axis: order.attributes.number(1))
    let rowByteCount = axis.inner * source.dtype.size
    guard let function = hk_gather(order.isa, Int64(rowByteCount)) else { throw order.missing(source.dtype) }
    var kernel = GatherKernel(
      function: function, outer: axis.outer, rows: axis.rows, count: axis.count, rowByteCount: rowByteCount,
      division: Division(
        items: rowByteCount == 0 ? 0 : axis.batches * axis.outer * axis.count,
        cost: Parameters.indexCost + ArrayOrder.copyCost(rowByteCount)))
    kernel.division.sharePanels(columns: rowByteCount, elementSize: 1)
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, _, first, last in
          GatherKernel.run(ArrayCall(context), first, last)
        }
      ])
  }

  private static func run(_ call: ArrayCall<GatherKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    if kernel.division.panels == 1 {
      return kernel.run(call, kernel.division.items(first, last), columns: 0..<kernel.rowByteCount)
    }
    for unit in first..<last {
      let (items, columns) = kernel.division.part(unit, columns: kernel.rowByteCount)
      kernel.run(call, items, columns: columns)
    }
  }

  /// The items lie in planes: those of one outer index are taken from the same rows, by the indices of its batch index.
  private func run(_ call: ArrayCall<GatherKernel>, _ items: Range<Int>, columns: Range<Int>) {
    guard rows > 0 else { return }
    let indices = call.source(1).assumingMemoryBound(to: Int64.self)
    var item = items.lowerBound
    while item < items.upperBound {
      let (plane, start) = item.quotientAndRemainder(dividingBy: count)
      let taken = min(count - start, items.upperBound - item)
      function(
        Int64(taken), indices + plane / outer * count + start, Int64(rows), Int64(rowByteCount), Int64(columns.lowerBound),
        Int64(columns.upperBound), call.destination() + item * rowByteCount, call.source(0) + plane * rows * rowByteCount)
      item += taken
    }
  }
}

/// An array seen as [batches, outer, rows, inner], and its indices as [batches, count].
struct IndexedShape {
  let batches: Int
  let outer: Int
  let rows: Int
  let inner: Int
  let count: Int

  init(_ array: ArrayType, _ indices: ArrayType, batch: Int, axis: Int) {
    func product(_ extents: ArraySlice<Int>) -> Int { extents.reduce(1, *) }
    batches = product(array.shape[..<batch])
    outer = product(array.shape[batch..<axis])
    rows = array.shape[axis]
    inner = product(array.shape[(axis + 1)...])
    count = product(indices.shape[batch...])
  }
}
