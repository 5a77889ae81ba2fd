import CHillock
import HillockBytecode
import HillockIR
import HillockNative
import HillockRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory for elements of one dtype, 64-byte aligned, with a guard zone that must stay as it was.
final class ElementBuffer {
  private static let guardBytes = 64
  private static let guardByte: UInt8 = 0xa5

  let dtype: DType
  let count: Int
  let base: UnsafeMutableRawPointer

  init(_ dtype: DType, count: Int) {
    self.dtype = dtype
    self.count = count
    let bytes = count * dtype.size
    base = .allocate(byteCount: bytes + Self.guardBytes, alignment: 64)
    memset(base, 0, bytes)
    memset(base + bytes, Int32(Self.guardByte), Self.guardBytes)
  }

  convenience init(_ dtype: DType, bits: [UInt64]) {
    self.init(dtype, count: bits.count)
    for (i, value) in bits.enumerated() { self[i] = value }
  }

  deinit { base.deallocate() }

  /// An element, as bits.
  subscript(_ i: Int) -> UInt64 {
    get {
      switch dtype.size {
      case 1: UInt64(base.load(fromByteOffset: i, as: UInt8.self))
      case 2: UInt64(base.load(fromByteOffset: i * 2, as: UInt16.self))
      case 4: UInt64(base.load(fromByteOffset: i * 4, as: UInt32.self))
      default: base.load(fromByteOffset: i * 8, as: UInt64.self)
      }
    }
    set {
      switch dtype.size {
      case 1: base.storeBytes(of: UInt8(truncatingIfNeeded: newValue), toByteOffset: i, as: UInt8.self)
      case 2: base.storeBytes(of: UInt16(truncatingIfNeeded: newValue), toByteOffset: i * 2, as: UInt16.self)
      case 4: base.storeBytes(of: UInt32(truncatingIfNeeded: newValue), toByteOffset: i * 4, as: UInt32.self)
      default: base.storeBytes(of: newValue, toByteOffset: i * 8, as: UInt64.self)
      }
    }
  }

  var bits: [UInt64] { (0..<count).map { self[$0] } }

  /// Whether nothing wrote behind the last element.
  var isGuardIntact: Bool {
    let end = base + count * dtype.size
    return (0..<Self.guardBytes).allSatisfy { end.load(fromByteOffset: $0, as: UInt8.self) == Self.guardByte }
  }
}

/// A program of one kernel, made by hand.
struct KernelFixture {
  var shape: [Int]
  var tile = 256
  /// dtype and element count of each register.
  var registers: [(dtype: DType, count: Int)]
  var operands: [Operand]
  var tiles: [DType] = []
  var code: [TileInstruction]

  var program: Program {
    var program = Program(name: "fixture")
    program.registers = registers.enumerated().map { i, register in
      let type = ArrayType(register.dtype, [register.count])
      let isWritten = operands.contains { $0.register == i && $0.isWritten }
      return Register(type: type, role: isWritten ? .fresh : .argument(i))
    }
    program.arguments = program.registers.compactMap { if case .argument = $0.role { $0.type } else { nil } }
    // Arguments are numbered without gaps.
    var argument = 0
    for i in program.registers.indices {
      guard case .argument = program.registers[i].role else { continue }
      program.registers[i].role = .argument(argument)
      argument += 1
    }
    program.kernels = [
      Kernel(name: "fixture", shape: shape, tile: tile, operands: operands, tiles: tiles, code: code)
    ]
    program.code = [.launch(0), .return(program.registers.indices.filter { program.registers[$0].role == .fresh })]
    return program
  }

  /// Runs a compiled kernel over runs of positions, by default all in one call.
  func run(_ code: any NativeCode, _ buffers: [ElementBuffer], positions: [Range<Int>]? = nil) -> [[UInt64]?] {
    let program = program, kernel = program.kernels[0]
    let byteCount = TransposedPanel.scratchByteCount(kernel, registers: program.registers)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: byteCount + 64, alignment: 64)
    defer { scratch.deallocate() }
    let partials: [ElementBuffer?] = operands.map { operand in
      guard case .reduction(let width) = operand.access else { return nil }
      return ElementBuffer(registers[operand.register].dtype, count: width * kernel.chunkCount)
    }
    var bases: [UnsafeMutableRawPointer?] = buffers.map(\.base)
    var partialBases: [UnsafeMutableRawPointer?] = partials.map { $0?.base }
    for range in positions ?? [0..<kernel.count] {
      code.kernels[0]?(
        &bases, &partialBases, scratch.assumingMemoryBound(to: CChar.self), Int64(range.lowerBound), Int64(range.upperBound))
    }
    return partials.map { $0?.bits }
  }
}

extension Operand {
  static func read(_ register: Int, _ access: Access = .contiguous(offset: 0)) -> Operand {
    Operand(register: register, access: access, isWritten: false)
  }
  static func write(_ register: Int, _ access: Access = .contiguous(offset: 0)) -> Operand {
    Operand(register: register, access: access, isWritten: true)
  }
}

extension KernelFixture {
  /// One op over arrays.
  static func elementwise(_ op: ElementwiseOp, _ dtype: DType, count: Int) -> KernelFixture {
    let types = op.row.operandTypes(dtype)
    let sources = types.indices.map { UInt16($0) } + [TileInstruction.none, TileInstruction.none]
    return KernelFixture(
      shape: [count], registers: types.map { ($0, count) } + [(op.row.resultType(dtype), count)],
      operands: types.indices.map { .read($0) } + [.write(types.count)],
      code: [
        TileInstruction(
          .elementwise(op), dtype, destination: UInt16(types.count), a: sources[0], b: sources[1], c: sources[2])
      ])
  }
}
