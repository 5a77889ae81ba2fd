import CHillock
import HillockBytecode
import HillockIR

/// A program-level instruction, ready to be executed: plain numbers.
///
/// Its work is `units` equal units, which workers share; what a unit is depends on the kind.
struct Step {
  enum Kind: UInt8 {
    /// a: the kernel. Units: chunks.
    case launch
    /// a: the op, of which `units` and `unitCost` say what its phases have in all.
    case array
    /// a: the function; the table: the registers of its operands (b of them), then those of its results.
    case call
    /// Decides where the Variables' new values are written: in place or in fresh memory. From here on nothing fails.
    case claim
    /// a: the group. Units: blocks of rows.
    case rowGroup
    /// a: the group. Units: outer · chunks · panels.
    case columnGroup
    // Control flow; a: the loop (or the register of the selector), b: the step to go to. See ProgramLayout.
    case interchangedLoop, enterLoop, repeatLoop, enterWhile, test, repeatWhile, select, jump
  }

  var kind: Kind
  var a = 0
  var b = 0
  var table: UnsafeMutablePointer<Int>?
  var tableCount = 0
  var units = 0
  /// Picoseconds a unit takes, estimated.
  var unitCost = 1
  /// Picoseconds that the step takes, estimated.
  var cost = 0
}

/// Builds the steps of a program.
struct StepBuilder {
  let program: Program
  let isa: Int32
  let arena: Arena
  private(set) var partialsByteCount = 0
  /// What array ops need of a worker's scratch.
  private(set) var scratchByteCount = 0
  private(set) var arrayOps: [PreparedArrayOp] = []

  init(program: Program, isa: Int32, arena: Arena) {
    self.program = program
    self.isa = isa
    self.arena = arena
  }

  /// There will be room for so many bytes of partials.
  mutating func needPartials(_ byteCount: Int) { partialsByteCount = max(partialsByteCount, byteCount) }

  /// nil for instructions that only say what the outputs are, and for control flow, which is laid out by ProgramLayout.
  mutating func step(_ instruction: Instruction) throws(HillockError) -> Step? {
    switch instruction {
    case .launch(let index):
      return Step(kind: .launch, a: index)
    case .array(let op, let attributes, let destinations, let sources):
      return try array(op, attributes, destinations, sources)
    case .call(let function, let operands, let results):
      var step = Step(kind: .call, a: function, b: operands.count)
      step.table = arena.copy(operands + results).baseAddress
      step.tableCount = operands.count + results.count
      return step
    case .loop, .whileLoop, .branch, .store, .return:
      return nil
    }
  }

  /// The kernel of a reduction in a row group.
  func reduction(_ reduction: AxisReduction) throws(HillockError) -> AxisReductionKernel {
    try AxisReductionKernel(reduction, program.registers[reduction.source].type.dtype, isa: isa)
  }

  private mutating func array(
    _ op: ArrayOp, _ attributes: Attributes, _ destinations: [Int], _ sources: [Int]
  ) throws(HillockError) -> Step {
    func types(_ registers: [Int]) -> [ArrayType] { registers.map { program.registers[$0].type } }
    let plan = try ArrayPlan(
      ArrayOrder(
        op: op, attributes: attributes, sources: types(sources), destinations: types(destinations), isa: isa, arena: arena))
    needPartials(plan.workspaceByteCount)
    scratchByteCount = max(scratchByteCount, plan.scratchByteCount)
    var step = Step(kind: .array, a: arrayOps.count)
    arrayOps.append(
      PreparedArrayOp(
        op: op, phases: arena.copy(plan.phases), parameters: plan.parameters, registers: arena.copy(sources + destinations),
        sourceCount: sources.count, overwrites: op.row.overwrites ?? -1))
    // A copy that is left out in place is not counted: loops, where costs decide most, write in place.
    let counted = plan.phases.filter { !$0.unlessInPlace }
    step.units = max(counted.filter { !$0.runsAlone }.map(\.units).max() ?? 0, counted.isEmpty ? 0 : 1)
    let cost = counted.reduce(0) { sum, phase in
      let (total, overflow) = sum.addingReportingOverflow(phase.cost)
      return overflow ? .max : total
    }
    step.unitCost = cost / max(step.units, 1)
    return step
  }
}
