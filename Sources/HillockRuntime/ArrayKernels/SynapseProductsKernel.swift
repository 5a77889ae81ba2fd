import CHillock
import HillockIR

/// Products of rows with a vector, and what each synapse joins: `rowproducts` and `synapseproducts`. Units: lanes · blocks of rows or of
/// synapses. A block of synapses finds its row by itself, so the result does not depend on who does which.
struct SynapseProductsKernel: BitwiseCopyable {
  private enum Function: BitwiseCopyable {
    case rows(hk_row_products_fn)
    case synapses(hk_synapse_products_fn)
  }

  private var table: SynapseTable
  private var function: Function
  /// Elements of a lane's result.
  private var count: Int
  private var division: Division

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let table = try SynapseTable(order), isByRows = order.op == .rowProducts
    let function: Function
    if isByRows, let rows = hk_row_products(order.isa, table.dtype) {
      function = .rows(rows)
    } else if !isByRows, let synapses = hk_synapse_products(order.isa, table.dtype) {
      function = .synapses(synapses)
    } else {
      throw order.missing(order.sources[0].dtype)
    }
    let count = Int(isByRows ? table.shape.pre : table.shape.count)
    var division = Division(
      items: count, block: Parameters.synapseBlock, unitCost: Parameters.synapseBlock * Parameters.deliverCost)
    if isByRows { division = Division(items: count, cost: (Int(table.shape.count) / max(count, 1) + 1) * Parameters.deliverCost) }
    let kernel = SynapseProductsKernel(table: table, function: function, count: count, division: division)
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(units: table.lanes * division.units, unitCost: division.unitCost) { context, _, first, last in
          SynapseProductsKernel.run(ArrayCall(context), first, last)
        }
      ])
  }

  private static func run(_ call: ArrayCall<SynapseProductsKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, table = kernel.table
    for unit in first..<last {
      let (lane, block) = unit.quotientAndRemainder(dividingBy: kernel.division.units)
      let items = kernel.division.items(block, block + 1)
      let destination = call.destination() + lane &* kernel.count &* table.elementSize
      guard table.hasPlaces else {
        (destination + items.lowerBound &* table.elementSize).initializeMemory(
          as: UInt8.self, repeating: 0, count: items.count &* table.elementSize)
        continue
      }
      var synapses = table.synapses(call, lane: lane)
      let ring = call.source(0) + lane &* table.ring.step
      switch kernel.function {
      case .rows(let function):
        function(&synapses, Int64(items.lowerBound), Int64(items.upperBound), destination, ring)
      case .synapses(let function):
        function(
          &synapses, Int64(items.lowerBound), Int64(items.upperBound), table.values(call, lane: lane), table.rowsAreBool ? 1 : 0,
          destination, ring)
      }
    }
  }
}
