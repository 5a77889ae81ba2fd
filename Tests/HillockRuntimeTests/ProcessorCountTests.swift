import Foundation
import HillockRuntime
import HillockTestSupport
import Testing

/// Quotas of control groups, in files as the kernel's documentation gives them.
@Suite struct ProcessorCountTests {
  private func quota(_ files: [String: String]) throws -> Double? {
    let root = try ScratchFolder()
    for (path, text) in files {
      let file = URL(fileURLWithPath: root.path + path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return ProcessorCount.quota(root: root.path)
  }

  @Test func ofVersion2TheSmallestOnTheWayUpCounts() throws {
    let group = ["/proc/self/cgroup": "0::/a.slice/b.scope\n", "/sys/fs/cgroup/a.slice/cpu.max": "150000 100000\n"]
    #expect(try quota(group) == 1.5)
    #expect(try quota(group.merging(["/sys/fs/cgroup/a.slice/b.scope/cpu.max": "max 100000\n"]) { $1 }) == 1.5)
    #expect(try quota(group.merging(["/sys/fs/cgroup/a.slice/b.scope/cpu.max": "25000 50000\n"]) { $1 }) == 0.5)
  }

  /// In a container the group is the root of what it sees.
  @Test func aContainerSeesItsOwnRoot() throws {
    #expect(try quota(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "300000 100000\n"]) == 3)
  }

  @Test func ofVersion1TheHierarchyOfTheProcessorCounts() throws {
    let groups = "12:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/\n"
    let folder = "/sys/fs/cgroup/cpu/docker/x"
    #expect(
      try quota([
        "/proc/self/cgroup": groups, "\(folder)/cpu.cfs_quota_us": "200000\n", "\(folder)/cpu.cfs_period_us": "100000\n",
      ]) == 2)
    #expect(
      try quota(["/proc/self/cgroup": groups, "\(folder)/cpu.cfs_quota_us": "-1\n", "\(folder)/cpu.cfs_period_us": "100000\n"])
        == nil)
  }

  @Test(arguments: ["", "max 100000", "100000", "x y", "0 0", "-5 100000"])
  func whatSaysNothingIsNoQuota(_ text: String) throws {
    #expect(try quota(["/proc/self/cgroup": "0::/\nnonsense\n", "/sys/fs/cgroup/cpu.max": text]) == nil)
    #expect(try quota([:]) == nil)
  }

  @Test func aProcessHasAtLeastOneProcessor() {
    #expect(ProcessorCount.current >= 1 && ProcessorCount.current <= ProcessorCount.available)
  }
}

/// Limits of memory, in the same way.
@Suite struct MemorySizeTests {
  private func limit(_ files: [String: String]) throws -> Int? {
    let root = try ScratchFolder()
    for (path, text) in files {
      let file = URL(fileURLWithPath: root.path + path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return MemorySize.groupLimit(root: root.path)
  }

  @Test func theSmallestOnTheWayUpCounts() throws {
    let group = ["/proc/self/cgroup": "0::/a.slice/b.scope\n", "/sys/fs/cgroup/a.slice/memory.max": "1073741824\n"]
    #expect(try limit(group) == 1 << 30)
    #expect(try limit(group.merging(["/sys/fs/cgroup/a.slice/b.scope/memory.max": "max\n"]) { $1 }) == 1 << 30)
    #expect(try limit(group.merging(["/sys/fs/cgroup/a.slice/b.scope/memory.max": "4096\n"]) { $1 }) == 4096)
  }

  @Test func ofVersion1TheHierarchyOfMemoryCounts() throws {
    let groups = "12:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n"
    #expect(
      try limit(["/proc/self/cgroup": groups, "/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes": "2097152\n"]) == 2 << 20)
  }

  @Test(arguments: ["", "max", "x", "-5", "0"])
  func whatSaysNothingIsNoLimit(_ text: String) throws {
    #expect(try limit(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": text]) == nil)
    #expect(try limit([:]) == nil)
  }

  @Test func theDefaultLimitIsWithinTheMachine() {
    #expect(MemorySize.current > 0 && MemorySize.current <= MemorySize.physical)
    #expect(Configuration.memoryLimit > 0)
  }
}
