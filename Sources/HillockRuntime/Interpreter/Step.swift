import CHillock
import HillockBytecode
import HillockIR

/// A program-level instruction, ready to be executed: plain numbers and a C function pointer.
///
/// Its work is `units` equal units, which workers share; what a unit is depends on the kind.
struct Step {
  enum Kind: UInt8 {
    /// index: the kernel. Units: chunks.
    case launch
    /// destination[m, n] = a[m, k] · b[k, n], or the same without m. Units: blocks of rows · panels.
    case matmul
    /// Units: blocks of outer rows · panels.
    case reduce
    /// Few outer rows of great extent: a partial for each chunk of the extent, then combined. Units: outer · chunks · panels.
    case reduceChunks
    /// Units: blocks of indices.
    case gather
    /// A copy of the base shared by the workers, then the updates in order.
    case scatter
    /// A copy of the base, then the update's rows. Units: blocks of the update's rows.
    case updateSlice
    /// One source into its place. Units: blocks of runs.
    case place
    /// a: the function; the table: the registers of its operands (x of them), then those of its results.
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
  var function: UnsafeRawPointer?
  var destination = 0
  var a = 0
  var b = 0
  var c = 0
  /// What the kinds make of them is said where they are built.
  var x = 0
  var y = 0
  var z = 0
  var w = 0
  var table: UnsafeMutablePointer<Int>?
  var tableCount = 0
  var elementSize = 0
  var units = 0
  /// Picoseconds a unit takes, estimated.
  var unitCost = 1
  /// Picoseconds that the step takes, estimated.
  var cost = 0
  /// Items (rows, indices, runs) in a unit, and in all.
  var block = 1
  var items = 0
  /// Columns of a panel, and panels, where columns are shared as well.
  var panel = 0
  var panels = 1
}

/// Builds the steps of a program.
struct StepBuilder {
  let program: Program
  let isa: Int32
  let arena: Arena
  private(set) var partialsByteCount = 0

  init(program: Program, isa: Int32, arena: Arena) {
    self.program = program
    self.isa = isa
    self.arena = arena
  }

  /// There will be room for so many bytes of partials.
  mutating func needPartials(_ byteCount: Int) { partialsByteCount = max(partialsByteCount, byteCount) }

  /// nil for instructions that only say what the outputs are. A concatenation gives one step, whose table holds the sources.
  mutating func step(_ instruction: Instruction) throws(HillockError) -> Step? {
    switch instruction {
    case .launch(let index):
      return Step(kind: .launch, a: index)
    case .matmul(let destination, let a, let b):
      return try matmul(destination, a, b)
    case .reduce(let kind, let destination, let source, let outer, let extent, let inner):
      return try reduce(kind, destination, source, outer: outer, extent: extent, inner: inner)
    case .gather(let destination, let source, let indices):
      let type = type(source)
      let rows = type.shape.first ?? 1
      var step = Step(kind: .gather, destination: destination, a: source, b: indices)
      step.x = rows
      step.y = rows == 0 ? 0 : type.byteCount / rows
      divide(&step, items: self.type(indices).count, cost: Parameters.stridedCost + copyCost(step.y))
      return step
    case .scatter(let destination, let base, let indices, let updates):
      let type = type(base)
      let rows = type.shape.first ?? 1
      var step = Step(kind: .scatter, destination: destination, a: base, b: indices, c: updates)
      step.x = rows
      step.y = rows == 0 ? 0 : type.byteCount / rows
      step.z = self.type(indices).count
      step.w = type.byteCount
      return step
    case .updateSlice(let destination, let base, let update, let starts, let steps):
      return updateSlice(destination, base, update, starts, steps)
    case .concatenate(let destination, let sources, let axis):
      return concatenate(destination, sources, axis)
    case .call(let function, let operands, let results):
      var step = Step(kind: .call, a: function)
      step.table = arena.copy(operands + results).baseAddress
      step.tableCount = operands.count + results.count
      step.x = operands.count
      return step
    case .loop, .whileLoop, .branch, .store, .return:
      // Control flow is laid out by ProgramLayout.
      return nil
    }
  }

  private func type(_ register: Int) -> ArrayType { program.registers[register].type }

  private func copyCost(_ bytes: Int) -> Int { bytes * (Parameters.moveCost + Parameters.streamCost) / 64 + 1 }

  /// Splits items into blocks that are worth claiming.
  private func divide(_ step: inout Step, items: Int, cost: Int) {
    step.block = max(Int(Parameters.minimumClaim) * 1000 / max(cost, 1), 1)
    step.items = items
    step.units = (items + step.block - 1) / step.block
    step.unitCost = min(step.block, max(items, 1)) &* cost
  }

  /// Shares the columns of a step's units as well, where there are fewer of them than it takes to give every worker its part, and
  /// where the parts are still worth claiming.
  private func sharePanels(_ step: inout Step, columns: Int, elementSize: Int) {
    let least = Parameters.leastPanel / elementSize
    let worthwhile = step.unitCost / (Int(Parameters.minimumClaim) * 1000)
    let wanted = max(min(Parameters.panelUnits / max(step.units, 1), worthwhile), 1)
    step.panel = max((columns + wanted * least - 1) / (wanted * least) * least, least)
    step.panels = max((columns + step.panel - 1) / step.panel, 1)
    step.unitCost = step.unitCost / step.panels + 1
    step.units *= step.panels
  }

