import HillockBytecode
import HillockIR
import HillockRuntime

/// An instruction set that the vector assembler writes.
package enum VectorLevel: Int32, Sendable, CaseIterable {
  case avx2 = 1
  case avx512 = 2

  /// The level for an instruction set of the tile kernels; nil where code only calls them.
  package init?(_ isa: InstructionSet) {
    #if Native && arch(x86_64)
      self.init(rawValue: isa.rawValue)
    #else
      return nil
    #endif
  }

  var registerBytes: Int { self == .avx512 ? 64 : 32 }
  var vectorRegisters: Int { self == .avx512 ? 32 : 16 }
}

/// A fused run of tile code as one straight line over vectors, in SSA form: what the assembler compiles.
///
/// It is independent of the vector's length. Its operations are those the level has an instruction (or a short fixed
/// sequence) for; the others were expanded when it was built.
struct VectorProgram {
  typealias ValueID = Int

  enum Operation: Hashable {
    /// The elements of a stream at the current positions.
    case load(stream: Int)
    /// One element of a stream, so many bytes from its beginning, at every position.
    case scalar(stream: Int, at: Int)
    /// The elements of a stream with these numbers.
    case gather(stream: Int)
    /// The same bits at every position. Constants of a size are one dtype, so that equal bits are one value.
    case constant(UInt64)
    /// The accumulators of a reduction for the current positions.
    case accumulator(stream: Int)
    /// What a step of a loop finds in this carried value.
    case carried(Int)
    /// The index of a loop's step, at every position.
    case index
    /// The positions themselves, counted from the beginning of the index space: u32 gives their low halves.
    case position
    /// Two or three operands of the value's own dtype (of bool: masks).
    case primitive(Primitive)
    /// The op's rare case (`RareCase`): of a mask, what the op gives elsewhere, and its operand.
    case rare(ElementwiseOp)
    /// Operands of this dtype → bool.
    case compare(Primitive, DType)
    /// The bare conversion instruction: out of range it gives what the processor gives.
    case convert(from: DType)
    /// 64-bit products of the low 32 bits.
    case multiplyLow
    /// Bits to the left by so many, those that leave come in again at the right.
    case rotateLeft(Int)
  }

  /// Its operands are held in place; those that an operation does not have are -1.
  struct Value: Hashable {
    var operation: Operation
    var dtype: DType
    private var a, b, c: Int32

    init(_ operation: Operation, _ dtype: DType, _ operands: [ValueID]) {
      self.operation = operation
      self.dtype = dtype
      a = operands.count > 0 ? Int32(operands[0]) : -1
      b = operands.count > 1 ? Int32(operands[1]) : -1
      c = operands.count > 2 ? Int32(operands[2]) : -1
    }

    var operands: [ValueID] { [a, b, c].lazy.filter { $0 >= 0 }.map(Int.init) }
  }

  enum Step {
    case compute(ValueID)
    case store(stream: Int, ValueID)
    case accumulate(stream: Int, ValueID)
    /// Puts a value where the steps of a loop find it (see `LoopProgram`).
    case keep(cell: Int, ValueID)

    /// What is computed, or written.
    var value: ValueID {
      switch self {
      case .compute(let value), .store(_, let value), .accumulate(_, let value), .keep(_, let value): value
      }
    }
  }

  /// A pointer that the code walks along, reads one element at, or counts elements from.
  struct Stream: Hashable {
    enum Kind { case walked, scalar, gathered }

    var slot: UInt16
    var dtype: DType
    var kind: Kind
    /// Bytes from a step of a loop to the next; from a row to the next where code goes row by row.
    var advance = 0
  }

  var level: VectorLevel
  var values: [Value] = []
  /// For each value, the tile instruction that it was first made for.
  var origins: [Int32] = []
  var steps: [Step] = []
  var streams: [Stream] = []
  /// Streams that come from memory: what a later iteration reads of them is prefetched.
  var prefetchedStreams: [Int] = []
  /// Rows that other instructions of the kernel go through: a share of their lines is prefetched. Their stream is where those of
  /// the first position are.
  var rowPrefetches: [(stream: Int, share: RowPrefetch)] = []
  /// Where it goes row by row: positions count from a row's beginning.
  private(set) var rows: RowWalk?
  /// Values that are in a loop's cells before the first step.
  var cells: [ValueID: Int] = [:]

  init(level: VectorLevel) { self.level = level }

  /// The bytes of the widest lane of what is computed; bool is held as masks and does not count. All parts of a loop have those
  /// of the widest.
  var laneBytes = 4

  /// Positions that one vector holds: the same for every value, so that the widest fills a register.
  var positions: Int { level.registerBytes / laneBytes }

  /// Whether the accumulators of a reduction are used, so that positions count from the chunk's beginning.
  var accumulates: Bool { steps.contains { if case .accumulate = $0 { true } else { false } } }

  var accumulatesBools: Bool {
    steps.contains { if case .accumulate(let stream, _) = $0 { streams[stream].dtype == .bool } else { false } }
  }

  /// The bytes of the widest lane that a step needs.
  var widestLane: Int {
    steps.contains { values[$0.value].dtype.size == 8 } || cells.keys.contains { values[$0].dtype.size == 8 } ? 8 : 4
  }

  /// Whether it needs to know where in the index space it is.
  var readsPosition: Bool {
    steps.contains { if case .compute(let value) = $0 { values[value].operation == .position } else { false } }
  }

  mutating func stream(_ slot: UInt16, _ dtype: DType, _ kind: Stream.Kind = .walked, advance: Int = 0) -> Int {
    let stream = Stream(slot: slot, dtype: dtype, kind: kind, advance: advance)
    if let known = streams.firstIndex(of: stream) { return known }
    streams.append(stream)
    return streams.count - 1
  }

  /// Goes through the kernel row by row.
  mutating func walk(_ rows: RowWalk, in kernel: Kernel) {
    self.rows = rows
    for index in streams.indices {
      let stream = streams[index]
      streams[index].advance = rows.advance(stream.slot, stream.kind, in: kernel, size: stream.dtype.size)
    }
  }

  /// Drops what no store needs, and settles how wide lanes are.
  mutating func removeDeadValues() {
    var isLive = [Bool](repeating: false, count: values.count)
    for step in steps.reversed() {
      switch step {
      case .store(_, let value), .accumulate(_, let value), .keep(_, let value): isLive[value] = true
      case .compute(let value): if isLive[value] { for operand in values[value].operands { isLive[operand] = true } }
      }
    }
    steps.removeAll { if case .compute(let value) = $0 { !isLive[value] } else { false } }
    laneBytes = widestLane
  }
}
