import CHillock
import HillockIR

/// Fourier transforms of lines. Units: groups of lines that stand side by side in vectors; or, where there are few long lines
/// that can be split, first panels of their columns, then panels of their rows.
struct FFTKernel: BitwiseCopyable {
  private var kernels: hk_fft_kernels
  private var plan: OpaquePointer
  private var form: hk_fft_form
  private var lines: Int
  private var lineByteCount: Int
  private var division: Division

  static func plan(_ order: ArrayOrder) throws(HillockError) -> ArrayPlan {
    let type = order.sources[0], length = type.shape.last ?? 0, dtype = Int32(type.dtype.rawValue)
    guard let kernels = hk_fourier(order.isa, dtype) else { throw order.missing(type.dtype) }
    // Of lines without elements there is nothing to do.
    let lines = length > 0 ? type.count / length : 0, planned = Swift.max(length, 1)
    let byteCount = Int(hk_fft_bytes(Int64(planned), dtype))
    guard let memory = order.arena.allocate(byteCount: byteCount),
      let plan = hk_fft_plan(order.isa, Int64(planned), dtype, memory)
    else {
      throw HillockError(.system, "the tables of a Fourier transform of \(length) elements need \(byteCount) bytes more")
    }
    let form = hk_fft_formed(plan, dtype), together = Int(form.together)
    let cost = Parameters.fftCost &* type.dtype.size / 8 &* planned &* ArrayOpRow.fftPasses(planned)
    let kernel = FFTKernel(
      kernels: kernels.pointee, plan: plan, form: form, lines: lines, lineByteCount: length &* type.dtype.size,
      division: Division(items: (lines + together - 1) / together, cost: cost &* together))
    let workers = Configuration.workers
    guard form.columns > 0, workers > 1, length >= Parameters.leastSharedFFT, lines < 2 * workers else {
      return ArrayPlan(
        kernel, in: order.arena, scratchByteCount: Int(form.scratch),
        [
          ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, worker, first, last in
            FFTKernel.run(ArrayCall(context), worker, first, last)
          }
        ])
    }
    let columns = Int(form.columns), rows = Int(form.rows)
    return ArrayPlan(
      kernel, in: order.arena, workspaceByteCount: lines * Int(form.workspace), scratchByteCount: Int(form.scratch),
      [
        ArrayPlan.Phase(units: lines * columns, unitCost: cost / (2 * columns) + 1) { context, worker, first, last in
          FFTKernel.transformColumns(ArrayCall(context), worker, first, last)
        },
        ArrayPlan.Phase(units: lines * rows, unitCost: cost / (2 * rows) + 1) { context, worker, first, last in
          FFTKernel.transformRows(ArrayCall(context), worker, first, last)
        },
      ])
  }

  private static func run(_ call: ArrayCall<FFTKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters, together = Int(kernel.form.together)
    let groups = kernel.division.items(first, last), line = groups.lowerBound * together
    let count = min(groups.upperBound * together, kernel.lines) - line, offset = line * kernel.lineByteCount
    guard count > 0 else { return }
    kernel.kernels.lines(
      kernel.plan, Int64(count), call.destination(0) + offset, call.destination(1) + offset, call.source(0) + offset,
      call.source(1) + offset, call.scratch(worker))
  }

  private static func transformColumns(_ call: ArrayCall<FFTKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    kernel.forEachPanel(first..<last, of: Int(kernel.form.columns)) { panel, offset, handedOn in
      kernel.kernels.columns(
        kernel.plan, panel, call.source(0) + offset, call.source(1) + offset, call.workspace + handedOn, call.scratch(worker))
    }
  }

  private static func transformRows(_ call: ArrayCall<FFTKernel>, _ worker: Int, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    kernel.forEachPanel(first..<last, of: Int(kernel.form.rows)) { panel, offset, handedOn in
      kernel.kernels.rows(
        kernel.plan, panel, call.destination(0) + offset, call.destination(1) + offset, call.workspace + handedOn,
        call.scratch(worker))
    }
  }

  /// Each unit's panel of its line, and where the line and what is handed on of it begin, in bytes.
  private func forEachPanel(_ units: Range<Int>, of panels: Int, _ body: (_ panel: Int64, _ line: Int, _ handedOn: Int) -> Void) {
    for unit in units {
      let (line, panel) = unit.quotientAndRemainder(dividingBy: panels)
      body(Int64(panel), line * lineByteCount, line * Int(form.workspace))
    }
  }
}
