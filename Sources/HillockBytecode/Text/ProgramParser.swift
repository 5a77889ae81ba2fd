import HillockIR

extension Program {
  /// Reads the text form. What is read need not verify: `VerifiedProgram` decides that.
  ///
  /// - Throws: `.format` with line and column for text that is malformed.
  package init(parsing text: String) throws(HillockError) {
    var parser = ProgramParser(text)
    self = try parser.parse()
  }

  /// Whether the text is meant as a program, and not as a graph: its first words, comments aside, say so.
  package static func isText(_ text: String) -> Bool {
    var scanner = TextScanner(text)
    scanner.skipLines()
    return scanner.takeWord() == "hillock" && scanner.takeWord() == "program"
  }
}

private struct ProgramParser {
  var scanner: TextScanner
  var program = Program(name: "")
  var constants = ConstantText()

  init(_ text: String) { scanner = TextScanner(text) }

  mutating func parse() throws(HillockError) -> Program {
    scanner.skipLines()
    for word in ["hillock", "program"] { try scanner.expectWord(word) }
    scanner.skipBlanks()
    let place = scanner.position
    let version = try scanner.integer("the version of the instruction set")
    guard version == Program.version else {
      throw scanner.failure("this build reads `hillock program \(Program.version)`, not version \(version)", at: place)
    }
    try scanner.endLine()
    scanner.skipLines()
    while !scanner.isAtEnd {
      try line()
      try scanner.endLine()
      scanner.skipLines()
    }
    return program
  }

  private mutating func line() throws(HillockError) {
    let place = scanner.position
    if let instruction = try instructionLine(depth: 0) {
      program.code.append(instruction)
      return
    }
    if let index = takeNumbered("r") {
      try scanner.expect(":")
      return try register(index, place)
    }
    let keyword = try scanner.word("a declaration or an instruction")
    switch keyword {
    case "name": program.name = try scanner.string("a name")
    case "argument":
      try expectNext(program.arguments.count, "argument")
      try scanner.expect(":")
      program.arguments.append(try scanner.arrayType())
    case "variable":
      try expectNext(program.variables.count, "Variable slot")
      let name = try scanner.string("the Variable's name")
      try scanner.expect(":")
      program.variables.append(VariableSlot(name: name, type: try scanner.arrayType()))
    case "constant":
      try expectNext(program.constants.count, "constant")
      try scanner.expect(":")
      let type = try scanner.arrayType()
      program.constants.append(try constants.read(type, from: &scanner))
    case "function":
      try expectNext(program.functions.count, "function")
      program.functions.append(try scanner.functionSlot())
    case "buffer":
      try expectNext(program.buffers.count, "buffer")
      try scanner.expect(":")
      program.buffers.append(try scanner.integer("a number of bytes"))
    case "kernel":
      try expectNext(program.kernels.count, "kernel")
      program.kernels.append(try kernel())
    default: throw scanner.failure("expected a declaration or an instruction, found `\(keyword)`", at: place)
    }
  }

  // MARK: Registers and instructions

  /// An instruction, control flow with its blocks; takes nothing and returns nil where the line is none.
  private mutating func instructionLine(depth: Int) throws(HillockError) -> Instruction? {
    let start = scanner
    if let destinations = takeDestinations() { return try arrayInstruction(destinations) }
    scanner = start
    switch scanner.takeWord() {
    case "launch": return .launch(try scanner.integer("the kernel's index"))
    case "store":
      let slot = try scanner.integer("the Variable's slot")
      try scanner.expect(",")
      return .store(slot: slot, register: try registerName())
    case "return":
      scanner.skipBlanks()
      return .return(scanner.isAtLineEnd ? [] : try registerNames())
    case "call":
      let function = try scanner.integer("the function's index")
      let operands = scanner.nextIs("r") && !nextIsLabel("results") ? try registerNames() : []
      return .call(function: function, operands: operands, results: takeLabel("results") ? try registerNames() : [])
    case "loop":
      let index = try registerName(), trips = try labelled("trips")
      var loop = Loop(trips: trips, isReversed: takeLabel("reversed"), index: index, carries: [], rows: [], body: [])
      if takeLabel("rows") { loop.rows = try registerNames() }
      (loop.carries, loop.body) = try firstBlock(depth)
      return .loop(loop)
    case "while":
      let test = try registerName()
      let (carries, condition) = try firstBlock(depth)
      return .whileLoop(WhileLoop(carries: carries, condition: condition, test: test, body: try nextBlock(depth)))
    case "branch":
      var branch = Branch(selector: try registerName(), results: [], blocks: [])
      let count = try labelled("blocks")
      guard count >= 1 else { throw scanner.failure("a branch has at least one block, not \(count)") }
      if takeLabel("results") { branch.results = try registerNames() }
      branch.blocks.append(try firstBlock(depth).code)
      while branch.blocks.count < count { branch.blocks.append(try nextBlock(depth)) }
      return .branch(branch)
    default:
      scanner = start
      return nil
    }
  }

