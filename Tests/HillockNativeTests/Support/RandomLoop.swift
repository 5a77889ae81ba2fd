import HillockBytecode
import HillockIR
import HillockRuntime
import HillockTestSupport

/// A random loop that is interchanged with its positions, as a program made by hand, and its meaning one position and one
/// step at a time.
///
/// The same seed with fewer definitions gives a smaller loop of the same kind: that is how a failing one is shrunk.
struct RandomLoop {
  /// What a step reads.
  private enum Source: Hashable {
    case carried(Int)
    case captured(Int)
    case row(Int)
    case index
    case tile(Int)
    /// A captured value or a row that is a key of random numbers.
    case key(isRow: Bool)
  }

  private struct Definition {
    var opcode: TileOpcode
    var dtype: DType
    var result: DType
    var sources: [Source]
  }

  let seed: UInt64
  let count: Int
  private let shape: [Int]
  let trips: Int
  let isReversed: Bool
  private var generator: SeededRandom
  /// The dtypes that it has any of.
  private var pool = DType.wide
  private var carried: [DType] = []
  private var captured: [(dtype: DType, access: Access)] = []
  private var rows: [(dtype: DType, access: Access, length: Int)] = []
  private var definitions: [Definition] = []
  /// What a step hands on, by carried value, and what it stacks.
  private var next: [Source] = []
  private var stacked: [Source] = []
  /// The first definition of a second kernel.
  private var split = Int.max

  private static let cheap = OpTable.rows.filter { row in row.dtypes.allSatisfy { row.body($0).instructions.count <= 6 } }

  init(seed: UInt64, definitions length: Int) {
    self.seed = seed
    generator = SeededRandom(seed: seed)
    count = [1, 2, 5, 16, 17, 33, 64, 65, 100, 130].randomElement(using: &generator)!
    shape = PositionReference.shape(count, generator: &generator)
    trips = [2, 3, 4, 7].randomElement(using: &generator)!
    isReversed = Bool.random(using: &generator)
    // Loops with narrow dtypes have no vector code.
    pool = Int.random(in: 0..<6, using: &generator) == 0 ? DType.allCases : DType.wide
    let dtypes = Array(pool.shuffled(using: &generator).prefix(Int.random(in: 1...4, using: &generator)))
    func dtype(_ generator: inout SeededRandom) -> DType { dtypes.randomElement(using: &generator)! }
    for _ in 0..<Int.random(in: 1...7, using: &generator) { carried.append(dtype(&generator)) }
    for _ in 0..<Int.random(in: 0...6, using: &generator) { captured.append((dtype(&generator), Self.access(shape, &generator))) }
    for _ in 0..<Int.random(in: 0...6, using: &generator) {
      let access = Self.access(shape, &generator)
      rows.append((dtype(&generator), access, Self.length(access, shape) + Int.random(in: 0...1, using: &generator)))
    }
    // The last of each is a key.
    captured.append((.u32, .whole(offset: Int.random(in: 0...2, using: &generator), length: 2)))
    rows.append((.u32, .whole(offset: Int.random(in: 0...2, using: &generator), length: 2), 4))
    for _ in 0..<length { define() }
    for dtype in carried { next.append(handOn(dtype)) }
    for _ in 0..<Int.random(in: 0...3, using: &generator) { stacked.append(handOn(dtype(&generator))) }
    if Int.random(in: 0..<3, using: &generator) == 0 { split = Int.random(in: 0...definitions.count, using: &generator) }
  }

  private static func access(_ shape: [Int], _ generator: inout SeededRandom) -> Access {
    if Int.random(in: 0..<4, using: &generator) == 0 { return PositionReference.strided(shape, generator: &generator) }
    let offset = Int.random(in: 0...3, using: &generator)
    return Int.random(in: 0..<3, using: &generator) == 0 ? .scalar(offset: offset) : .contiguous(offset: offset)
  }

  private static func length(_ access: Access, _ shape: [Int]) -> Int {
    switch access {
    case .contiguous(let offset): shape.reduce(1, *) + offset
    case .scalar(let offset): offset + 1
    case .whole(let offset, let length): offset + length
    case .strided(let offset, let strides): PositionReference.length(shape, offset: offset, strides: strides)
    default: 1
    }
  }

  // MARK: Making one

  private var sources: [Source] {
    carried.indices.map(Source.carried) + captured.indices.dropLast().map(Source.captured)
      + rows.indices.dropLast().map(Source.row)
      + [.index]
      + definitions.indices.map(Source.tile)
  }

