import HillockIR
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What an event says beside its name.
package enum TraceValue: Sendable {
  case number(Int)
  case text(String)
}

/// Writes what a process does as trace events, in the JSON that Perfetto and Chrome read. (Format: "Trace Event Format",
/// Chromium project, 2016.)
///
/// Memory is bounded by a buffer, the file by a limit: events beyond it are counted and left out. Each write ends the file
/// as valid JSON and the next one begins over that end, so a process that is killed leaves a file that can be read. So does
/// one whose disk is full: the events that could not be written are taken back, and the trace is over.
final class TraceRecorder: Sendable {
  /// A row of the picture. Spans of one track nest.
  enum Track: Sendable {
    /// The thread that records.
    case caller
    /// A helper of the team, by its number.
    case worker(Int)
    /// The background compiles, of which there is one at a time.
    case compiler
  }

  typealias Arguments = [(name: String, value: TraceValue)]

  static let bufferByteCount = 64 << 10
  static let maximumByteCount = 256 << 20
  /// Events wait no longer than this (in nanoseconds) for the file, if others follow.
  private static let longestWait: UInt64 = 100_000_000
  private static let end = Array("\n]}\n".utf8)

  private struct State {
    var file: Int32
    var buffer: [UInt8] = []
    /// Where the next write begins: the present end of the file, its closing brackets aside.
    var offset = 0
    var lastWrite: UInt64 = 0
    /// Callers' threads in the order in which they appeared.
    var threads: [UInt: Int] = [:]
    var named: Set<Int> = []
    var dropped = 0
    /// Why the trace is over before its end.
    var failure: HillockError?
  }

  private let state: Mutex<State>
  private let path: String
  private let limit: Int
  private let started = Clock.now()

  init(_ path: String, limit: Int = TraceRecorder.maximumByteCount) throws(HillockError) {
    let name = Self.quoted(ProcessArguments.executableName)
    let beginning = Array(
      ("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n"
        + "{\"ph\": \"M\", \"name\": \"process_name\", \"pid\": \(getpid()), \"tid\": 0, \"args\": {\"name\": \(name)}}").utf8)
    let file = try Self.begin(path, beginning + Self.end)
    self.path = path
    self.limit = limit
    state = Mutex(State(file: file))
    let failure = state.withLock { state in
      state.buffer.reserveCapacity(Self.bufferByteCount + 4096)
      state.buffer += beginning
      return write(&state)
    }
    if let failure { throw failure }
  }

  deinit { close() }

