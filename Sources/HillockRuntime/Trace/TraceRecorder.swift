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
/// as valid JSON and the next one begins over that end, so a process that is killed leaves a file that can be read.
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
  }

  private let state: Mutex<State>
  private let limit: Int
  private let started = Clock.now()

  init(_ path: String, limit: Int = TraceRecorder.maximumByteCount) throws(HillockError) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw HillockError(.system, "\(path): the trace cannot be written: \(String(cString: strerror(errno)))")
    }
    self.limit = limit
    state = Mutex(State(file: file))
    let name = CommandLine.arguments.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
    state.withLock { state in
      state.buffer.reserveCapacity(Self.bufferByteCount + 4096)
      state.buffer += Array("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n".utf8)
      state.buffer += Array(
        "{\"ph\": \"M\", \"name\": \"process_name\", \"pid\": \(getpid()), \"tid\": 0, \"args\": {\"name\": \(Self.quoted(name))}}".utf8)
      write(&state)
    }
  }

  deinit { close() }

  /// A span from `start` (`Clock.now()`) until now.
  func span(_ kind: String, _ name: String, since start: UInt64, track: Track, _ arguments: Arguments) {
    let end = Clock.now()
    record("X", kind, name, start, ", \"dur\": \(Self.microseconds(end &- start))", track, arguments)
  }

  /// Something that happens at this moment.
  func moment(_ kind: String, _ name: String, track: Track, _ arguments: Arguments) {
    record("i", kind, name, Clock.now(), ", \"s\": \"t\"", track, arguments)
  }

  /// Writes what is left and closes the file. Later events are dropped.
  func close() {
    state.withLock { state in
      guard state.file >= 0 else { return }
      if state.dropped > 0 {
        state.buffer += Array(
          (",\n{\"ph\": \"M\", \"name\": \"process_labels\", \"pid\": \(getpid()), \"tid\": 0, \"args\": "
            + "{\"labels\": \"\(state.dropped) events were dropped: the file has its largest size\"}}").utf8)
      }
      write(&state)
      #if canImport(Glibc)
        Glibc.close(state.file)
      #else
        Darwin.close(state.file)
      #endif
      state.file = -1
    }
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
    state.withLock { state in
      guard state.file >= 0 else { return }
      guard state.offset + state.buffer.count + text.utf8.count < limit else {
        state.dropped += 1
        return
      }
      let number = self.number(of: track, thread, &state)
      state.buffer += Array(",\n{\"ph\": \"\(phase)\", \"pid\": \(getpid()), \"tid\": \(number), \(text)}".utf8)
      if state.buffer.count >= Self.bufferByteCount || Clock.now() &- state.lastWrite > Self.longestWait { write(&state) }
    }
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

  /// Writes the buffer over the file's old end, and a new end behind it. Where that fails the trace is over.
  private func write(_ state: inout State) {
    guard state.file >= 0 else { return }
    let count = state.buffer.count
    state.buffer += Self.end
    let written = state.buffer.withUnsafeBytes { pwrite(state.file, $0.baseAddress, $0.count, off_t(state.offset)) }
    state.lastWrite = Clock.now()
    state.buffer.removeAll(keepingCapacity: true)
    if written == count + Self.end.count { state.offset += count } else { state.offset = limit }
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
