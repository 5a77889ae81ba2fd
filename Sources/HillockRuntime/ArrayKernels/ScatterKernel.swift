import HillockIR

/// Replaces rows by their indices: a copy of the base, then the updates in their order.
struct ScatterKernel: BitwiseCopyable {
  var rows: Int
  var rowByteCount: Int
  var count: Int
  var byteCount: Int

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let base = order.sources[0], rows = base.shape[0]
    let kernel = ScatterKernel(
      rows: rows, rowByteCount: rows == 0 ? 0 : base.byteCount / rows, count: order.sources[1].count, byteCount: base.byteCount)
    return ArrayPlan(
      kernel, in: order.arena,
      [
        BaseCopy.phase(kernel.byteCount) { context, _, first, last in
          let call = ArrayCall<ScatterKernel>(context)
          BaseCopy.run(call, byteCount: call.parameters.byteCount, first, last)
        },
        ArrayPlan.Phase(
          units: kernel.count, unitCost: Parameters.stridedCost + ArrayOrder.copyCost(kernel.rowByteCount), runsAlone: true
        ) { context, _, first, last in ScatterKernel.run(ArrayCall(context), first, last) },
      ])
  }

  /// In order, so that the last update of a row wins. An index beyond the ends is dropped.
  private static func run(_ call: ArrayCall<ScatterKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    let indices = call.source(1).assumingMemoryBound(to: Int64.self)
    let updates = call.source(2), destination = call.destination()
    for item in first..<last {
      if item & 0xFFFFF == 0xFFFFF, call.run.pointee.isStopped(seenBy: 0) { return }
      let index = Int(indices[item])
      let row = index < 0 ? index &+ kernel.rows : index
      guard row >= 0, row < kernel.rows else { continue }
      copyRow(destination + row * kernel.rowByteCount, updates + item * kernel.rowByteCount, kernel.rowByteCount)
    }
  }
}
