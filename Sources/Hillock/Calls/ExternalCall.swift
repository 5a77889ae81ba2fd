import HillockIR
import HillockRuntime

/// Calls of functions outside the program: a part of the current trace, or without a trace made at once.
package enum ExternalCall {
  /// `make` gives the function for operands of these types.
  package static func evaluate(
    _ operands: [NDArray], _ forms: [ArrayForm], isPure: Bool, _ make: ([ArrayType]) -> ExternalFunction
  ) throws -> [NDArray] {
    let function = make(operands.map(\.type)), types = forms.map(\.type)
    if let trace = Trace.current { return try trace.call(function, operands, types, isPure: isPure) }
    var inputs: [Storage] = [], outputs: [Storage] = []
    for operand in operands { inputs.append(try operand.concrete().0) }
    for type in types {
      guard Shape.checkedCount(type.shape) != nil else {
        throw HillockError(.shape, "function \(function.name): \(type.shape) is no shape of an array")
      }
      outputs.append(try Storage.allocate(byteCount: type.byteCount))
    }
    do {
      try withExtendedLifetime((inputs, outputs)) {
        try function.call(inputs.map { UnsafeRawPointer($0.base) }, outputs.map(\.base))
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      throw function.failure(error, caller: nil)
    }
    return zip(outputs, types).map { NDArray($0, $1) }
  }
}
