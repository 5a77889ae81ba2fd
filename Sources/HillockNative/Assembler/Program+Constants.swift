import HillockBytecode

extension Program {
  /// The bits of an operand that is one element of a constant: vector code holds it in itself, and knows it.
  func constantBits(_ operand: Operand) -> UInt64? {
    guard case .scalar(let offset) = operand.access, case .constant(let number) = registers[operand.register].role else {
      return nil
    }
    let size = registers[operand.register].type.dtype.size
    let bytes = constants[number].bytes.dropFirst(offset * size).prefix(size)
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
