import HillockIR
import Synchronization

/// The programs of this process: those that live, and the last of those that are gone. It does not keep programs alive.
package enum Statistics {
  /// Programs that are gone and still listed.
  package static let maximumHistory = 256

  private struct Registry {
    var live: [ObjectIdentifier: ProgramStatistics] = [:]
    var order: UInt64 = 0
    var numbers: [ObjectIdentifier: UInt64] = [:]
    var history: [ProgramStatistics] = []
    var publisher: StatisticsPublisher?
    /// Whether a publisher could not be made; that has been said.
    var cannotPublish = false
  }

  private static let registry = Mutex(Registry())

  /// All programs, in the order in which they were made; those that are gone first.
  package static func snapshot() -> [ProgramSnapshot] {
    let (history, live) = registry.withLock { registry in
      (
        registry.history,
        registry.live.sorted { (registry.numbers[$0.key] ?? 0) < (registry.numbers[$1.key] ?? 0) }.map(\.value)
      )
    }
    return (history + live).map(\.snapshot)
  }

  /// The path of this process's statistics file; nil where none is published.
  package static var path: String? { registry.withLock { $0.publisher?.path } }

  static func register(_ statistics: ProgramStatistics) {
    let isOn = Configuration.statistics
    registry.withLock { registry in
      registry.order += 1
      registry.live[ObjectIdentifier(statistics)] = statistics
      registry.numbers[ObjectIdentifier(statistics)] = registry.order
      if isOn { publish(statistics, &registry) }
    }
  }

  static func unregister(_ statistics: ProgramStatistics) {
    statistics.finish()
    registry.withLock { registry in
      registry.live[ObjectIdentifier(statistics)] = nil
      registry.numbers[ObjectIdentifier(statistics)] = nil
      registry.history.append(statistics)
      guard registry.history.count > maximumHistory else { return }
      if let record = registry.history.removeFirst().withdraw() { registry.publisher?.reuse(record) }
    }
  }

  /// Publishes the programs that live already; called when the setting is switched on.
  static func publishAll() {
    registry.withLock { registry in
      let order = registry.live.sorted { (registry.numbers[$0.key] ?? 0) < (registry.numbers[$1.key] ?? 0) }
      for (_, statistics) in order where !statistics.isPublished { publish(statistics, &registry) }
    }
  }

  private static func publisher(_ registry: inout Registry) -> StatisticsPublisher? {
    guard registry.publisher == nil, !registry.cannotPublish else { return registry.publisher }
    do throws(HillockError) {
      registry.publisher = try StatisticsPublisher()
    } catch {
      registry.cannotPublish = true
      // (not by the handler, which must not be called under the registry's lock)
      Warnings.printLine("no statistics are published in \(OneLine.name(StatisticsFile.directory)): \(error.message)")
    }
    return registry.publisher
  }

  private static func publish(_ statistics: ProgramStatistics, _ registry: inout Registry) {
    guard let publisher = publisher(&registry) else { return }
    var record = publisher.nextRecord()
    if record == nil, let oldest = registry.history.firstIndex(where: \.isPublished) {
      record = registry.history[oldest].withdraw()
    }
    if let record { statistics.publish(in: record) } else { publisher.noteDropped() }
  }
}
