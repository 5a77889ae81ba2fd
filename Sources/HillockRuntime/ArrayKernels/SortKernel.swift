import CHillock
import HillockIR

/// Lines in order. Units: blocks of lines, each with memory of its own to sort in; or, where there are few long lines, blocks of the
/// terms of each, which all workers sort by one digit after the other.
struct SortKernel: BitwiseCopyable {
  var sort: hk_sort
  var lines: AxisLines
  var dtypeSizes: UnsafeMutablePointer<Int64>
  /// Terms of a block of a long line, and blocks.
  var block: Int
  var blocks: Int
  /// Parts of one whose keys are sorted alone: two for each worker, so that it matters little how even they are.
  var parts = 4
  /// Bytes that a unit, or a long line, needs.
  var scratch: Int
  var division: Division

  /// The keys and the payloads.
  private var arrays: Int { Int(sort.payloads) + 1 }

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let keys = order.sources[0], lines = AxisLines(keys.shape, axis: order.attributes.number(0))
    let count = lines.outer * lines.inner
    var sort = hk_sort(
      extent: Int64(lines.extent), stride: Int64(lines.inner), payloads: Int64(order.sources.count - 1),
      dtype: Int32(keys.dtype.rawValue), descending: Int32(order.attributes.number(1)), keys: hk_key_sorting(order.isa))
    let passes = Int(hk_sort_digits(&sort)) + order.sources.count
    let isShared = lines.extent >= Parameters.leastSharedSort && count < Parameters.fewSortedLines && Configuration.workers > 1
    let block = isShared ? Parameters.sortBlock : max(lines.extent, 1)
    var kernel = SortKernel(
      sort: sort, lines: lines,
      dtypeSizes: order.arena.copy(order.sources.map { Int64($0.dtype.size) }).baseAddress.unsafelyUnwrapped,
      block: block, blocks: (lines.extent + block - 1) / block,
      scratch: Int(isShared ? hk_sort_shared_scratch(&sort, Int64(block)) : hk_sort_scratch(&sort)),
      division: Division(items: count, cost: Parameters.stridedCost &* passes &* lines.extent))
    kernel.scratch = (kernel.scratch + 63) & ~63
    while kernel.parts < 2 * Configuration.workers, kernel.parts < HK_SORT_PARTS { kernel.parts *= 2 }
    guard isShared else {
      // Each unit has memory to sort in, so there are not too many.
      let most = max(min(Parameters.sortUnits, Parameters.sortMemory / max(kernel.scratch, 1)), 2 * Configuration.workers)
      let least = (count + most - 1) / most
      if kernel.division.block < least {
        kernel.division = Division(
          items: count, block: least, unitCost: least &* Parameters.stridedCost &* passes &* lines.extent)
      }
      return ArrayPlan(
        kernel, in: order.arena, workspaceByteCount: kernel.division.units * kernel.scratch,
        [
          ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, worker, first, last in
            SortKernel.sortLines(ArrayCall(context), worker, first, last)
          }
        ])
    }
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: count * kernel.scratch, sharedPhases(kernel, lineCount: count))
  }

  private static func sharedPhases(_ kernel: SortKernel, lineCount: Int) -> [ArrayPlan.Phase] {
    var sort = kernel.sort
    let start = kernel.alone(lineCount) { context, _, first, last in
      SortKernel.each(ArrayCall(context), first, last) { kernel, sort, _, scratch in
        hk_sort_start(sort, Int64(kernel.block), scratch)
      }
    }
    let fill = kernel.blockwise(lineCount, 1) { context, _, first, last in
      let call = ArrayCall<SortKernel>(context)
      SortKernel.eachBlock(call, first, last) { kernel, sort, line, number, scratch in
        hk_sort_fill(sort, Int64(kernel.block), Int64(number), kernel.start(of: line, 0, call.source(0)), scratch)
      }
    }
    let finish = kernel.blockwise(lineCount, kernel.arrays) { context, _, first, last in
      let call = ArrayCall<SortKernel>(context)
      SortKernel.eachBlock(call, first, last) { kernel, sort, line, number, scratch in
        kernel.withArrays(of: line, call) { destinations, sources in
          hk_sort_finish(sort, Int64(kernel.block), Int64(number), destinations, sources, kernel.dtypeSizes, scratch)
        }
      }
    }
    let restore = kernel.alone(lineCount) { context, _, first, last in
      let call = ArrayCall<SortKernel>(context)
      SortKernel.each(call, first, last) { kernel, sort, line, scratch in
        hk_sort_restore(
          sort, kernel.start(of: line, 0, call.destination(0)), kernel.start(of: line, 0, call.source(0)), scratch)
      }
    }
    let digits = (0..<hk_sort_digits(&sort)).flatMap { _ in kernel.digitPhases(lineCount) }
    return [start, fill] + (hk_sort_splits(&sort) != 0 ? kernel.splitPhases(lineCount) : digits) + [finish, restore]
  }

  /// Sorts by the next digit.
  private func digitPhases(_ lineCount: Int) -> [ArrayPlan.Phase] {
    [
      blockwise(lineCount, 1) { context, _, first, last in
        SortKernel.eachBlock(ArrayCall(context), first, last) { kernel, sort, _, number, scratch in
          hk_sort_count(sort, Int64(kernel.block), Int64(number), scratch)
        }
      },
      alone(lineCount) { context, _, first, last in
        SortKernel.each(ArrayCall(context), first, last) { kernel, sort, _, scratch in
          hk_sort_place(sort, Int64(kernel.block), scratch)
        }
      },
      blockwise(lineCount, 2) { context, _, first, last in
        SortKernel.eachBlock(ArrayCall(context), first, last) { kernel, sort, _, number, scratch in
          hk_sort_move(sort, Int64(kernel.block), Int64(number), scratch)
        }
      },
    ]
  }

  /// Sorts keys in parts, of which one has the smallest, and so on.
  private func splitPhases(_ lineCount: Int) -> [ArrayPlan.Phase] {
    [
      alone(lineCount) { context, _, first, last in
        SortKernel.each(ArrayCall(context), first, last) { kernel, sort, _, scratch in
          hk_sort_split(sort, Int64(kernel.block), Int64(kernel.parts), scratch)
        }
      },
      ArrayPlan.Phase(units: lineCount * parts, unitCost: 2 &* Parameters.stridedCost &* lines.extent / parts) {
        context, _, first, last in
        let call = ArrayCall<SortKernel>(context)
        SortKernel.eachPiece(call, first, last, of: call.parameters.parts) { kernel, sort, _, part, scratch in
          hk_sort_part(sort, Int64(kernel.block), Int64(part), scratch)
        }
      },
    ]
  }

  private func blockwise(_ lineCount: Int, _ weight: Int, _ body: Team.Body) -> ArrayPlan.Phase {
    ArrayPlan.Phase(units: lineCount * blocks, unitCost: weight &* Parameters.stridedCost &* block, body: body)
  }

  private func alone(_ lineCount: Int, _ body: Team.Body) -> ArrayPlan.Phase {
    ArrayPlan.Phase(units: lineCount, unitCost: Parameters.stridedCost &* 256 &* blocks, runsAlone: true, body: body)
  }

  // MARK: Bodies

  private static func sortLines(_ call: ArrayCall<SortKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    for unit in first..<last {
      for line in kernel.division.items(unit, unit + 1) {
        if call.run.pointee.isStopped(seenBy: worker) { return }
        kernel.withArrays(of: line, call) { destinations, sources in
          withUnsafePointer(to: kernel.sort) { sort in
            hk_sort_line(sort, destinations, sources, kernel.dtypeSizes, call.workspace + unit * kernel.scratch)
          }
        }
      }
    }
  }

  /// Calls the body for each of these long lines, with its number.
  private static func each(
    _ call: ArrayCall<SortKernel>, _ first: Int, _ last: Int,
    _ body: (SortKernel, UnsafePointer<hk_sort>, Int, Run.Pointer) -> Void
  ) {
    let kernel = call.parameters
    withUnsafePointer(to: kernel.sort) { sort in
      for line in first..<last { body(kernel, sort, line, call.workspace + line * kernel.scratch) }
    }
  }

  private static func eachBlock(
    _ call: ArrayCall<SortKernel>, _ first: Int, _ last: Int,
    _ body: (SortKernel, UnsafePointer<hk_sort>, Int, Int, Run.Pointer) -> Void
  ) {
    eachPiece(call, first, last, of: call.parameters.blocks, body)
  }

  /// Calls the body for each of these pieces of long lines, with the line and the piece's number in it.
  private static func eachPiece(
    _ call: ArrayCall<SortKernel>, _ first: Int, _ last: Int, of pieces: Int,
    _ body: (SortKernel, UnsafePointer<hk_sort>, Int, Int, Run.Pointer) -> Void
  ) {
    let kernel = call.parameters
    withUnsafePointer(to: kernel.sort) { sort in
      for unit in first..<last {
        let (line, number) = unit.quotientAndRemainder(dividingBy: pieces)
        body(kernel, sort, line, number, call.workspace + line * kernel.scratch)
      }
    }
  }

  /// Where a line of an array begins.
  private func start(of line: Int, _ array: Int, _ base: Run.Pointer) -> Run.Pointer {
    let (outer, column) = line.quotientAndRemainder(dividingBy: max(lines.inner, 1))
    return base + (outer * lines.itemCount + column) * Int(dtypeSizes[array])
  }

  /// Calls the body with where the line begins in all destinations and sources.
  private func withArrays(
    of line: Int, _ call: ArrayCall<SortKernel>,
    _ body: (UnsafePointer<UnsafeMutableRawPointer?>, UnsafePointer<UnsafeRawPointer?>) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: UnsafeMutableRawPointer?.self, capacity: arrays) { destinations in
      withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: arrays) { sources in
        for array in 0..<arrays {
          destinations.initializeElement(at: array, to: start(of: line, array, call.destination(array)))
          sources.initializeElement(at: array, to: UnsafeRawPointer(start(of: line, array, call.source(array))))
        }
        guard let to = destinations.baseAddress, let from = sources.baseAddress else { return }
        body(UnsafePointer(to), UnsafePointer(from))
      }
    }
  }
}