  /// `{`, the carried values, the block's instructions, `}`
  private mutating func firstBlock(_ depth: Int) throws(HillockError) -> (carries: [Carry], code: [Instruction]) {
    guard depth < Program.maximumDepth else {
      throw scanner.failure("blocks lie more than \(Program.maximumDepth) deep")
    }
    try scanner.expect("{")
    try scanner.endLine()
    scanner.skipLines()
    var carries: [Carry] = []
    while takeLabel("carry") {
      let registers = try registerNames(3)
      carries.append(Carry(initial: registers[0], current: registers[1], next: registers[2]))
      try scanner.endLine()
      scanner.skipLines()
    }
    var code: [Instruction] = []
    while !scanner.take("}") {
      guard let instruction = try instructionLine(depth: depth + 1) else { throw scanner.expected("an instruction or `}`") }
      code.append(instruction)
      try scanner.endLine()
      scanner.skipLines()
    }
    return (carries, code)
  }

  /// `then`, and a block
  private mutating func nextBlock(_ depth: Int) throws(HillockError) -> [Instruction] {
    try scanner.endLine()
    scanner.skipLines()
    try scanner.expectWord("then")
    let place = scanner.position
    let (carries, code) = try firstBlock(depth)
    guard carries.isEmpty else { throw scanner.failure("carried values stand in the first block", at: place) }
    return code
  }

  private mutating func takeLabel(_ label: String) -> Bool {
    var ahead = scanner
    guard ahead.takeWord() == label else { return false }
    scanner = ahead
    return true
  }

  private func nextIsLabel(_ label: String) -> Bool {
    var ahead = scanner
    return ahead.takeWord() == label
  }

  private mutating func register(_ index: Int, _ place: Int) throws(HillockError) {
    guard index == program.registers.count else {
      throw scanner.failure("expected the declaration of r\(program.registers.count), found r\(index)", at: place)
    }
    let type = try scanner.arrayType()
    try scanner.expect("=")
    scanner.skipBlanks()
    let rolePlace = scanner.position
    let role: Register.Role
    switch try scanner.word("a role") {
    case "argument": role = .argument(try scanner.integer())
    case "variable": role = .variable(try scanner.integer())
    case "constant": role = .constant(try scanner.integer())
    case "buffer": role = .temporary(buffer: try scanner.integer())
    case "fresh": role = .fresh
    case "row": role = .row(of: try registerName())
    case "over": role = .over(try registerName())
    default:
      throw scanner.failure("expected `argument`, `variable`, `constant`, `buffer`, `fresh`, `row` or `over`", at: rolePlace)
    }
    program.registers.append(Register(type: type, role: role))
  }

  /// `r3, r4 =`; where something else comes, nil, and what was taken must be given back.
  private mutating func takeDestinations() -> [Int]? {
    var destinations: [Int] = []
    repeat {
      guard let index = takeNumbered("r") else { return nil }
      destinations.append(index)
    } while scanner.take(",")
    return scanner.take("=") ? destinations : nil
  }