  private func type(_ source: Source) -> DType {
    switch source {
    case .carried(let i): carried[i]
    case .captured(let i): captured[i].dtype
    case .row(let i): rows[i].dtype
    case .index: .i64
    case .tile(let i): definitions[i].result
    case .key: .u32
    }
  }

  private func access(_ source: Source) -> Access {
    switch source {
    case .captured(let i): captured[i].access
    case .row(let i): rows[i].access
    case .index: .scalar(offset: 0)
    case .key(let isRow): isRow ? rows[rows.count - 1].access : captured[captured.count - 1].access
    default: .contiguous(offset: 0)
    }
  }

  private func isScalar(_ source: Source) -> Bool {
    if case .scalar = access(source) { return true }
    return false
  }

  private func isStrided(_ source: Source) -> Bool {
    if case .strided = access(source) { return true }
    return false
  }

  private mutating func define() {
    switch Int.random(in: 0..<10, using: &generator) {
    case 8:
      let dtype = DType.wide.filter { $0 != .bool }.randomElement(using: &generator)!
      let axis = shape.indices.randomElement(using: &generator)!
      definitions.append(Definition(opcode: .iota(axis: axis), dtype: dtype, result: dtype, sources: []))
    case 9:
      let dtype = [DType.u32, .u64].randomElement(using: &generator)!
      let key = Source.key(isRow: Bool.random(using: &generator))
      let first = [0, 7, 1 << 33].randomElement(using: &generator)!
      definitions.append(Definition(opcode: .randomBits(first: first), dtype: dtype, result: dtype, sources: [key]))
    case 0:
      guard let source = sources.filter({ !isScalar($0) && !isStrided($0) }).randomElement(using: &generator) else { return }
      let from = type(source)
      guard let to = pool.filter({ DType.hasConversion(from: from, to: $0) }).randomElement(using: &generator) else {
        return
      }
      definitions.append(Definition(opcode: .convert(from: from), dtype: to, result: to, sources: [source]))
    case 1:
      load(sources.filter { if case .tile = $0 { false } else { true } }.randomElement(using: &generator) ?? .index)
    default:
      guard let like = sources.randomElement(using: &generator) else { return }
      let dtype = type(like)
      // Now and then one that has no vector code: such a loop goes kernel by kernel.
      let pool = Int.random(in: 0..<30, using: &generator) == 0 ? OpTable.rows : Self.cheap
      guard let row = pool.filter({ $0.dtypes.contains(dtype) }).randomElement(using: &generator) else { return }
      var operands: [Source] = []
      for type in row.operandTypes(dtype) {
        guard let source = sources.filter({ self.type($0) == type && !isStrided($0) }).randomElement(using: &generator) else {
          return
        }
        operands.append(source)
      }
      let mask = operands.enumerated().reduce(0) { $0 | (isScalar($1.element) ? 1 << $1.offset : 0) }
      guard TileForm.exists(arity: row.arity, mask: mask) else { return }
      definitions.append(
        Definition(opcode: .elementwise(row.op), dtype: dtype, result: row.resultType(dtype), sources: operands))
    }
  }

  private mutating func load(_ source: Source) {
    definitions.append(Definition(opcode: .load, dtype: type(source), result: type(source), sources: [source]))
  }

  /// Something of this dtype: a carried value as it is, what the step computes, or what does not change.
  private mutating func handOn(_ dtype: DType) -> Source {
    let candidates = sources.filter { type($0) == dtype }
    if let tile = candidates.filter({ if case .tile = $0 { true } else { false } }).randomElement(using: &generator),
      Int.random(in: 0..<4, using: &generator) != 0
    {
      return tile
    }
    if let any = candidates.randomElement(using: &generator) { return any }
    // Nothing has it: a carried value is converted.
    var source = Source.carried(0), from = carried[0]
    for to in [carried[0].computed, dtype.computed, dtype] where to != from {
      definitions.append(Definition(opcode: .convert(from: from), dtype: to, result: to, sources: [source]))
      (source, from) = (.tile(definitions.count - 1), to)
    }
    return source
  }

  // MARK: As a program

  /// Registers of the program: for each carried value its initial, current and next one; then captured values, rows and
  /// their wholes, what is stacked, the index, and what one kernel hands to the other.
  struct Registers {
    var initial: [Int] = [], current: [Int] = [], next: [Int] = [], captured: [Int] = []
    var wholes: [Int] = [], rows: [Int] = [], stackedWholes: [Int] = [], stackedRows: [Int] = []
    var index = 0
    var between: [Int: Int] = [:]
  }

