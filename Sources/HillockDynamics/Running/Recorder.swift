import Hillock

/// Collects what the monitors of a run see, block by block.
struct Recorder {
  private struct Channel {
    let name: String
    let monitor: Monitor
    /// So many steps lie between two values.
    let every: Int
    var values: [NDArray] = []
    var times: [NDArray] = []
    var spikeNeurons: [Int32] = []
    var spikeTimes: [Double] = []
  }
  private var channels: [Channel] = []

  /// Whether values must be looked at before the run has ended, so that memory stays bounded.
  let isReduced: Bool

  init(_ monitors: [String: any Monitored], dt: Double) throws {
    for name in monitors.keys.sorted() {
      guard let monitor = monitors[name]?.monitor else { continue }
      let every = try monitor.every.map { try TimeStep.count($0, dt: dt, "the interval of the monitor \(name)") } ?? 1
      guard every >= 1 else {
        throw HillockError(.argument, "the interval of the monitor \(name) is at least one step, \(dt) ms")
      }
      channels.append(Channel(name: name, monitor: monitor, every: every))
    }
    isReduced = channels.contains {
      if case .spikes = $0.monitor.kind { return true }
      return $0.every > 1 || $0.monitor.window != nil || $0.monitor.file != nil
    }
  }

  /// What a step records, in the order of the channels.
  func sample() throws -> [NDArray] { try channels.map { try $0.monitor.sample() } }

  /// The bytes that a step records.
  func bytesOfAStep() throws -> Int {
    try sample().reduce(0) { bytes, array in
      let array = try array.checked()
      return bytes + array.count * array.dtype.size
    }
  }

  /// Takes what a block of steps has recorded.
  ///
  /// - Parameters:
  ///   - first: how many steps of the run came before the block.
  ///   - times: the times at the ends of its steps in ms.
  mutating func take(_ rows: [NDArray], first: Int, times: NDArray) throws {
    // What records every step is not looked at: so a run can be part of a program that is traced.
    let ends = isReduced ? try times.scalars(as: Double.self) : []
    for (position, rows) in rows.enumerated() {
      guard isReduced else {
        channels[position].values.append(rows)
        channels[position].times.append(times)
        continue
      }
      let every = channels[position].every, window = channels[position].monitor.window
      let kept = ends.indices.filter { (first + $0 + 1) % every == 0 && (window?.contains(ends[$0]) ?? true) }
      switch channels[position].monitor.kind {
      case .values:
        if kept.count == ends.count {
          channels[position].values.append(rows)
          channels[position].times.append(times)
        } else if let start = kept.first, let last = kept.last {
          channels[position].values.append(rows[.stride(from: start, to: last + 1, by: every)])
          channels[position].times.append(times[.stride(from: start, to: last + 1, by: every)])
        } else {
          channels[position].values.append(rows[0..<0])
          channels[position].times.append(times[0..<0])
        }
        if let file = channels[position].monitor.file {
          for (times, values) in zip(channels[position].times, channels[position].values) { try file.append(times, values) }
          channels[position].times = []
          channels[position].values = []
        }
      case .spikes:
        if let start = kept.first, let last = kept.last {
          try (kept.count == ends.count ? rows : rows[start..<last + 1]).forEachRow { row, places in
            channels[position].spikeTimes += repeatElement(ends[start + row], count: places.count)
            channels[position].spikeNeurons += places
          }
        }
        if let file = channels[position].monitor.file {
          try file.append(NDArray(channels[position].spikeTimes, dtype: .f64), NDArray(channels[position].spikeNeurons))
          channels[position].spikeTimes = []
          channels[position].spikeNeurons = []
        }
      }
    }
  }

  /// What has been recorded. What went to files is not part of it.
  func recording(_ steps: RecordedSteps) -> Recording {
    var values: [String: NDArray] = [:], ownTimes: [String: NDArray] = [:], spikes: [String: SpikeList] = [:]
    for channel in channels where channel.monitor.file == nil {
      switch channel.monitor.kind {
      case .values:
        values[channel.name] = channel.values.count == 1 ? channel.values[0] : concatenate(channel.values)
        ownTimes[channel.name] = channel.times.count == 1 ? channel.times[0] : concatenate(channel.times)
      case .spikes:
        spikes[channel.name] = SpikeList(times: NDArray(channel.spikeTimes, dtype: .f64), neurons: NDArray(channel.spikeNeurons))
      }
    }
    return Recording(steps: steps, values: values, ownTimes: ownTimes, spikeLists: spikes)
  }
}
