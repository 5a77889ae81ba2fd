import HillockBytecode
import HillockIR

/// What a loop moves when it starts and between its steps: plain numbers, in memory that the prepared program owns.
struct PreparedLoop {
  struct Carry {
    var initial: Int
    var current: Int
    var next: Int
    var byteCount: Int
  }

  struct Row {
    var register: Int
    var whole: Int
    var byteCount: Int
  }

  /// -1: until the test fails.
  var trips: Int
  var isReversed: Bool
  /// The register of the index, or of the test.
  var register: Int
  var carries: UnsafeMutableBufferPointer<Carry>
  var rows: UnsafeMutableBufferPointer<Row>
  /// Tile instructions times positions of one step of the body.
  var bodyWork: Int
  /// The kernels of a loop that is interchanged with its positions.
  var kernels = UnsafeMutableBufferPointer<Int>(start: nil, count: 0)
  /// How the interpreter takes a tile of positions through it.
  var tables = LoopTables()
  /// Its place in `Program.interchangedLoops`, and how many steps native code takes at a time.
  var entry = 0
  var strip = 1

  /// Where the numbers of the loops inside it end.
  var nestedEnd = 0
  /// Whether a team can stand for it (see `StandingTeam`): nothing in it can fail, calls a function or divides work in other ways.
  var canStand = false
  /// Whether one is worth it.
  var stands = false
  /// Whether one stands for it or for a loop around it: the function of the whole program leaves it to the runtime.
  var isApart = false

  typealias Registers = UnsafeMutablePointer<UnsafeMutableRawPointer?>

  /// `current` and `next` change places: their addresses do, not their elements.
  func exchange(in registers: Registers) {
    for carry in carries {
      let current = registers[carry.current]
      registers[carry.current] = registers[carry.next]
      registers[carry.next] = current
    }
  }

  func index(ofStep step: Int) -> Int { isReversed ? trips &- 1 &- step : step }

  /// Sets the index of a step and points the rows at it.
  func place(step: Int, in registers: Registers) {
    let index = index(ofStep: step)
    registers[register].unsafelyUnwrapped.storeBytes(of: Int64(index), as: Int64.self)
    for row in rows { registers[row.register] = registers[row.whole].unsafelyUnwrapped + index &* row.byteCount }
  }
}

/// Lays nested code out as one list of steps. A loop that can be interchanged with its positions is one step; another becomes
/// `enterLoop`, its body and `repeatLoop`; a while loop `enterWhile`, the condition, `test`, the body and `repeatWhile`; a
/// branch `select`, its blocks, and a `jump` after each. `claim` stands before the first instruction that may write in the
/// place of a Variable's value.
struct ProgramLayout {
  private(set) var steps: [Step] = []
  private(set) var loops: [PreparedLoop] = []
  private(set) var groups: [PreparedRowGroup] = []
  private(set) var columnGroups: [PreparedColumnGroup] = []
  private let program: Program
  private let arena: Arena
  private var builder: StepBuilder
  private let isStrict: Bool
  private let analysis: RowGroupAnalysis
  private var interchanged = 0

  var partialsByteCount: Int { builder.partialsByteCount }
  var scratchByteCount: Int { builder.scratchByteCount }
  var arrayOps: [PreparedArrayOp] { builder.arrayOps }

  init(_ program: Program, isa: InstructionSet, arena: Arena, isStrict: Bool = false) throws(HillockError) {
    self.program = program
    self.isStrict = isStrict
    self.arena = arena
    builder = StepBuilder(program: program, isa: isa.rawValue, arena: arena)
    analysis = RowGroupAnalysis(program)
    let writer = program.firstInPlaceWriter(in: program.code)
    try lay(Array(program.code[..<(writer ?? 0)]))
    if writer != nil { steps.append(Step(kind: .claim)) }
    try lay(Array(program.code[(writer ?? 0)...]))
  }

  private mutating func lay(_ code: [Instruction]) throws(HillockError) {
    let rowGroups = analysis.groups(in: code)
    var groups = rowGroups[...], columnGroups = ColumnGroupAnalysis(analysis).groups(in: code, besides: rowGroups)[...]
    for (position, instruction) in code.enumerated() {
      if let group = columnGroups.first, group.range.contains(position) {
        if position == group.range.lowerBound { try lay(group) }
        if position == group.range.upperBound - 1 { columnGroups.removeFirst() }
        continue
      }
      if let group = groups.first, group.range.contains(position) {
        if position == group.range.lowerBound { try lay(group) }
        if position == group.range.upperBound - 1 { groups.removeFirst() }
        continue
      }
      switch instruction {
      case .loop(let loop): try lay(loop)
      case .whileLoop(let loop): try lay(loop)
      case .branch(let branch): try lay(branch)
      default:
        if let step = try builder.step(instruction) { steps.append(step) }
      }
    }
  }

  private mutating func lay(_ group: RowGroup) throws(HillockError) {
    var reductions: [AxisReductionKernel] = []
    var rowCost = 0
    for member in group.members {
      switch member {
      case .launch(let kernel, let positions):
        rowCost += positions * CostModel.position(program.kernels[kernel], registers: program.registers)
      case .reduce(let reduction, let items):
        let kernel = try builder.reduction(reduction)
        reductions.append(kernel)
        rowCost += kernel.itemCost &* items
      }
    }
    let prepared = PreparedRowGroup(
      group, program, reductions: reductions, rowCost: rowCost, gap: isStrict ? Guards.length : 0, arena: arena)
    var step = Step(kind: .rowGroup, a: groups.count)
    step.units = (prepared.rows + prepared.block - 1) / prepared.block
    step.unitCost = rowCost &* prepared.block
    groups.append(prepared)
    steps.append(step)
  }

