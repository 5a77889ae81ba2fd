import Hillock

/// A pair of `.npy` files into which a monitor records while a run goes on: memory does not grow with the run.
///
/// ```swift
/// let group = LIF(100)
/// group.input[...] = 30
/// let potentials = try RecordingFile("V"), fired = try RecordingFile("spikes")
/// try group.run(
///   200,
///   monitors: ["V": Monitor(every: 1, to: potentials) { group.V.value }, "spikes": Monitor(spikesOf: group, to: fired)])
/// let V = try NDArray(npy: "V.values.npy")                 // f32[200, 100]
/// let spikes = try SpikeList(recordedTo: "spikes")
/// ```
///
/// `NAME.times.npy` has the times in ms, `f64[count]`; `NAME.values.npy` what was recorded then, one row for each time; of spikes the numbers
/// of the neurons, `i32[count]`. Another run with the same object goes on in the files. A new object begins new files.
///
/// After each block of steps both are whole files, which can be read while the run goes on. What is recorded to a file is not in the run's
/// ``Recording``. If a run fails, its finished blocks stay in the files as they do in the Variables.
public final class RecordingFile {
  /// What the files' names begin with.
  public let name: String
  private let times: NumPyWriter, values: NumPyWriter

  /// How many values, or spikes, have been recorded.
  public var count: Int { times.count }

  /// Begins the two files, in place of those that are there.
  ///
  /// - Throws: a `system` error if they cannot be written.
  public init(_ name: String) throws(HillockError) {
    self.name = name
    times = try NumPyWriter("\(name).times.npy")
    values = try NumPyWriter("\(name).values.npy")
  }

  /// The values come first: each time has its value.
  func append(_ times: NDArray, _ values: NDArray) throws(HillockError) {
    try self.values.append(values)
    try self.times.append(times)
  }
}

extension SpikeList {
  /// The spikes that a monitor has recorded to a ``RecordingFile`` of this name.
  ///
  /// - Throws: a `system` error if a file cannot be read, a `format` error if the files have no spikes.
  public init(recordedTo name: String) throws(HillockError) {
    let times = try NDArray(npy: "\(name).times.npy"), neurons = try NDArray(npy: "\(name).values.npy")
    guard times.dtype == .f64, neurons.dtype == .i32, times.rank == 1, times.shape == neurons.shape else {
      throw HillockError(
        .format,
        "\(name): the files have times \(times.dtype.name)\(times.shape) and values \(neurons.dtype.name)\(neurons.shape); those of spikes "
          + "are f64[count] and i32[count]")
    }
    self.init(times: times, neurons: neurons)
  }
}