  private mutating func arrayInstruction(_ destinations: [Int]) throws(HillockError) -> Instruction {
    scanner.skipBlanks()
    let place = scanner.position
    let name = try scanner.word("an instruction")
    guard let (op, choice) = ArrayOp.named(name) else { throw scanner.failure("there is no instruction `\(name)`", at: place) }
    let sources = scanner.nextIs("r") && !op.row.attributes.contains(where: { nextIsLabel($0.name) }) ? try registerNames() : []
    var given: [String: [Int]] = [:]
    while let attribute = op.row.attributes.first(where: { nextIsLabel($0.name) && given[$0.name] == nil }) {
      try scanner.expectWord(attribute.name)
      given[attribute.name] = try scanner.value(attribute.form)
    }
    do {
      let attributes = try op.row.attributes(given, choice: choice)
      return .array(op, attributes, destinations: destinations, sources: sources)
    } catch {
      throw scanner.failure(error.message, at: place, code: error.code)
    }
  }

  // MARK: Kernels

  private mutating func kernel() throws(HillockError) -> Kernel {
    let name = try scanner.string("the kernel's name")
    try scanner.expectWord("shape")
    let shape = try scanner.integers()
    let tile = try labelled("tile")
    var kernel = Kernel(name: name, shape: shape, tile: tile, operands: [], tiles: [], code: [])
    while true {
      try scanner.endLine()
      scanner.skipLines()
      let place = scanner.position
      if scanner.nextIs("e") {
        try scanner.expectWord("end")
        return kernel
      }
      if kernel.code.isEmpty, try declaration(in: &kernel) { continue }
      guard kernel.operands.count + kernel.tiles.count < Int(UInt16.max) else {
        throw scanner.failure("the kernel has too many operands and tiles", at: place)
      }
      kernel.code.append(try tileInstruction(kernel))
    }
  }

  /// Reads the declaration of an operand or a tile; takes nothing and returns false where the line is no declaration.
  private mutating func declaration(in kernel: inout Kernel) throws(HillockError) -> Bool {
    let start = scanner
    if let index = takeNumbered("p"), scanner.take("="), let word = scanner.takeWord(), word == "read" || word == "write" {
      guard index == kernel.operands.count, kernel.tiles.isEmpty else {
        throw start.failure("expected operands p0, p1, … in order and before the tiles, found p\(index)")
      }
      let register = try registerName()
      kernel.operands.append(Operand(register: register, access: try access(), isWritten: word == "write"))
      return true
    }
    scanner = start
    if let index = takeNumbered("t"), scanner.take(":") {
      guard index == kernel.tiles.count else { throw start.failure("expected tile t\(kernel.tiles.count), found t\(index)") }
      kernel.tiles.append(try scanner.dtype())
      return true
    }
    scanner = start
    return false
  }

  private mutating func access() throws(HillockError) -> Access {
    scanner.skipBlanks()
    let place = scanner.position
    switch try scanner.word("an access") {
    case "contiguous": return .contiguous(offset: try scanner.integer("an offset"))
    case "scalar": return .scalar(offset: try scanner.integer("an offset"))
    case "strided":
      let offset = try scanner.integer("an offset")
      return .strided(offset: offset, strides: try scanner.integers())
    case "rows":
      let offset = try scanner.integer("an offset")
      return .rows(offset: offset, length: try scanner.integer("a length"))
    case "whole":
      let offset = try scanner.integer("an offset")
      return .whole(offset: offset, length: try scanner.integer("a length"))
    case "reduction": return .reduction(width: try scanner.integer("a width"))
    default:
      throw scanner.failure(
        "expected `contiguous`, `scalar`, `strided`, `rows`, `whole` or `reduction`", at: place)
    }
  }

