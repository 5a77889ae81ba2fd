import Dispatch
import Foundation
import HillockIR
import HillockTestSupport
import Testing

@testable import HillockRuntime

/// The file of a trace, whatever is recorded. What processes record is tested with the command.
@Suite struct TraceTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func events(_ path: String) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: try Data(contentsOf: URL(fileURLWithPath: path)))
    return try #require((object as? [String: Any])?["traceEvents"] as? [[String: Any]])
  }

  @Test func namesAndArgumentsOfAnyTextAreRead() throws {
    let path = folder["trace.json"]
    let recorder = try TraceRecorder(path)
    let text = "a \"b\" \\ c\nd\u{1}\u{7f} → é 🧠"
    recorder.span("run", text, since: Clock.now(), track: .caller, [(text, .text(text)), ("n", .number(-3))])
    recorder.moment("promote", "p", track: .compiler, [])
    recorder.close()
    let events = try events(path)
    let run = try #require(events.first { $0["cat"] as? String == "run" })
    #expect(run["name"] as? String == text)
    let arguments = try #require(run["args"] as? [String: Any])
    #expect(arguments[text] as? String == text)
    #expect(arguments["n"] as? Int == -3)
    let moment = try #require(events.first { $0["ph"] as? String == "i" })
    #expect(moment["s"] as? String == "t" && moment["dur"] == nil)
    #expect(
      events.contains {
        $0["name"] as? String == "thread_name" && ($0["args"] as? [String: Any])?["name"] as? String == "compiler"
      })
  }

  /// The file is whole before it is closed, and however many threads record.
  @Test func itCanBeReadAtAnyMoment() throws {
    let path = folder["trace.json"]
    let recorder = try TraceRecorder(path)
    #expect(try events(path).count == 1)
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for number in 0..<2_000 {
        recorder.span(
          "work", "w", since: Clock.now(), track: thread == 0 ? .caller : .worker(thread), [("number", .number(number))])
      }
    }
    let before = try events(path)
    #expect(before.count > 1_000)
    recorder.close()
    let spans = try events(path).filter { $0["ph"] as? String == "X" }
    #expect(spans.count == 16_000)
    #expect(Set(spans.compactMap { $0["tid"] as? Int }).count == 8)
  }

  /// Beyond its limit the file does not grow, is still valid, and says how many events are missing.
  @Test func itIsBounded() throws {
    let path = folder["trace.json"]
    let recorder = try TraceRecorder(path, limit: 10_000)
    for _ in 0..<5_000 { recorder.span("run", "r", since: Clock.now(), track: .caller, []) }
    recorder.close()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path)).count
    #expect(bytes < 11_000)
    let events = try events(path)
    let label = try #require(events.first { $0["name"] as? String == "process_labels" })
    let kept = events.count { $0["ph"] as? String == "X" }
    #expect("\(label)".contains("\(5_000 - kept) events were dropped"))
  }

  @Test func aFileThatCannotBeWrittenIsAnError() {
    #expect { try TraceRecorder("/nowhere/trace.json") } throws: { ($0 as? HillockError)?.code == .system }
  }
}
