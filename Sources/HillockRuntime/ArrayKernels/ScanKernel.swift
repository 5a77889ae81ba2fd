import CHillock
import HillockBytecode
import HillockIR

/// A prefix scan. Units: blocks of outer indices · panels of columns; or, where there are few of both and many chunks, first what each
/// chunk comes to, then what the chunks before each come to, then the chunks.
struct ScanKernel: BitwiseCopyable {
  var kernels: hk_scan_kernels
  var scan: hk_scan
  var elementSize: Int
  var chunks: Int
  var division: Division

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let source = order.sources[0], attributes = order.attributes, size = source.dtype.size
    guard let kernels = hk_scanning(order.isa, Int32(attributes.number(0)), Int32(source.dtype.rawValue)) else {
      throw order.missing(source.dtype)
    }
    let lines = AxisLines(source.shape, axis: attributes.number(1))
    // Terms through a function cost more than their bytes.
    let costly = ScanKind.allCases[attributes.number(0)] == .logaddexp ? 10 : 1
    func cost(_ terms: Int) -> Int { 2 &* costly &* ArrayOrder.copyCost(terms &* lines.inner &* size) }
    var kernel = ScanKernel(
      kernels: kernels.pointee,
      scan: hk_scan(
        extent: Int64(lines.extent), inner: Int64(lines.inner), reversed: Int32(attributes.number(2)),
        exclusive: Int32(attributes.number(3))),
      elementSize: size, chunks: (lines.extent + Kernel.chunk - 1) / Kernel.chunk,
      division: Division(items: lines.outer, cost: cost(lines.extent)))
    kernel.division.sharePanels(columns: lines.inner, elementSize: size)
    let workers = Configuration.workers
    guard kernel.chunks >= Parameters.leastScanChunks, workers > 1, kernel.division.units < 2 * workers else {
      return ArrayPlan(
        kernel, in: order.arena,
        [
          ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, _, first, last in
            ScanKernel.run(ArrayCall(context), first, last)
          }
        ])
    }
    kernel.division = Division(items: lines.outer * kernel.chunks, block: 1, unitCost: cost(Kernel.chunk))
    let units = kernel.division.units, unitCost = kernel.division.unitCost
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: lines.outer * kernel.chunks * lines.inner * size,
      [
        ArrayPlan.Phase(units: units, unitCost: unitCost / 2) { context, _, first, last in
          ScanKernel.runChunks(ArrayCall(context), first, last, isTotal: true)
        },
        ArrayPlan.Phase(
          units: lines.outer, unitCost: Parameters.stridedCost &* kernel.chunks &* lines.inner, runsAlone: true
        ) { context, _, first, last in ScanKernel.makeOffsets(ArrayCall(context), first, last) },
        ArrayPlan.Phase(units: units, unitCost: unitCost) { context, _, first, last in
          ScanKernel.runChunks(ArrayCall(context), first, last, isTotal: false)
        },
      ])
  }

  private static func run(_ call: ArrayCall<ScanKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    func run(_ rows: Range<Int>, _ columns: Range<Int>) {
      withUnsafePointer(to: kernel.scan) { scan in
        kernel.kernels.lines(
          scan, Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns.lowerBound), Int64(columns.upperBound),
          call.destination(), call.source(0))
      }
    }
    if kernel.division.panels == 1 { return run(kernel.division.items(first, last), 0..<Int(kernel.scan.inner)) }
    for unit in first..<last {
      let (rows, columns) = kernel.division.part(unit, columns: Int(kernel.scan.inner))
      run(rows, columns)
    }
  }

  /// What each chunk comes to, or the results of each chunk after what is before it.
  private static func runChunks(_ call: ArrayCall<ScanKernel>, _ first: Int, _ last: Int, isTotal: Bool) {
    let kernel = call.parameters, inner = Int(kernel.scan.inner), size = kernel.elementSize
    let source = call.source(0), destination = call.destination()
    for unit in first..<last {
      let (row, chunk) = unit.quotientAndRemainder(dividingBy: kernel.chunks)
      let offset = row * Int(kernel.scan.extent) * inner * size
      withUnsafePointer(to: kernel.scan) { scan in
        kernel.kernels.chunk(
          scan, Int64(chunk), 0, Int64(inner), call.workspace + unit * inner * size, isTotal ? nil : destination + offset,
          source + offset)
      }
    }
  }

  private static func makeOffsets(_ call: ArrayCall<ScanKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, inner = Int(kernel.scan.inner)
    for row in first..<last {
      kernel.kernels.offsets(
        Int64(kernel.chunks), Int64(inner), call.workspace + row * kernel.chunks * inner * kernel.elementSize)
    }
  }
}
