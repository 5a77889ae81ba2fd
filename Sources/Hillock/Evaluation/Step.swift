import HillockIR

/// One operation on arrays, with its static attributes: what an expression is evaluated in, one at a time outside `jit`,
/// as nodes of the graph inside. Both ways add the same nodes, so both give the same bits.
package enum Step: Hashable, Sendable {
  case elementwise(ElementwiseOp)
  case convert(DType)
  case broadcast([Int])
  case reshape([Int])
  case transpose([Int])
  case slice(starts: [Int], steps: [Int], sizes: [Int])
  case updateSlice(starts: [Int], steps: [Int], sizes: [Int])
  case concatenate(axis: Int)
  case reduce(ReduceKind, axes: [Int])
  case dot
  case iota(DType, [Int], axis: Int)
  case gather
  case scatter
  case random(RandomDraw, DType, [Int])

  /// The name of the one-step program in the statistics.
  package var name: String {
    switch self {
    case .elementwise(let op): op.row.name
    case .convert(let dtype): "convert.\(dtype.name)"
    case .broadcast: "broadcast"
    case .reshape: "reshape"
    case .transpose: "transpose"
    case .slice: "slice"
    case .updateSlice: "update"
    case .concatenate: "concatenate"
    case .reduce(let kind, _): "reduce.\(kind.name)"
    case .dot: "dot"
    case .iota: "iota"
    case .gather: "gather"
    case .scatter: "scatter"
    case .random(let draw, _, _): "random.\(draw)"
    }
  }

  /// Adds the step's nodes to a graph.
  package func emit(into builder: inout GraphBuilder, _ operands: [ValueID]) throws(HillockError) -> ValueID {
    switch self {
    case .elementwise(let op): try builder.elementwise(op, operands)
    case .convert(let dtype): try builder.convert(operands[0], to: dtype)
    case .broadcast(let shape): try builder.broadcast(operands[0], to: shape)
    case .reshape(let shape): try builder.reshape(operands[0], to: shape)
    case .transpose(let permutation): try builder.transpose(operands[0], permutation)
    case .slice(let starts, let steps, let sizes): try builder.slice(operands[0], starts: starts, steps: steps, sizes: sizes)
    case .updateSlice(let starts, let steps, let sizes):
      try builder.updateSlice(operands[0], operands[1], starts: starts, steps: steps, sizes: sizes)
    case .concatenate(let axis): try builder.concatenate(operands, axis: axis)
    case .reduce(let kind, let axes): try builder.reduce(kind, operands[0], axes: axes)
    case .dot: try builder.dot(operands[0], operands[1])
    case .iota(let dtype, let shape, let axis): try builder.iota(dtype, shape: shape, axis: axis)
    case .gather: try builder.gather(operands[0], operands[1])
    case .scatter: try builder.scatter(operands[0], operands[1], operands[2])
    case .random(let draw, let dtype, let shape): try draw.emit(into: &builder, key: operands[0], dtype, shape)
    }
  }
}
