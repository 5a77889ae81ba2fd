import CHillock
import HillockBytecode
import HillockIR

/// Matrix · matrix, vector · matrix. Units: blocks of rows · panels of columns.
struct MatmulKernel: BitwiseCopyable {
  var function: hk_matmul_fn
  var inner: Int
  var columns: Int
  var division: Division

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let (a, b) = (order.sources[0], order.sources[1]), dtype = a.dtype
    let rows = a.rank == 2 ? a.shape[0] : nil
    let function = rows == nil ? hk_vector_matmul(order.isa, Int32(dtype.rawValue)) : hk_matmul(order.isa, Int32(dtype.rawValue))
    guard let function else { throw order.missing(dtype) }
    let kernel = MatmulKernel(
      function: function, inner: b.shape[0], columns: b.shape[1],
      division: divide(rows: rows, inner: b.shape[0], columns: b.shape[1], elementSize: dtype.size))
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, _, first, last in
          MatmulKernel.run(ArrayCall(context), first, last)
        }
      ])
  }

  /// A block has so many rows that packing a strip of b is little work beside using it, unless there would be too few blocks to share,
  /// or a strip is packed for each register block anyway: where the inner axis has more than one chunk. `rows`: nil for a vector.
  private static func divide(rows: Int?, inner: Int, columns: Int, elementSize: Int) -> Division {
    let cost = max(inner, 1) &* max(columns, 1) &* Parameters.multiplyAddCost &* elementSize / 4
    let panels = max(columns * elementSize / Parameters.leastPanel, 1)
    let items = rows ?? 1
    var block = inner > Kernel.chunk ? 2 * Parameters.leastMatmulRows : Parameters.matmulRows
    while block > Parameters.leastMatmulRows, (items / block + 1) * panels < 4 * Configuration.workers,
      block &* cost > 2000 * Int(Parameters.minimumClaim)
    { block /= 2 }
    let read = ArrayOrder.copyCost(max(inner, 1) &* max(columns, 1) &* elementSize)
    var division = Division(items: items, block: block, unitCost: rows == nil ? read : min(block, max(items, 1)) &* cost)
    division.sharePanels(columns: columns, elementSize: elementSize)
    return division
  }

  private static func run(_ call: ArrayCall<MatmulKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    for unit in first..<last {
      let (rows, columns) = kernel.division.part(unit, columns: kernel.columns)
      kernel.function(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns.lowerBound), Int64(columns.upperBound), Int64(kernel.inner),
        Int64(kernel.columns), call.destination(), call.source(0), call.source(1))
    }
  }
}
