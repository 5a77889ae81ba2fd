#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The control groups that a process is in, as containers have them: the group and those around it, of one kind of limit.
///
/// Version 2 has one hierarchy for all kinds, with its files in one folder a group
/// (https://docs.kernel.org/admin-guide/cgroup-v2.html); version 1 has a hierarchy for each kind
/// (https://docs.kernel.org/admin-guide/cgroup-v1/cgroups.html).
enum ControlGroup {
  struct Folder {
    var path: String
    var isSecondVersion: Bool

    /// The lines of a file in the folder; none where it is not there.
    func lines(_ name: String) -> [String] { ControlGroup.lines(path + "/" + name) }
  }

  /// - Parameters:
  ///   - controller: the kind of limit: `cpu` or `memory`.
  ///   - root: the folder in which `/proc` and `/sys` are, for tests.
  static func folders(_ controller: String, root: String) -> [Folder] {
    // hierarchy:controllers:path; controllers are empty for version 2.
    let groups = lines(root + "/proc/self/cgroup").map {
      $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    }
    var folders: [Folder] = []
    for group in groups where group.count == 3 {
      let isSecond = group[1].isEmpty
      guard isSecond || group[1].split(separator: ",").contains(where: { $0 == controller }) else { continue }
      let mount = root + "/sys/fs/cgroup" + (isSecond ? "" : "/\(controller)")
      var path = group[2].split(separator: "/")
      while true {
        folders.append(Folder(path: ([mount] + path.map(String.init)).joined(separator: "/"), isSecondVersion: isSecond))
        if path.popLast() == nil { break }
      }
    }
    return folders
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
