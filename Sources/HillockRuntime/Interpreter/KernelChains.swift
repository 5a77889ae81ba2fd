import CHillock
import HillockBytecode
import HillockIR
import Synchronization

/// Elementwise instructions in a row, each of which takes the value of the one before, become one call of `hk_chain`. Between
/// them the value stays in registers: calls, loads and stores were half of what GELU took.
///
/// Positions of a kernel are independent of each other, so a block of them may go through the whole chain before the next begins.
extension KernelPreparation {
  func chained(_ code: [PreparedInstruction]) throws(HillockError) -> [PreparedInstruction] {
    var result: [PreparedInstruction] = []
    var rest = code[...]
    while let first = rest.first {
      var count = 1
      while count < rest.count, continues(rest[rest.startIndex + count].line, from: rest[rest.startIndex + count - 1].line) {
        count += 1
      }
      result.append(count > 1 ? try chain(of: rest.prefix(count).map(\.line), first) : first)
      rest = rest.dropFirst(count)
    }
    return result
  }

  /// Whether a line does a link's op to the value of another, of the same dtype.
  private func continues(_ line: Int, from earlier: Int) -> Bool {
    let (next, previous) = (kernel.code[line], kernel.code[earlier])
    guard let op = op(of: next), self.op(of: previous) != nil, next.dtype == previous.dtype else { return false }
    return next.a == previous.destination || op.row.arity == 2 && next.b == previous.destination
  }

  private func op(of instruction: TileInstruction) -> ElementwiseOp? {
    guard case .elementwise(let op) = instruction.opcode, instruction.dtype.isFloating, Self.isLink(op) else { return nil }
    return op
  }

  /// What is known of each op; an op's body is built when it is first asked for, not those of all ops.
  private static let links = Mutex([Bool?](repeating: nil, count: OpTable.rows.count))

  private static func isLink(_ op: ElementwiseOp) -> Bool {
    let code = Int(op.code)
    if let known = links.withLock({ $0[code] }) { return known }
    let isLink = op.row.isLink
    links.withLock { $0[code] = isLink }
    return isLink
  }

  private func chain(of lines: [Int], _ first: PreparedInstruction) throws(HillockError) -> PreparedInstruction {
    var links: [hk_link] = []
    // Where the value that comes along the chain would lie in memory: to begin with, it is loaded from there.
    var value = isScalar(kernel.code[lines[0]].a) ? kernel.code[lines[0]].b : kernel.code[lines[0]].a
    links.append(link(0, value))
    links += streams(of: lines).map { link(Int32(HK_LINK_PREFETCH), $0) }
    for (position, line) in lines.enumerated() {
      let instruction = kernel.code[line]
      guard let op = op(of: instruction) else { continue }
      let isFirst = instruction.a == value
      let other = op.row.arity == 1 ? value : isFirst ? instruction.b : instruction.a
      let form = (isFirst ? HK_LINK_FIRST : 0) | (op.row.arity == 2 && isScalar(other) ? HK_LINK_SCALAR : 0)
      links.append(link(hk_link_code(Int32(op.code), Int32(form)), other))
      value = instruction.destination
      if position == lines.count - 1 || isRead(value, after: line, besides: lines[position + 1]) {
        links.append(link(Int32(HK_LINK_STORE), value))
      }
    }
    var call = first
    call.call = .chain
    call.function = try required(
      hk_chain(isa, Int32(kernel.code[lines[0]].dtype.rawValue)), "chains at \(kernel.code[lines[0]].dtype.name)")
    call.destination = Int(value)
    call.x = links.count
    call.links = UnsafePointer(arena.copy(links).baseAddress)
    return call
  }

  /// Operands in memory beyond the caches that these lines are the first to touch. (A processor fetches ahead by itself where it
  /// sees nothing but loads; a block's other ops keep the next block's too far off. Without, GELU of 10⁷ took 1.4 times as long.)
  private func streams(of lines: [Int]) -> [UInt16] {
    let touched = Set(kernel.code.prefix(lines[0]).flatMap { $0.sources + [$0.destination] })
    let here = lines.flatMap { kernel.code[$0].sources + [kernel.code[$0].destination] }
    return Set(here).subtracting(touched).sorted().filter { slot in
      guard kernel.isOperand(slot), case .contiguous = kernel.operands[Int(slot)].access else { return false }
      return registers[kernel.operands[Int(slot)].register].type.byteCount > Parameters.prefetchThreshold
    }
  }

  private func link(_ code: Int32, _ slot: UInt16) -> hk_link { hk_link(code: code, slot: Int32(slot)) }

  /// Whether anybody reads in memory what a line writes there, the next link aside, to which the value comes in registers.
  private func isRead(_ slot: UInt16, after line: Int, besides next: Int) -> Bool {
    if kernel.isOperand(slot) { return true }
    for (position, instruction) in kernel.code.enumerated().dropFirst(line + 1) {
      let readers = instruction.sources.count { $0 == slot } - (position == next ? 1 : 0)
      if readers > 0 { return true }
      if instruction.destination == slot { return false }
    }
    return false
  }
}
