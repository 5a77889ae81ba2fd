import CHillock
import HillockBytecode
import HillockIR

/// What a strict run checks around each step.
extension StrictRun {
  /// Whether a step may be done: everything it reads holds a value, and it writes no input.
  func permits(_ step: UnsafePointer<Step>) -> Bool {
    before(step)
    return violation == nil
  }

  /// Whether to go on after a step. `isLast`: a loop has done all its steps.
  func accepts(_ step: UnsafePointer<Step>, isLast: Bool) -> Bool {
    after(step, isLast: isLast)
    return violation == nil
  }

  func before(_ step: UnsafePointer<Step>) {
    let what = name(step)
    switch step.pointee.kind {
    case .enterLoop, .enterWhile:
      let loop = prepared.loops[step.pointee.a]
      for carry in loop.carries {
        read(carry.initial, what)
        // The copies are made one after the other: one must not spoil what the next one reads.
        define(carry.current)
      }
      guard step.pointee.kind == .enterLoop else { return }
      enter(step.pointee.a, loop.rows)
      if loop.trips > 0 { define(loop.register) } else { leave(step.pointee.a, loop.rows) }
    case .repeatLoop, .repeatWhile:
      countSteps()
      for carry in prepared.loops[step.pointee.a].carries { read(carry.next, what) }
      if step.pointee.kind == .repeatLoop { requireRows(step.pointee.a) }
    case .test: read(prepared.loops[step.pointee.a].register, what)
    case .select: read(step.pointee.a, what)
    case .jump, .claim: break
    case .rowGroup: before(prepared.groups[step.pointee.a], units: step.pointee.units)
    case .columnGroup: before(prepared.columnGroups[step.pointee.a])
    case .interchangedLoop: before(prepared.loops[step.pointee.a], step.pointee.a)
    case .launch, .array, .call:
      for register in reads(step) { read(register, what) }
      refuseInputs(writes(step), what)
    }
  }

  func after(_ step: UnsafePointer<Step>, isLast: Bool) {
    noteControl(step)
    switch step.pointee.kind {
    case .repeatLoop, .repeatWhile:
      let loop = prepared.loops[step.pointee.a]
      exchange(loop.carries)
      guard step.pointee.kind == .repeatLoop else { return }
      if isLast { leave(step.pointee.a, loop.rows) } else { clear(loop.rows) }
      define(loop.register)
    case .enterLoop, .enterWhile, .test, .select, .jump, .claim: break
    case .rowGroup:
      after(prepared.groups[step.pointee.a])
      checkGuards(name(step))
    case .columnGroup:
      after(prepared.columnGroups[step.pointee.a])
      checkGuards(name(step))
    case .interchangedLoop:
      after(prepared.loops[step.pointee.a], step.pointee.a)
      checkGuards(name(step))
    case .launch, .array, .call:
      for register in writes(step) { define(register) }
      checkGuards(name(step))
    }
  }

  func refuseInputs(_ written: [Int], _ what: String) {
    for register in written where isInput(register) { report(.target, "\(what) writes r\(register), which is an input") }
  }

  /// After the last step: all outputs are there, and the inputs are what they were.
  func finish() -> HillockError? {
    for register in prepared.results + prepared.stored.compactMap({ $0 }) { read(register, "the end of the run") }
    checkInputs("the run")
    return violation
  }

  func name(_ step: UnsafePointer<Step>) -> String {
    switch step.pointee.kind {
    case .launch: "kernel \(step.pointee.a) \"\(prepared.program.kernels[step.pointee.a].name)\""
    case .enterLoop, .repeatLoop, .interchangedLoop: "a loop"
    case .enterWhile, .test, .repeatWhile: "a while loop"
    case .select, .jump: "a branch"
    case .claim: "the claim of Variables"
    case .rowGroup: "a row group"
    case .columnGroup: "a column group"
    case .call: "the call of function \(step.pointee.a)"
    case .array: prepared.arrayOps[step.pointee.a].op.row.name
    }
  }

  func reads(_ step: UnsafePointer<Step>) -> [Int] {
    switch step.pointee.kind {
    case .launch: return prepared.program.reads(.launch(step.pointee.a))
    case .array: return Array(prepared.arrayOps[step.pointee.a].sources)
    case .call: return Array(registers(of: step).prefix(step.pointee.b))
    case .claim, .rowGroup, .columnGroup, .interchangedLoop, .enterLoop, .repeatLoop, .enterWhile, .test, .repeatWhile, .select,
      .jump:
      return []
    }
  }

  /// The registers of a call: operands, then results.
  private func registers(of call: UnsafePointer<Step>) -> [Int] {
    Array(UnsafeBufferPointer(start: call.pointee.table, count: call.pointee.tableCount))
  }

  func writes(_ step: UnsafePointer<Step>) -> [Int] {
    switch step.pointee.kind {
    case .launch: prepared.program.writes(.launch(step.pointee.a))
    case .call: Array(registers(of: step).dropFirst(step.pointee.b))
    case .rowGroup: prepared.groups[step.pointee.a].members.flatMap(writes)
    case .columnGroup: writes(prepared.columnGroups[step.pointee.a])
    case .interchangedLoop:
      written(prepared.loops[step.pointee.a])
        + prepared.loops[step.pointee.a].carries.flatMap { [$0.current, $0.next] }
        + prepared.loops[step.pointee.a].rows.map(\.whole)
    case .array: Array(prepared.arrayOps[step.pointee.a].destinations)
    case .claim, .enterLoop, .repeatLoop, .enterWhile, .test, .repeatWhile, .select, .jump: []
    }
  }

