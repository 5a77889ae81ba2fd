import Foundation
import Hillock
import HillockDynamics
import Testing

@Suite struct RecordingFileTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("recording-\(UUID().uuidString)")

  private func group() -> LIF {
    let group = LIF(30)
    group.input.value = linspace(15, 60, count: 30)
    return group
  }

  private func inFolder(_ body: ((String) -> String) throws -> Void) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body { folder.appendingPathComponent($0).path }
  }

  /// The files of two runs are the recording of one, bit for bit.
  @Test func filesHoldWhatMemoryWould() throws {
    try inFolder { path in
      let a = group(), b = group()
      let memory = try a.run(
        80, monitors: ["V": Monitor(every: 0.4, window: 10...70) { a.V.value }, "spikes": Monitor(spikesOf: a)])
      let V = try RecordingFile(path("V")), spikes = try RecordingFile(path("spikes"))
      for duration in [30.0, 50] {
        let record = try b.run(
          duration,
          monitors: ["V": Monitor(every: 0.4, window: 10...70, to: V) { b.V.value }, "spikes": Monitor(spikesOf: b, to: spikes)])
        #expect(record["V"] == nil && record.spikes("spikes") == nil && record.times.count == Int(duration * 10))
      }
      let list = try SpikeList(recordedTo: path("spikes")), expected = try #require(memory.spikes("spikes"))
      #expect(list.count > 100 && spikes.count == list.count)
      #expect(try list.times.scalars(as: Double.self) == expected.times.scalars(as: Double.self))
      #expect(try list.neurons.ints() == expected.neurons.ints())
      let values = try NDArray(npy: path("V.values.npy")), times = try NDArray(npy: path("V.times.npy"))
      #expect(values.shape == memory["V"]?.shape && V.count == 151)
      #expect(try values.floats() == memory["V"]?.floats())
      #expect(try times.scalars(as: Double.self) == memory.times(of: "V")?.scalars(as: Double.self))
    }
  }

  /// Values of each step in many blocks: a step records 400 kB, so a block has ten steps.
  @Test func wideValuesGoInBlocks() throws {
    try inFolder { path in
      let group = LIF(100_000), file = try RecordingFile(path("V"))
      group.input[...] = 30
      var sizes: [Int] = []
      try group.run(3, monitors: ["V": Monitor(to: file) { group.V.value }], progress: { _ in sizes.append(file.count) })
      #expect(sizes.count >= 3 && sizes == sizes.sorted() && sizes.last == 30)
      let values = try NDArray(npy: path("V.values.npy"))
      #expect(values.shape == [30, 100_000])
      #expect(try values[29].floats() == group.V.value.floats())
    }
  }

  @Test func noSpikesAreEmptyFiles() throws {
    try inFolder { path in
      let group = LIF(3), spikes = try RecordingFile(path("none"))
      try group.run(5, monitors: ["spikes": Monitor(spikesOf: group, to: spikes)])
      #expect(try SpikeList(recordedTo: path("none")).count == 0)
    }
  }

  @Test func whatDoesNotFitIsAnError() throws {
    try inFolder { path in
      #expect(throws: HillockError.self) { try RecordingFile(path("no/such/folder/V")) }
      let a = LIF(3), b = LIF(4), file = try RecordingFile(path("V"))
      try a.run(1, monitors: ["V": Monitor(to: file) { a.V.value }])
      let error = #expect(throws: HillockError.self) { try b.run(1, monitors: ["V": Monitor(to: file) { b.V.value }]) }
      #expect(error.map { "\($0)".contains("rows have shape [3], not [4]") } == true)
      #expect(try NDArray(npy: path("V.values.npy")).shape == [10, 3])
      #expect(throws: HillockError.self) { try SpikeList(recordedTo: path("V")) }
    }
  }

  /// The state at any point, in a file, goes on in another object of the same structure as in the first one: neurons, synapses and spikes
  /// under way, the clock, generators of noise.
  @Test func aNetworkThatIsStoredGoesOn() throws {
    final class Network: DynamicalSystem {
      let E = LIF(20, V_th: 15.0), I = LIF(5)
      let excite: Projection, inhibit: Projection, noise: StimulusInput, poisson: PoissonInput

      init(seed: UInt64) throws {
        excite = try Projection(
          from: E, to: I, .fixedProbability(0.5, from: 20, to: 5, seed: 1), weight: 8, delay: 1.5, synapse: .exponential(tau: 5))
        inhibit = try Projection(
          from: I, to: E, .fixedProbability(0.5, from: 5, to: 20, seed: 2), weight: -6, delay: 2.5, synapse: .alpha(tau: 4))
        noise = StimulusInput(to: E, .ou(mean: 18, std: 6, tau: 5, size: [20], seed: seed))
        poisson = try PoissonInput(to: I, sources: 10, rate: 40, weight: 2, synapse: .delta, seed: seed)
        super.init()
      }
    }
    try inFolder { path in
      let a = try Network(seed: 3), b = try Network(seed: 99)
      try a.run(37.3)
      try a.saveStates(to: path("network.npz"))
      let record = try a.run(40, monitors: ["E": Monitor(spikesOf: a.E), "I": Monitor(spikesOf: a.I)])
      try b.run(0)  // so that it has its delay lines
      try b.loadStates(from: path("network.npz"))
      let again = try b.run(40, monitors: ["E": Monitor(spikesOf: b.E), "I": Monitor(spikesOf: b.I)])
      for name in ["E", "I"] {
        let first = try #require(record.spikes(name)), second = try #require(again.spikes(name))
        #expect(first.count > 3, "\(name)")
        #expect(try first.times.scalars(as: Double.self) == second.times.scalars(as: Double.self))
        #expect(try first.neurons.ints() == second.neurons.ints())
      }
      #expect(try a.E.V.value.floats() == b.E.V.value.floats())
    }
  }
}
