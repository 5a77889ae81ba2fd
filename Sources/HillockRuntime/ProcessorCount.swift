import CHillock

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many processors the process may keep busy: those it may run on, or fewer where its control group has a quota of processor time,
/// as containers have. More threads than that would be stopped in turn until the next period.
package enum ProcessorCount {
  package static let current: Int = min(available, quota(root: "").map { max(1, Int($0.rounded(.up))) } ?? available)

  /// Those that the process may run on.
  package static let available = Int(hk_processor_count())

  /// Processors' worth of time that the control group and those around it allow; nil where none has a quota. `root`: the folder in which
  /// `/proc` and `/sys` are, for tests.
  ///
  /// Version 2 has one hierarchy, whose `cpu.max` gives quota and period (https://docs.kernel.org/admin-guide/cgroup-v2.html); version 1
  /// one for the processor, with a file for each (https://docs.kernel.org/scheduler/sched-bwc.html).
  package static func quota(root: String) -> Double? {
    // hierarchy:controllers:path; controllers are empty for version 2.
    let groups = lines(root + "/proc/self/cgroup").map {
      $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    }
    var quotas: [Double] = []
    for group in groups where group.count == 3 {
      let isSecond = group[1].isEmpty
      guard isSecond || group[1].split(separator: ",").contains("cpu") else { continue }
      let mount = root + "/sys/fs/cgroup" + (isSecond ? "" : "/cpu")
      var path = group[2].split(separator: "/")
      while true {
        quotas += quota(folder: ([mount] + path.map(String.init)).joined(separator: "/"), isSecond: isSecond)
        if path.popLast() == nil { break }
      }
    }
    return quotas.min()
  }

  /// None or one.
  private static func quota(folder: String, isSecond: Bool) -> [Double] {
    let words =
      isSecond
      ? lines(folder + "/cpu.max").first?.split(separator: " ").map(String.init) ?? []
      : lines(folder + "/cpu.cfs_quota_us") + lines(folder + "/cpu.cfs_period_us")
    // No quota is `max` in version 2 and -1 in version 1.
    guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), quota > 0, period > 0 else { return [] }
    return [quota / period]
  }

  /// Of a file that may not be there.
  private static func lines(_ path: String) -> [String] {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
