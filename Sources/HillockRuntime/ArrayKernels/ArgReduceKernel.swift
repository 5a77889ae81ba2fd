import CHillock
import HillockIR

/// Places of the largest or smallest elements. Units: blocks of outer indices · panels of columns; or, where there are few outer
/// indices of great extent, the best place of each part of the extent, and then the best of these.
struct ArgReduceKernel: BitwiseCopyable {
  var function: hk_argreduction
  var lines: AxisLines
  var elementSize: Int
  /// Terms of a part, and parts.
  var part: Int
  var parts: Int
  var division: Division

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let source = order.sources[0], kind = ArgReduceKind.allCases[order.attributes.number(0)].reduction
    guard let function = hk_argreduce(order.isa, Int32(kind.rawValue), Int32(source.dtype.rawValue)) else {
      throw order.missing(source.dtype)
    }
    let lines = AxisLines(source.shape, axis: order.attributes.number(1)), size = source.dtype.size
    let isInParts = lines.outer < 64 && lines.extent > Parameters.argReducePart
    let part = isInParts ? Parameters.argReducePart : max(lines.extent, 1)
    let parts = (lines.extent + part - 1) / part
    let cost = ArrayOrder.copyCost(part &* lines.inner &* size)
    var division =
      isInParts
      ? Division(items: lines.outer * parts, block: 1, unitCost: cost) : Division(items: lines.outer, cost: cost)
    division.sharePanels(columns: lines.inner, elementSize: size)
    let kernel = ArgReduceKernel(
      function: function.pointee, lines: lines, elementSize: size, part: part, parts: parts, division: division)
    guard isInParts else {
      return ArrayPlan(
        kernel, in: order.arena,
        [
          ArrayPlan.Phase(units: division.units, unitCost: division.unitCost) { context, _, first, last in
            ArgReduceKernel.run(ArrayCall(context), first, last)
          }
        ])
    }
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: lines.outer * parts * lines.inner * MemoryLayout<Int64>.size,
      [
        ArrayPlan.Phase(units: division.units, unitCost: division.unitCost) { context, _, first, last in
          ArgReduceKernel.runParts(ArrayCall(context), first, last)
        },
        ArrayPlan.Phase(
          units: lines.outer, unitCost: Parameters.stridedCost &* parts &* lines.inner, runsAlone: true
        ) { context, _, first, last in ArgReduceKernel.chooseBest(ArrayCall(context), first, last) },
      ])
  }

  private static func run(_ call: ArrayCall<ArgReduceKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, lines = kernel.lines, destination = call.destination().assumingMemoryBound(to: Int64.self)
    func run(_ rows: Range<Int>, _ columns: Range<Int>) {
      kernel.function.axis(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns.lowerBound), Int64(columns.upperBound), Int64(lines.extent),
        Int64(lines.inner), destination, call.source(0))
    }
    if kernel.division.panels == 1 { return run(kernel.division.items(first, last), 0..<lines.inner) }
    for unit in first..<last {
      let (rows, columns) = kernel.division.part(unit, columns: lines.inner)
      run(rows, columns)
    }
  }

  /// The places within each part.
  private static func runParts(_ call: ArrayCall<ArgReduceKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, lines = kernel.lines
    let places = call.workspace.assumingMemoryBound(to: Int64.self), source = call.source(0)
    for unit in first..<last {
      let (items, columns) = kernel.division.part(unit, columns: lines.inner)
      let (row, part) = items.lowerBound.quotientAndRemainder(dividingBy: kernel.parts)
      let start = part * kernel.part
      kernel.function.axis(
        0, 1, Int64(columns.lowerBound), Int64(columns.upperBound), Int64(min(kernel.part, lines.extent - start)),
        Int64(lines.inner), places + items.lowerBound * lines.inner,
        source + (row * lines.extent + start) * lines.inner * kernel.elementSize)
    }
  }

  private static func chooseBest(_ call: ArrayCall<ArgReduceKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, lines = kernel.lines
    let places = call.workspace.assumingMemoryBound(to: Int64.self)
    let destination = call.destination().assumingMemoryBound(to: Int64.self)
    for row in first..<last {
      kernel.function.best(
        Int64(kernel.parts), Int64(kernel.part), Int64(lines.inner), destination + row * lines.inner,
        places + row * kernel.parts * lines.inner, call.source(0) + row * lines.itemCount * kernel.elementSize)
    }
  }
}
