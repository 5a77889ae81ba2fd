import HillockBytecode
import HillockIR
import HillockTestSupport

/// One way to break a program by machine.
struct Mutation: Sendable {
  enum Verdict: Sendable {
    /// Every mutant breaks a promise: the verifier must refuse it.
    case refused
    /// A mutant may be a valid program that means something else; it must be refused or be safe.
    case refusedOrSafe
    /// The mutant means the same: where it is not refused it must give the same bits.
    case refusedOrSame
  }

  let name: String
  let verdict: Verdict
  /// Changes the program; false where it has nothing to break in this way.
  let apply: @Sendable (inout Program, inout SeededRandom) -> Bool

  init(
    _ name: String, _ verdict: Verdict, _ apply: @escaping @Sendable (inout Program, inout SeededRandom) -> Bool
  ) {
    self.name = name
    self.verdict = verdict
    self.apply = apply
  }

  static let all = stores + buffers + kernels + tileCode + loops + steps
}

// MARK: Finding and changing what a mutation is about

extension Program {
  /// The types of all instructions, in program order, with their places.
  func places(_ isWanted: (Instruction) -> Bool) -> [Int] {
    flattened.enumerated().filter { isWanted($0.element) }.map(\.offset)
  }

  /// Replaces the instruction at a place in program order by others, its blocks included.
  mutating func replace(at place: Int, _ change: (Instruction) -> [Instruction]) {
    var position = -1
    func walk(_ code: [Instruction]) -> [Instruction] {
      code.flatMap { instruction -> [Instruction] in
        position += 1
        let isIt = position == place
        let walked: Instruction
        switch instruction {
        case .loop(var loop):
          loop.body = walk(loop.body)
          walked = .loop(loop)
        case .whileLoop(var loop):
          loop.condition = walk(loop.condition)
          loop.body = walk(loop.body)
          walked = .whileLoop(loop)
        case .branch(var branch):
          branch.blocks = branch.blocks.map(walk)
          walked = .branch(branch)
        default: walked = instruction
        }
        return isIt ? change(walked) : [walked]
      }
    }
    code = walk(code)
  }

  mutating func insert(_ instructions: [Instruction], before place: Int) { replace(at: place) { instructions + [$0] } }

  /// Before the first store, or the return.
  mutating func append(_ instruction: Instruction) {
    let end = code.firstIndex { if case .store = $0 { true } else { false } } ?? code.count - 1
    code.insert(instruction, at: max(end, 0))
  }

  mutating func addRegister(_ type: ArrayType, _ role: Register.Role) -> Int {
    registers.append(Register(type: type, role: role))
    return registers.count - 1
  }

  /// A temporary in a buffer of its own.
  mutating func addTemporary(_ type: ArrayType) -> Int {
    buffers.append(type.byteCount)
    return addRegister(type, .temporary(buffer: buffers.count - 1))
  }

  /// Launched kernels and one of their operands each, of those that are wanted.
  func operands(_ isWanted: (Kernel, Operand) -> Bool) -> [(kernel: Int, operand: Int)] {
    kernels.indices.flatMap { kernel in
      kernels[kernel].operands.indices.filter { isWanted(kernels[kernel], kernels[kernel].operands[$0]) }
        .map { (kernel, $0) }
    }
  }

  /// Tile instructions of those that are wanted.
  func lines(_ isWanted: (Kernel, TileInstruction) -> Bool) -> [(kernel: Int, line: Int)] {
    kernels.indices.flatMap { kernel in
      kernels[kernel].code.indices.filter { isWanted(kernels[kernel], kernels[kernel].code[$0]) }.map { (kernel, $0) }
    }
  }

  /// The rows with axes that a loop reads of what its program has written before.
  func slicedRows(of loop: Loop) -> [Int] {
    let written = Set(Instruction.loop(loop).blocks.flatMap { $0 }.flatMap(writesWithin))
    return loop.rows.filter { row in
      guard case .row(var whole) = registers[row].role, !written.contains(row), !registers[row].type.shape.isEmpty else {
        return false
      }
      while case .row(let next) = registers[whole].role { whole = next }
      if case .temporary = registers[whole].role { return true }
      return registers[whole].role == .fresh
    }
  }

  /// What an instruction writes, its blocks included.
  private func writesWithin(_ instruction: Instruction) -> [Int] {
    writes(instruction) + instruction.blocks.flatMap { $0 }.flatMap(writesWithin)
  }

  func isTemporary(_ register: Int) -> Bool {
    if case .temporary = registers[register].role { return true }
    return false
  }

  var stores: [(place: Int, slot: Int, register: Int)] {
    flattened.enumerated().compactMap { place, instruction in
      if case .store(let slot, let register) = instruction { (place, slot, register) } else { nil }
    }
  }

  var results: [Int] {
    if case .return(let registers) = code.last { return registers }
    return []
  }

  var uses: Set<Int> { Set(flattened.flatMap { reads($0) + writes($0) + holds($0) }) }
}

extension Access {
  /// The same access, elsewhere.
  func moved(by offset: Int) -> Access {
    switch self {
    case .contiguous(let start): .contiguous(offset: start + offset)
    case .scalar(let start): .scalar(offset: start + offset)
    case .strided(let start, let strides): .strided(offset: start + offset, strides: strides)
    case .rows(let start, let length): .rows(offset: start + offset, length: length)
    case .whole(let start, let length): .whole(offset: start + offset, length: length)
    case .reduction(let width): .reduction(width: width)
    }
  }
}
