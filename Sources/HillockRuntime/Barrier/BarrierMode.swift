/// How a program's runs are watched (Spec/variables.md, "The barrier").
package enum BarrierMode: String, CaseIterable, Sendable {
  /// The verifier's proofs, leases and commits: what every run has.
  case fast
  /// Besides, every run is checked while it happens: each store, each buffer's ends, each read. Many times slower.
  case strict
}
