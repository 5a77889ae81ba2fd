import HillockIR

/// How an operand of a kernel lies over the kernel's index space. Offsets, strides and lengths count elements.
package enum Access: Hashable, Sendable {
  /// Element i of the index space is element `offset + i` of the register.
  case contiguous(offset: Int)
  /// One element for the whole index space.
  case scalar(offset: Int)
  /// One stride for each axis of the index space.
  case strided(offset: Int, strides: [Int])
  /// Position i of a one-axis index space stands for the row of `length` elements at `offset + i * length`.
  case rows(offset: Int, length: Int)
  /// A vector of `length` elements, all of it at every position.
  case whole(offset: Int, length: Int)
  /// Written: one accumulator of `width` elements for the whole index space, from a partial for each chunk.
  case reduction(width: Int)
}

/// A register as a kernel reads or writes it. Written operands are `contiguous(offset: 0)` over the whole register, or
/// a `reduction`. A written contiguous operand may also be a source of later instructions: they see the tile just written.
package struct Operand: Hashable, Sendable {
  package var register: Int
  package var access: Access
  package var isWritten: Bool

  package init(register: Int, access: Access, isWritten: Bool) {
    self.register = register
    self.access = access
    self.isWritten = isWritten
  }
}

package enum TileOpcode: Hashable, Sendable {
  /// An elementwise op at the instruction's dtype. Sources: tiles, contiguous operands, or scalars where `TileForm` allows.
  case elementwise(ElementwiseOp)
  /// From this dtype to the instruction's.
  case convert(from: DType)
  /// Any read access that is one element a position (contiguous, scalar, strided), into a tile or a written operand.
  case load
  /// The index along an axis of the index space.
  case iota(axis: Int)
  /// a: a whole u32[2] key; the block of each position's linear index plus `first`.
  case randomBits(first: Int)
  /// a: rows, b: whole of the same length → their dot product at each position.
  case rowDot
  /// destination: a reduction of width 1; a: the terms.
  case reduce(ReduceKind)
  /// destination: a reduction of width 1; the terms a · b are accumulated by fma.
  case dotAccumulate
  /// destination: a reduction of width n; a: the weight of each row; b: rows of length n. Accumulated by fma.
  case outerAccumulate
}

/// One instruction of tile code. `destination`, `a`, `b`, `c` are slots: the kernel's operands first, its tiles after them.
package struct TileInstruction: Hashable, Sendable {
  package static let none: UInt16 = .max

  package var opcode: TileOpcode
  package var dtype: DType
  package var destination: UInt16
  package var a: UInt16
  package var b: UInt16
  package var c: UInt16

  package init(
    _ opcode: TileOpcode, _ dtype: DType, destination: UInt16, a: UInt16 = none, b: UInt16 = none, c: UInt16 = none
  ) {
    self.opcode = opcode
    self.dtype = dtype
    self.destination = destination
    self.a = a
    self.b = b
    self.c = c
  }

  /// The source slots that are used.
  package var sources: [UInt16] { [a, b, c].filter { $0 != Self.none } }
}

/// Which operands of an elementwise tile instruction are scalars, as a mask (bit 0: a, bit 1: b, bit 2: c).
///
/// Tile kernels exist for these forms only; lowering loads a scalar into a tile where there is none.
package enum TileForm {
  package static func exists(arity: Int, mask: Int) -> Bool {
    switch arity {
    case 1: mask == 0
    case 2: mask == 0 || mask == 1 || mask == 2
    default: mask & 1 == 0 && mask < 8
    }
  }
}

/// A fused piece of a program: straight-line tile code over one index space.
package struct Kernel: Hashable, Sendable {
  package var name: String
  /// The index space; tiles and chunks are runs of its positions in row-major order.
  package var shape: [Int]
  /// Positions in a tile: a power of two, at least `minimumTile` and at most `chunk`.
  package var tile: Int
  package var operands: [Operand]
  /// The dtypes of the tile registers.
  package var tiles: [DType]
  package var code: [TileInstruction]

  package init(
    name: String, shape: [Int], tile: Int, operands: [Operand], tiles: [DType], code: [TileInstruction]
  ) {
    self.name = name
    self.shape = shape
    self.tile = tile
    self.operands = operands
    self.tiles = tiles
    self.code = code
  }

  /// Positions in a chunk: what a reduction's partial covers. Part of the numerics: the grid of chunks depends on the shape
  /// alone.
  package static let chunk = 4096
  /// Positions in the unit by which a kernel without a reduction is shared: as many as a cache line has bytes, so that no two
  /// workers write one line, whatever the dtype.
  package static let line = 64
  package static let minimumTile = 64
  /// The largest number of slots, operands and tiles together.
  package static let maximumSlots = 1 << 12
  /// Accumulators of a reduction along contiguous elements: term i goes to lane i mod `lanes`.
  package static let lanes = 64
  /// Accumulators of a reduction over rows: row i goes to lane i mod `rowLanes`.
  package static let rowLanes = 4

  package var count: Int { shape.reduce(1, *) }
  package var chunkCount: Int { (count + Self.chunk - 1) / Self.chunk }

  package var hasReduction: Bool {
    operands.contains { if case .reduction = $0.access { true } else { false } }
  }

  /// Positions in a unit, of which workers claim runs: chunks where there is a reduction; otherwise lines, as long as their
  /// number stays in 24 bits.
  package var unit: Int { hasReduction || count >= Self.line << 24 ? Self.chunk : Self.line }
  package var unitCount: Int { (count + unit - 1) / unit }

  /// Whether a slot is one of the kernel's operands (the others are tiles).
  package func isOperand(_ slot: UInt16) -> Bool { Int(slot) < operands.count }
}

/// Where a kernel's tiles and accumulators lie in a worker's scratch memory: the one definition for both tiers.
package struct ScratchLayout: Hashable, Sendable {
  /// Byte offset of each tile register.
  package var tileOffsets: [Int]
  /// For each operand that is a reduction, the byte offset of its lanes; nil for the others.
  package var accumulatorOffsets: [Int?]
  package var byteCount: Int

  /// `gap`: bytes left free behind each, a multiple of 64.
  package init(_ kernel: Kernel, gap: Int = 0, dtypeOf register: (Int) -> DType) {
    var offset = 0
    func take(_ bytes: Int) -> Int {
      defer { offset += (bytes + 63) & ~63 + gap }
      return offset
    }
    tileOffsets = kernel.tiles.map { take(kernel.tile * $0.size) }
    accumulatorOffsets = kernel.operands.map { operand in
      guard case .reduction(let width) = operand.access else { return nil }
      let lanes = Swift.max(Kernel.lanes, Kernel.rowLanes * width)
      return take(lanes * register(operand.register).size)
    }
    byteCount = offset
  }
}
