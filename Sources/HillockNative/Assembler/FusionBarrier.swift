import HillockBytecode
import HillockIR
import HillockRuntime

/// Why an instruction of tile code is not fused into vector code but calls its tile kernel. The raw values are stable:
/// `hillock disasm` prints them, `Spec/tiers.md` lists them.
package enum FusionBarrier: String, Sendable, CaseIterable, Error {
  /// The level has no vector assembler, or it was switched off.
  case noAssembler = "no-assembler"
  case exactRemainder = "exact-remainder"
  case stridedLoad = "strided-load"
  case transposedLoad = "transposed-load"
  case rowDot = "row-dot"
  case outerAccumulate = "outer-accumulate"
  /// Vectors have lanes of 4 and 8 bytes, and bools.
  case narrowDType = "narrow-dtype"
  /// One instruction between two that call is no gain over its tile kernel.
  case single = "single"
  /// More code, constants or spills than the assembler takes.
  case tooLarge = "too-large"
  /// The encoder refused an instruction, or the decoder read another one back.
  case encoder = "encoder"

  /// Why this instruction cannot be fused at this level; nil where it can.
  ///
  /// `isInLoop`: as part of a loop that is one function, in which a value that no step changes is read once, and there are no
  /// panels. `rows`: how the kernel's vector code goes row by row. `panels`: the kernel's, by operand.
  static func of(
    _ instruction: TileInstruction, in kernel: Kernel, level: VectorLevel, isInLoop: Bool = false, rows: RowWalk? = nil,
    panels: [Int: TransposedPanel] = [:]
  ) -> FusionBarrier? {
    if instruction.dtype.isNarrow { return .narrowDType }
    switch instruction.opcode {
    case .convert(let from) where from.isNarrow: return .narrowDType
    case .elementwise(let op):
      let body = BodyCache.body(op, instruction.dtype)
      return body.instructions.contains { $0.primitive == .rem } ? .exactRemainder : nil
    case .load:
      guard kernel.isOperand(instruction.a), rows?.operands[Int(instruction.a)] == nil else { return nil }
      guard case .strided(_, let strides) = kernel.operands[Int(instruction.a)].access else { return nil }
      if panels[Int(instruction.a)] != nil { return .transposedLoad }
      let isFound = VectorBuilder.gathers(instruction.dtype, kernel.shape, strides)
      return isFound && (isInLoop || !RowWalk.hasLongRuns(kernel.shape, strides)) ? nil : .stridedLoad
    case .convert, .reduce, .dotAccumulate, .iota, .randomBits: return nil
    case .rowDot: return .rowDot
    case .outerAccumulate: return .outerAccumulate
    }
  }
}
