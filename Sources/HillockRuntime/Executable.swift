import HillockBytecode
import HillockIR

/// A verified program ready to run, in whatever tier the controller has it at the moment. Safe to run from many threads.
package final class Executable: Sendable {
  package let program: Program

  package init(_ verified: VerifiedProgram) {
    self.program = verified.program
  }
}
