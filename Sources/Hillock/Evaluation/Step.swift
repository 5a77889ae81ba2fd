import HillockIR

/// One operation on arrays, with its static attributes: what an expression is evaluated in, one at a time outside `jit`,
/// as nodes of the graph inside. Both ways add the same nodes, so both give the same bits.
package enum Step: Hashable, Sendable {
  /// `type`: what the operation leaves open (see `GraphBuilder.apply`).
  case operation(Operation, type: ArrayType?)
  /// The slice's elements replaced; the update is broadcast to these sizes.
  case update(starts: [Int], steps: [Int], sizes: [Int])
  case random(RandomDraw, DType, [Int])
  /// Sums of products over pairs of axes: those of the batch, and those contracted.
  case contract([[Int]], [[Int]])
  case matmul

  /// The name of the one-step program in the statistics.
  package var name: String {
    switch self {
    case .operation(.convert, let type?): "convert.\(type.dtype.name)"
    case .operation(let operation, _): operation.name
    case .update: "update"
    case .random(let draw, _, _): "random.\(draw.rawValue)"
    case .contract: "contract"
    case .matmul: "matmul"
    }
  }

  /// The type under which the operand is the result already: nothing to compute.
  func typeOfSameMemory(_ type: ArrayType) -> ArrayType? {
    switch self {
    case .operation(.reshape, let to?) where Shape.checkedCount(to.shape) == type.count: ArrayType(type.dtype, to.shape)
    case .operation(.convert, let to?) where to.dtype == type.dtype: type
    case .operation(.broadcast, let to?) where to.shape == type.shape: type
    case .operation, .update, .random, .contract, .matmul: nil
    }
  }

  /// Adds the step's nodes to a graph; the values of its results.
  package func emit(into builder: inout GraphBuilder, _ operands: [ValueID]) throws(HillockError) -> [ValueID] {
    switch self {
    case .operation(let operation, let type):
      let value = try builder.apply(operation, operands, type: type)
      return operation.hasElements ? builder.elements(of: value) : [value]
    case .update(let starts, let steps, let sizes):
      return [try builder.updateSlice(operands[0], operands[1], starts: starts, steps: steps, sizes: sizes)]
    case .random(let draw, let dtype, let shape):
      return [try draw.emit(into: &builder, key: operands[0], dtype, shape)]
    case .contract(let batch, let contracted):
      return [
        try builder.contract(
          operands[0], operands[1], batch: batch.map { ($0[0], $0[1]) }, contracted: contracted.map { ($0[0], $0[1]) })
      ]
    case .matmul: return [try builder.matmul(operands[0], operands[1])]
    }
  }
}

/// Steps by the names of their operations.
extension Step {
  static func elementwise(_ op: ElementwiseOp) -> Step { .operation(.elementwise(op), type: nil) }
  static func convert(_ dtype: DType) -> Step { .operation(.convert, type: ArrayType(dtype, [])) }
  static func broadcast(_ shape: [Int]) -> Step { .operation(.broadcast, type: ArrayType(.bool, shape)) }
  static func reshape(_ shape: [Int]) -> Step { .operation(.reshape, type: ArrayType(.bool, shape)) }
  static func transpose(_ permutation: [Int]) -> Step { .operation(.transpose(permutation), type: nil) }
  static func slice(starts: [Int], steps: [Int], sizes: [Int]) -> Step {
    .operation(.slice(starts: starts, steps: steps), type: ArrayType(.bool, sizes))
  }
  static func reduce(_ kind: ReduceKind, axes: [Int]) -> Step { .operation(.reduce(kind, axes: axes), type: nil) }
  static func argReduce(_ kind: ArgReduceKind, axis: Int) -> Step { .array(.argReduce, [[kind.rawValue], [axis]]) }
  static func scan(_ kind: ScanKind, axis: Int, isReversed: Bool, isExclusive: Bool) -> Step {
    .array(.scan, [[kind.rawValue], [axis], [isReversed ? 1 : 0], [isExclusive ? 1 : 0]])
  }
  static func sort(axis: Int, isDescending: Bool) -> Step { .array(.sort, [[axis], [isDescending ? 1 : 0]]) }
  static func dot(batch: Int) -> Step { .operation(.dot(batch: batch), type: nil) }
  static func iota(_ dtype: DType, _ shape: [Int], axis: Int) -> Step {
    .operation(.iota(axis: axis), type: ArrayType(dtype, shape))
  }
  static func array(_ op: ArrayOp, _ attributes: Attributes = []) -> Step { .operation(.array(op, attributes), type: nil) }
}