  /// Definitions of the first kernel that the second one reads.
  private var handedOver: [Int] {
    guard split < definitions.count || split != .max else { return [] }
    var read: Set<Int> = []
    for case .tile(let i) in definitions.dropFirst(split).flatMap(\.sources) + next + stacked where i < split { read.insert(i) }
    return read.sorted()
  }

  func program() -> (program: Program, registers: Registers) {
    var program = Program(name: "random loop")
    var registers = Registers()
    func add(_ type: ArrayType, _ role: Register.Role) -> Int {
      program.registers.append(Register(type: type, role: role))
      return program.registers.count - 1
    }
    func argument(_ type: ArrayType) -> Int {
      program.arguments.append(type)
      return add(type, .argument(program.arguments.count - 1))
    }
    func temporary(_ type: ArrayType) -> Int {
      program.buffers.append(type.byteCount)
      return add(type, .temporary(buffer: program.buffers.count - 1))
    }
    for dtype in carried {
      let type = ArrayType(dtype, [count])
      registers.initial.append(argument(type))
      registers.current.append(add(type, .fresh))
      registers.next.append(add(type, .fresh))
    }
    for value in captured { registers.captured.append(argument(ArrayType(value.dtype, [Self.length(value.access, shape)]))) }
    for row in rows {
      registers.wholes.append(argument(ArrayType(row.dtype, [trips, row.length])))
      registers.rows.append(add(ArrayType(row.dtype, [row.length]), .row(of: registers.wholes.last!)))
    }
    for source in stacked {
      registers.stackedWholes.append(add(ArrayType(type(source), [trips, count]), .fresh))
      registers.stackedRows.append(add(ArrayType(type(source), [count]), .row(of: registers.stackedWholes.last!)))
    }
    registers.index = temporary(ArrayType(.i64, []))
    for tile in handedOver { registers.between[tile] = temporary(ArrayType(definitions[tile].result, [count])) }

    let last = Swift.min(split, definitions.count)
    if split != .max {
      let outputs = handedOver.map { (Source.tile($0), registers.between[$0]!) }
      if !outputs.isEmpty { program.kernels.append(kernel(0..<last, outputs, registers)) }
    }
    let outputs = zip(next, registers.next).map { ($0, $1) } + zip(stacked, registers.stackedRows).map { ($0, $1) }
    program.kernels.append(kernel(split == .max ? 0..<last : last..<definitions.count, outputs, registers))
    let loop = Loop(
      trips: trips, isReversed: isReversed, index: registers.index,
      carries: carried.indices.map {
        Carry(initial: registers.initial[$0], current: registers.current[$0], next: registers.next[$0])
      }, rows: registers.rows + registers.stackedRows, body: program.kernels.indices.map { .launch($0) })
    program.code = [.loop(loop), .return(registers.current + registers.stackedWholes)]
    return (program, registers)
  }

  private func kernel(_ range: Range<Int>, _ outputs: [(Source, Int)], _ registers: Registers) -> Kernel {
    var operands: [Operand] = []
    func slot(_ source: Source) -> Int? {
      let register: Int
      switch source {
      case .carried(let i): register = registers.current[i]
      case .captured(let i): register = registers.captured[i]
      case .row(let i): register = registers.rows[i]
      case .index: register = registers.index
      case .key(let isRow): register = isRow ? registers.rows[rows.count - 1] : registers.captured[captured.count - 1]
      case .tile(let i):
        guard !range.contains(i), let between = registers.between[i] else { return nil }
        register = between
      }
      if let known = operands.firstIndex(where: { $0.register == register }) { return known }
      operands.append(Operand(register: register, access: access(source), isWritten: false))
      return operands.count - 1
    }
    let read = range.flatMap { definitions[$0].sources } + outputs.map(\.0)
    for source in read { _ = slot(source) }
    let firstOutput = operands.count
    for (_, register) in outputs { operands.append(.write(register)) }
    // One tile a definition; behind them those that outputs need.
    var tiles = range.map { definitions[$0].result }
    func number(_ source: Source) -> UInt16 {
      if let operand = slot(source) { return UInt16(operand) }
      guard case .tile(let i) = source else { return 0 }
      return UInt16(operands.count + i - range.lowerBound)
    }
    var code = range.map { i in
      let sources = definitions[i].sources.map(number) + [TileInstruction.none, TileInstruction.none, TileInstruction.none]
      return TileInstruction(
        definitions[i].opcode, definitions[i].dtype, destination: UInt16(operands.count + i - range.lowerBound), a: sources[0],
        b: sources[1], c: sources[2])
    }
    for (position, output) in outputs.enumerated() {
      let destination = UInt16(firstOutput + position), dtype = type(output.0)
      guard slot(output.0) == nil else {
        code.append(TileInstruction(.load, dtype, destination: destination, a: number(output.0)))
        continue
      }
      if dtype.isNarrow {
        // There and back: no op has the dtype.
        tiles.append(dtype.computed)
        let wide = UInt16(operands.count + tiles.count - 1)
        code.append(TileInstruction(.convert(from: dtype), dtype.computed, destination: wide, a: number(output.0)))
        code.append(TileInstruction(.convert(from: dtype.computed), dtype, destination: destination, a: wide))
        continue
      }
      // A tile goes out through an op that leaves its value as it is.
      tiles.append(.bool)
      let always = UInt16(operands.count + tiles.count - 1)
      let tile = number(output.0)
      code.append(TileInstruction(.elementwise(ElementwiseOp.named("eq")!), dtype, destination: always, a: tile, b: tile))
      code.append(
        TileInstruction(
          .elementwise(ElementwiseOp.named("select")!), dtype, destination: destination, a: always, b: tile, c: tile))
    }
    return Kernel(name: "step", shape: shape, tile: 64, operands: operands, tiles: tiles, code: code)
  }