  private mutating func lay(_ group: ColumnGroup) throws(HillockError) {
    let prepared = try builder.columnGroup(group, gap: isStrict ? Guards.length : 0)
    var step = Step(kind: .columnGroup, a: columnGroups.count)
    step.units = prepared.units
    step.unitCost = prepared.unitCost
    columnGroups.append(prepared)
    steps.append(step)
  }

  private mutating func lay(_ loop: Loop) throws(HillockError) {
    let index = loops.count
    let rows = loop.rows.compactMap { register -> PreparedLoop.Row? in
      guard case .row(let whole) = program.registers[register].role else { return nil }
      return PreparedLoop.Row(register: register, whole: whole, byteCount: program.registers[register].type.byteCount)
    }
    loops.append(
      PreparedLoop(
        trips: loop.trips, isReversed: loop.isReversed, register: loop.index, carries: carries(loop.carries),
        rows: arena.copy(rows), bodyWork: CostModel.work(loop.body, program)))
    if let kernels = program.interchangedKernels(loop) {
      loops[index].kernels = arena.copy(kernels)
      loops[index].entry = interchanged
      loops[index].strip = strip(loop, kernels)
      interchanged += 1
      steps.append(Step(kind: .interchangedLoop, a: index))
      return
    }
    steps.append(Step(kind: .enterLoop, a: index))
    let body = steps.count
    try lay(loop.body)
    steps.append(Step(kind: .repeatLoop, a: index, b: body))
    steps[body - 1].b = steps.count
    decideStanding(index, body..<steps.count)
  }

  /// How many steps of a chunk native code takes at a time: so many that beginning and ending cost nothing, and so few that
  /// it comes back about once in a millisecond, and that the rows it goes through stay in the second-level cache. It goes
  /// from one vector of positions to the next with each strip, while rows are whole in memory.
  private func strip(_ loop: Loop, _ kernels: [Int]) -> Int {
    let count = kernels.first.map { program.kernels[$0].count } ?? 0
    let positions = min(max(count, 1), Kernel.chunk)
    let cost = kernels.reduce(1) { $0 + CostModel.position(program.kernels[$1], registers: program.registers) * positions }
    let rowBytes = loop.rows.reduce(1) { sum, row in
      let type = program.registers[row].type
      return sum + (type.count == count ? positions * type.dtype.size : 0)
    }
    return max(min(Parameters.stripCost / cost, Parameters.stripRows / rowBytes), Parameters.leastStrip)
  }

  private mutating func lay(_ loop: WhileLoop) throws(HillockError) {
    let index = loops.count
    loops.append(
      PreparedLoop(
        trips: -1, isReversed: false, register: loop.test, carries: carries(loop.carries), rows: arena.copy([]),
        bodyWork: CostModel.work(loop.body, program)))
    steps.append(Step(kind: .enterWhile, a: index))
    let condition = steps.count
    try lay(loop.condition)
    let test = steps.count
    steps.append(Step(kind: .test, a: index))
    try lay(loop.body)
    steps.append(Step(kind: .repeatWhile, a: index, b: condition))
    steps[test].b = steps.count
    steps[condition - 1].b = steps.count
    decideStanding(index, condition..<steps.count)
  }

  /// Whether a team stands for a loop whose steps these are.
  private mutating func decideStanding(_ index: Int, _ body: Range<Int>) {
    loops[index].nestedEnd = loops.count
    var estimate = StandingEstimate()
    for step in steps[body] {
      switch step.kind {
      case .claim, .call, .interchangedLoop: return
      case .launch: note(program.kernels[step.a], in: &estimate)
      case .array: for phase in arrayOps[step.a].phases where !phase.unlessInPlace { note(phase, in: &estimate) }
      case .rowGroup, .columnGroup: estimate.noteShared(units: step.units, items: step.units, cost: step.unitCost)
      case .test, .select: estimate.note(.decide)
      case .enterLoop, .repeatLoop, .enterWhile, .repeatWhile, .jump: break
      }
    }
    loops[index].canStand = true
    guard estimate.isWorthIt else { return }
    loops[index].stands = true
    for inside in index..<loops.count {
      loops[inside].isApart = true
      if inside > index { loops[inside].stands = false }
    }
  }

  private func note(_ kernel: Kernel, in estimate: inout StandingEstimate) {
    let position = CostModel.position(kernel, registers: program.registers)
    estimate.noteShared(units: kernel.unitCount, items: kernel.count, cost: position)
    // The leader combines the partials.
    if kernel.hasReduction { estimate.note(.lead) }
  }

  private func note(_ phase: ArrayPlan.Phase, in estimate: inout StandingEstimate) {
    if phase.runsAlone { return estimate.note(.lead) }
    if phase.liveCost != nil { estimate.note(.decide) }
    estimate.noteShared(units: phase.units, items: phase.units, cost: phase.unitCost)
  }

  private mutating func lay(_ branch: Branch) throws(HillockError) {
    let select = steps.count
    steps.append(Step(kind: .select, a: branch.selector))
    var starts: [Int] = []
    var jumps: [Int] = []
    for block in branch.blocks {
      starts.append(steps.count)
      try lay(block)
      jumps.append(steps.count)
      steps.append(Step(kind: .jump))
    }
    for jump in jumps { steps[jump].b = steps.count }
    steps[select].table = arena.copy(starts).baseAddress
    steps[select].tableCount = starts.count
  }

  private func carries(_ carries: [Carry]) -> UnsafeMutableBufferPointer<PreparedLoop.Carry> {
    arena.copy(
      carries.map {
        PreparedLoop.Carry(
          initial: $0.initial, current: $0.current, next: $0.next,
          byteCount: program.registers[$0.current].type.byteCount)
      })
  }
}
