import CHillock
import HillockIR

/// The largest elements of lines. Units: blocks of lines; or, where there are few long lines, the best of each portion of a line, and
/// then the best of these. Elements have an order without equals, so the portions make no difference.
struct TopKKernel: BitwiseCopyable {
  var topK: hk_topk
  var lines: AxisLines
  var elementSize: Int
  /// Terms of a portion of a long line, and portions.
  var portion: Int
  var portions: Int
  /// Bytes that the elements of all portions of a line take.
  var found: Int
  /// Bytes of an element.
  var form: Int
  var division: Division

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let source = order.sources[0], lines = AxisLines(source.shape, axis: order.attributes.number(0))
    let count = lines.outer * lines.inner, wanted = order.attributes.number(1)
    var topK = hk_topk(
      extent: Int64(lines.extent), stride: Int64(lines.inner), count: Int64(wanted), dtype: Int32(source.dtype.rawValue))
    let portion = max(Parameters.topKPortion, 4 &* wanted)
    let isShared = count > 0 && count < Parameters.fewSortedLines && lines.extent >= 2 &* portion
    let portions = isShared ? (lines.extent + portion - 1) / portion : 1
    let form = Int(hk_topk_element_bytes(&topK)), termCost = lines.inner == 1 ? Parameters.topKCost : Parameters.stridedCost
    let kernel = TopKKernel(
      topK: topK, lines: lines, elementSize: source.dtype.size, portion: portion, portions: portions,
      found: portions * wanted * form, form: form,
      division: Division(items: count, cost: termCost &* lines.extent &+ Parameters.stridedCost &* 8 &* wanted))
    let scratch = count == 0 ? 0 : Int(hk_topk_scratch(&topK))
    guard isShared else {
      return ArrayPlan(
        kernel, in: order.arena, scratchByteCount: scratch,
        [
          ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, worker, first, last in
            TopKKernel.run(ArrayCall(context), worker, first, last)
          }
        ])
    }
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: count * kernel.found, scratchByteCount: scratch,
      [
        ArrayPlan.Phase(units: count * portions, unitCost: termCost &* portion) { context, worker, first, last in
          TopKKernel.runPortions(ArrayCall(context), worker, first, last)
        },
        ArrayPlan.Phase(units: count, unitCost: Parameters.stridedCost &* 8 &* portions &* wanted) {
          context, worker, first, last in
          TopKKernel.finish(ArrayCall(context), worker, first, last)
        },
      ])
  }

  private static func run(_ call: ArrayCall<TopKKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters, scratch = call.scratch(worker), wanted = Int(kernel.topK.count)
    withUnsafePointer(to: kernel.topK) { topK in
      for line in kernel.division.items(first, last) {
        if call.run.pointee.isStopped(seenBy: worker) { return }
        _ = hk_topk_select(topK, 0, topK.pointee.extent, kernel.source(of: line, call), scratch)
        kernel.finish(line, elements: scratch, spare: scratch + wanted * kernel.form, call)
      }
    }
  }

  private static func runPortions(_ call: ArrayCall<TopKKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters, scratch = call.scratch(worker), wanted = Int(kernel.topK.count)
    withUnsafePointer(to: kernel.topK) { topK in
      for unit in first..<last {
        let (line, number) = unit.quotientAndRemainder(dividingBy: kernel.portions)
        let start = number * kernel.portion, end = min(start + kernel.portion, kernel.lines.extent)
        let count = Int(hk_topk_select(topK, Int64(start), Int64(end), kernel.source(of: line, call), scratch))
        // All portions but the last have as many terms as are wanted.
        (call.workspace + line * kernel.found + number * wanted * kernel.form)
          .copyMemory(from: scratch, byteCount: count * kernel.form)
      }
    }
  }

  private static func finish(_ call: ArrayCall<TopKKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters, wanted = Int(kernel.topK.count)
    let tail = kernel.lines.extent - (kernel.portions - 1) * kernel.portion
    for line in first..<last {
      let elements = call.workspace + line * kernel.found
      _ = withUnsafePointer(to: kernel.topK) {
        hk_topk_select_again($0, Int64((kernel.portions - 1) * wanted + min(wanted, tail)), elements)
      }
      kernel.finish(line, elements: elements, spare: call.scratch(worker), call)
    }
  }

  private func finish(_ line: Int, elements: Run.Pointer, spare: Run.Pointer, _ call: ArrayCall<TopKKernel>) {
    let (outer, column) = line.quotientAndRemainder(dividingBy: lines.inner)
    let place = outer * Int(topK.count) * lines.inner + column
    withUnsafePointer(to: topK) {
      hk_topk_finish(
        $0, elements, spare, call.destination() + place * elementSize,
        call.destination(1).assumingMemoryBound(to: Int64.self) + place, source(of: line, call))
    }
  }

  private func source(of line: Int, _ call: ArrayCall<TopKKernel>) -> Run.Pointer {
    let (outer, column) = line.quotientAndRemainder(dividingBy: lines.inner)
    return call.source(0) + (outer * lines.itemCount + column) * elementSize
  }
}
