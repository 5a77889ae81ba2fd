import HillockBytecode

/// What watches the interpreter's loop: nothing, or everything. The loop is generic over it, so that watching nothing costs
/// nothing.
protocol TileChecks {
  typealias Pointer = UnsafeMutableRawPointer

  /// Called before a claim: the worker's scratch is laid out, and holds nothing.
  func begin(scratch: Pointer)

  /// Where an instruction that is about to store to `pointer` for these positions shall store instead.
  func target(_ call: UnsafePointer<PreparedInstruction>, _ pointer: Pointer?, position: Int, count: Int) -> Pointer?

  /// Called when it has stored.
  func finish(_ call: UnsafePointer<PreparedInstruction>, _ pointer: Pointer?, position: Int, count: Int)

  /// Whether the partial of a chunk may be written here.
  func permits(_ reduction: PreparedKernel.Reduction, chunk: Int, _ pointer: Pointer) -> Bool

  /// Called after a claim.
  func end(scratch: Pointer)
}

struct NoChecks: TileChecks {
  @inline(__always) func begin(scratch: Pointer) {}  // all of these vanish
  @inline(__always)
  func target(_ call: UnsafePointer<PreparedInstruction>, _ pointer: Pointer?, position: Int, count: Int) -> Pointer? { pointer }
  @inline(__always)
  func finish(_ call: UnsafePointer<PreparedInstruction>, _ pointer: Pointer?, position: Int, count: Int) {}
  @inline(__always)
  func permits(_ reduction: PreparedKernel.Reduction, chunk: Int, _ pointer: Pointer) -> Bool { true }
  @inline(__always) func end(scratch: Pointer) {}
}

/// Checks each store of a tile before it happens. Stores to registers go to a guarded tile of the worker's first, and from
/// there to the register: a tile kernel that writes more than it should is found out before anything is spoilt, and a store
/// that is not allowed never happens.
struct StoreChecks: TileChecks {
  let run: Unmanaged<StrictRun>
  let kernel: UnsafePointer<PreparedKernel>
  /// The worker's own table in row groups and interchanged loops.
  let registers: UnsafePointer<Pointer?>
  /// Where the worker's claims, scratch and guarded tile are.
  let worker: Int
  let scratch: Pointer
  let bounce: Pointer
  /// Positions in a unit of what is claimed.
  let unit: Int
  /// In a row group: the rows at work, and where they lie.
  var rows: RowsAtWork?
  /// In a column group: the positions at work.
  var columns: ColumnsAtWork?

  /// The units that positions belong to.
  func units(of positions: Range<Int>) -> Range<Int> {
    if let columns { return columns.units(of: positions) }
    return positions.lowerBound / unit..<(positions.upperBound + unit - 1) / unit
  }

  /// Where a register of a group's own lies: the first byte, its place in the whole register, and how many.
  func place(of register: Int) -> (base: UnsafeMutableRawPointer, start: Int, byteCount: Int)? {
    rows?.place(of: register) ?? columns?.place(of: register)
  }

  func begin(scratch: Pointer) { Guards.fill(scratch, kernel.pointee.layoutByteCount) }

  func target(_ call: UnsafePointer<PreparedInstruction>, _ pointer: Pointer?, position: Int, count: Int) -> Pointer? {
    let slot = call.pointee.destination
    guard slot < kernel.pointee.operandCount, kernel.pointee.slots[slot].register >= 0 else {
      // A tile, or the lanes of a reduction: in the scratch, at its place; its end is guarded.
      if pointer != scratch + kernel.pointee.slots[slot].offset {
        run._withUnsafeGuaranteedRef {
          $0.report(.target, in: kernel, call, "stores slot \(slot) where that slot does not lie")
        }
        return bounce
      }
      return pointer
    }
    Guards.fill(bounce - Guards.length, Guards.length)
    Guards.fill(bounce + count * kernel.pointee.slots[slot].size, Guards.length)
    return bounce
  }

  func finish(_ call: UnsafePointer<PreparedInstruction>, _ pointer: Pointer?, position: Int, count: Int) {
    let slot = call.pointee.destination
    guard slot < kernel.pointee.operandCount, kernel.pointee.slots[slot].register >= 0 else { return }
    let register = kernel.pointee.slots[slot].register
    let bytes = count * kernel.pointee.slots[slot].size
    let isAllowed = run._withUnsafeGuaranteedRef {
      $0.permits(self, call, register: register, pointer, position: position, count: count)
    }
    let isWhole =
      Guards.firstChange(bounce + bytes, Guards.length) == nil
      && Guards.firstChange(bounce - Guards.length, Guards.length) == nil
    if !isWhole {
      run._withUnsafeGuaranteedRef {
        $0.report(
          .guarded, in: kernel, call, "stores beyond positions \(position)..<\(position + count) of r\(register)")
      }
    }
    if isAllowed, isWhole, let pointer { pointer.copyMemory(from: bounce, byteCount: bytes) }
  }

  func permits(_ reduction: PreparedKernel.Reduction, chunk: Int, _ pointer: Pointer) -> Bool {
    run._withUnsafeGuaranteedRef { $0.permitsPartial(kernel, reduction, chunk: chunk, pointer, worker: worker) }
  }

  func end(scratch: Pointer) {
    for gap in kernel.pointee.gaps {
      guard Guards.firstChange(scratch + gap.offset, gap.byteCount) != nil else { continue }
      run._withUnsafeGuaranteedRef { $0.report(.guarded, in: kernel, nil, "stores beyond slot \(gap.slot)") }
      return
    }
  }
}
