import CHillock
import HillockBytecode
import HillockIR

/// A batch of products: matrix · matrix, matrix · vector, vector · matrix or vector · vector. Units: parts of one product, which are blocks
/// of rows · panels of columns, for each product; or, where products are many or small, blocks of whole products; or, where there are too
/// few parts of great inner extent, a partial for each chunk of the terms of a part, and then these are combined.
struct MatmulKernel: BitwiseCopyable {
  private enum Function: BitwiseCopyable {
    case matrices(hk_matmul_fn, transposed: Int32)
    case vectorMatrix(hk_vector_matmul_fn)
    /// Rows · vector; a vector is one row.
    case rowsVector(hk_row_dot_fn)
  }

  private var function: Function
  private var dtype: Int32
  private var elementSize: Int
  private var batch: Int
  private var rows: Int
  private var inner: Int
  private var columns: Int
  /// Bytes from one product to the next of a, b and the result; 0 for an operand that is the same for all.
  private var steps: (a: Int, b: Int, result: Int)
  /// How one product is divided.
  private var division: Division
  /// How the batch is divided, where its products stay whole.
  private var products: Division?
  /// The chunks of the terms, where these are shared as well; otherwise 1.
  private var chunks = 1

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let kernel = try MatmulKernel(order)
    if kernel.chunks > 1 { return kernel.planInChunks(order) }
    let division = kernel.products ?? kernel.division
    let units = kernel.products == nil ? kernel.batch * division.units : division.units
    return ArrayPlan(
      kernel, in: order.arena, scratchByteCount: kernel.scratchByteCount,
      [
        ArrayPlan.Phase(units: units, unitCost: division.unitCost) { context, worker, first, last in
          MatmulKernel.run(ArrayCall(context), worker, first, last)
        }
      ])
  }

  private init(_ order: ArrayOrder) throws(HillockError) {
    let product = ProductAttributes(order.attributes)
    let size = order.sources[0].dtype.size
    dtype = Int32(order.sources[0].dtype.rawValue)
    elementSize = size
    batch = product.batch.reduce(1, *)
    rows = product.rows.reduce(1, *)
    inner = product.inner
    columns = product.columns.reduce(1, *)
    function = try Self.function(product, dtype, order)
    steps = (
      product.isSharedA ? 0 : rows &* inner &* size, product.isSharedB ? 0 : inner &* columns &* size, rows &* columns &* size
    )
    division = Self.divide(function, rows: rows, inner: inner, columns: columns, elementSize: size)
    let isWhole = division.units <= 1 || batch >= 4 * Configuration.workers
    if batch > 1, isWhole { products = Division(items: batch, cost: division.unitCost &* max(division.units, 1)) }
    shareChunks()
  }

  /// Where rows and columns give too few units, the chunks of the terms are shared too.
  private mutating func shareChunks() {
    guard case .matrices = function, inner > Kernel.chunk, batch &* division.units < 2 * Configuration.workers else { return }
    let count = (inner + Kernel.chunk - 1) / Kernel.chunk
    guard batch &* count &* steps.result <= Parameters.matmulPartials else { return }
    chunks = count
    products = nil
    division.unitCost = division.unitCost / chunks + 1
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

  private static func divide(_ function: Function, rows: Int, inner: Int, columns: Int, elementSize: Int) -> Division {
    switch function {
    case .rowsVector:
      let cost = ArrayOrder.copyCost(max(inner, 1) &* elementSize), group = Parameters.rowGroup
      let block = (Division(items: rows, cost: cost).block + group - 1) / group * group
      return Division(items: rows, block: block, unitCost: min(block, max(rows, 1)) &* cost)
    case .vectorMatrix:
      var division = Division(items: 1, block: 1, unitCost: ArrayOrder.copyCost(max(inner, 1) &* max(columns, 1) &* elementSize))
      division.sharePanels(columns: columns, elementSize: elementSize)
      return division
    case .matrices: return divideMatrices(rows: rows, inner: inner, columns: columns, elementSize: elementSize)
    }
  }

  /// Blocks of rows and columns. The larger they are, and the nearer to squares, the less is packed for them: so there are as many as it
  /// takes to give every worker its part, and more only where these are large. Where there are several chunks of terms, blocks stay
  /// larger, because the chunks can be shared instead.
  private static func divideMatrices(rows: Int, inner: Int, columns: Int, elementSize: Int) -> Division {
    let termCost = max(inner, 1) &* Parameters.multiplyAddCost &* elementSize / 4
    let isLong = inner > Kernel.chunk, strip = Parameters.matmulStrip / elementSize
    let leastRows = isLong ? Parameters.matmulRows : Parameters.leastMatmulRows
    let leastColumns = isLong ? Parameters.leastPanel / elementSize : 2 * strip
    let whole = max(rows, 1) &* max(columns, 1) &* termCost
    let wanted =
      Configuration.workers == 1 || whole < Parameters.sharedProduct ? Configuration.workers : 2 * Configuration.workers
    var division = Division(items: rows, block: max(rows, 1), unitCost: whole)
    division.panel = max(columns, 1)
    while division.unitCost >= 2000 &* Int(Parameters.minimumClaim) {
      let isLarge = max(division.block, division.panel) > Parameters.matmulSide
      let most = division.unitCost > Parameters.matmulUnit ? Int.max : isLarge ? 4 &* wanted : wanted
      guard division.units < most else { break }
      let canHalveRows = division.block >= 2 * leastRows, canHalveColumns = division.panel >= 2 * leastColumns
      if canHalveRows, division.block >= division.panel / 2 || !canHalveColumns {
        division.block = (division.block + 7) / 8 * 4
      } else if canHalveColumns {
        division.panel = (division.panel + 2 * strip - 1) / (2 * strip) * strip
      } else {
        break
      }
      division.panels = max((columns + division.panel - 1) / division.panel, 1)
      division.unitCost = division.block &* division.panel &* termCost
    }
    return division
  }

  private var scratchByteCount: Int {
    guard case .matrices(_, let transposed) = function else { return 0 }
    var product = hk_product()
    (product.rows, product.inner, product.columns) = (Int64(rows), Int64(inner), Int64(columns))
    product.transposed = transposed
    return Int(hk_matmul_scratch(&product, Int64(products == nil ? division.block : rows), Int64(elementSize)))
  }

  private static func run(_ call: ArrayCall<MatmulKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    guard let products = kernel.products else {
      if kernel.batch == 1, case .rowsVector = kernel.function {
        return kernel.run(call, worker, 0, rows: kernel.division.items(first, last), columns: 0..<kernel.columns)
      }
      for unit in first..<last {
        let (product, part) = unit.quotientAndRemainder(dividingBy: kernel.division.units)
        let (rows, columns) = kernel.division.part(part, columns: kernel.columns)
        kernel.run(call, worker, product, rows: rows, columns: columns)
      }
      return
    }
    for product in products.items(first, last) {
      kernel.run(call, worker, product, rows: 0..<kernel.rows, columns: 0..<kernel.columns)
    }
  }

  private func run(_ call: ArrayCall<MatmulKernel>, _ worker: Int, _ product: Int, rows: Range<Int>, columns: Range<Int>) {
    let a = call.source(0) + product &* steps.a, b = call.source(1) + product &* steps.b
    let result = call.destination() + product &* steps.result
    switch function {
    case .matrices: run(call, worker, product, rows: rows, columns: columns, terms: 0..<inner, to: result)
    case .vectorMatrix(let function):
      function(Int64(columns.lowerBound), Int64(columns.upperBound), Int64(inner), Int64(self.columns), result, a, b)
    case .rowsVector(let function):
      let size = steps.result / max(self.rows, 1)
      function(
        Int64(rows.count), Int64(inner), result + rows.lowerBound &* size, a + rows.lowerBound &* inner &* size, b, 0, 0, 1)
    }
  }

  /// Some terms of some elements of a product of matrices, which lies at `result` as a whole.
  private func run(
    _ call: ArrayCall<MatmulKernel>, _ worker: Int, _ product: Int, rows: Range<Int>, columns: Range<Int>, terms: Range<Int>,
    to result: Run.Pointer
  ) {
    guard case .matrices(let function, let transposed) = function else { return }
    var factors = hk_product(
      rows: Int64(self.rows), inner: Int64(inner), columns: Int64(self.columns), transposed: transposed,
      a: call.source(0) + product &* steps.a, b: call.source(1) + product &* steps.b)
    function(
      &factors, Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns.lowerBound), Int64(columns.upperBound),
      Int64(terms.lowerBound), Int64(terms.upperBound),
      result + (rows.lowerBound &* self.columns &+ columns.lowerBound) &* elementSize, Int64(self.columns), call.scratch(worker))
  }
}

