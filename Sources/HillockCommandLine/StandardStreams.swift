import CHillock
import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Standard output and standard error of a command, which may be closed, full, or a pipe that nobody reads.
package enum StandardStreams {
  /// Call it before any file is opened.
  static func prepare() {
    // Writing where nobody reads, or beyond the largest size of a file, is an error that the command reports, not the end by a signal.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // The next file that is opened would take the number of a closed stream, and what is printed would go there. Opened the wrong
    // way round, every use of the stream is an error.
    for stream in 0...2 as ClosedRange<Int32> where fcntl(stream, F_GETFD) < 0 && errno == EBADF {
      _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Brings what was printed to where it goes; throws a `system` error where that fails, or failed before.
  package static func flush() throws(HillockError) {
    let code = hk_flush_output()
    guard code == 0 else { throw HillockError(.system, "standard output cannot be written: \(String(cString: strerror(code)))") }
  }

  /// A line on standard error; lost where it takes none.
  package static func complain(_ line: String) {
    let bytes = Array((line.hasSuffix("\n") ? line : line + "\n").utf8)
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let put = write(STDERR_FILENO, bytes.baseAddress.map { $0 + done }, bytes.count - done)
        if put < 0, errno == EINTR { continue }
        if put <= 0 { return }
        done += put
      }
    }
  }
}
