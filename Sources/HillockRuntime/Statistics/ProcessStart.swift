#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// When a process was started: tells it from a later one of the same number.
enum ProcessStart {
  /// In clock ticks since the system started, field 22 of `/proc/PID/stat` (proc(5)); 0 where the system does not tell.
  static func ticks(of process: Int32) -> UInt64 {
    guard let file = fopen("/proc/\(process)/stat", "re") else { return 0 }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let text = bytes[..<fread(&bytes, 1, bytes.count, file)]
    // The second field is the executable's name in parentheses, which may hold anything; the third follows the last parenthesis.
    guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return 0 }
    let fields = String(decoding: text[(end + 1)...], as: UTF8.self).split(separator: " ")
    return fields.count > 19 ? UInt64(fields[19]) ?? 0 : 0
  }
}
