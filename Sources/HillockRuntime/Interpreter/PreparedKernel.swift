import CHillock
import HillockBytecode
import HillockIR

/// A kernel laid out for the interpreter: plain memory and C function pointers, nothing that is counted or dispatched.
struct PreparedKernel {
  var positions = 0
  var chunks = 0
  var tile = 0
  /// What workers claim runs of (see `Kernel.unit`): positions in one, how many, and the picoseconds one takes, estimated.
  var unit = 0
  var units = 0
  var unitCost = 1
  /// Units that a worker takes together: those of a panel, where an operand is read through one.
  var together = 1
  /// Whether one worker does it best alone.
  var isSmall = false
  /// Operands first, tiles after them; one more entry of a worker's table stays nil, for absent sources.
  var slots = UnsafeMutableBufferPointer<Slot>(start: nil, count: 0)
  /// The slots whose pointers advance from tile to tile.
  var moving = UnsafeMutableBufferPointer<Moving>(start: nil, count: 0)
  /// Loads of scalars into tiles that nothing else writes: done once for each claim.
  var invariant = UnsafeMutableBufferPointer<PreparedInstruction>(start: nil, count: 0)
  var code = UnsafeMutableBufferPointer<PreparedInstruction>(start: nil, count: 0)
  var reductions = UnsafeMutableBufferPointer<Reduction>(start: nil, count: 0)
  /// Bytes of the worker's scratch that `ScratchLayout` places things in; strict runs guard what lies between them.
  var layoutByteCount = 0
  /// Where the table of slot pointers lies in the scratch, after these and the panels.
  var tableOffset = 0
  /// The slots of panels through which transposed operands are read.
  var panels = UnsafeMutableBufferPointer<Int>(start: nil, count: 0)
  /// In strict runs only.
  var gaps = UnsafeMutableBufferPointer<Gap>(start: nil, count: 0)
  /// Operands, for the table of partials.
  var operandCount = 0

  /// The first position of a unit, and the end of the last one's.
  func position(ofUnit unit: Int) -> Int { min(unit &* self.unit, positions) }

  struct Slot {
    /// The register, or -1 for scratch.
    var register: Int
    var offset: Int
    /// Bytes of an element.
    var size: Int
  }

  /// Bytes of the scratch that nothing may write, behind a tile or the lanes of a reduction.
  struct Gap {
    var slot: Int
    var offset: Int
    var byteCount: Int
  }

  struct Moving {
    var slot: Int
    /// Bytes from one position to the next.
    var advance: Int
  }

  struct Reduction {
    var operand: Int
    var register: Int
    var kind: Int32
    var dtype: Int32
    /// Accumulators: 64 of one element, or 4 of `width`.
    var lanes: Int
    var width: Int
    var elementSize: Int
    /// In the scratch.
    var accumulator: Int
    /// In the partials: one of `width` elements for each chunk.
    var partials: Int
  }
}

struct PreparedInstruction {
  enum Call: UInt8 {
    /// function(n, d, a, b, c): elementwise ops and conversions.
    case tile
    /// Elementwise ops in a row on one value; x: how many links.
    case chain
    /// A contiguous load; x: element size.
    case copy
    /// A load through strides; x: rank, y: element size, table: extents, then strides.
    case strided
    /// The same through a panel, b, as `transposition` says.
    case transposed
    /// x: dtype, y: inner, z: extent.
    case iota
    /// x: dtype.
    case randomBits
    /// x: row length; y, z and parts: what it prefetches (`RowPrefetch`).
    case rowDot
    case reduce
    case dotAccumulate
    /// x: row length; y, z and parts: what it prefetches (`RowPrefetch`).
    case outerAccumulate
  }

  var call: Call
  var function: UnsafeRawPointer?
  var destination: Int
  var a: Int
  var b: Int
  var c: Int
  var x = 0
  var y = 0
  var z = 0
  var parts = 1
  var table: UnsafeMutablePointer<Int64>?
  var transposition: UnsafePointer<hk_transposition>?
  var links: UnsafePointer<hk_link>?
  /// Its place in the kernel's code, for messages.
  var line = 0
}
