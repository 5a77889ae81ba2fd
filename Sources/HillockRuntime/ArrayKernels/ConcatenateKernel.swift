import HillockIR

/// The sources' runs of each outer index, one behind the other. Units: blocks of outer indices.
struct ConcatenateKernel: BitwiseCopyable {
  /// For each source its bytes a run, and the byte at which its runs begin.
  var table: UnsafeMutablePointer<Int>
  /// Bytes of the destination's runs.
  var runByteCount: Int
  var division: Division

  private static let itemsTogether = 256

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let result = order.destinations[0], axis = order.attributes.number(0)
    let inner = result.shape.dropFirst(axis + 1).reduce(1, *) * result.dtype.size
    var table: [Int] = []
    var offset = 0
    for source in order.sources {
      let run = source.shape[axis] * inner
      table += [run, offset]
      offset += run
    }
    let kernel = ConcatenateKernel(
      table: order.arena.copy(table).baseAddress.unsafelyUnwrapped, runByteCount: offset,
      division: Division(
        items: result.shape.prefix(axis).reduce(1, *),
        cost: Parameters.callCost * order.sources.count + ArrayOrder.copyCost(offset)))
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, _, first, last in
          ConcatenateKernel.run(ArrayCall(context), first, last)
        }
      ])
  }

  private static func run(_ call: ArrayCall<ConcatenateKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    let items = kernel.division.items(first, last)
    // Source by source, and a few items at a time, so that the lines of short runs are still near when the next source comes.
    for start in stride(from: items.lowerBound, to: items.upperBound, by: itemsTogether) {
      let some = start..<min(start + itemsTogether, items.upperBound)
      for position in 0..<call.sourceCount {
        let run = kernel.table[2 * position], source = call.source(position)
        let destination = call.destination() + kernel.table[2 * position + 1]
        for item in some { copyRow(destination + item * kernel.runByteCount, source + item * run, run) }
      }
    }
  }
}
