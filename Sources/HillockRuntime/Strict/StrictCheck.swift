import HillockIR

/// What a strict run checks. The error of a violation has code `verification` and one of these as its rule
/// (Spec/variables.md says what each catches).
package enum StrictCheck: String, CaseIterable, Sendable {
  /// A tile's store lies in the positions that its worker claimed.
  case owner = "strict-owner"
  /// A store goes to a register that the instruction may write, where that register lies.
  case target = "strict-target"
  /// Every unit of an instruction is done once, by one worker.
  case coverage = "strict-coverage"
  /// Nothing is written beyond the ends of a buffer, a fresh array, a tile or an accumulator.
  case guarded = "strict-guard"
  /// What is read was written in this run, and nothing else has been written over it.
  case undefined = "strict-undefined"
  /// Arguments, Variables and constants stay as they were.
  case input = "strict-input"
  /// Members of a standing team never touch what another may write meanwhile.
  case team = "strict-team"
  /// Native code stores what the interpreter stores, and nothing else.
  case native = "strict-native"

  func violation(_ message: String) -> HillockError {
    HillockError(
      .verification, "strict mode: \(message); the run is stopped, and no Variable has changed", rule: rawValue)
  }
}
