import CHillock

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many processors the process may keep busy: those it may run on, or fewer where its control group has a quota of processor time,
/// as containers have. More threads than that would be stopped in turn until the next period.
package enum ProcessorCount {
  package static let current: Int = min(available, quota(root: "").map { max(1, Int(min($0, 1e6).rounded(.up))) } ?? available)

  /// Those that the process may run on.
  package static let available = Int(hk_processor_count())

  /// Processors' worth of time that the control group and those around it allow; nil where none has a quota. `root`: the folder in which
  /// `/proc` and `/sys` are, for tests.
  ///
  /// Version 2 has one hierarchy, whose `cpu.max` gives quota and period (https://docs.kernel.org/admin-guide/cgroup-v2.html); version 1
  /// one for the processor, with a file for each (https://docs.kernel.org/scheduler/sched-bwc.html).
  package static func quota(root: String) -> Double? {
    ControlGroup.folders("cpu", root: root).flatMap(quota).min()
  }

  /// None or one.
  private static func quota(_ folder: ControlGroup.Folder) -> [Double] {
    let words =
      folder.isSecondVersion
      ? folder.lines("cpu.max").first?.split(separator: " ").map(String.init) ?? []
      : folder.lines("cpu.cfs_quota_us") + folder.lines("cpu.cfs_period_us")
    // No quota is `max` in version 2 and -1 in version 1.
    guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), quota > 0, period > 0 else { return [] }
    return [quota / period]
  }
}
