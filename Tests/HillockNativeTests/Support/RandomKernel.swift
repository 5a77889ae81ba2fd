import HillockBytecode
import HillockIR
import HillockTestSupport

/// A random kernel over the whole of tile code that is fused, and its meaning one position at a time.
///
/// The same seed with fewer steps gives a prefix of the same kernel: that is how a failing one is shrunk.
struct RandomKernel: CustomStringConvertible {
  private enum Slot: Hashable {
    case operand(Int)
    case tile(Int)
  }

  private struct Step {
    var opcode: TileOpcode
    var dtype: DType
    var destination: Slot
    var sources: [Slot]
  }

  let seed: UInt64
  let count: Int
  private let shape: [Int]
  private var generator: SeededRandom
  private var operands: [(dtype: DType, access: Access, isWritten: Bool)] = []
  private var tiles: [DType] = []
  private var definedTiles: Set<Int> = []
  private var steps: [Step] = []

  init(seed: UInt64, steps stepCount: Int) {
    self.seed = seed
    generator = SeededRandom(seed: seed)
    count = [1, 7, 64, 100, 1_000, 4_096, 4_500].randomElement(using: &generator)!
    shape = PositionReference.shape(count, generator: &generator)
    let dtypes = Array(DType.allCases.shuffled(using: &generator).prefix(Int.random(in: 1...4, using: &generator)))
    for _ in 0..<Int.random(in: 1...12, using: &generator) {
      let isScalar = Int.random(in: 0..<4, using: &generator) == 0
      let offset = Int.random(in: 0...3, using: &generator)
      operands.append(
        (dtypes.randomElement(using: &generator)!, isScalar ? .scalar(offset: offset) : .contiguous(offset: offset), false))
    }
    operands.append((.u32, .whole(offset: Int.random(in: 0...2, using: &generator), length: 2), false))
    for _ in 0..<Int.random(in: 0...2, using: &generator) {
      operands.append((dtypes.randomElement(using: &generator)!, PositionReference.strided(shape, generator: &generator), false))
    }
    for _ in 0..<stepCount { addStep() }
    addOutputs()
  }

  // MARK: Making one

  private mutating func addStep() {
    let keys = operands.indices.filter(isKey)
    let defined =
      operands.indices.filter { !operands[$0].isWritten && !isKey($0) }.map(Slot.operand) + definedTiles.sorted().map(Slot.tile)
    func slots(_ dtype: DType, scalars: Bool) -> [Slot] {
      defined.filter { type($0) == dtype && !isStrided($0) && (scalars || !isScalar($0)) }
    }
    switch Int.random(in: 0..<12, using: &generator) {
    case 10:
      let dtype = DType.wide.filter { $0 != .bool }.randomElement(using: &generator)!
      define(.iota(axis: shape.indices.randomElement(using: &generator)!), dtype, dtype, [])
    case 11:
      let dtype = [DType.u32, .u64].randomElement(using: &generator)!
      let first = [0, 5, 1 << 32 - 20, 1 << 35].randomElement(using: &generator)!
      define(.randomBits(first: first), dtype, dtype, [.operand(keys.randomElement(using: &generator)!)])
    case 0:
      guard let source = defined.filter({ !isScalar($0) && !isStrided($0) }).randomElement(using: &generator) else { return }
      let from = type(source)
      guard let to = DType.allCases.filter({ DType.hasConversion(from: from, to: $0) }).randomElement(using: &generator) else {
        return
      }
      define(.convert(from: from), to, to, [source])
    case 1:
      guard let source = defined.filter({ if case .operand = $0 { true } else { false } }).randomElement(using: &generator)
      else { return }
      define(.load, type(source), type(source), [source])
    default:
      guard let like = defined.randomElement(using: &generator) else { return }
      let rows = OpTable.rows.filter { $0.dtypes.contains(type(like)) }
      guard let row = rows.randomElement(using: &generator) else { return }
      let dtype = type(like)
      let sources = row.operandTypes(dtype).compactMap { slots($0, scalars: true).randomElement(using: &generator) }
      let mask = sources.enumerated().reduce(0) { $0 | (isScalar($1.element) ? 1 << $1.offset : 0) }
      guard sources.count == row.arity, TileForm.exists(arity: row.arity, mask: mask) else { return }
      define(.elementwise(row.op), dtype, row.resultType(dtype), sources)
    }
  }