  private mutating func tileInstruction(_ kernel: Kernel) throws(HillockError) -> TileInstruction {
    let destination = try slot(kernel)
    try scanner.expect("=")
    scanner.skipBlanks()
    let place = scanner.position
    let name = try scanner.word("a tile instruction")
    var sources: [UInt16] = []
    var ahead = scanner
    let attribute = ahead.takeWord()
    if attribute != "from", attribute != "axis", attribute != "first", !scanner.nextIs(":") {
      repeat { sources.append(try slot(kernel)) } while scanner.take(",")
    }
    guard sources.count <= 3 else { throw scanner.failure("a tile instruction has at most 3 sources", at: place) }
    let opcode: TileOpcode
    switch name {
    case "convert":
      try scanner.expectWord("from")
      opcode = .convert(from: try scanner.dtype())
    case "iota": opcode = .iota(axis: try labelled("axis"))
    case "randombits": opcode = .randomBits(first: scanner.nextIs(":") ? 0 : try labelled("first"))
    default:
      guard let named = TileOpcode.named(name) else { throw scanner.failure("there is no tile instruction `\(name)`", at: place) }
      opcode = named
    }
    try scanner.expect(":")
    sources += [UInt16](repeating: TileInstruction.none, count: 3 - sources.count)
    return TileInstruction(
      opcode, try scanner.dtype(), destination: destination, a: sources[0], b: sources[1], c: sources[2])
  }

  private mutating func slot(_ kernel: Kernel) throws(HillockError) -> UInt16 {
    scanner.skipBlanks()
    let place = scanner.position
    if let index = takeNumbered("p") {
      guard kernel.operands.indices.contains(index) else { throw scanner.failure("there is no operand p\(index)", at: place) }
      return UInt16(index)
    }
    if let index = takeNumbered("t") {
      // Beyond the tiles that are declared is the verifier's to refuse, as long as it can be said at all.
      guard index >= 0, index < Int(TileInstruction.none) - kernel.operands.count else {
        throw scanner.failure("there is no tile t\(index)", at: place)
      }
      return UInt16(kernel.operands.count + index)
    }
    guard scanner.takeWord() == "_" else {
      throw scanner.failure("expected an operand (p0, p1, …), a tile (t0, t1, …) or `_`", at: place)
    }
    return TileInstruction.none
  }

  // MARK: Tokens

  /// `r12`: the sigil and the number right after it; takes nothing where something else comes.
  private mutating func takeNumbered(_ sigil: Unicode.Scalar) -> Int? {
    var ahead = scanner
    guard ahead.take(sigil), let next = ahead.peek, next == UInt8(ascii: "-") || (0x30...0x39).contains(next),
      let index = try? ahead.integer()
    else { return nil }
    scanner = ahead
    return index
  }

  private mutating func registerName() throws(HillockError) -> Int {
    guard let index = takeNumbered("r") else { throw scanner.expected("a register (r0, r1, …)") }
    return index
  }

  private mutating func registerNames() throws(HillockError) -> [Int] {
    var registers: [Int] = []
    repeat { registers.append(try registerName()) } while scanner.take(",")
    return registers
  }

  private mutating func registerNames(_ count: Int) throws(HillockError) -> [Int] {
    let place = scanner.position
    let registers = try registerNames()
    guard registers.count == count else {
      throw scanner.failure("expected \(count) registers, found \(registers.count)", at: place)
    }
    return registers
  }

  private mutating func labelled(_ label: String) throws(HillockError) -> Int {
    try scanner.expectWord(label)
    return try scanner.integer()
  }

  private mutating func expectNext(_ next: Int, _ what: String) throws(HillockError) {
    scanner.skipBlanks()
    let place = scanner.position
    let index = try scanner.integer("the index of the \(what)")
    guard index == next else { throw scanner.failure("expected the declaration of \(what) \(next), found \(index)", at: place) }
  }
}

extension TileOpcode {
  /// The opcode with this name; `convert`, `iota` and `randombits`, which may need more than a name, aside.
  fileprivate static func named(_ name: String) -> TileOpcode? {
    switch name {
    case "load": return .load
    case "rowdot": return .rowDot
    case "dotaccumulate": return .dotAccumulate
    case "outeraccumulate": return .outerAccumulate
    default:
      if name.hasPrefix("reduce.") {
        return ReduceKind.allCases.first { $0.name == name.dropFirst(7) }.map { .reduce($0) }
      }
      return ElementwiseOp.named(name).map { .elementwise($0) }
    }
  }
}
