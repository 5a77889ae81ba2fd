import HillockIR

/// What a tile instruction takes and gives: the one table behind the rules about slots.
struct TileSignature {
  /// How a slot may lie in memory.
  enum Kind: String {
    /// A tile or a contiguous operand: one element a position.
    case elements = "a tile or a contiguous operand"
    /// The same, or one element for all positions.
    case elementsOrScalar = "a tile, a contiguous operand or a scalar"
    /// An operand with one element a position, however it lies.
    case anyElements = "a contiguous, scalar or strided operand"
    case rows = "an operand of rows"
    case whole = "a whole operand"
    /// A tile or a written contiguous operand.
    case result = "a tile or a written contiguous operand"
    case reduction = "a reduction"
  }

  var sources: [(kind: Kind, dtype: DType)]
  var destination: (kind: Kind, dtype: DType)

  /// The signature, or nil where the opcode does not exist at the instruction's dtype.
  init?(_ instruction: TileInstruction) {
    let dtype = instruction.dtype
    switch instruction.opcode {
    case .elementwise(let op):
      guard OpTable.rows.indices.contains(Int(op.code)), op.row.dtypes.contains(dtype) else { return nil }
      sources = op.row.operandTypes(dtype).map { (.elementsOrScalar, $0) }
      destination = (.result, op.row.resultType(dtype))
    case .convert(let from):
      guard DType.hasConversion(from: from, to: dtype) else { return nil }
      sources = [(.elements, from)]
      destination = (.result, dtype)
    case .load:
      sources = [(.anyElements, dtype)]
      destination = (.result, dtype)
    case .iota:
      guard dtype != .bool, !dtype.isNarrow else { return nil }
      sources = []
      destination = (.result, dtype)
    case .randomBits:
      guard dtype == .u32 || dtype == .u64 else { return nil }
      sources = [(.whole, .u32)]
      destination = (.result, dtype)
    case .rowDot:
      guard dtype != .bool, !dtype.isNarrow else { return nil }
      sources = [(.rows, dtype), (.whole, dtype)]
      destination = (.result, dtype)
    case .reduce(let kind):
      guard kind.exists(at: dtype), !dtype.isNarrow else { return nil }
      sources = [(.elements, dtype)]
      destination = (.reduction, dtype)
    case .dotAccumulate:
      guard dtype != .bool, !dtype.isNarrow else { return nil }
      sources = [(.elements, dtype), (.elements, dtype)]
      destination = (.reduction, dtype)
    case .outerAccumulate:
      guard dtype != .bool, !dtype.isNarrow else { return nil }
      sources = [(.elements, dtype), (.rows, dtype)]
      destination = (.reduction, dtype)
    }
  }

  /// Whether a slot of the kernel is of a kind.
  static func matches(_ slot: UInt16, _ kind: Kind, in kernel: Kernel) -> Bool {
    guard kernel.isOperand(slot) else {
      switch kind {
      case .elements, .elementsOrScalar, .result: return true
      case .anyElements, .rows, .whole, .reduction: return false
      }
    }
    let operand = kernel.operands[Int(slot)]
    switch (kind, operand.access) {
    case (.elements, .contiguous), (.elementsOrScalar, .contiguous), (.elementsOrScalar, .scalar), (.anyElements, .contiguous),
      (.anyElements, .scalar), (.anyElements, .strided), (.rows, .rows), (.whole, .whole):
      return true
    case (.result, .contiguous), (.reduction, .reduction): return operand.isWritten
    default: return false
    }
  }
}

extension Program {
  /// The dtype of a slot of one of the program's kernels.
  package func dtype(of slot: UInt16, in kernel: Kernel) -> DType {
    kernel.isOperand(slot)
      ? registers[kernel.operands[Int(slot)].register].type.dtype : kernel.tiles[Int(slot) - kernel.operands.count]
  }
}