  /// x: k, y: n. A block has so many rows that packing a strip of b is little work beside using it, unless there would be too few
  /// blocks to share, or a strip is packed for each register block anyway: where k has more than one chunk.
  private func matmul(_ destination: Int, _ a: Int, _ b: Int) throws(HillockError) -> Step {
    let dtype = type(destination).dtype
    let rows = type(a).rank == 2 ? type(a).shape[0] : nil
    guard let function = rows == nil ? hk_vector_matmul(isa, Int32(dtype.rawValue)) : hk_matmul(isa, Int32(dtype.rawValue)) else {
      throw missing("matmul", dtype)
    }
    let (k, n) = (type(b).shape.first ?? 0, type(b).shape.last ?? 0)
    var step = Step(kind: .matmul, destination: destination, a: a, b: b)
    step.function = unsafeBitCast(function, to: UnsafeRawPointer.self)
    step.x = k
    step.y = n
    let cost = max(k, 1) &* max(n, 1) &* Parameters.multiplyAddCost &* dtype.size / 4
    let panels = max(n * dtype.size / Parameters.leastPanel, 1)
    step.items = rows ?? 1
    step.block = k > Kernel.chunk ? 2 * Parameters.leastMatmulRows : Parameters.matmulRows
    while step.block > Parameters.leastMatmulRows, (step.items / step.block + 1) * panels < 4 * Configuration.workers,
      step.block &* cost > 2000 * Int(Parameters.minimumClaim)
    { step.block /= 2 }
    step.units = (step.items + step.block - 1) / step.block
    step.unitCost = rows == nil ? copyCost(max(k, 1) &* max(n, 1) &* dtype.size) : min(step.block, max(step.items, 1)) &* cost
    sharePanels(&step, columns: n, elementSize: dtype.size)
    return step
  }

  /// x: extent, y: inner, z: kind, w: dtype.
  private mutating func reduce(
    _ kind: ReduceKind, _ destination: Int, _ source: Int, outer: Int, extent: Int, inner: Int
  ) throws(HillockError) -> Step {
    let dtype = type(source).dtype
    guard let function = hk_reduce_axis(isa, Int32(kind.rawValue), Int32(dtype.rawValue)) else {
      throw missing("reduce.\(kind.name)", dtype)
    }
    var step = Step(kind: .reduce, destination: destination, a: source)
    step.function = unsafeBitCast(function, to: UnsafeRawPointer.self)
    step.x = extent
    step.y = inner
    step.z = Int(kind.rawValue)
    step.w = Int(dtype.rawValue)
    step.elementSize = dtype.size
    let chunks = (extent + Kernel.chunk - 1) / Kernel.chunk
    if outer < 64, chunks > 1 {
      step.kind = .reduceChunks
      step.items = outer * chunks
      step.units = step.items
      step.unitCost = copyCost(Kernel.chunk * inner * dtype.size)
      partialsByteCount = max(partialsByteCount, outer * chunks * inner * dtype.size)
    } else {
      divide(&step, items: outer, cost: copyCost(extent &* inner &* dtype.size))
    }
    sharePanels(&step, columns: inner, elementSize: dtype.size)
    return step
  }

  /// The table: the first element's place, then for each axis its extent and its stride in the base. x: rank, y: element size,
  /// z: elements of a row, w: bytes of the base. Items are rows of the update.
  private func updateSlice(_ destination: Int, _ base: Int, _ update: Int, _ starts: [Int], _ steps: [Int]) -> Step {
    let into = type(base), from = type(update)
    // An array without axes is one row of one element.
    let shape = from.shape.isEmpty ? [1] : from.shape
    let strides = into.shape.isEmpty ? [1] : Shape.rowMajorStrides(into.shape)
    let first = zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
    var table = [first]
    for axis in shape.indices { table += [shape[axis], (steps.isEmpty ? 1 : steps[axis]) * strides[axis]] }
    var step = Step(kind: .updateSlice, destination: destination, a: base, b: update)
    step.table = arena.copy(table).baseAddress
    step.x = shape.count
    step.y = from.dtype.size
    step.z = shape.last ?? 1
    step.w = into.byteCount
    let rows = step.z == 0 ? 0 : from.count / step.z
    divide(&step, items: rows, cost: Parameters.callCost + copyCost(step.z * step.y))
    return step
  }

  /// The table: for each source its register, its bytes a run and the byte at which its runs begin. x: bytes of the
  /// destination's runs. Items are runs of all sources.
  private func concatenate(_ destination: Int, _ sources: [Int], _ axis: Int) -> Step {
    let into = type(destination)
    let inner = into.shape.dropFirst(axis + 1).reduce(1, *) * into.dtype.size
    let outer = into.shape.prefix(axis).reduce(1, *)
    var table: [Int] = []
    var offset = 0
    for source in sources {
      let run = type(source).shape[axis] * inner
      table += [source, run, offset]
      offset += run
    }
    var step = Step(kind: .place, destination: destination)
    step.table = arena.copy(table).baseAddress
    step.tableCount = sources.count
    step.x = offset
    divide(&step, items: outer, cost: Parameters.callCost * max(sources.count, 1) + copyCost(offset))
    return step
  }

  private func missing(_ what: String, _ dtype: DType) -> HillockError {
    HillockError(.verification, "there is no kernel for \(what) at \(dtype.name)")
  }
}