// MARK: Chunks

extension MatmulKernel {
  private func planInChunks(_ order: ArrayOrder) -> ArrayPlan {
    ArrayPlan(
      self, in: order.arena, workspaceByteCount: batch &* chunks &* steps.result, scratchByteCount: scratchByteCount,
      [
        ArrayPlan.Phase(units: batch &* chunks &* division.units, unitCost: division.unitCost) { context, worker, first, last in
          let call = ArrayCall<MatmulKernel>(context)
          for unit in first..<last { call.parameters.runChunk(call, worker, unit) }
        },
        ArrayPlan.Phase(units: batch, unitCost: ArrayOrder.copyCost(chunks &* steps.result), runsAlone: true) {
          context, _, first, last in
          let call = ArrayCall<MatmulKernel>(context)
          for product in first..<last { call.parameters.combineChunks(call, product) }
        },
      ])
  }

  /// The partials of a chunk lie as the product does.
  private func runChunk(_ call: ArrayCall<MatmulKernel>, _ worker: Int, _ unit: Int) {
    let (item, part) = unit.quotientAndRemainder(dividingBy: division.units)
    let (product, chunk) = item.quotientAndRemainder(dividingBy: chunks)
    let (rows, columns) = division.part(part, columns: columns)
    let start = chunk &* Kernel.chunk
    run(
      call, worker, product, rows: rows, columns: columns, terms: start..<min(start &+ Kernel.chunk, inner),
      to: call.workspace + item &* steps.result)
  }

  private func combineChunks(_ call: ArrayCall<MatmulKernel>, _ product: Int) {
    hk_combine_chunks(
      Int32(ReduceKind.sum.rawValue), dtype, Int64(chunks), Int64(rows &* columns),
      call.workspace + product &* chunks &* steps.result, call.destination() + product &* steps.result)
  }
}
