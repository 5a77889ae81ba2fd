import Hillock

extension Jitted {
  /// Compiles to native code, where this build has the native tier. Tests that compare the tiers go on without it: builds without
  /// the trait have none, and so has the one for ThreadSanitizer, which cannot watch assembled code (`tools/sanitize`).
  func promoteWherePossible() throws(HillockError) {
    #if Native
      try promote()
    #endif
  }
}
