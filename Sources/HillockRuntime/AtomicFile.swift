import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that appears complete or not at all: it is written beside its place under another name, brought to the disk, and put in
/// place by `rename`. A process that is killed at any point leaves the old file or the new one (and perhaps the half-written
/// one, `.NAME.PID-NUMBER.tmp`, which nobody reads).
///
/// What is at the path but no file, such as a device or a pipe, is written directly.
package struct AtomicFile: ~Copyable {
  private let path: String
  /// nil where the path is written directly.
  private let temporary: String?
  private let file: Int32
  private var isFinished = false

  package init(_ path: String) throws(HillockError) {
    var info = stat()
    let exists = stat(path, &info) == 0
    if exists, info.st_mode & S_IFMT != S_IFREG {
      self.path = path
      temporary = nil
      file = open(path, O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { throw FileBytes.systemError("\(path): cannot be written") }
      return
    }
    // The name of a link stays a link.
    let target = exists ? realpath(path, nil) : nil
    defer { free(target) }
    let place = target.map { String(cString: $0) } ?? path
    self.path = place
    let (folder, name) = Self.split(place)
    var opened: Int32 = -1, attempt = ""
    for _ in 0..<100 {
      attempt = "\(folder).\(name.prefix(200)).\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
      opened = open(attempt, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if opened >= 0 || errno != EEXIST { break }
    }
    temporary = attempt
    file = opened
    guard opened >= 0 else { throw FileBytes.systemError("\(path): cannot be written") }
    if exists { fchmod(opened, info.st_mode & 0o7777) }
  }

  deinit {
    guard !isFinished, file >= 0 else { return }
    close(file)
    if let temporary { unlink(temporary) }
  }

  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(HillockError) {
    guard let base = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let put = Self.writeSome(file, base + done, bytes.count - done)
      if put < 0, errno == EINTR { continue }
      guard put > 0 else { throw FileBytes.systemError("\(path): cannot be written") }
      done += put
    }
  }

  package mutating func write(_ bytes: [UInt8]) throws(HillockError) {
    var failure: HillockError?
    bytes.withUnsafeBytes { buffer in
      do throws(HillockError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Puts the file in its place. Without it nothing has happened.
  package consuming func commit() throws(HillockError) {
    guard let temporary else {
      isFinished = true
      guard close(file) == 0 else { throw FileBytes.systemError("\(path): cannot be written") }
      return
    }
    guard fsync(file) == 0, rename(temporary, path) == 0 else { throw FileBytes.systemError("\(path): cannot be written") }
    isFinished = true
    close(file)
    // The new name is on the disk when the folder is.
    let folder = open(Self.split(path).folder.isEmpty ? "." : Self.split(path).folder, O_RDONLY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// At most a gigabyte at a time: some systems write no more than 2³¹ bytes in one call.
  private static func writeSome(_ file: Int32, _ base: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, base, min(count, 1 << 30))
    #else
      Darwin.write(file, base, min(count, 1 << 30))
    #endif
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return ("", path) }
    return (String(path[...slash]), String(path[path.index(after: slash)...]))
  }
}
