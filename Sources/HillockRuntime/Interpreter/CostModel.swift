import HillockBytecode
import HillockIR
import Synchronization

/// Estimates what work costs, in picoseconds; it decides how work is shared, never what is computed.
enum CostModel {
  /// The primitives of each op's body, counted once, slow ones as several; 0: not counted yet.
  private static let bodies = Mutex([Int](repeating: 0, count: OpTable.rows.count * DType.allCases.count))

  private static func primitives(_ op: ElementwiseOp, _ dtype: DType) -> Int {
    let key = Int(op.code) * DType.allCases.count + Int(dtype.rawValue)
    let known = bodies.withLock { $0.indices.contains(key) ? $0[key] : 1 }
    if known > 0 { return known }
    let count = op.row.dtypes.contains(dtype) ? op.row.body(dtype).instructions.reduce(1) { $0 + weight($1.primitive) } : 1
    bodies.withLock { $0[key] = count }
    return count
  }

  private static func weight(_ primitive: Primitive) -> Int {
    switch primitive {
    case .div, .sqrt, .floorDiv, .floorMod, .rem: Parameters.slowPrimitiveFactor
    case .constant: 0
    default: 1
    }
  }

  /// One position of a kernel.
  static func position(_ kernel: Kernel, registers: [Register]) -> Int {
    var cost = kernel.code.reduce(0) { $0 + instruction($1, kernel) }
    for operand in kernel.operands {
      let type = registers[operand.register].type
      guard type.byteCount > Parameters.prefetchThreshold else { continue }
      switch operand.access {
      case .contiguous: cost += type.dtype.size * Parameters.streamCost / 64
      case .rows(_, let length): cost += length * type.dtype.size * Parameters.streamCost / 64
      default: break
      }
    }
    return max(cost, 1)
  }

  private static func instruction(_ instruction: TileInstruction, _ kernel: Kernel) -> Int {
    let size = instruction.dtype.size
    let call = Parameters.callCost / max(kernel.tile, 1)
    switch instruction.opcode {
    case .elementwise(let op):
      return call + primitives(op, instruction.dtype) * size * Parameters.primitiveCost / 64
    case .convert(let from):
      return call + max(size, from.size) * Parameters.moveCost / 64
    case .load:
      guard kernel.isOperand(instruction.a), case .strided = kernel.operands[Int(instruction.a)].access else {
        return call + size * Parameters.moveCost / 64
      }
      return Parameters.stridedCost
    case .iota: return Parameters.stridedCost
    case .randomBits: return Parameters.randomCost
    case .rowDot, .outerAccumulate:
      return call + Parameters.callCost / 8 + length(instruction.a, instruction.b, kernel) * size * Parameters.moveCost / 64
    case .reduce, .dotAccumulate: return call + size * Parameters.moveCost / 64
    }
  }

  private static func length(_ a: UInt16, _ b: UInt16, _ kernel: Kernel) -> Int {
    for slot in [a, b] where kernel.isOperand(slot) {
      if case .rows(_, let length) = kernel.operands[Int(slot)].access { return length }
    }
    return 1
  }

  /// The work of a whole program, in tile instructions times positions: what the tier controller weighs calls by.
  static func work(_ program: Program) -> Int { work(program.code, program) }

  /// The same for a block. A while loop counts as one step of its body, a branch as its longest block.
  static func work(_ code: [Instruction], _ program: Program) -> Int {
    volume(code, program) { $0.count &* max($0.code.count, 1) } &+ 1
  }

  /// What the launches of a block weigh, its other instructions counting their elements.
  static func volume(_ code: [Instruction], _ program: Program, of kernel: (Kernel) -> Int) -> Int {
    code.reduce(0) { sum, instruction in
      let work: Int
      switch instruction {
      case .launch(let index): work = kernel(program.kernels[index])
      case .array(let op, let attributes, let destinations, let sources):
        func types(_ registers: [Int]) -> [ArrayType] { registers.map { program.registers[$0].type } }
        work = op.row.work(types(sources), types(destinations), attributes)
      case .loop(let loop):
        let (all, overflow) = loop.trips.multipliedReportingOverflow(by: volume(loop.body, program, of: kernel))
        work = overflow ? .max : all
      case .whileLoop(let loop): work = volume(loop.condition + loop.body, program, of: kernel)
      case .branch(let branch): work = branch.blocks.map { volume($0, program, of: kernel) }.max() ?? 0
      case .call, .store, .return: work = 0
      }
      let (total, overflow) = sum.addingReportingOverflow(max(work, 0))
      return overflow ? .max : total
    }
  }
}
