import Foundation
import HillockRuntime

/// The most memory that a piece of work had at once.
struct PeakMemory {
  /// Bytes of the process in physical memory; nil where the system does not tell.
  let resident: Int?
  /// Bytes that the pool had from the system, in use or idle.
  let pooled: Int

  /// Memory that earlier work has left idle is given back first.
  static func measure(_ body: () throws -> Void) rethrows -> PeakMemory {
    MemoryPool.shared.trim(to: 0)
    // Linux sets the process's high-water mark back to what is resident now.
    let canReset = (try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))) != nil
    MemoryPool.shared.resetPeak()
    try body()
    return PeakMemory(resident: canReset ? highWater : nil, pooled: MemoryPool.shared.usage.peakBytes)
  }

  /// The peak of both pieces of work.
  func joined(_ other: PeakMemory) -> PeakMemory {
    let resident = if let own = self.resident, let more = other.resident { max(own, more) } else { Int?.none }
    return PeakMemory(resident: resident, pooled: max(pooled, other.pooled))
  }

  private static var highWater: Int? {
    let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// As multiples of the inputs: `1.000 times the inputs in arrays, 1.023 resident`.
  func text(inputs: Int) -> String {
    func ratio(_ bytes: Int) -> String { String(format: "%.3f", Double(bytes) / Double(max(inputs, 1))) }
    let arrays = "\(ratio(pooled)) times the inputs in arrays"
    return resident.map { "\(arrays), \(ratio($0)) resident" } ?? arrays
  }
}
