import CHillock
import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// Worker counts and instruction-set levels at which every program must give the same bits.
let everyOption: [ExecutionOptions] =
  [1, 2, 3, 7].map { workers in
    var options = ExecutionOptions(tier: .interpreter, workers: workers)
    // However small the program: what is tested is that sharing changes nothing.
    options.sharesAlways = true
    return options
  } + InstructionSet.allCases.filter(\.isSupported).map { ExecutionOptions(tier: .interpreter, workers: 2, isa: $0) }

func op(_ name: String) throws -> ElementwiseOp { try #require(ElementwiseOp.named(name)) }

func storage<Element: BitwiseCopyable>(_ elements: [Element]) throws -> Storage {
  try elements.withUnsafeBytes { try Storage.copy($0) }
}

extension Storage {
  func values<Element: BitwiseCopyable>(_ type: Element.Type) -> [Element] { Array(bytes.bindMemory(to: type)) }
}

/// A graph of these arguments, built by the closure from their values.
func graph(
  _ arguments: [ArrayType], name: String = "test", _ build: (inout GraphBuilder, [ValueID]) throws -> [ValueID]
) throws -> Graph {
  var builder = GraphBuilder(name: name)
  let values = arguments.map { builder.argument($0) }
  for result in try build(&builder, values) { builder.result(result) }
  return builder.graph
}

func executable(_ graph: Graph, _ options: ExecutionOptions = ExecutionOptions(tier: .interpreter)) throws -> Executable {
  Executable(try VerifiedProgram(Lowering.lower(graph)), signature: "test", options: options)
}

/// Lowers and runs a graph once.
func run(
  _ graph: Graph, _ arguments: [Storage], _ options: ExecutionOptions = ExecutionOptions(tier: .interpreter)
) throws -> [Storage] {
  try run(executable(graph, options), arguments)
}

func run(_ executable: Executable, _ arguments: [Storage]) throws -> [Storage] {
  let frame = executable.makeFrame()
  defer { executable.recycle(frame) }
  for (index, argument) in arguments.enumerated() { frame.setArgument(index, argument) }
  try executable.run(frame)
  return executable.prepared.results.indices.map { frame.takeResult($0) }
}

/// Runs a graph at every option; all must give the bits of the expectation.
func expectBits<Element: BitwiseCopyable & Equatable>(
  _ graph: Graph, _ arguments: [Storage], _ expected: [Element], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  for options in everyOption {
    let result = try run(graph, arguments, options)[0]
    let values = result.values(Element.self)
    let differing = zip(values, expected).enumerated().first { $0.element.0 != $0.element.1 }
    #expect(
      values.count == expected.count && differing == nil,
      "workers \(options.workers ?? 0), \(options.isa?.description ?? "best"): \(values.count) of \(expected.count), first difference \(String(describing: differing))",
      sourceLocation: sourceLocation)
  }
}

extension SeededRandom {
  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float.random(in: -2...2, using: &self) }
  }
}

/// A compiler whose code does as it is told: what a test says, with a flaw or without.
struct GivenCode: NativeCompiler {
  let kernels: [hk_kernel_entry]
  var loops: [hk_loop_entry] = []

  func compile(_ program: VerifiedProgram, isa: InstructionSet, injectFailure: NativeStage?) throws(NativeFailure)
    -> any NativeCode
  {
    Code(kernels, loops)
  }

  private final class Code: NativeCode {
    let kernels: [hk_kernel_entry?]
    let loops: [hk_loop_entry]
    let codeByteCount = 0
    let stageTimes: [(stage: NativeStage, nanoseconds: UInt64)] = []
    init(_ kernels: [hk_kernel_entry], _ loops: [hk_loop_entry]) { (self.kernels, self.loops) = (kernels, loops) }
  }
}

/// The reduction tree of Spec/numerics.md, written down a second time: the oracle for sums and products of rows.
enum Tree {
  /// `accumulate(accumulator, term index)`; lanes, chunks, folds and pairs as the text says.
  static func reduce<Element>(
    count: Int, lanes: Int, identity: Element, combine: (Element, Element) -> Element, accumulate: (Element, Int) -> Element
  ) -> Element {
    var partials: [Element] = []
    for start in stride(from: 0, to: count, by: 4096) {
      var lane = [Element](repeating: identity, count: lanes)
      for term in start..<min(start + 4096, count) {
        lane[(term - start) % lanes] = accumulate(lane[(term - start) % lanes], term)
      }
      var width = lanes
      while width > 1 {
        width /= 2
        for i in 0..<width { lane[i] = combine(lane[i], lane[i + width]) }
      }
      partials.append(lane[0])
    }
    while partials.count > 1 {
      partials = stride(from: 0, to: partials.count, by: 2).map {
        $0 + 1 < partials.count ? combine(partials[$0], partials[$0 + 1]) : partials[$0]
      }
    }
    return partials.first ?? identity
  }

  /// Sums.
  static func reduce(count: Int, lanes: Int, accumulate: (Float, Int) -> Float) -> Float {
    reduce(count: count, lanes: lanes, identity: 0, combine: +, accumulate: accumulate)
  }

  static func sum(_ terms: [Float], lanes: Int) -> Float {
    reduce(count: terms.count, lanes: lanes) { $0 + terms[$1] }
  }
}
