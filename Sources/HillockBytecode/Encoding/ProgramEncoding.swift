import HillockIR

extension Program {
  /// "HLK" and a byte that is no text.
  static let magic: [UInt8] = [0x48, 0x4C, 0x4B, 0x1A]

  /// The binary form, described in Spec/bytecode.md: the one byte string that `Program(decoding:)` reads as this program.
  package func encoded() -> [UInt8] {
    var writer = WordWriter()
    writer.word(UInt32(littleEndian: Self.magic.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }))
    writer.word(Self.version)
    writer.section(.name) { $0.data(Array(name.utf8)) }
    writer.section(.arguments) { section in
      section.index(arguments.count)
      for type in arguments { section.type(type) }
    }
    writer.section(.variables) { section in
      section.index(variables.count)
      for slot in variables {
        section.type(slot.type)
        section.data(Array(slot.name.utf8))
      }
    }
    writer.section(.constants) { section in
      section.index(constants.count)
      for constant in constants {
        section.type(constant.type)
        section.data(constant.bytes)
      }
    }
    writer.section(.buffers) { $0.longs(buffers) }
    writer.section(.registers) { section in
      section.index(registers.count)
      for register in registers {
        section.type(register.type)
        let (code, index) = register.role.encoding
        section.word(code)
        section.index(index)
      }
    }
    writer.section(.kernels) { section in
      section.index(kernels.count)
      for kernel in kernels { section.kernel(kernel) }
    }
    writer.section(.code) { section in
      section.block(code)
    }
    writer.section(.functions) { section in
      section.index(functions.count)
      for function in functions {
        section.data(Array(function.name.utf8))
        for types in [function.operands, function.results] {
          section.index(types.count)
          for type in types { section.type(type) }
        }
      }
    }
    return writer.bytes
  }
}

extension Register.Role {
  fileprivate var encoding: (code: UInt32, index: Int) {
    switch self {
    case .argument(let i): (0, i)
    case .variable(let i): (1, i)
    case .constant(let i): (2, i)
    case .temporary(let i): (3, i)
    case .fresh: (4, 0)
    case .row(let whole): (5, whole)
    case .over(let old): (6, old)
    }
  }
}

extension WordWriter {
  fileprivate mutating func kernel(_ kernel: Kernel) {
    data(Array(kernel.name.utf8))
    longs(kernel.shape)
    index(kernel.tile)
    index(kernel.operands.count)
    for operand in kernel.operands {
      index(operand.register)
      word(operand.isWritten ? 1 : 0)
      access(operand.access)
    }
    index(kernel.tiles.count)
    for dtype in kernel.tiles { word(UInt32(dtype.rawValue)) }
    index(kernel.code.count)
    for instruction in kernel.code { tile(instruction) }
  }

  private mutating func access(_ access: Access) {
    switch access {
    case .contiguous(let offset):
      word(0)
      long(offset)
    case .scalar(let offset):
      word(1)
      long(offset)
    case .strided(let offset, let strides):
      word(2)
      long(offset)
      longs(strides)
    case .rows(let offset, let length):
      word(3)
      long(offset)
      long(length)
    case .whole(let offset, let length):
      word(4)
      long(offset)
      long(length)
    case .reduction(let width):
      word(5)
      long(width)
    }
  }

  /// Four words: opcode, dtype and parameter; destination and a; b and c; the axis of an iota, or the low half of the number of
  /// the first random block, whose high half is the parameter.
  private mutating func tile(_ instruction: TileInstruction) {
    var (code, parameter, axis): (UInt32, UInt8, Int) = (0, 0, 0)
    switch instruction.opcode {
    case .elementwise(let op): (code, parameter) = (0, op.code)
    case .convert(let from): (code, parameter) = (1, from.rawValue)
    case .load: code = 2
    case .iota(let along): (code, axis) = (3, along)
    case .randomBits(let first):
      code = 4
      // One that does not fit becomes one that no verified program has.
      (parameter, axis) = Operation.randomBlocks.contains(first) ? (UInt8(first >> 32), first & 0xffff_ffff) : (.max, -1)
    case .rowDot: code = 5
    case .reduce(let kind): (code, parameter) = (6, kind.rawValue)
    case .dotAccumulate: code = 7
    case .outerAccumulate: code = 8
    }
    word(code | UInt32(instruction.dtype.rawValue) << 8 | UInt32(parameter) << 16)
    word(UInt32(instruction.destination) | UInt32(instruction.a) << 16)
    word(UInt32(instruction.b) | UInt32(instruction.c) << 16)
    index(axis)
  }

  fileprivate mutating func block(_ code: [Instruction]) {
    index(code.count)
    for instruction in code { self.instruction(instruction) }
  }

  private mutating func carries(_ carries: [Carry]) {
    index(carries.count)
    for carry in carries {
      for register in [carry.initial, carry.current, carry.next] { index(register) }
    }
  }

  private mutating func instruction(_ instruction: Instruction) {
    switch instruction {
    case .launch(let kernel):
      word(0)
      index(kernel)
    case .array(let op, let attributes, let destinations, let sources):
      word(1)
      word(UInt32(op.rawValue))
      for (attribute, value) in zip(op.row.attributes, attributes.values) {
        switch attribute.form {
        case .number: long(value.first ?? 0)
        case .numbers: longs(value)
        // What does not fit becomes one that no program has.
        case .flag, .choice: word(value.first.flatMap(UInt32.init(exactly:)) ?? .max)
        }
      }
      indices(destinations)
      indices(sources)
    case .loop(let loop):
      word(9)
      long(loop.trips)
      word(loop.isReversed ? 1 : 0)
      index(loop.index)
      carries(loop.carries)
      indices(loop.rows)
      block(loop.body)
    case .whileLoop(let loop):
      word(10)
      carries(loop.carries)
      index(loop.test)
      block(loop.condition)
      block(loop.body)
    case .branch(let branch):
      word(11)
      index(branch.selector)
      indices(branch.results)
      index(branch.blocks.count)
      for code in branch.blocks { block(code) }
    case .call(let function, let operands, let results):
      word(12)
      index(function)
      indices(operands)
      indices(results)
    case .store(let slot, let register):
      word(7)
      index(slot)
      index(register)
    case .return(let results):
      word(8)
      indices(results)
    }
  }
}
