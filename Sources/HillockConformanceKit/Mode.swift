import HillockIR
import HillockRuntime

/// One way to run a case. All of them must give the same bits.
package struct Mode: Sendable, Hashable, CustomStringConvertible {
  package enum Engine: String, CaseIterable, Sendable {
    /// Node by node: each node a program of its own, nothing fused, nothing optimised.
    case eager
    /// The whole graph, optimised, fused and interpreted.
    case interpreter
    /// The same, compiled before the run.
    case native

    /// The engines of this build.
    package static var available: [Engine] {
      allCases.filter { $0 != .native || NativeCompilers.compiler != nil }
    }
  }

  package var engine: Engine
  package var workers: Int
  package var isa: InstructionSet
  /// nil: the process's setting.
  package var barrier: BarrierMode?

  package init(_ engine: Engine, workers: Int, isa: InstructionSet, barrier: BarrierMode? = nil) {
    self.engine = engine
    self.workers = workers
    self.isa = isa
    self.barrier = barrier
  }

  package var description: String {
    "\(engine.rawValue), \(workers) worker\(workers == 1 ? "" : "s"), \(isa)\(barrier == .strict ? ", strict" : "")"
  }

  /// Whether this mode can run a program that is given as bytecode.
  var runsBytecode: Bool { engine != .eager }

  var options: ExecutionOptions {
    var options = ExecutionOptions(tier: engine == .native ? .native : .interpreter, workers: workers, isa: isa)
    options.barrier = barrier
    // The cases are small: without this, one worker would do everything. (One alone runs native code as a whole.)
    options.sharesAlways = workers > 1
    if engine == .native { options.compiler = NativeCompilers.compiler }
    return options
  }

  /// Every engine at every number of workers and every instruction-set level that this processor has; eager execution once.
  /// The first is what the others are compared with.
  package static func all(
    engines: [Engine] = Engine.available, workers: [Int] = [1, 2, 7],
    levels: [InstructionSet] = InstructionSet.allCases.filter(\.isSupported)
  ) -> [Mode] {
    engines.flatMap { engine -> [Mode] in
      if engine == .eager { return [Mode(.eager, workers: 1, isa: .current)] }
      return levels.flatMap { isa in workers.map { Mode(engine, workers: $0, isa: isa) } }
    }
  }
}
