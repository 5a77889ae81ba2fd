import HillockIR
import HillockRuntime
import Synchronization

/// The program of a jitted function at one signature, with what it depends on.
class Entry: @unchecked Sendable {
  // @unchecked: `retrace` is set before the entry is shared.
  let signature: Signature
  let program: BoundProgram
  let results: [ResultForm]
  /// Where the constants came from.
  let constants: [ConstantOrigin]
  /// The objects whose properties are constants of the program; nil if there are none.
  let watch: StaticWatch?
  /// Why the function was traced again to make this program; nil for the first one.
  var retrace: Retrace?
  /// The function's clock at the last call.
  let lastUse = Atomic<UInt64>(0)
  var executable: Executable { program.executable }
  var graph: Graph { program.graph }
  /// The signature, and the types of Variables whose batch sizes the program is for: `(f32[3]; v: f32[8,3])`.
  var text: String { signature.text(with: program.batches) }
  var age: UInt64 { lastUse.load(ordering: .relaxed) }

  init(
    signature: Signature, program: BoundProgram, results: [ResultForm], constants: [ConstantOrigin], watch: StaticWatch?
  ) {
    self.signature = signature
    self.program = program
    self.results = results
    self.constants = constants
    self.watch = watch
  }
}

/// An entry with the function's output.
final class EntryOf<Output>: Entry, @unchecked Sendable {
  // @unchecked: `template` holds only static values and placeholders.
  /// The output with placeholders for its arrays.
  let template: Output

  init(
    signature: Signature, program: BoundProgram, results: [ResultForm], template: Output, constants: [ConstantOrigin],
    watch: StaticWatch?
  ) {
    self.template = template
    super.init(signature: signature, program: program, results: results, constants: constants, watch: watch)
  }
}

/// How arrays are replaced in an output.
struct OutputMap<Output> {
  let map: (Output, (NDArray) throws -> NDArray) throws -> Output
}

/// What a result of a program is for the function.
struct ResultForm {
  let type: ArrayType
  let isWeak: Bool

  init(_ array: NDArray) {
    switch array.content {
    case .traced(let value): (type, isWeak) = (value.type, value.isWeak)
    case .weak(let scalar): (type, isWeak) = (ArrayType(scalar.readOutDType, []), false)
    default: (type, isWeak) = (array.type, false)
    }
  }

  func array(_ storage: Storage) throws(HillockError) -> NDArray {
    let array = NDArray(storage, type)
    return isWeak ? try array.weakened() : array
  }
}
