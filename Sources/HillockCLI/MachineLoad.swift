import Foundation

/// Whether other processes took processors away from this one while something was measured.
struct MachineLoad {
  private var interruptions = 0
  private var seconds = 0.0

  /// Interruptions a second from which times are doubtful. A thread that shares its processor with another is interrupted every few
  /// milliseconds; one that has it alone is hardly ever.
  static let limit = 100.0

  mutating func watch(_ body: () throws -> Void) rethrows {
    let before = Self.involuntarySwitches
    seconds += try ContinuousClock().measure(body) / .seconds(1)
    interruptions += Self.involuntarySwitches - before
  }

  /// What a reader of the times should know; nil where the machine was free.
  var complaint: String? {
    Self.complaint(interruptionsPerSecond: seconds > 0 ? Double(interruptions) / seconds : 0)
  }

  static func complaint(interruptionsPerSecond rate: Double) -> String? {
    guard rate > limit else { return nil }
    return "the machine was busy: other processes interrupted this one \(Int(rate)) times a second, so its times say little"
  }

  /// How often threads of this process had to leave a processor to others.
  private static var involuntarySwitches: Int {
    var usage = rusage()
    // (glibc's header declares it as a case of an enumeration)
    #if canImport(Glibc)
      let own = __rusage_who_t(RUSAGE_SELF.rawValue)
    #else
      let own = RUSAGE_SELF
    #endif
    return getrusage(own, &usage) == 0 ? Int(usage.ru_nivcsw) : 0
  }
}
