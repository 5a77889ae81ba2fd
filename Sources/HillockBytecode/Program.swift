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
  /// destination[m, n] = a[m, k] · b[k, n]
  case matmul(destination: Int, a: Int, b: Int)
  /// The source seen as [outer, extent, inner], reduced over the middle.
  case reduce(ReduceKind, destination: Int, source: Int, outer: Int, extent: Int, inner: Int)
  case gather(destination: Int, source: Int, indices: Int)
  /// In place where destination and base share a buffer.
  case scatter(destination: Int, base: Int, indices: Int, updates: Int)
  /// In place where destination and base share a buffer.
  case updateSlice(destination: Int, base: Int, update: Int, starts: [Int], steps: [Int])
  case concatenate(destination: Int, sources: [Int], axis: Int)
  /// The register becomes the Variable's value at commit.
  case store(slot: Int, register: Int)
  /// Ends the program; these registers are its results.
  case `return`([Int])
}

/// A graph lowered to bytecode: what the verifier checks, the interpreter runs and the native tier compiles.
package struct Program: Hashable, Sendable {
  /// The version of the instruction set that this build reads and writes.
  package static let version: UInt32 = 1

  package var name: String
  package var arguments: [ArrayType] = []
  package var variables: [VariableSlot] = []
  package var constants: [ConstantData] = []
  /// Byte counts of the buffers in which temporaries live.
  package var buffers: [Int] = []
  package var registers: [Register] = []
  package var kernels: [Kernel] = []
  package var code: [Instruction] = []

  package init(name: String) { self.name = name }
}
