import HillockBytecode
import HillockIR
import HillockRuntime

/// A part of a kernel's tile code in the form in which it is executed.
enum AssembledItem {
  /// The instruction at this position calls its tile kernel, for this reason.
  case call(Int, FusionBarrier)
  /// These instructions are machine code.
  case fused(Range<Int>, VectorFunction)

  /// Where the vector code of each fused run stands.
  static func fusedRuns(_ items: [AssembledItem]) -> [Int] {
    items.compactMap { if case .fused(let run, _) = $0 { run.lowerBound } else { nil } }
  }

  /// Plans and assembles a kernel with these panels; what cannot be assembled calls tile kernels.
  static func items(
    _ kernel: Kernel, of program: Program, level: VectorLevel?, panels: [Int: TransposedPanel]
  ) -> [AssembledItem] {
    guard let level else { return kernel.code.indices.map { .call($0, .noAssembler) } }
    #if Native && arch(x86_64)
      var items: [AssembledItem] = []
      for item in FusionPlan(kernel, of: program, level: level, panels: panels).items {
        switch item {
        case .call(let at, let barrier): items.append(.call(at, barrier))
        case .fused(let run, let program):
          do throws(FusionBarrier) {
            items.append(.fused(run, try VectorAssembler.assemble(program)))
          } catch {
            items += run.map { .call($0, error) }
          }
        }
      }
      return items
    #else
      return kernel.code.indices.map { .call($0, .noAssembler) }
    #endif
  }
}
