import Hillock

/// What a run can record: a `Variable`, or a ``Monitor``.
public protocol Monitored {
  var monitor: Monitor { get }
}

extension Variable: Monitored {
  public var monitor: Monitor { Monitor { self.value } }
}

/// What a run records, and when.
///
/// ```swift
/// let group = LIF(100)
/// group.input[...] = linspace(10, 40, count: 100)
/// let record = try group.run(
///   50, monitors: ["V": group.V, "mean": Monitor(every: 1) { group.V.value.mean() }, "fired": Monitor(spikesOf: group)])
/// record["mean"]?.shape                    // [50]
/// record.spikes("fired")?.count            // as many as there were spikes
/// ```
public struct Monitor: Monitored {
  enum Kind {
    case values(() throws -> NDArray)
    case spikes(any SpikeSource)
  }
  let kind: Kind
  let every: Double?
  let window: ClosedRange<Double>?
  /// Where it records instead of memory.
  let file: RecordingFile?

  public var monitor: Monitor { self }

  /// Records the values of a function of the state, after each step.
  ///
  /// - Parameters:
  ///   - every: the time between two values in ms, a whole number of steps; nil for one after each step. The first comes after this time.
  ///   - window: the times in ms, of the run's clock, in which it records; nil for all.
  ///   - file: where the values go instead of memory; nil for the run's ``Recording``.
  ///   - value: reads the state. It is traced as a part of the run's loop, and changes nothing.
  public init(
    every: Double? = nil, window: ClosedRange<Double>? = nil, to file: RecordingFile? = nil,
    _ value: @escaping () throws -> NDArray
  ) {
    kind = .values(value)
    self.every = every
    self.window = window
    self.file = file
  }

  /// Records the spikes of a source as a list, ``SpikeList``: memory in proportion to the spikes. With a file they go there instead.
  public init(spikesOf source: any SpikeSource, window: ClosedRange<Double>? = nil, to file: RecordingFile? = nil) {
    kind = .spikes(source)
    every = nil
    self.window = window
    self.file = file
  }

  /// What is recorded in a step.
  func sample() throws -> NDArray {
    switch kind {
    case .values(let value): try value()
    case .spikes(let source): source.spike.value
    }
  }
}

/// Spikes as a list, in the order of their times, and of the neurons in one step.
public struct SpikeList: Sendable {
  /// The times of the spikes in ms, `f64[count]`: the end of the step in which each was found.
  public let times: NDArray
  /// Which neuron fired, `i32[count]`, counted in row-major order.
  public let neurons: NDArray
  /// The number of spikes.
  public var count: Int { times.count }
}