  /// Opens the file of a trace. From the moment on in which there is a file it can be read: it appears with its beginning in it.
  private static func begin(_ path: String, _ bytes: [UInt8]) throws(HillockError) -> Int32 {
    var info = stat()
    let isNew = stat(path, &info) != 0
    if isNew || info.st_mode & S_IFMT == S_IFREG { try FileBytes.write(bytes, to: path) }
    // A pipe without a reader is refused, not waited for.
    let file = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw cannotWrite(path, errno) }
    return file
  }

  private static func cannotWrite(_ path: String, _ code: Int32) -> HillockError {
    HillockError(.system, "\(path): the trace cannot be written: \(String(cString: strerror(code)))")
  }

  /// A span from `start` (`Clock.now()`) until now.
  func span(_ kind: String, _ name: String, since start: UInt64, track: Track, _ arguments: Arguments) {
    let end = Clock.now()
    record("X", kind, name, start, ", \"dur\": \(Self.microseconds(end &- start))", track, arguments)
  }

  /// Something that happens at this moment.
  func moment(_ kind: String, _ name: String, track: Track, _ arguments: Arguments) {
    record("i", kind, name, Clock.now(), ", \"s\": \"t\"", track, arguments)
  }

  /// Writes what is left and closes the file. Later events are dropped. Returns why the trace has not all that was recorded.
  @discardableResult
  func close() -> HillockError? {
    let (new, failure) = state.withLock { state -> (HillockError?, HillockError?) in
      guard state.file >= 0 else { return (nil, state.failure) }
      if state.dropped > 0 {
        state.buffer += Array(
          (",\n{\"ph\": \"M\", \"name\": \"process_labels\", \"pid\": \(getpid()), \"tid\": 0, \"args\": "
            + "{\"labels\": \"\(state.dropped) events were dropped: the file has its largest size\"}}").utf8)
      }
      let new = write(&state)
      close(&state)
      return (new, state.failure)
    }
    if let new { Tracing.broke(self, new) }
    return failure
  }

  private func close(_ state: inout State) {
    guard state.file >= 0 else { return }
    #if canImport(Glibc)
      Glibc.close(state.file)
    #else
      Darwin.close(state.file)
    #endif
    state.file = -1
  }

  // MARK: Recording

  private func record(
    _ phase: String, _ kind: String, _ name: String, _ start: UInt64, _ more: String, _ track: Track, _ arguments: Arguments
  ) {
    let thread = Self.thread
    var text = "\"cat\": \"\(kind)\", \"name\": \(Self.quoted(name)), \"ts\": "
    text += "\(Self.microseconds(start > started ? start - started : 0))\(more)"
    if !arguments.isEmpty {
      let pairs = arguments.map { "\(Self.quoted($0.name)): \(Self.text($0.value))" }
      text += ", \"args\": {\(pairs.joined(separator: ", "))}"
    }
    let failure = state.withLock { state -> HillockError? in
      guard state.file >= 0 else { return nil }
      guard state.offset + state.buffer.count + text.utf8.count < limit else {
        state.dropped += 1
        return nil
      }
      let number = self.number(of: track, thread, &state)
      state.buffer += Array(",\n{\"ph\": \"\(phase)\", \"pid\": \(getpid()), \"tid\": \(number), \(text)}".utf8)
      let isDue = state.buffer.count >= Self.bufferByteCount || Clock.now() &- state.lastWrite > Self.longestWait
      return isDue ? write(&state) : nil
    }
    if let failure { Tracing.broke(self, failure) }
  }

  /// The number of a track; the first time, its name is written as well.
  private func number(of track: Track, _ thread: UInt, _ state: inout State) -> Int {
    let number: Int, name: String
    switch track {
    case .caller:
      let order = state.threads[thread] ?? state.threads.count + 1
      state.threads[thread] = order
      (number, name) = (order, "caller \(order)")
    // Beyond any number of calling threads that a picture could show.
    case .worker(let worker): (number, name) = (1_000_000 + worker, "worker \(worker)")
    case .compiler: (number, name) = (2_000_000, "compiler")
    }
    if state.named.insert(number).inserted {
      state.buffer += Array(
        (",\n{\"ph\": \"M\", \"name\": \"thread_name\", \"pid\": \(getpid()), \"tid\": \(number), \"args\": "
          + "{\"name\": \"\(name)\"}}").utf8)
    }
    return number
  }

  /// Writes the buffer over the file's old end, and a new end behind it. Where that fails the old end is put back, the file is
  /// closed and the reason returned, once.
  private func write(_ state: inout State) -> HillockError? {
    let count = state.buffer.count
    state.buffer += Self.end
    let code = Self.write(state.buffer, to: state.file, at: state.offset)
    state.lastWrite = Clock.now()
    state.buffer.removeAll(keepingCapacity: true)
    if code == 0 {
      state.offset += count
      return nil
    }
    let failure = Self.cannotWrite(path, code)
    state.failure = failure
    // The old end has its place on the disk already. (Of a file that never had one nothing remains.)
    if state.offset > 0 { _ = Self.write(Self.end, to: state.file, at: state.offset) }
    _ = ftruncate(state.file, off_t(state.offset > 0 ? state.offset + Self.end.count : 0))
    close(&state)
    return failure
  }

  /// 0, or the system's number of what went wrong.
  private static func write(_ bytes: [UInt8], to file: Int32, at offset: Int) -> Int32 {
    bytes.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        let more = pwrite(file, bytes.baseAddress.map { $0 + written }, bytes.count - written, off_t(offset + written))
        if more < 0, errno == EINTR { continue }
        if more < 0 { return errno }
        if more == 0 { return ENOSPC }
        written += more
      }
      return 0
    }
  }

  /// A number of the present thread, its own while it lives.
  private static var thread: UInt {
    #if canImport(Glibc)
      UInt(pthread_self())
    #else
      UInt(bitPattern: pthread_self())
    #endif
  }

  // MARK: Text

  /// Microseconds with three digits: nanoseconds are not rounded, so spans nest as they were measured.
  private static func microseconds(_ nanoseconds: UInt64) -> String {
    let rest = String(nanoseconds % 1000)
    return "\(nanoseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
  }

  private static func text(_ value: TraceValue) -> String {
    switch value {
    case .number(let number): String(number)
    case .text(let text): quoted(text)
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 32:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
