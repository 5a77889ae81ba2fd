import HillockBytecode
import HillockIR
import HillockRuntime

#if Native && arch(x86_64)
  import CZydis
#endif

/// The machine code of a program as `hillock disasm --native` prints it: vector code beside the tile instructions that it was
/// made for, and what libtcc makes of the C around it, which is in `CWriter.write`.
package enum NativeListing {
  package static func text(_ program: VerifiedProgram, isa: InstructionSet) -> String {
    let level = VectorLevel(isa)
    var lines: [String] = []
    let around = Surroundings(program, isa)
    let fused = fusedLoops(program.program, level)
    let launches = CWriter.launches(program.program, fused: fused.map(\.kernels))
    for (index, kernel) in program.program.kernels.enumerated() {
      lines.append("kernel \(index) \(TextScanner.quoted(kernel.name)): shape \(kernel.shape), level \(isa)")
      for (slot, operand) in kernel.operands.enumerated() {
        lines.append("  p\(slot) = r\(operand.register) : \(program.program.registers[operand.register].type)")
      }
      if launches[index] == 0 {
        lines.append("  in the vector code of its loop, below")
        continue
      }
      let panels = TransposedPanel.panels(of: kernel, registers: program.program.registers)
      let items = AssembledItem.items(kernel, of: program.program, level: level, panels: panels)
      for item in items {
        switch item {
        case .call(let at, let barrier):
          lines.append("  \(at): \(kernel.text(kernel.code[at]))  calls its tile kernel: \(barrier.rawValue)")
        case .fused(let run, let function):
          lines += self.lines(function, run, kernel)
        }
      }
      lines += around.lines(of: CWriter.entryName(kernel: index))
    }
    for loop in fused {
      let kernels = loop.kernels.map(String.init).joined(separator: ", ")
      lines.append("loop of kernels \(kernels): all steps of a vector before the next vector's, level \(isa)")
      lines.append("  \(shape(loop.function))")
      lines += decoded(loop.function) { _, _ in "" }
    }
    for (index, loop) in program.program.interchangedLoops.enumerated() {
      let title = "loop \(index), of kernels \(loop.kernels.map(String.init).joined(separator: ", "))"
      lines += around.lines(of: CWriter.entryName(loop: index), title)
    }
    lines += around.lines(of: ProgramWriter.entryName, "the program as a whole")
    if let failure = around.failure {
      lines.append("what libtcc makes of the C is not listed: \(failure.reason) (\(failure.detail))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The interchanged loops that are vector code as a whole.
  private static func fusedLoops(_ program: Program, _ level: VectorLevel?) -> [(kernels: [Int], function: VectorFunction)] {
    program.interchangedLoops.compactMap { loop in
      guard case .fused(_, let function) = LoopForm(program, loop.loop, kernels: loop.kernels, level: level) else { return nil }
      return (loop.kernels, function)
    }
  }

  private static func shape(_ function: VectorFunction) -> String {
    "\(function.positions) positions a vector, \(function.unroll) vectors an iteration, \(function.spills) spills, "
      + "\(function.code.count) bytes"
  }

  /// An instruction a line; the tile instruction stands where its code begins, its position beside what follows.
  private static func lines(_ function: VectorFunction, _ run: Range<Int>, _ kernel: Kernel) -> [String] {
    let streams = function.slots.map { slotName($0, kernel) }.joined(separator: ", ")
    let title = "  instructions \(run.lowerBound)..<\(run.upperBound) as vector code: \(shape(function)); streams \(streams)"
    return [title]
      + decoded(function) { origin, isFirst in
        guard kernel.code.indices.contains(Int(origin)) else { return "" }
        return "; \(origin)" + (isFirst ? ": \(kernel.text(kernel.code[Int(origin)]))" : "")
      }
  }

  /// `comment` is given what an instruction is there for, and whether it is the first for that.
  private static func decoded(_ function: VectorFunction, comment: (_ origin: Int32, _ isFirst: Bool) -> String) -> [String] {
    var lines: [String] = []
    var origins = function.origins[...]
    var origin = VectorFunction.control
    for (offset, text) in decode(function.code) {
      if offset == function.mainLoop { lines.append("    whole iterations:") }
      if offset == function.tailLoop { lines.append("    the rest, a vector at a time:") }
      let before = origin
      while let next = origins.first, next.offset <= offset {
        origin = next.instruction
        origins = origins.dropFirst()
      }
      lines.append(line(offset, text, comment: comment(origin, origin != before)))
    }
    return lines
  }

  static func line(_ offset: Int, _ text: String, comment: String) -> String {
    let line = "      \(hexadecimal(offset))  \(text)"
    return comment.isEmpty ? line : line + String(repeating: " ", count: max(1, 72 - line.count)) + comment
  }

  private static func slotName(_ slot: UInt16, _ kernel: Kernel) -> String {
    kernel.isOperand(slot) ? "p\(slot)" : "t\(Int(slot) - kernel.operands.count)"
  }

  private static func hexadecimal(_ offset: Int) -> String {
    let digits = String(offset, radix: 16)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Each instruction's offset and its text in Intel syntax, as at this address. Bytes that are no instruction end the list, and
  /// say so.
  static func decode(_ code: [UInt8], at address: Int = 0) -> [(offset: Int, text: String)] {
    var result: [(offset: Int, text: String)] = []
    #if Native && arch(x86_64)
      var offset = 0
      var text = [CChar](repeating: 0, count: 128)
      while offset < code.count {
        let length = code.withUnsafeBufferPointer { bytes -> Int in
          guard let base = bytes.baseAddress else { return 0 }
          return hk_asm_format(base + offset, bytes.count - offset, UInt64(address + offset), &text, text.count)
        }
        guard length > 0 else {
          result.append((offset, "(no instruction)"))
          break
        }
        let words = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        result.append((offset, String(decoding: words, as: UTF8.self)))
        offset += length
      }
    #endif
    return result
  }
}

/// What libtcc makes of a program's C, as far as it compiles here and can be decoded.
private struct Surroundings {
  #if Native && arch(x86_64)
    private var listing: CompiledListing?
  #endif
  /// Why there is nothing.
  private(set) var failure: NativeFailure?

  init(_ program: VerifiedProgram, _ isa: InstructionSet) {
    #if Native && arch(x86_64)
      do throws(NativeFailure) {
        listing = try CompiledListing(program, isa: isa)
      } catch {
        failure = error
      }
    #endif
  }

  /// A function under its name, where there is one; nothing else where there is none.
  func lines(of name: String, _ title: String? = nil) -> [String] {
    #if Native && arch(x86_64)
      guard let lines = listing?.lines(of: name) else { return [] }
      return (title.map { [$0] } ?? []) + ["  \(name), compiled from C"] + lines
    #else
      return []
    #endif
  }
}
