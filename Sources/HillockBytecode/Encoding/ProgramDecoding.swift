import HillockIR

extension Program {
  /// Reads the binary form. Any byte string is either the encoding of the program read, exactly, or refused; what is read
  /// need not verify.
  ///
  /// - Throws: `.format` with the offset of the byte.
  package init(decoding bytes: [UInt8]) throws(HillockError) {
    guard bytes.starts(with: Self.magic) else {
      throw HillockError(.format, "byte 0: expected a program (the bytes 48 4c 4b 1a)")
    }
    var reader = WordReader(bytes)
    _ = try reader.word("the magic")
    let version = try reader.word("the version")
    guard version == Self.version else {
      throw HillockError(.format, "byte 4: this build reads version \(Self.version) of the instruction set, not \(version)")
    }
    try reader.enter(.name)
    self.init(name: try reader.string("the name"))
    try reader.leave(.name)

    try reader.enter(.arguments)
    for _ in 0..<(try reader.count(of: "arguments", words: 2)) { arguments.append(try reader.type("an argument")) }
    try reader.leave(.arguments)

    try reader.enter(.variables)
    for _ in 0..<(try reader.count(of: "Variables", words: 4)) {
      let type = try reader.type("a Variable")
      variables.append(VariableSlot(name: try reader.string("a Variable's name"), type: type))
    }
    try reader.leave(.variables)

    try reader.enter(.constants)
    for _ in 0..<(try reader.count(of: "constants", words: 4)) {
      let type = try reader.type("a constant")
      constants.append(ConstantData(type: type, bytes: try reader.data("a constant")))
    }
    try reader.leave(.constants)

    try reader.enter(.buffers)
    buffers = try reader.longs("buffers")
    try reader.leave(.buffers)

    try reader.enter(.registers)
    for _ in 0..<(try reader.count(of: "registers", words: 4)) {
      let type = try reader.type("a register")
      registers.append(Register(type: type, role: try reader.role()))
    }
    try reader.leave(.registers)

    try reader.enter(.kernels)
    for _ in 0..<(try reader.count(of: "kernels", words: 7)) { kernels.append(try reader.kernel()) }
    try reader.leave(.kernels)

    try reader.enter(.code)
    code = try reader.block(depth: 0)
    try reader.leave(.code)

    try reader.enter(.functions)
    for _ in 0..<(try reader.count(of: "functions", words: 4)) {
      let name = try reader.string("a function's name")
      let operands = try reader.types("operands")
      functions.append(FunctionSlot(name: name, operands: operands, results: try reader.types("results")))
    }
    try reader.leave(.functions)
    try reader.finish()
  }
}

extension WordReader {
  fileprivate mutating func role() throws(HillockError) -> Register.Role {
    let code = try word("a role"), index = try index("the index of a role")
    switch code {
    case 0: return .argument(index)
    case 1: return .variable(index)
    case 2: return .constant(index)
    case 3: return .temporary(buffer: index)
    case 4 where index == 0: return .fresh
    case 5: return .row(of: index)
    case 6: return .over(index)
    default: throw failure("there is no role \(code) with index \(index)")
    }
  }

  fileprivate mutating func types(_ what: String) throws(HillockError) -> [ArrayType] {
    var types: [ArrayType] = []
    for _ in 0..<(try count(of: what, words: 2)) { types.append(try type(what)) }
    return types
  }

  fileprivate mutating func kernel() throws(HillockError) -> Kernel {
    let name = try string("a kernel's name")
    let shape = try longs("extents of an index space")
    var kernel = Kernel(name: name, shape: shape, tile: try index("a tile length"), operands: [], tiles: [], code: [])
    for _ in 0..<(try count(of: "operands", words: 5)) {
      let register = try index("an operand's register")
      let flag = try word("an operand's direction")
      guard flag <= 1 else { throw failure("an operand is read (0) or written (1), not \(flag)") }
      kernel.operands.append(Operand(register: register, access: try access(), isWritten: flag == 1))
    }
    for _ in 0..<(try count(of: "tiles", words: 1)) { kernel.tiles.append(try dtype("a tile's dtype")) }
    for _ in 0..<(try count(of: "tile instructions", words: 4)) { kernel.code.append(try tileInstruction()) }
    return kernel
  }

  private mutating func access() throws(HillockError) -> Access {
    let code = try word("an access")
    switch code {
    case 0: return .contiguous(offset: try long("an offset"))
    case 1: return .scalar(offset: try long("an offset"))
    case 2:
      let offset = try long("an offset")
      return .strided(offset: offset, strides: try longs("strides"))
    case 3:
      let offset = try long("an offset")
      return .rows(offset: offset, length: try long("a length"))
    case 4:
      let offset = try long("an offset")
      return .whole(offset: offset, length: try long("a length"))
    case 5: return .reduction(width: try long("a width"))
    default: throw failure("there is no access \(code)")
    }
  }

