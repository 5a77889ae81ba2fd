import CHillock
import HillockIR

/// Places where bools hold. Units: blocks of lines. First the number in each block, then where the places of each begin, then they are
/// written.
struct PlacesKernel: BitwiseCopyable {
  private var lines: Int
  private var extent: Int
  private var size: Int
  /// Terms of a block, and blocks of a line.
  private var block: Int
  private var blocks: Int

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let shape = order.sources[0].shape, extent = shape.last ?? 0, lines = shape.dropLast().reduce(1, *)
    let block = min(max(extent, 1), Parameters.placesBlock), blocks = max((extent + block - 1) / block, 1)
    let kernel = PlacesKernel(lines: lines, extent: extent, size: order.attributes.number(0), block: block, blocks: blocks)
    let results = kernel.size / blocks
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: lines * (blocks + 1) * MemoryLayout<Int64>.size,
      [
        ArrayPlan.Phase(units: lines * blocks, unitCost: ArrayOrder.copyCost(block)) { context, _, first, last in
          PlacesKernel.count(ArrayCall(context), first, last)
        },
        ArrayPlan.Phase(units: lines, unitCost: Parameters.moveCost &* blocks, runsAlone: true) { context, _, first, last in
          PlacesKernel.addUp(ArrayCall(context), first, last)
        },
        ArrayPlan.Phase(
          units: lines * blocks, unitCost: Parameters.placeCost &* block &+ ArrayOrder.copyCost(8 &* results)
        ) { context, _, first, last in PlacesKernel.write(ArrayCall(context), first, last) },
      ])
  }

  /// For each line where the places of each block begin, and the number of all.
  private static func starts(_ call: ArrayCall<PlacesKernel>, _ line: Int) -> UnsafeMutablePointer<Int64> {
    call.workspace.assumingMemoryBound(to: Int64.self) + line * (call.parameters.blocks + 1)
  }

  private func terms(_ number: Int) -> Range<Int> { number * block..<min((number + 1) * block, extent) }

  private static func count(_ call: ArrayCall<PlacesKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, mask = call.source(0).assumingMemoryBound(to: UInt8.self)
    for unit in first..<last {
      let (line, number) = unit.quotientAndRemainder(dividingBy: kernel.blocks), terms = kernel.terms(number)
      starts(call, line)[number] = hk_count_true(Int64(terms.count), mask + line * kernel.extent + terms.lowerBound)
    }
  }

  private static func addUp(_ call: ArrayCall<PlacesKernel>, _ first: Int, _ last: Int) {
    let blocks = call.parameters.blocks
    for line in first..<last {
      let starts = starts(call, line)
      var sum: Int64 = 0
      for number in 0..<blocks { (starts[number], sum) = (sum, sum + starts[number]) }
      starts[blocks] = sum
    }
  }

  private static func write(_ call: ArrayCall<PlacesKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, mask = call.source(0).assumingMemoryBound(to: UInt8.self)
    let result = call.destination().assumingMemoryBound(to: Int64.self)
    for unit in first..<last {
      let (line, number) = unit.quotientAndRemainder(dividingBy: kernel.blocks), terms = kernel.terms(number)
      let starts = starts(call, line), places = result + line * kernel.size
      let start = min(Int(starts[number]), kernel.size), end = min(Int(starts[number + 1]), kernel.size)
      hk_places(
        Int64(terms.lowerBound), Int64(terms.upperBound), mask + line * kernel.extent, Int64(end - start), places + start)
      // What is left over is shared evenly.
      let used = min(Int(starts[kernel.blocks]), kernel.size), rest = kernel.size - used
      let share = (rest + kernel.blocks - 1) / kernel.blocks, from = min(number * share, rest), to = min(from + share, rest)
      (places + used + from).update(repeating: -1, count: to - from)
    }
  }
}
