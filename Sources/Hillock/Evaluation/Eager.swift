import HillockIR
import HillockRuntime
import Synchronization

/// Evaluation outside `jit`: each step is a program of its own, kept by step and operand types.
package enum Eager {
  private struct Key: Hashable {
    var step: Step
    var types: [ArrayType]
  }

  private struct Entry {
    var executable: Executable
    var types: [ArrayType]
  }

  /// How many one-step programs are kept; past it all are dropped, and the ones in use come back on their next call.
  static let capacity = 2048

  private static let cache = Mutex<[Key: Entry]>([:])

  /// The step's results.
  package static func run(_ step: Step, _ operands: [NDArray]) throws(HillockError) -> [NDArray] {
    var storages: [Storage] = []
    var types: [ArrayType] = []
    storages.reserveCapacity(operands.count)
    types.reserveCapacity(operands.count)
    for operand in operands {
      let (storage, type) = try operand.concrete()
      storages.append(storage)
      types.append(type)
    }
    // The same memory under another shape, or converted to the dtype it has: nothing to compute.
    if let type = types.first, let same = step.typeOfSameMemory(type) { return [NDArray(storages[0], same)] }
    let entry = try entry(Key(step: step, types: types))
    let frame = entry.executable.makeFrame()
    defer { entry.executable.recycle(frame) }
    for (index, storage) in storages.enumerated() { frame.setArgument(index, storage) }
    try entry.executable.run(frame)
    return entry.types.enumerated().map { NDArray(frame.takeResult($0.offset), $0.element) }
  }

  private static func entry(_ key: Key) throws(HillockError) -> Entry {
    if let entry = cache.withLock({ $0[key] }) { return entry }
    var builder = GraphBuilder(name: key.step.name)
    let arguments = key.types.map { builder.argument($0) }
    let results = try key.step.emit(into: &builder, arguments)
    for result in results { builder.result(result) }
    let signature = "(\(key.types.map(\.description).joined(separator: ", ")))"
    let executable = try Compilation.compile(builder.graph, signature: signature)
    let entry = Entry(executable: executable, types: results.map(builder.type))
    cache.withLock { cache in
      if cache.count >= capacity { cache.removeAll() }
      cache[key] = entry
    }
    return entry
  }
}

extension NDArray {
  /// The memory and the type; a weak scalar gets the dtype it is read out with. Errors are thrown, and so is an unknown value.
  package func concrete() throws(HillockError) -> (Storage, ArrayType) {
    switch content {
    case .concrete(let storage, let type): return (storage, type)
    case .weak(let scalar):
      let dtype = scalar.readOutDType
      return (try .scalar(try scalar.bits(dtype), dtype), ArrayType(dtype, []))
    case .ranged(_, let bounds): return try adopting(bounds.readOutDType).concrete()
    case .traced(let value):
      guard let known = value.trace.knownValue(value) else { throw value.trace.valueError(value) }
      return try known.concrete()
    case .failure(let failure): throw failure.thrownError()
    }
  }
}

extension Storage {
  /// One element.
  package static func scalar(_ bits: UInt64, _ dtype: DType) throws(HillockError) -> Storage {
    let storage = try Storage.allocate(byteCount: dtype.size)
    storage.base.setElementBits(0, dtype, bits)
    return storage
  }
}
