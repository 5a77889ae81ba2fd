import HillockIR

/// Rows by their indices. Units: blocks of indices.
struct GatherKernel: BitwiseCopyable {
  var rows: Int
  var rowByteCount: Int
  var division: Division

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let source = order.sources[0], rows = source.shape[0]
    let byteCount = rows == 0 ? 0 : source.byteCount / rows
    let kernel = GatherKernel(
      rows: rows, rowByteCount: byteCount,
      division: Division(items: order.sources[1].count, cost: Parameters.stridedCost + ArrayOrder.copyCost(byteCount)))
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, _, first, last in
          GatherKernel.run(ArrayCall(context), first, last)
        }
      ])
  }

  /// An index beyond the ends is clamped; a negative one counts from the end.
  private static func run(_ call: ArrayCall<GatherKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    guard kernel.rows > 0 else { return }
    let indices = call.source(1).assumingMemoryBound(to: Int64.self)
    let source = call.source(0), destination = call.destination()
    for item in kernel.division.items(first, last) {
      let index = Int(indices[item])
      let row = min(max(index < 0 ? index &+ kernel.rows : index, 0), kernel.rows - 1)
      copyRow(destination + item * kernel.rowByteCount, source + row * kernel.rowByteCount, kernel.rowByteCount)
    }
  }
}

@inline(__always)  // rows are often one element, for which a call of memcpy costs more than the copy
func copyRow(_ destination: UnsafeMutableRawPointer, _ source: UnsafeMutableRawPointer, _ byteCount: Int) {
  switch byteCount {
  case 4: destination.copyMemory(from: source, byteCount: 4)
  case 8: destination.copyMemory(from: source, byteCount: 8)
  default: destination.copyMemory(from: source, byteCount: byteCount)
  }
}
