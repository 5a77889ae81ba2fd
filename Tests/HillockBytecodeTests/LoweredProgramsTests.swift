import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

/// What lowering makes keeps every rule, whatever the graph.
@Suite struct LoweredProgramsTests {
  @Test func everyLoweredGraphVerifies() throws {
    for seed in 0..<1000 as Range<UInt64> {
      guard let broken = try violation(seed: seed, size: 40) else { continue }
      let size = try (0...40).first { try violation(seed: seed, size: $0) != nil } ?? 40
      let error = try violation(seed: seed, size: size) ?? broken
      Issue.record("seed \(seed), size \(size): \(error)\n\(try randomGraph(seed: seed, size: size).text)")
      return
    }
  }

  private func violation(seed: UInt64, size: Int) throws -> HillockError? {
    let graph = try randomGraph(seed: seed, size: size)
    for graph in [graph, Passes.run(graph)] {
      let program = try Lowering.lower(graph)
      do { _ = try VerifiedProgram(program) } catch { return error }
    }
    return nil
  }
}
