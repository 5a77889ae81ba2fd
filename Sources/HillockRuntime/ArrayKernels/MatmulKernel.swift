import CHillock
import HillockBytecode
import HillockIR

/// A batch of products: matrix · matrix, matrix · vector, vector · matrix or vector · vector. Units: parts of one product, which are blocks
/// of rows · panels of columns, for each product; or, where products are many or small, blocks of whole products.
struct MatmulKernel: BitwiseCopyable {
  private enum Function: BitwiseCopyable {
    case matrices(hk_matmul_fn, transposed: Int32)
    case vectorMatrix(hk_vector_matmul_fn)
    /// Rows · vector; a vector is one row.
    case rowsVector(hk_row_dot_fn)
  }

  private var function: Function
  private var rows: Int
  private var inner: Int
  private var columns: Int
  /// Bytes from one product to the next of a, b and the result; 0 for an operand that is the same for all.
  private var steps: (a: Int, b: Int, result: Int)
  /// How one product is divided.
  private var division: Division
  /// How the batch is divided, where its products stay whole.
  private var products: Division?

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let kernel = try MatmulKernel(order)
    let division = kernel.products ?? kernel.division
    let units = kernel.products == nil ? kernel.batch(order) * division.units : division.units
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(units: units, unitCost: division.unitCost) { context, _, first, last in
          MatmulKernel.run(ArrayCall(context), first, last)
        }
      ])
  }

  private func batch(_ order: ArrayOrder) -> Int { ProductAttributes(order.attributes).batch.reduce(1, *) }

  private init(_ order: ArrayOrder) throws(HillockError) {
    let product = ProductAttributes(order.attributes), dtype = order.sources[0].dtype
    let code = Int32(dtype.rawValue)
    rows = product.rows.reduce(1, *)
    inner = product.inner
    columns = product.columns.reduce(1, *)
    function = try Self.function(product, code, order)
    let size = dtype.size
    steps = (
      product.isSharedA ? 0 : rows &* inner &* size, product.isSharedB ? 0 : inner &* columns &* size, rows &* columns &* size
    )
    division = Self.divide(function, rows: rows, inner: inner, columns: columns, elementSize: size)
    let batch = product.batch.reduce(1, *)
    let isWhole = division.units <= 1 || batch >= 4 * Configuration.workers
    if batch > 1, isWhole { products = Division(items: batch, cost: division.unitCost &* max(division.units, 1)) }
  }

  private static func function(_ product: ProductAttributes, _ dtype: Int32, _ order: ArrayOrder) throws(HillockError) -> Function
  {
    let transposed = (product.isTransposedA ? HK_TRANSPOSED_A : 0) + (product.isTransposedB ? HK_TRANSPOSED_B : 0)
    switch (product.rows.isEmpty, product.columns.isEmpty) {
    case (false, false):
      if let function = hk_matmul(order.isa, dtype) { return .matrices(function, transposed: Int32(transposed)) }
    case (true, false):
      if let function = hk_vector_matmul(order.isa, dtype) { return .vectorMatrix(function) }
    case (_, true):
      if let function = hk_row_dot(order.isa, dtype) { return .rowsVector(function) }
    }
    throw order.missing(order.sources[0].dtype)
  }

  /// Of matrices, a block has so many rows that packing a strip of b is little work beside using it, unless there would be too few blocks
  /// to share.
  private static func divide(_ function: Function, rows: Int, inner: Int, columns: Int, elementSize: Int) -> Division {
    let cost = max(inner, 1) &* max(columns, 1) &* Parameters.multiplyAddCost &* elementSize / 4
    switch function {
    case .rowsVector: return Division(items: rows, cost: ArrayOrder.copyCost(max(inner, 1) &* elementSize))
    case .vectorMatrix:
      var division = Division(items: 1, block: 1, unitCost: ArrayOrder.copyCost(max(inner, 1) &* max(columns, 1) &* elementSize))
      division.sharePanels(columns: columns, elementSize: elementSize)
      return division
    case .matrices:
      let panels = max(columns * elementSize / Parameters.leastPanel, 1)
      var block = Parameters.matmulRows
      while block > Parameters.leastMatmulRows, (rows / block + 1) * panels < 4 * Configuration.workers,
        block &* cost > 2000 * Int(Parameters.minimumClaim)
      { block /= 2 }
      var division = Division(items: rows, block: block, unitCost: min(block, max(rows, 1)) &* cost)
      division.sharePanels(columns: columns, elementSize: elementSize)
      return division
    }
  }

  private static func run(_ call: ArrayCall<MatmulKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    guard let products = kernel.products else {
      for unit in first..<last {
        let (product, part) = unit.quotientAndRemainder(dividingBy: kernel.division.units)
        let (rows, columns) = kernel.division.part(part, columns: kernel.columns)
        kernel.run(call, product, rows: rows, columns: columns)
      }
      return
    }
    for product in products.items(first, last) {
      kernel.run(call, product, rows: 0..<kernel.rows, columns: 0..<kernel.columns)
    }
  }

  private func run(_ call: ArrayCall<MatmulKernel>, _ product: Int, rows: Range<Int>, columns: Range<Int>) {
    let a = call.source(0) + product &* steps.a, b = call.source(1) + product &* steps.b
    let result = call.destination() + product &* steps.result
    switch function {
    case .matrices(let function, let transposed):
      function(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns.lowerBound), Int64(columns.upperBound), Int64(self.rows),
        Int64(inner), Int64(self.columns), transposed, result, a, b)
    case .vectorMatrix(let function):
      function(Int64(columns.lowerBound), Int64(columns.upperBound), Int64(inner), Int64(self.columns), result, a, b)
    case .rowsVector(let function):
      let size = steps.result / max(self.rows, 1)
      function(
        Int64(rows.count), Int64(inner), result + rows.lowerBound &* size, a + rows.lowerBound &* inner &* size, b, 0, 0, 1)
    }
  }
}
