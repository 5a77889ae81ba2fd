#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How much memory the process can have: that of the machine, or less where its control group has a limit, as containers have.
package enum MemorySize {
  package static let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

  package static let current = min(physical, groupLimit(root: "") ?? physical)

  /// The least limit of the control group and those around it; nil where none has one. `root`: the folder in which `/proc` and
  /// `/sys` are, for tests.
  ///
  /// Version 2 writes `memory.max`, a number or `max`; version 1 `memory.limit_in_bytes`, without a limit a number beyond all memory.
  package static func groupLimit(root: String) -> Int? {
    ControlGroup.folders("memory", root: root).compactMap { folder in
      let limit = folder.lines(folder.isSecondVersion ? "memory.max" : "memory.limit_in_bytes").first.flatMap { Int($0) }
      return limit.flatMap { $0 > 0 ? $0 : nil }
    }.min()
  }
}
