import HillockIR

/// One case of a case file: a program, what goes in, and what must come out (or the error it must give).
/// `Spec/conformance/README.md` has the format.
package struct ConformanceCase: Sendable {
  package var name: String
  /// The file and the line of the `case` line, for messages.
  package var place: String
  /// A graph or a bytecode program, in its text form.
  package var program: String
  /// What is made of the graph before it runs, one after the other.
  package var transformations: [GraphTransformation] = []
  package var arguments: [ConstantData] = []
  /// Initial values, by the Variable's name.
  package var variables: [String: ConstantData] = [:]
  package var results: [Expectation] = []
  /// Values after the commit, by the Variable's name.
  package var stored: [String: Expectation] = [:]
  package var error: ExpectedError?

  package init(name: String, place: String, program: String) {
    self.name = name
    self.place = place
    self.program = program
  }
}

package struct Expectation: Sendable, Hashable {
  package var value: ConstantData
  package var tolerance: Tolerance
}

/// How far a result may be from the expectation. Any NaN equals any NaN.
package enum Tolerance: Sendable, Hashable {
  /// The same bits, the sign of zero included.
  case exact
  /// At most this many floating-point numbers apart, or at most this far.
  case within(ulp: UInt64, absolute: Double)
}

package struct ExpectedError: Sendable, Hashable {
  package var code: ErrorCode
  /// The verifier's rule, where one is expected.
  package var rule: String?
  /// A part of the message.
  package var containing: String?

  package init(code: ErrorCode, rule: String? = nil, containing: String? = nil) {
    self.code = code
    self.rule = rule
    self.containing = containing
  }

  package func matches(_ error: HillockError) -> Bool {
    error.code == code && (rule == nil || error.rule == rule) && (containing == nil || error.message.contains(containing!))
  }

  package var description: String {
    code.rawValue + " error" + (rule.map { " [\($0)]" } ?? "") + (containing.map { " containing \"\($0)\"" } ?? "")
  }
}
