import HillockBytecode
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// The verifier is the trust boundary: whatever it accepts can be prepared and run, however it came about.
@Suite struct TrustBoundaryTests {
  /// Encodings changed in a few words; those that still verify are run where they are small.
  @Test func whatVerifiesRuns() throws {
    let original = try Program(parsing: sampleProgram).encoded()
    var ran = 0
    // (thousands of programs would push other tests' out of the list of those that are gone)
    var options = ExecutionOptions(tier: .interpreter, workers: 1)
    options.isListed = false
    for seed in 0..<30_000 as Range<UInt64> {
      var random = SeededRandom(seed: seed)
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let at = Int.random(in: 0..<bytes.count / 4, using: &random) * 4
        let old = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: UInt32.self) }
        let word: UInt32 =
          switch Int.random(in: 0..<4, using: &random) {
          case 0: old &+ 1
          case 1: old &- 1
          case 2: old ^ (1 << UInt32.random(in: 0..<32, using: &random))
          default: UInt32.random(in: 0...8, using: &random)
          }
        withUnsafeBytes(of: word) { bytes.replaceSubrange(at..<at + 4, with: $0) }
      }
      guard let program = try? Program(decoding: bytes), let verified = try? VerifiedProgram(program) else { continue }
      let executable = Executable(verified, options: options)
      let types = program.arguments + program.variables.map(\.type) + program.registers.map(\.type)
      let isSmall =
        types.allSatisfy { $0.byteCount < 1 << 16 } && program.buffers.allSatisfy { $0 < 1 << 20 }
        && program.kernels.allSatisfy { $0.count < 1 << 16 }
      guard isSmall else { continue }
      let frame = executable.makeFrame()
      for (index, type) in program.arguments.enumerated() {
        frame.setArgument(index, try storage([UInt8](repeating: 1, count: type.byteCount)))
      }
      for (slot, variable) in program.variables.enumerated() {
        frame.setVariable(slot, try storage([UInt8](repeating: 1, count: variable.type.byteCount)))
      }
      for (slot, function) in program.functions.enumerated() {
        frame.setFunction(
          slot,
          ExternalFunction(.host, name: function.name) { _, results in
            for (base, type) in zip(results, function.results) {
              base.initializeMemory(as: UInt8.self, repeating: 1, count: type.byteCount)
            }
          })
      }
      try executable.run(frame)
      ran += 1
    }
    #expect(ran > 500, "the test reaches programs that run")
  }
}
