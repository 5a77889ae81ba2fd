import Foundation

/// The peers' process: it stays alive over the run and is asked for rounds through a pipe; it times itself.
final class Peer {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var pending = Data()

  /// Starts `peer.py` in the environment that `Bench/peers/setup` makes.
  init() throws {
    let folder = ProcessInfo.processInfo.environment["HILLOCK_BENCH_PEERS"] ?? "peers"
    let python = folder + "/.venv/bin/python", script = folder + "/peer.py"
    guard FileManager.default.isExecutableFile(atPath: python) else {
      throw BenchError("there are no peers in \(folder); run Bench/peers/setup")
    }
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Who does the present case, with versions: JAX, and NumPy and PyTorch where they have the function.
  private(set) var names: [String] = []

  /// Gets a case ready; the first name, or nil where there is nobody who does it. More may be said of the case in the command.
  @discardableResult
  func prepare(_ suite: String, _ name: String, _ more: [String: Any] = [:]) throws -> String? {
    let command: [String: Any] = ["do": "prepare", "suite": suite, "case": name]
    names = try ask(command.merging(more) { $1 })["peers"] as? [String] ?? []
    return names.first
  }

  /// The times of this many repetitions in µs.
  func round(_ count: Int, of peer: Int = 0) throws -> [Double] {
    guard let times = try ask(["do": "round", "peer": peer, "count": count])["us"] as? [Double] else {
      throw BenchError("the peer gave no times")
    }
    return times
  }

  /// What the case computes, for a comparison with ours.
  func answer() throws -> [Double] {
    guard let answer = try ask(["do": "answer"])["answer"] as? [Double] else { throw BenchError("the peer gave no answer") }
    return answer
  }

  /// The size and some elements of each result of a peer.
  func results(of peer: Int) throws -> [[Double]] {
    guard let answer = try ask(["do": "answer", "peer": peer])["answer"] as? [[Double]] else {
      throw BenchError("the peer gave no results")
    }
    return answer
  }

  /// The time of a first call of the case, compiled anew, in µs.
  func first() throws -> Double {
    guard let time = try ask(["do": "first"])["us"] as? Double else { throw BenchError("the peer gave no time") }
    return time
  }

  /// Lets the peer free its arrays.
  func drop() throws { _ = try ask(["do": "drop"]) }

  private func ask(_ command: [String: Any]) throws -> [String: Any] {
    try input.fileHandleForWriting.write(contentsOf: try JSONSerialization.data(withJSONObject: command) + Data("\n".utf8))
    guard let answer = try JSONSerialization.jsonObject(with: try line()) as? [String: Any] else {
      throw BenchError("the peer's answer is no object")
    }
    return answer
  }

  private func line() throws -> Data {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        defer { pending.removeSubrange(...end) }
        return Data(pending[..<end])
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw BenchError("the peer ended; its messages are above") }
      pending.append(more)
    }
  }
}

struct BenchError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
