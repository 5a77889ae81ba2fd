import CHillock
import HillockBytecode

/// The interpreter's loop: tile by tile, one call of a C tile kernel for each instruction; a reduction starts anew with each
/// chunk.
///
/// Nothing in here is reference counted, allocates, or can fail.
enum TileLoop {
  typealias Pointer = UnsafeMutableRawPointer

  /// Does positions first..<last of a kernel. The arguments are those of `hk_kernel_entry`.
  static func run(
    _ kernel: UnsafePointer<PreparedKernel>, registers: UnsafePointer<Pointer?>, partials: UnsafePointer<Pointer?>,
    scratch: Pointer, first: Int, last: Int
  ) {
    run(kernel, registers: registers, partials: partials, scratch: scratch, first: first, last: last, checks: NoChecks())
  }

  static func run<Checks: TileChecks>(
    _ kernel: UnsafePointer<PreparedKernel>, registers: UnsafePointer<Pointer?>, partials: UnsafePointer<Pointer?>,
    scratch: Pointer, first: Int, last: Int, checks: Checks
  ) {
    checks.begin(scratch: scratch)
    defer { checks.end(scratch: scratch) }
    let table = (scratch + kernel.pointee.tableOffset).assumingMemoryBound(to: Pointer?.self)
    var position = first
    setUp(kernel, table: table, registers: registers, scratch: scratch, position: position, last: last)
    let invariant = kernel.pointee.invariant
    execute(invariant, table, count: min(kernel.pointee.tile, kernel.pointee.positions), position: 0, checks)

    let code = kernel.pointee.code
    let moving = kernel.pointee.moving
    let tile = kernel.pointee.tile
    let reductions = kernel.pointee.reductions
    // Without a reduction all positions are one run.
    let run = reductions.isEmpty ? last &- first : Kernel.chunk
    while position < last {
      let chunk = position / Kernel.chunk
      for reduction in reductions {
        hk_reduce_start(
          reduction.kind, reduction.dtype, Int64(reduction.lanes &* reduction.width), scratch + reduction.accumulator)
      }
      let end = min(position &+ run, last)
      while position < end {
        let count = min(tile, end &- position)
        execute(code, table, count: count, position: position, checks)
        for move in moving { table[move.slot] = table[move.slot].unsafelyUnwrapped + move.advance &* count }
        position &+= count
      }
      for reduction in reductions {
        let out = partials[reduction.operand].unsafelyUnwrapped + chunk &* reduction.width &* reduction.elementSize
        guard checks.permits(reduction, chunk: chunk, out) else { continue }
        hk_fold_lanes(
          reduction.kind, reduction.dtype, Int64(reduction.lanes), Int64(reduction.width), scratch + reduction.accumulator, out)
      }
    }
  }

  static func setUp(
    _ kernel: UnsafePointer<PreparedKernel>, table: UnsafeMutablePointer<Pointer?>, registers: UnsafePointer<Pointer?>,
    scratch: Pointer, position: Int, last: Int
  ) {
    let slots = kernel.pointee.slots
    for index in 0..<slots.count {
      let slot = slots[index]
      table[index] = (slot.register < 0 ? scratch : registers[slot.register].unsafelyUnwrapped) + slot.offset
    }
    table[slots.count] = nil
    for panel in kernel.pointee.panels {
      table[panel].unsafelyUnwrapped.storeBytes(
        of: hk_panel(begin: 0, end: 0, limit: Int64(last), reserved: (0, 0, 0, 0, 0)), as: hk_panel.self)
    }
    for move in kernel.pointee.moving { table[move.slot] = table[move.slot].unsafelyUnwrapped + move.advance &* position }
  }

  @inline(__always)  // so that the table and the counts stay in registers from tile to tile
  static func execute<Checks: TileChecks>(
    _ code: UnsafeMutableBufferPointer<PreparedInstruction>, _ table: UnsafeMutablePointer<Pointer?>, count: Int, position: Int,
    _ checks: Checks
  ) {
    let n = Int64(count)
    guard var next = code.baseAddress else { return }
    let end = next + code.count
    while next < end {
      let function = next.pointee.function
      let place = table[next.pointee.destination]
      let d = checks.target(next, place, position: position, count: count)
      let a = table[next.pointee.a]
      switch next.pointee.call {
      case .tile:
        unsafeBitCast(function, to: hk_tile_fn.self)(n, d, a, table[next.pointee.b], table[next.pointee.c])
      case .chain:
        unsafeBitCast(function, to: hk_chain_fn.self)(n, table, next.pointee.links, Int64(next.pointee.x))
      case .copy:
        d.unsafelyUnwrapped.copyMemory(from: a.unsafelyUnwrapped, byteCount: count &* next.pointee.x)
      case .strided:
        let dims = next.pointee.table.unsafelyUnwrapped
        hk_load_strided(
          n, d, a, Int64(position), Int64(next.pointee.x), dims, dims + next.pointee.x, Int64(next.pointee.y))
      case .transposed:
        unsafeBitCast(function, to: hk_transposed_fn.self)(
          n, d, a, Int64(position), table[next.pointee.b], next.pointee.transposition)
      case .iota:
        hk_iota(n, d, Int32(next.pointee.x), Int64(position), Int64(next.pointee.y), Int64(next.pointee.z))
      case .randomBits:
        let key = a.unsafelyUnwrapped.assumingMemoryBound(to: UInt32.self)
        unsafeBitCast(function, to: hk_random_fn.self)(n, d, Int32(next.pointee.x), key, Int64(position &+ next.pointee.y))
      case .rowDot:
        unsafeBitCast(function, to: hk_row_dot_fn.self)(
          n, Int64(next.pointee.x), d, a, table[next.pointee.b], Int64(next.pointee.y), Int64(next.pointee.z),
          Int64(next.pointee.parts))
      case .reduce:
        unsafeBitCast(function, to: hk_reduce_fn.self)(n, d, a)
      case .dotAccumulate:
        unsafeBitCast(function, to: hk_dot_accumulate_fn.self)(n, d, a, table[next.pointee.b])
      case .outerAccumulate:
        unsafeBitCast(function, to: hk_outer_accumulate_fn.self)(
          n, Int64(next.pointee.x), d, a, table[next.pointee.b], Int64(next.pointee.y), Int64(next.pointee.z),
          Int64(next.pointee.parts))
      }
      checks.finish(next, place, position: position, count: count)
      next += 1
    }
  }
}