  private mutating func tileInstruction() throws(HillockError) -> TileInstruction {
    let head = try word("a tile instruction"), first = try word("slots"), second = try word("slots")
    let axis = try index("an axis")
    let parameter = UInt8(truncatingIfNeeded: head >> 16)
    var unknown: HillockError { failure("there is no tile instruction \(head) with axis \(axis)") }
    guard head >> 24 == 0, let dtype = DType(rawValue: UInt8(truncatingIfNeeded: head >> 8)) else { throw unknown }
    let opcode: TileOpcode
    switch (head & 0xFF, parameter, axis) {
    case (0, _, 0):
      guard OpTable.rows.indices.contains(Int(parameter)) else { throw failure("there is no elementwise op \(parameter)") }
      opcode = .elementwise(ElementwiseOp(code: parameter))
    case (1, _, 0):
      guard let from = DType(rawValue: parameter) else { throw unknown }
      opcode = .convert(from: from)
    case (2, 0, 0): opcode = .load
    case (3, 0, _): opcode = .iota(axis: axis)
    case (4, _, _): opcode = .randomBits(first: Int(parameter) << 32 | axis)
    case (5, 0, 0): opcode = .rowDot
    case (6, _, 0):
      guard let kind = ReduceKind(rawValue: parameter) else { throw unknown }
      opcode = .reduce(kind)
    case (7, 0, 0): opcode = .dotAccumulate
    case (8, 0, 0): opcode = .outerAccumulate
    default: throw unknown
    }
    return TileInstruction(
      opcode, dtype, destination: UInt16(truncatingIfNeeded: first), a: UInt16(truncatingIfNeeded: first >> 16),
      b: UInt16(truncatingIfNeeded: second), c: UInt16(truncatingIfNeeded: second >> 16))
  }

  fileprivate mutating func block(depth: Int) throws(HillockError) -> [Instruction] {
    guard depth <= Program.maximumDepth else { throw failure("blocks lie more than \(Program.maximumDepth) deep") }
    var code: [Instruction] = []
    for _ in 0..<(try count(of: "instructions", words: 2)) { code.append(try instruction(depth: depth)) }
    return code
  }

  private mutating func carries() throws(HillockError) -> [Carry] {
    var carries: [Carry] = []
    for _ in 0..<(try count(of: "carried values", words: 3)) {
      let initial = try register(), current = try register()
      carries.append(Carry(initial: initial, current: current, next: try register()))
    }
    return carries
  }

  private mutating func loop(depth: Int) throws(HillockError) -> Loop {
    let trips = try long("a number of steps"), flag = try word("a direction")
    guard flag <= 1 else { throw failure("a loop runs forwards (0) or backwards (1), not \(flag)") }
    let index = try register(), carries = try carries(), rows = try indices("rows")
    return Loop(
      trips: trips, isReversed: flag == 1, index: index, carries: carries, rows: rows, body: try block(depth: depth + 1))
  }

  private mutating func whileLoop(depth: Int) throws(HillockError) -> WhileLoop {
    let carries = try carries(), test = try register(), condition = try block(depth: depth + 1)
    return WhileLoop(carries: carries, condition: condition, test: test, body: try block(depth: depth + 1))
  }

  private mutating func branch(depth: Int) throws(HillockError) -> Branch {
    var branch = Branch(selector: try register(), results: try indices("results"), blocks: [])
    for _ in 0..<(try count(of: "blocks", words: 1)) { branch.blocks.append(try block(depth: depth + 1)) }
    return branch
  }

  private mutating func instruction(depth: Int) throws(HillockError) -> Instruction {
    let code = try word("an instruction")
    switch code {
    case 0: return .launch(try index("a kernel"))
    case 1: return try arrayInstruction()
    case 7:
      let slot = try index("a Variable slot")
      return .store(slot: slot, register: try register())
    case 8: return .return(try indices("registers"))
    case 9: return .loop(try loop(depth: depth))
    case 10: return .whileLoop(try whileLoop(depth: depth))
    case 11: return .branch(try branch(depth: depth))
    case 12:
      let function = try index("a function"), operands = try indices("operands")
      return .call(function: function, operands: operands, results: try indices("results"))
    default: throw failure("there is no instruction \(code)")
    }
  }

  private mutating func arrayInstruction() throws(HillockError) -> Instruction {
    let code = try word("an array op")
    guard let op = UInt8(exactly: code).flatMap(ArrayOp.init(rawValue:)) else { throw failure("there is no array op \(code)") }
    var values: [[Int]] = []
    for attribute in op.row.attributes {
      let value: [Int]
      switch attribute.form {
      case .number: value = [try long(attribute.name)]
      case .numbers: value = try longs(attribute.name)
      case .flag, .choice: value = [Int(try word(attribute.name))]
      }
      guard attribute.takes(value) else { throw failure("\(op.row.name) has no \(attribute.name) \(value)") }
      values.append(value)
    }
    let destinations = try indices("registers")
    return .array(op, Attributes(values), destinations: destinations, sources: try indices("registers"))
  }

  private mutating func register() throws(HillockError) -> Int { try index("a register") }
}
