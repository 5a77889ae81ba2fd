import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Bytes that are read at any place: a file, or memory. A file is read where it is asked for, never as a whole, and not mapped:
/// a mapped file that somebody cuts off meanwhile would end the process.
package final class ByteSource: @unchecked Sendable {
  // @unchecked: everything is immutable; pread has no position to share.
  private enum Backing {
    case memory([UInt8])
    case file(Int32)
  }

  private let backing: Backing
  package let count: Int

  package init(_ bytes: [UInt8]) {
    backing = .memory(bytes)
    count = bytes.count
  }

  package init(path: String, followsLinks: Bool = true) throws(HillockError) {
    // A pipe without a writer is refused below, not waited for here.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
    guard file >= 0 else { throw FileBytes.systemError("\(path): cannot be opened") }
    var info = stat()
    guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw HillockError(.system, "\(path): this is no file")
    }
    backing = .file(file)
    count = Int(info.st_size)
  }

  deinit { if case .file(let file) = backing { close(file) } }

  /// Fills the buffer with what stands at an offset; a `format` error where the source ends before.
  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(HillockError) {
    guard offset >= 0, offset <= count, buffer.count <= count - offset else { throw Self.truncated }
    guard let base = buffer.baseAddress, buffer.count > 0 else { return }
    switch backing {
    case .memory(let bytes):
      bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count])) }
    case .file(let file):
      var done = 0
      while done < buffer.count {
        let got = pread(file, base + done, buffer.count - done, off_t(offset + done))
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw FileBytes.systemError("the file cannot be read") }
        guard got > 0 else { throw Self.truncated }
        done += got
      }
    }
  }

  /// Bytes such as a header; ask for no more than are known to be there. A `system` error where there is no memory for them and for what
  /// is made of them.
  package func bytes(at offset: Int, count: Int) throws(HillockError) -> [UInt8] {
    guard count >= 0, offset >= 0, offset <= self.count, count <= self.count - offset else { throw Self.truncated }
    try Self.checkMemory(count)
    var result = [UInt8](repeating: 0, count: count)
    var failure: HillockError?
    result.withUnsafeMutableBytes { buffer in
      do throws(HillockError) { try read(at: offset, into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    return result
  }

  /// Swift's arrays end the process where the system refuses memory, so it is asked beforehand.
  private static func checkMemory(_ count: Int) throws(HillockError) {
    guard count >= 1 << 20 else { return }
    guard let trial = mmap(nil, 4 * count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0), trial != MAP_FAILED else {
      throw HillockError(.system, "the system has no memory for a header of \(count) bytes")
    }
    munmap(trial, 4 * count)
  }

  private static let truncated = HillockError(.format, "the file ends before what it announces: it is truncated")
}