  /// What is there when the step is done, of what it writes.
  func outputs(_ step: UnsafePointer<Step>) -> [Int] {
    switch step.pointee.kind {
    case .rowGroup:
      let locals = Set(prepared.groups[step.pointee.a].locals.map(\.register))
      return writes(step).filter { !locals.contains($0) }
    case .columnGroup:
      let locals = Set(prepared.columnGroups[step.pointee.a].locals.map(\.register))
      return writes(step).filter { !locals.contains($0) }
    case .interchangedLoop:
      let loop = prepared.loops[step.pointee.a]
      let written = Set(written(loop))
      return loop.carries.map(\.current) + loop.rows.filter { written.contains($0.register) }.map(\.whole)
    default: return writes(step)
    }
  }
}

extension Run {
  /// Shares units as ever, but every claim is noted, and a unit that was claimed before is not done again.
  func shareStrictly(_ strict: StrictRun, units: Int, unitCost: Int, _ context: UnsafeRawPointer, _ body: Team.Body) {
    strict.begin(units: units, body)
    let checked: Team.Body = { context, worker, first, last in
      guard let strict = context.assumingMemoryBound(to: Run.self).pointee.strict else { return }
      strict._withUnsafeGuaranteedRef {
        guard $0.claim(first..<last, worker: worker) else { return }
        $0.body?(context, worker, first, last)
      }
    }
    withUnsafePointer(to: self) { Run.distribute($0, units: units, unitCost: unitCost, context, checked) }
    strict.end()
  }

  /// What watches a kernel's stores in a worker.
  func checks(
    _ strict: Unmanaged<StrictRun>, _ kernel: UnsafePointer<PreparedKernel>, _ registers: UnsafePointer<Pointer?>, unit: Int,
    worker: Int, rows: RowsAtWork? = nil, columns: ColumnsAtWork? = nil
  ) -> StoreChecks {
    let scratch = scratch + worker &* scratchStride
    return StoreChecks(
      run: strict, kernel: kernel, registers: registers, worker: worker, scratch: scratch,
      bounce: scratch + strict._withUnsafeGuaranteedRef { $0.prepared.bounceOffset }, unit: unit, rows: rows,
      columns: columns)
  }

  /// Positions of the present kernel, each store watched.
  func runChecked(_ scratch: Pointer, _ worker: Int, _ first: Int, _ last: Int) {
    guard let strict, let kernel else { return }
    TileLoop.run(
      kernel, registers: UnsafePointer(registers), partials: UnsafePointer(partialsTable), scratch: scratch, first: first,
      last: last, checks: checks(strict, kernel, UnsafePointer(registers), unit: kernel.pointee.unit, worker: worker))
  }

  /// Does a step natively, takes back what was stored, does it in the interpreter with every store watched, and compares.
  mutating func compare(_ step: UnsafePointer<Step>, _ strict: StrictRun, _ body: (inout Run) -> Void) {
    let name = strict.name(step), outputs = strict.outputs(step)
    let memory = strict.memory(), entries = entries
    let table = Array(UnsafeBufferPointer(start: registers, count: registerCount))
    isComparing = true
    body(&self)
    isComparing = false
    let native = outputs.map(strict.bytes)
    strict.restore(memory, strict.writes(step), "the native code of \(name)")
    registers.update(from: table, count: registerCount)
    self.entries = nil
    body(&self)
    self.entries = entries
    // What was left off is not the same.
    guard !isStopped.pointee.load(ordering: .relaxed) else { return }
    for (register, bytes) in zip(outputs, native) {
      let dtype = strict.prepared.program.registers[register].type.dtype
      guard let position = Self.firstDifference(bytes, strict.bytes(register), dtype) else { continue }
      strict.report(
        .native, "the native code of \(name) stores another value at position \(position) of r\(register)")
    }
  }

  /// The first position where elements are not the same; any NaN is the same as any NaN (Spec/numerics).
  private static func firstDifference(_ a: [UInt8], _ b: [UInt8], _ dtype: DType) -> Int? {
    guard a != b else { return nil }
    return a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        (0..<min(a.count, b.count) / dtype.size).first { position in
          let bytes = position * dtype.size..<(position + 1) * dtype.size
          guard !a[bytes].elementsEqual(b[bytes]) else { return false }
          switch dtype {
          case .f32:
            return
              !(a.loadUnaligned(fromByteOffset: bytes.lowerBound, as: Float.self).isNaN
              && b.loadUnaligned(fromByteOffset: bytes.lowerBound, as: Float.self).isNaN)
          case .f64:
            return
              !(a.loadUnaligned(fromByteOffset: bytes.lowerBound, as: Double.self).isNaN
              && b.loadUnaligned(fromByteOffset: bytes.lowerBound, as: Double.self).isNaN)
          case .f16, .bf16:
            guard let format = dtype.narrowFormat else { return true }
            return
              !(format.value(UInt64(a.loadUnaligned(fromByteOffset: bytes.lowerBound, as: UInt16.self))).isNaN
              && format.value(UInt64(b.loadUnaligned(fromByteOffset: bytes.lowerBound, as: UInt16.self))).isNaN)
          case .i32, .i64, .u32, .u64, .i8, .i16, .u8, .u16, .bool: return true
          }
        }
      }
    }
  }
}
