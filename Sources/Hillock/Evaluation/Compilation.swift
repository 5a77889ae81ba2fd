import HillockBytecode
import HillockIR
import HillockRuntime

#if Native
  import HillockNative
#endif

/// From a graph to something that runs.
package enum Compilation {
  package static func compile(_ graph: Graph, signature: String) throws(HillockError) -> Executable {
    _ = nativeTier
    var start = Tracing.begin()
    let optimised = Passes.run(graph, folding: Folding.evaluate)
    Tracing.end(start, .passes, graph.name)
    start = Tracing.begin()
    let program = try Lowering.lower(optimised)
    Tracing.end(start, .lower, graph.name, ["kernels": .number(program.kernels.count)])
    start = Tracing.begin()
    let verified = try VerifiedProgram(program)
    Tracing.end(start, .verify, graph.name)
    return Executable(verified, signature: signature, options: ExecutionOptions(tier: Engine.tier.policy))
  }

  /// The native tier is installed with the first program, where the build has one.
  private static let nativeTier: Void = {
    #if Native
      if !NativeTier.isInstalled { NativeTier.install(TCCCompiler()) }
    #endif
  }()
}

extension NDArray {
  /// An array from its bytes.
  package init(_ data: ConstantData) throws(HillockError) {
    let storage = try Storage.allocate(byteCount: data.bytes.count)
    data.bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: storage.base, count: source.count).copyMemory(from: source)
    }
    self.init(storage, data.type)
  }

  /// The bytes of the elements.
  package func constantData() throws(HillockError) -> ConstantData {
    let (storage, type) = try concrete()
    return ConstantData(type: type, bytes: Array(UnsafeRawBufferPointer(start: storage.base, count: type.byteCount)))
  }
}
