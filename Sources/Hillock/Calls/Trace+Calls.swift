import HillockIR
import HillockRuntime

extension Trace {
  /// Records a call of a function outside the program; gives its results.
  func call(
    _ function: ExternalFunction, _ operands: [NDArray], _ results: [ArrayType], isPure: Bool
  ) throws(HillockError) -> [NDArray] {
    let ids = try ids(operands)
    let slot = FunctionSlot(name: function.name, operands: ids.map(builder.type), results: results)
    let node = try builder.call(try outermost.declare(function, slot), slot, ids, isPure: isPure)
    return elements(of: node)
  }

  /// The trace that is no region.
  private var outermost: Trace {
    var trace = self
    while let parent = trace.parent { trace = parent }
    return trace
  }
}
