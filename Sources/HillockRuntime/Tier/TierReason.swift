/// Why a program is in the tier it is in: stable codes, listed in `Spec/tiers.md`. The reason of a failed compile is the
/// compiler's own code (`NativeFailure.reason`).
package enum TierReason {
  /// Interpreted: it has not done enough work yet.
  package static let cold = "not-hot"
  /// Interpreted: waiting for, or in, the background compile.
  package static let queued = "queued"
  /// Interpreted: the policy says so.
  package static let policy = "policy"
  /// Interpreted: there is no native tier in this process.
  package static let noCompiler = "no-compiler"
  /// Interpreted: the system refused a thread for the background compile.
  package static let noThread = "no-thread"
  /// Interpreted: the compiler returned code that does not belong to the program.
  package static let badCode = "bad-code"
  /// Native: it got hot.
  package static let hot = "hot"
  /// Native: it was asked for.
  package static let requested = "requested"
}
