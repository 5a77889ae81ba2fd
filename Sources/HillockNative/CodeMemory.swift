#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Pages for machine code: writable until they are sealed, readable and executable afterwards, unmapped with this object.
final class CodeMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int

  /// Maps at least this many bytes; nil where the system refuses.
  init?(byteCount: Int) {
    let page = Int(getpagesize())
    let rounded = (max(byteCount, 1) + page - 1) / page * page
    let mapping = mmap(nil, rounded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let mapping, mapping != MAP_FAILED else { return nil }
    self.base = mapping
    self.byteCount = rounded
  }

  /// Whether the system lets memory become executable: as libtcc asks for it, which ends the process where that is refused
  /// (SELinux and systemd can refuse it, and so can a process for itself), and as `seal` does.
  static let isAllowed: Bool = {
    guard let probe = CodeMemory(byteCount: 1) else { return false }
    return mprotect(probe.base, probe.byteCount, PROT_READ | PROT_WRITE | PROT_EXEC) == 0 && probe.unlock() && probe.seal()
  }()

  /// Makes the pages writable again: some versions of libtcc take that away when they relocate into them. Whether the system
  /// allowed it.
  func unlock() -> Bool { mprotect(base, byteCount, PROT_READ | PROT_WRITE) == 0 }

  /// Copies bytes to an address in the pages, before they are sealed. False where it is not aligned as vector code and its
  /// constants are, or has no room for them.
  func place(_ bytes: [UInt8], at address: UnsafeMutableRawPointer) -> Bool {
    guard UInt(bitPattern: address) % 64 == 0, address >= base, bytes.count <= base + byteCount - address else { return false }
    bytes.withUnsafeBytes { if let source = $0.baseAddress { address.copyMemory(from: source, byteCount: $0.count) } }
    return true
  }

  /// Makes the pages executable and read-only. Whether the system allowed it.
  func seal() -> Bool { mprotect(base, byteCount, PROT_READ | PROT_EXEC) == 0 }

  deinit { munmap(base, byteCount) }
}