  /// Into a new tile, or over an old one of the dtype.
  private mutating func define(_ opcode: TileOpcode, _ dtype: DType, _ result: DType, _ sources: [Slot]) {
    var destination = tiles.count
    if let old = tiles.indices.filter({ tiles[$0] == result }).randomElement(using: &generator),
      Bool.random(using: &generator)
    {
      destination = old
    } else {
      tiles.append(result)
    }
    definedTiles.insert(destination)
    steps.append(Step(opcode: opcode, dtype: dtype, destination: .tile(destination), sources: sources))
  }

  /// Every tile that is left is written out or reduced.
  private mutating func addOutputs() {
    for tile in definedTiles.sorted() {
      let dtype = tiles[tile]
      let kinds = ReduceKind.allCases.filter { !dtype.isNarrow && ReductionReference.exists($0, dtype) }
      if Int.random(in: 0..<4, using: &generator) == 0, let kind = kinds.randomElement(using: &generator) {
        operands.append((dtype, .reduction(width: 1), true))
        steps.append(
          Step(opcode: .reduce(kind), dtype: dtype, destination: .operand(operands.count - 1), sources: [.tile(tile)]))
      } else {
        operands.append((dtype, .contiguous(offset: 0), true))
        if dtype.isNarrow {
          // There and back: no op has the dtype.
          tiles.append(dtype.computed)
          let wide = Slot.tile(tiles.count - 1)
          steps.append(Step(opcode: .convert(from: dtype), dtype: dtype.computed, destination: wide, sources: [.tile(tile)]))
          steps.append(
            Step(
              opcode: .convert(from: dtype.computed), dtype: dtype, destination: .operand(operands.count - 1), sources: [wide]))
          continue
        }
        // Written by an op that leaves the value as it is.
        let op = ElementwiseOp.named("select")!
        tiles.append(.bool)
        let always = tiles.count - 1
        steps.append(
          Step(opcode: .elementwise(ElementwiseOp.named("eq")!), dtype: .bool, destination: .tile(always), sources: condition()))
        steps.append(
          Step(
            opcode: .elementwise(op), dtype: dtype, destination: .operand(operands.count - 1),
            sources: [.tile(always), .tile(tile), .tile(tile)]))
      }
    }
  }

  /// Two bool tiles, or a new one twice.
  private mutating func condition() -> [Slot] {
    if let known = definedTiles.sorted().first(where: { tiles[$0] == .bool }) { return [.tile(known), .tile(known)] }
    let source = operands.indices.first {
      !operands[$0].isWritten && !isKey($0) && !isScalar(.operand($0)) && !isStrided(.operand($0)) && !operands[$0].dtype.isNarrow
    }
    var compared = Slot.operand(source ?? 0)
    let dtype = source.map { operands[$0].dtype } ?? .i32
    if source == nil {
      // Nothing can be compared but the positions.
      tiles.append(.i32)
      compared = .tile(tiles.count - 1)
      steps.append(Step(opcode: .iota(axis: 0), dtype: dtype, destination: compared, sources: []))
    }
    tiles.append(.bool)
    definedTiles.insert(tiles.count - 1)
    steps.append(
      Step(
        opcode: .elementwise(ElementwiseOp.named("ne")!), dtype: dtype, destination: .tile(tiles.count - 1),
        sources: [compared, compared]))
    return [.tile(tiles.count - 1), .tile(tiles.count - 1)]
  }

  private func type(_ slot: Slot) -> DType {
    switch slot {
    case .operand(let i): operands[i].dtype
    case .tile(let i): tiles[i]
    }
  }

  private func isScalar(_ slot: Slot) -> Bool {
    if case .operand(let i) = slot, case .scalar = operands[i].access { return true }
    return false
  }

  private func isStrided(_ slot: Slot) -> Bool {
    if case .operand(let i) = slot, case .strided = operands[i].access { return true }
    return false
  }

  /// Whether an operand is a key of random numbers.
  private func isKey(_ operand: Int) -> Bool {
    if case .whole = operands[operand].access { return true }
    return false
  }

