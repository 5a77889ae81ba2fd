import CHillock
import HillockBytecode
import HillockIR
import HillockNative
import HillockRuntime

/// One way in which the library computes an op of one argument: a tile kernel of an instruction set, or native code.
struct Way {
  let name: String
  let run: (_ x: UnsafeMutableRawPointer, _ y: UnsafeMutableRawPointer, _ count: Int) -> Void
}

/// Every way that this machine has, the fastest first.
func ways(_ row: OpRow, _ dtype: DType, chunk: Int) throws -> [Way] {
  var ways: [Way] = []
  for isa in InstructionSet.allCases.reversed() where isa.isSupported {
    guard let kernel = hk_elementwise(isa.rawValue, Int32(row.op.code), Int32(dtype.rawValue), 0) else { continue }
    ways.append(
      Way(name: "kernel \(isa)") { x, y, count in
        for first in stride(from: 0, to: count, by: 4096) {
          kernel(Int64(min(4096, count - first)), y + first * dtype.size, x + first * dtype.size, nil, nil)
        }
      })
    #if Native && arch(x86_64)
      if isa != .baseline { ways.append(try native(row, dtype, isa, chunk)) }
    #endif
  }
  return ways
}

#if Native && arch(x86_64)
  /// A program of the op alone over a chunk of elements, compiled with the vector assembler.
  private func native(_ row: OpRow, _ dtype: DType, _ isa: InstructionSet, _ chunk: Int) throws -> Way {
    let type = ArrayType(dtype, [chunk])
    var program = Program(name: row.name)
    program.registers = [Register(type: type, role: .argument(0)), Register(type: type, role: .fresh)]
    program.arguments = [type]
    program.kernels = [
      Kernel(
        name: row.name, shape: [chunk], tile: 256,
        operands: [
          Operand(register: 0, access: .contiguous(offset: 0), isWritten: false),
          Operand(register: 1, access: .contiguous(offset: 0), isWritten: true),
        ], tiles: [],
        code: [
          TileInstruction(
            .elementwise(row.op), dtype, destination: 1, a: 0, b: TileInstruction.none, c: TileInstruction.none)
        ])
    ]
    program.code = [.launch(0), .return([1])]
    let code = try TCCCompiler(assembles: true).compile(VerifiedProgram(program), isa: isa), kernel = code.kernels[0]
    let bytes = TransposedPanel.scratchByteCount(program.kernels[0], registers: program.registers) + 64
    // As long as the process lives.
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).assumingMemoryBound(to: CChar.self)
    return Way(name: "native \(isa)") { x, y, count in
      var bases: [UnsafeMutableRawPointer?] = [x, y], partials: [UnsafeMutableRawPointer?] = [nil, nil]
      withExtendedLifetime(code) { kernel?(&bases, &partials, scratch, 0, Int64(count)) }
    }
  }
#endif
