import HillockBytecode
import HillockIR

/// What a verified program may be relied on for, checked the slow way: every position of every kernel is visited, and each
/// buffer remembers whose value it holds. Written without the verifier's code.
package struct ProgramOracle {
  private let program: Program
  /// What can be overwritten: a buffer, the memory of a fresh register, or a Variable's.
  enum Place: Hashable, CustomStringConvertible {
    case buffer(Int)
    case fresh(Int)
    case variable(Int)

    var description: String {
      switch self {
      case .buffer(let buffer): "buffer \(buffer)"
      case .fresh(let register): "the memory of r\(register)"
      case .variable(let slot): "Variable \(slot)"
      }
    }
  }
  /// The register whose value each place holds. A Variable's holds that of the Variable at first.
  private var held: [Place: Int] = [:]
  /// The places of registers that have changed places.
  private var exchanged: [Int: Place] = [:]
  /// Stacked rows that this step has written.
  private var rows: Set<Int> = []
  /// Whether code runs that may have run before.
  private var isRepeated = false
  package private(set) var complaint: String?

  package init(_ program: Program) {
    self.program = program
    for instruction in program.code where complaint == nil { run(instruction) }
  }

  /// Where a register lies that can be overwritten; nil for other inputs and for rows.
  private func place(_ register: Int) -> Place? {
    if let place = exchanged[register] { return place }
    switch program.registers[register].role {
    case .temporary(let buffer): return .buffer(buffer)
    case .fresh: return .fresh(register)
    case .variable(let slot): return .variable(slot)
    case .over(let old): return place(old)
    case .argument, .constant, .row: return nil
    }
  }

  private mutating func read(_ register: Int) {
    if case .row(let whole) = program.registers[register].role, !rows.contains(register) { return read(whole) }
    guard let place = place(register) else { return }
    if case .variable = program.registers[register].role {
      if held[place] != nil { complaint = "r\(register) is overwritten" }
    } else if held[place] != register {
      complaint = "r\(register) is gone from \(place)"
    }
  }

  private mutating func write(_ register: Int) {
    switch program.registers[register].role {
    case .temporary, .over: break
    case .fresh:
      if let place = place(register), held[place] == register, !isRepeated { complaint = "r\(register) is written twice" }
    case .row:
      // The whole is complete, or rather as complete as the loop makes it, once its rows are.
      rows.insert(register)
    case .argument, .variable, .constant: complaint = "r\(register) is an input"
    }
    if let place = place(register) { held[place] = register }
  }

  private mutating func run(_ instruction: Instruction) {
    switch instruction {
    case .launch(let index): run(program.kernels[index])
    case .array(_, _, let destinations, let sources):
      for source in sources { read(source) }
      for destination in destinations { write(destination) }
    case .call(_, let operands, let results):
      for operand in operands { read(operand) }
      for result in results { write(result) }
    case .loop(let loop):
      start(loop.carries)
      for _ in 0..<min(loop.trips, 3) where complaint == nil {
        rows.subtract(loop.rows)
        write(loop.index)
        `repeat`(loop.body, loop.carries)
      }
      // A loop without steps stacks nothing, into wholes without elements.
      let stacked = loop.trips == 0 ? Set(Self.all(loop.body).flatMap(program.writes)) : rows
      for row in loop.rows where stacked.contains(row) {
        if case .row(let whole) = program.registers[row].role { write(whole) }
      }
    case .whileLoop(let loop):
      start(loop.carries)
      for _ in 0..<3 where complaint == nil {
        `repeat`(loop.condition, [])
        read(loop.test)
        `repeat`(loop.body, loop.carries)
      }
    case .branch(let branch):
      read(branch.selector)
      for block in branch.blocks { `repeat`(block, []) }
    case .store(_, let register): read(register)
    case .return(let results): for result in results { read(result) }
    }
  }

  private static func all(_ code: [Instruction]) -> [Instruction] { code.flatMap { [$0] + $0.blocks.flatMap(all) } }

  private mutating func start(_ carries: [Carry]) {
    for carry in carries {
      read(carry.initial)
      write(carry.current)
    }
    for carry in carries { read(carry.current) }
  }

  /// One step: its code, then current and next change places.
  private mutating func `repeat`(_ code: [Instruction], _ carries: [Carry]) {
    let outer = isRepeated
    isRepeated = true
    for instruction in code where complaint == nil { run(instruction) }
    isRepeated = outer
    for carry in carries {
      read(carry.next)
      guard let current = place(carry.current), let next = place(carry.next) else { continue }
      (exchanged[carry.current], exchanged[carry.next]) = (next, current)
      (held[current], held[next]) = (carry.next, carry.current)
    }
  }

  private mutating func run(_ kernel: Kernel) {
    for operand in kernel.operands where !operand.isWritten {
      let available = program.registers[operand.register].type.count
      guard kernel.count <= 1000 else { continue }
      for position in 0..<kernel.count {
        if let bad = elements(operand.access, position, kernel.shape).first(where: { !(0..<available).contains($0) }) {
          complaint = "element \(bad) of r\(operand.register), which has \(available)"
        }
      }
    }
    for instruction in kernel.code {
      for slot in instruction.sources where kernel.isOperand(slot) { read(kernel.operands[Int(slot)].register) }
      if kernel.isOperand(instruction.destination) { write(kernel.operands[Int(instruction.destination)].register) }
    }
  }

  /// The elements that one position reads.
  private func elements(_ access: Access, _ position: Int, _ shape: [Int]) -> [Int] {
    switch access {
    case .contiguous(let offset): return [offset + position]
    case .scalar(let offset): return [offset]
    case .rows(let offset, let length): return Array((offset + position * length)..<(offset + (position + 1) * length))
    case .whole(let offset, let length): return Array(offset..<(offset + length))
    case .reduction: return []
    case .strided(let offset, let strides):
      var rest = position, element = offset
      for axis in shape.indices.reversed() {
        element += rest % shape[axis] * strides[axis]
        rest /= shape[axis]
      }
      return [element]
    }
  }
}
