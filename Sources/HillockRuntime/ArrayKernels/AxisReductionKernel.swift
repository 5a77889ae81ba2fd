import CHillock
import HillockBytecode
import HillockIR

/// A reduction over the middle of three axes. Units: blocks of outer indices · panels of columns; or, where there are few outer indices
/// of great extent, a partial for each chunk of the extent, and then these are combined.
struct AxisReductionKernel: BitwiseCopyable {
  var function: hk_reduce_axis_fn
  var kind: Int32
  var dtype: Int32
  var outer: Int
  var extent: Int
  var inner: Int
  var elementSize: Int
  var division: Division

  private var chunks: Int { (extent + Kernel.chunk - 1) / Kernel.chunk }

  init(_ reduction: AxisReduction, _ dtype: DType, isa: Int32) throws(HillockError) {
    guard let function = hk_reduce_axis(isa, Int32(reduction.kind.rawValue), Int32(dtype.rawValue)) else {
      throw HillockError(.verification, "there is no kernel for reduce.\(reduction.kind.name) at \(dtype.name)")
    }
    self.function = function
    kind = Int32(reduction.kind.rawValue)
    self.dtype = Int32(dtype.rawValue)
    (outer, extent, inner) = (reduction.outer, reduction.extent, reduction.inner)
    elementSize = dtype.size
    division = Division(items: outer, cost: ArrayOrder.copyCost(extent &* inner &* dtype.size))
  }

  /// Picoseconds of an outer index.
  var itemCost: Int { ArrayOrder.copyCost(extent &* inner &* elementSize) }

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    guard let reduction = AxisReduction(.array(order.op, order.attributes, destinations: [0], sources: [0])) else {
      throw HillockError(.verification, "reduce: the attributes \(order.attributes.values) are no reduction's")
    }
    var kernel = try AxisReductionKernel(reduction, order.sources[0].dtype, isa: order.isa)
    let inChunks = kernel.outer < 64 && kernel.chunks > 1
    if inChunks {
      kernel.division = Division(
        items: kernel.outer * kernel.chunks, block: 1,
        unitCost: ArrayOrder.copyCost(Kernel.chunk * kernel.inner * kernel.elementSize))
    }
    kernel.division.sharePanels(columns: kernel.inner, elementSize: kernel.elementSize)
    let division = kernel.division
    guard inChunks else {
      return ArrayPlan(
        kernel, in: order.arena,
        [
          ArrayPlan.Phase(units: division.units, unitCost: division.unitCost) { context, _, first, last in
            let call = ArrayCall<AxisReductionKernel>(context)
            call.parameters.run(first, last, to: call.destination(), from: call.source(0))
          }
        ])
    }
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: kernel.outer * kernel.chunks * kernel.inner * kernel.elementSize,
      [
        ArrayPlan.Phase(units: division.units, unitCost: division.unitCost) { context, _, first, last in
          let call = ArrayCall<AxisReductionKernel>(context)
          call.parameters.runChunks(first, last, to: call.workspace, from: call.source(0))
        },
        ArrayPlan.Phase(
          units: kernel.outer, unitCost: ArrayOrder.copyCost(kernel.chunks * kernel.inner * kernel.elementSize), runsAlone: true
        ) { context, _, first, last in
          let call = ArrayCall<AxisReductionKernel>(context)
          call.parameters.combineChunks(first, last, to: call.destination(), from: call.workspace)
        },
      ])
  }

  private func run(_ first: Int, _ last: Int, to destination: Run.Pointer, from source: Run.Pointer) {
    if division.panels == 1 { return run(rows: division.items(first, last), to: destination, from: source) }
    for unit in first..<last {
      let (rows, columns) = division.part(unit, columns: inner)
      run(rows: rows, columns: columns, to: destination, from: source)
    }
  }

  func run(rows: Range<Int>, columns: Range<Int>? = nil, to destination: Run.Pointer?, from source: Run.Pointer?) {
    function(
      Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns?.lowerBound ?? 0), Int64(columns?.upperBound ?? inner),
      Int64(extent), Int64(inner), destination, source)
  }

  /// The partial of chunk c of outer row r is the reduction of that chunk alone: a tree of one leaf.
  private func runChunks(_ first: Int, _ last: Int, to partials: Run.Pointer, from source: Run.Pointer) {
    for unit in first..<last {
      let (items, columns) = division.part(unit, columns: inner)
      let item = items.lowerBound
      let (row, chunk) = item.quotientAndRemainder(dividingBy: chunks)
      let start = chunk * Kernel.chunk
      function(
        0, 1, Int64(columns.lowerBound), Int64(columns.upperBound), Int64(min(Kernel.chunk, extent - start)), Int64(inner),
        partials + item * inner * elementSize, source + (row * extent + start) * inner * elementSize)
    }
  }

  private func combineChunks(_ first: Int, _ last: Int, to destination: Run.Pointer, from partials: Run.Pointer) {
    for row in first..<last {
      hk_combine_chunks(
        kind, dtype, Int64(chunks), Int64(inner), partials + row * chunks * inner * elementSize,
        destination + row * inner * elementSize)
    }
  }
}
