import HillockIR

/// A program that the verifier has accepted: the only thing the runtime executes.
///
/// The runtime and the native tier check nothing again: whatever a rule of `Rule.all` states, they rely on.
package struct VerifiedProgram: Sendable {
  package let program: Program

  /// Checks every rule of the verifier and of the barrier; the error names the first rule that is broken.
  package init(_ program: Program) throws(HillockError) {
    if let (rule, violation) = Rule.firstViolation(in: program) {
      throw HillockError(.verification, violation, rule: rule.id)
    }
    self.program = program
  }

  /// For tests of what stands behind the verifier: no rule is checked.
  init(unchecked program: Program) { self.program = program }
}
