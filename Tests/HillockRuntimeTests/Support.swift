import HillockBytecode
import HillockIR
import Testing

@testable import HillockRuntime

/// Worker counts and instruction-set levels at which every program must give the same bits.
let everyOption: [ExecutionOptions] = [1, 2, 3, 7].map { ExecutionOptions(tier: .interpreter, workers: $0) }
  + InstructionSet.allCases.filter(\.isSupported).map { ExecutionOptions(tier: .interpreter, workers: 1, isa: $0) }

func storage<Element: BitwiseCopyable>(_ elements: [Element]) throws -> Storage {
  try elements.withUnsafeBytes { try Storage.copy($0) }
}

extension Storage {
  func values<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] { Array(bytes.bindMemory(to: type)) }
}

/// Lowers and runs a graph once.
func run(
  _ graph: Graph, _ arguments: [Storage], _ options: ExecutionOptions = ExecutionOptions(tier: .interpreter)
) throws -> [Storage] {
  try run(Executable(VerifiedProgram(Lowering.lower(graph)), options: options), arguments)
}

func run(_ executable: Executable, _ arguments: [Storage]) throws -> [Storage] {
  let frame = executable.makeFrame()
  defer { executable.recycle(frame) }
  for (index, argument) in arguments.enumerated() { frame.setArgument(index, argument) }
  try executable.run(frame)
  return executable.prepared.results.indices.map { frame.takeResult($0) }
}
