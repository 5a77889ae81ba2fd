import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that appears complete or not at all: it is written beside its place under another name, brought to the disk, and put in
/// place by `rename`. A process that is killed at any point leaves the old file or the new one, and perhaps the half-written
/// one, `.NAME.PID-NUMBER.tmp`: whoever writes that file next removes it.
///
/// A half-written file is known by its lock, which its process holds as long as it lives (and which no other process id that comes round
/// again can be taken for).
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
    let stem = Self.stem(name)
    Self.removeLeftovers(folder, stem)
    for _ in 0..<100 {
      attempt = "\(folder)\(stem)\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
      opened = open(attempt, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard opened >= 0 else {
        if errno == EEXIST { continue }
        break
      }
      // Whoever looks for leftovers between the two calls removes the file: then another one is made.
      if flock(opened, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || !Self.isThere(attempt) {
        close(opened)
        opened = -1
        continue
      }
      if Self.isThere(attempt) { break }
      close(opened)
      opened = -1
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

  // MARK: Half-written files

  /// What the names of half-written files begin with: the name as far as there is room for it, cut between two characters.
  private static func stem(_ name: String) -> String {
    // A name has 255 bytes; `.`, `.PID-NUMBER.tmp` take 30 at most.
    var stem = ".", room = 255 - 32
    for scalar in name.unicodeScalars {
      room -= UTF8.width(scalar)
      if room < 0 { break }
      stem.unicodeScalars.append(scalar)
    }
    return stem + "."
  }

  /// Removes files that a process left which was killed while it wrote: those that nobody holds a lock on.
  private static func removeLeftovers(_ folder: String, _ stem: String) {
    guard let entries = opendir(folder.isEmpty ? "." : folder) else { return }
    defer { closedir(entries) }
    let start = Array(stem.utf8)
    while let entry = readdir(entries) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { Array(String(cString: $0).utf8) }
      }
      guard name.starts(with: start), isTemporary(name.dropFirst(start.count)) else { continue }
      let path = folder + String(decoding: name, as: UTF8.self)
      let file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
      guard file >= 0 else { continue }
      if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
      close(file)
    }
  }

  /// `PID-NUMBER.tmp`
  private static func isTemporary(_ rest: ArraySlice<UInt8>) -> Bool {
    let parts = rest.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 2, rest.suffix(4).elementsEqual(".tmp".utf8) else { return false }
    return [parts[0], parts[1].dropLast(4)].allSatisfy { digits in
      !digits.isEmpty && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
  }

  private static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

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
