import HillockIR

/// An array register of a program: dense, row-major, of a fixed type.
package struct Register: Hashable, Sendable {
  package enum Role: Hashable, Sendable {
    /// The call's argument at this position; read only.
    case argument(Int)
    /// The Variable in this slot as it was when the run started; read only.
    case variable(Int)
    /// `program.constants[i]`; read only.
    case constant(Int)
    /// Lives in `program.buffers[i]`, which temporaries with disjoint lifetimes share.
    case temporary(buffer: Int)
    /// Newly allocated in each run: what a run returns or stores, and nothing else.
    case fresh
    /// The row of another register's first axis at the current step of the loop that lists this register: read where the
    /// loop slices it, written where the loop stacks it.
    case row(of: Int)
    /// In the place of another register's value, which is read no more when this one is written: that of what a loop
    /// carries, or a Variable's own memory. A run that may not write there takes fresh memory instead.
    case over(Int)
  }

  package var type: ArrayType
  package var role: Role

  package init(type: ArrayType, role: Role) {
    self.type = type
    self.role = role
  }
}

/// A program-level instruction. Each defines the whole of its destination register.
package enum Instruction: Hashable, Sendable {
  /// Runs `program.kernels[i]`.
  case launch(Int)
  /// An op whose row (`ArrayOp.row`) says all of it. In place where the first destination shares memory with the source that the op
  /// overwrites.
  case array(ArrayOp, Attributes, destinations: [Int], sources: [Int])
  case loop(Loop)
  case whileLoop(WhileLoop)
  case branch(Branch)
  /// Calls `program.functions[function]`, on the calling thread, once for each time it is reached.
  case call(function: Int, operands: [Int], results: [Int])
  /// The register becomes the Variable's value at commit. Stores stand at the end of the program, outside control flow.
  case store(slot: Int, register: Int)
  /// Ends the program; these registers are its results.
  case `return`([Int])
}

/// A value that one step of a loop hands to the next. At the start `initial` is copied to `current`; a step reads `current`
/// and writes `next`; then the two change places. Both are temporaries or both are fresh, in memory of their own. After the
/// loop the value is in `current`.
package struct Carry: Hashable, Sendable {
  package var initial: Int
  package var current: Int
  package var next: Int

  package init(initial: Int, current: Int, next: Int) {
    self.initial = initial
    self.current = current
    self.next = next
  }
}

/// Runs its body for the indices 0..<trips, or from the last to the first.
package struct Loop: Hashable, Sendable {
  package var trips: Int
  package var isReversed: Bool
  /// An i64[] register that holds the index during a step.
  package var index: Int
  package var carries: [Carry]
  /// The registers of role `row` that stand for the rows at the index.
  package var rows: [Int]
  package var body: [Instruction]

  package init(trips: Int, isReversed: Bool, index: Int, carries: [Carry], rows: [Int], body: [Instruction]) {
    self.trips = trips
    self.isReversed = isReversed
    self.index = index
    self.carries = carries
    self.rows = rows
    self.body = body
  }
}

/// Runs its body while the condition's code leaves true in the bool[] register `test`.
package struct WhileLoop: Hashable, Sendable {
  package var carries: [Carry]
  package var condition: [Instruction]
  package var test: Int
  package var body: [Instruction]

  package init(carries: [Carry], condition: [Instruction], test: Int, body: [Instruction]) {
    self.carries = carries
    self.condition = condition
    self.test = test
    self.body = body
  }
}

/// Runs the block that the i32[] register `selector` names, the nearest where it is beyond the ends. Every block defines
/// every register of `results`.
package struct Branch: Hashable, Sendable {
  package var selector: Int
  package var results: [Int]
  package var blocks: [[Instruction]]

  package init(selector: Int, results: [Int], blocks: [[Instruction]]) {
    self.selector = selector
    self.results = results
    self.blocks = blocks
  }
}

/// A graph lowered to bytecode: what the verifier checks, the interpreter runs and the native tier compiles.
package struct Program: Hashable, Sendable {
  /// The version of the instruction set that this build reads and writes.
  package static let version: UInt32 = 2
  /// How deep loops and branches may lie in each other in the text and the binary form.
  package static let maximumDepth = 32

  package var name: String
  package var arguments: [ArrayType] = []
  package var variables: [VariableSlot] = []
  package var constants: [ConstantData] = []
  /// What it calls outside itself; what is called is bound for each run.
  package var functions: [FunctionSlot] = []
  /// Byte counts of the buffers in which temporaries live.
  package var buffers: [Int] = []
  package var registers: [Register] = []
  package var kernels: [Kernel] = []
  package var code: [Instruction] = []

  package init(name: String) { self.name = name }
}

extension Program {
  /// Every instruction in program order: a control-flow instruction before those of its blocks.
  package var flattened: [Instruction] {
    var result: [Instruction] = []
    func walk(_ code: [Instruction]) {
      for instruction in code {
        result.append(instruction)
        for block in instruction.blocks { walk(block) }
      }
    }
    walk(code)
    return result
  }
}

extension Instruction {
  /// The blocks of a control-flow instruction, in program order.
  package var blocks: [[Instruction]] {
    switch self {
    case .loop(let loop): [loop.body]
    case .whileLoop(let loop): [loop.condition, loop.body]
    case .branch(let branch): branch.blocks
    case .launch, .array, .call, .store, .return: []
    }
  }

  /// The carried values of a loop; none for other instructions.
  package var carries: [Carry] {
    switch self {
    case .loop(let loop): loop.carries
    case .whileLoop(let loop): loop.carries
    case .launch, .array, .branch, .call, .store, .return: []
    }
  }

  /// The reduction that the instruction is, where it is one.
  package var reduction: AxisReduction? { AxisReduction(self) }
}

/// A reduction seen as three axes, the middle one reduced.
package struct AxisReduction: Hashable, Sendable {
  package let kind: ReduceKind
  package let destination: Int
  package let source: Int
  package let outer: Int
  package let extent: Int
  package let inner: Int

  /// nil for other instructions, and where the extents are no array's.
  package init?(_ instruction: Instruction) {
    guard case .array(.reduce, let attributes, let destinations, let sources) = instruction, destinations.count == 1,
      sources.count == 1, ReduceKind.allCases.indices.contains(attributes.number(0)),
      let outer = Shape.checkedCount(attributes[1]), let inner = Shape.checkedCount(attributes[3]), attributes.number(2) >= 0
    else { return nil }
    kind = ReduceKind.allCases[attributes.number(0)]
    (destination, source) = (destinations[0], sources[0])
    (self.outer, extent, self.inner) = (outer, attributes.number(2), inner)
  }
}