  // MARK: Its meaning

  /// The values of the arguments, in their order.
  func inputs() -> [[UInt64]] {
    var generator = SeededRandom(seed: seed ^ 0xdead_beef)
    return program().program.arguments.map { type in
      Array(
        TestValues.operands([type.dtype], count: type.count * 2, generator: &generator)[0].shuffled(using: &generator)
          .suffix(type.count))
    }
  }

  /// What the carried values are in the end, and what is stacked.
  func expected(_ inputs: [[UInt64]]) -> [[UInt64]] {
    let (constants, slices) = (inputs[carried.count..<carried.count + captured.count], inputs.suffix(rows.count))
    var state = Array(inputs[..<carried.count])
    var stacks = stacked.map { _ in [UInt64](repeating: 0, count: trips * count) }
    let bodies = definitions.map { definition -> Body? in
      if case .elementwise(let op) = definition.opcode { return op.row.body(definition.dtype) }
      return nil
    }
    func element(_ values: [UInt64], _ access: Access, _ first: Int, _ position: Int) -> UInt64 {
      switch access {
      case .contiguous(let offset): values[first + offset + position]
      case .scalar(let offset): values[first + offset]
      case .strided(let offset, let strides):
        values[first + PositionReference.element(position, shape, offset: offset, strides: strides)]
      default: 0
      }
    }
    for step in 0..<trips {
      let index = isReversed ? trips - 1 - step : step
      for position in 0..<count {
        var tiles: [UInt64] = []
        func value(_ source: Source) -> UInt64 {
          switch source {
          case .carried(let i): state[i][position]
          case .captured(let i): element(constants[carried.count + i], captured[i].access, 0, position)
          case .row(let i): element(slices[slices.startIndex + i], rows[i].access, index * rows[i].length, position)
          case .index: UInt64(index)
          case .tile(let i): tiles[i]
          case .key: 0
          }
        }
        func key(_ source: Source) -> (UInt64, UInt64) {
          guard case .key(let isRow) = source, case .whole(let offset, _) = access(source) else { return (0, 0) }
          let words = isRow ? slices[slices.endIndex - 1] : constants[constants.endIndex - 1]
          let first = (isRow ? index * rows[rows.count - 1].length : 0) + offset
          return (words[first], words[first + 1])
        }
        for (definition, body) in zip(definitions, bodies) {
          let sources = definition.sources.map(value)
          if let body {
            tiles.append(ScalarReference.evaluate(body, sources))
          } else if case .convert(let from) = definition.opcode {
            tiles.append(ScalarReference.convert(sources[0], from: from, to: definition.dtype))
          } else if case .iota(let axis) = definition.opcode {
            tiles.append(PositionReference.iota(position, axis, shape, definition.dtype))
          } else if case .randomBits(let first) = definition.opcode {
            tiles.append(PositionReference.randomBits(first + position, key: key(definition.sources[0]), definition.dtype))
          } else {
            tiles.append(sources[0])
          }
        }
        for (i, source) in stacked.enumerated() { stacks[i][index * count + position] = value(source) }
        let following = next.map(value)
        for i in carried.indices { state[i][position] = following[i] }
      }
    }
    return state + stacks
  }
}
