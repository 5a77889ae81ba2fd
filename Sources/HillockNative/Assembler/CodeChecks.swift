import Synchronization

/// Whether each machine instruction is decoded again and compared with what was asked for: in debug builds, and in tests.
package enum CodeChecks {
  #if DEBUG
    private static let state = Atomic(true)
  #else
    private static let state = Atomic(false)
  #endif

  package static func enable() { state.store(true, ordering: .relaxed) }

  static var isEnabled: Bool { state.load(ordering: .relaxed) }
}
