import HillockIR
import Testing

@testable import HillockBytecode
@testable import HillockRuntime

extension ExecutionOptions {
  /// Strict, by three workers, however small the program is.
  static var strict: ExecutionOptions {
    var options = ExecutionOptions(tier: .interpreter, workers: 3)
    options.barrier = .strict
    options.sharesAlways = true
    return options
  }
}

/// The program in strict mode; after changes, which its verifier is not asked about.
func strict(
  _ text: String, _ changes: [(from: String, to: String)] = [], options: ExecutionOptions = .strict
) throws -> Executable {
  var changed = text
  for change in changes {
    try #require(changed.contains(change.from))
    changed = changed.replacing(change.from, with: change.to, maxReplacements: 1)
  }
  let program = try Program(parsing: changed)
  return Executable(changes.isEmpty ? try VerifiedProgram(program) : VerifiedProgram(unchecked: program), options: options)
}

/// The body breaks a promise, which this check finds; its message has these words.
func expectViolation(
  _ check: StrictCheck, _ words: [String], sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  let error = #expect(throws: HillockError.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.code == .verification, sourceLocation: sourceLocation)
  #expect(error?.rule == check.rawValue, "\(error.map(\.description) ?? "")", sourceLocation: sourceLocation)
  for word in words {
    #expect(error?.message.contains(word) == true, "\(word) in: \(error?.message ?? "")", sourceLocation: sourceLocation)
  }
}