  // MARK: As a kernel

  private func number(_ slot: Slot) -> UInt16 {
    switch slot {
    case .operand(let i): UInt16(i)
    case .tile(let i): UInt16(operands.count + i)
    }
  }

  private func length(_ access: Access) -> Int {
    switch access {
    case .contiguous(let offset): count + offset
    case .scalar(let offset): offset + 1
    case .whole(let offset, let length): offset + length
    case .strided(let offset, let strides): PositionReference.length(shape, offset: offset, strides: strides)
    default: 1
    }
  }

  var fixture: KernelFixture {
    KernelFixture(
      shape: shape, tile: 256, registers: operands.map { ($0.dtype, length($0.access)) },
      operands: operands.enumerated().map { Operand(register: $0, access: $1.access, isWritten: $1.isWritten) }, tiles: tiles,
      code: steps.map { step in
        let sources = step.sources.map(number) + [TileInstruction.none, TileInstruction.none, TileInstruction.none]
        return TileInstruction(
          step.opcode, step.dtype, destination: number(step.destination), a: sources[0], b: sources[1], c: sources[2])
      })
  }

  /// The values of what is read; zeros for what is written.
  func inputs() -> [[UInt64]] {
    var generator = SeededRandom(seed: seed ^ 0xdead_beef)
    return operands.map { operand in
      operand.isWritten
        ? [UInt64](repeating: 0, count: length(operand.access))
        : TestValues.operands([operand.dtype], count: length(operand.access) * 2, generator: &generator)[0]
          .shuffled(using: &generator).suffix(length(operand.access))
    }
  }

  // MARK: Its meaning

  /// What each written operand has to hold: its elements, or the partials of its chunks.
  func expected(_ inputs: [[UInt64]]) -> [Int: [UInt64]] {
    var operandValues = inputs
    var terms: [Int: (ReduceKind, [UInt64])] = [:]
    let bodies = steps.map { step -> Body? in
      if case .elementwise(let op) = step.opcode { return op.row.body(step.dtype) }
      return nil
    }
    for position in 0..<count {
      var tileValues = [UInt64](repeating: 0, count: tiles.count)
      func value(_ slot: Slot) -> UInt64 {
        switch slot {
        case .tile(let i): return tileValues[i]
        case .operand(let i):
          switch operands[i].access {
          case .contiguous(let offset): return operandValues[i][offset + position]
          case .scalar(let offset): return operandValues[i][offset]
          case .strided(let offset, let strides):
            return operandValues[i][PositionReference.element(position, shape, offset: offset, strides: strides)]
          default: return 0
          }
        }
      }
      for (step, body) in zip(steps, bodies) {
        let sources = step.sources.map(value)
        var result = sources.first ?? 0
        switch step.opcode {
        case .iota(let axis): result = PositionReference.iota(position, axis, shape, step.dtype)
        case .randomBits(let first):
          guard case .operand(let i) = step.sources[0], case .whole(let offset, _) = operands[i].access else { break }
          let key = (operandValues[i][offset], operandValues[i][offset + 1])
          result = PositionReference.randomBits(first + position, key: key, step.dtype)
        case .elementwise: if let body { result = ScalarReference.evaluate(body, sources) }
        case .convert(let from): result = ScalarReference.convert(sources[0], from: from, to: step.dtype)
        case .reduce(let kind):
          if case .operand(let i) = step.destination { terms[i, default: (kind, [])].1.append(sources[0]) }
          continue
        default: break
        }
        switch step.destination {
        case .tile(let i): tileValues[i] = result
        case .operand(let i): operandValues[i][position] = result
        }
      }
    }
    var results: [Int: [UInt64]] = [:]
    for (i, operand) in operands.enumerated() where operand.isWritten {
      if let (kind, values) = terms[i] {
        results[i] = ReductionReference.partials(kind, operand.dtype, values)
      } else {
        results[i] = operandValues[i]
      }
    }
    return results
  }

  func dtype(ofOperand i: Int) -> DType { operands[i].dtype }

  var description: String { "RandomKernel(seed: \(seed), steps: …): \(fixture.program.kernels[0])" }
}
