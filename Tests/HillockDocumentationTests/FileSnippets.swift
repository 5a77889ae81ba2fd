// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import HillockDynamics
import HillockTestSupport
import Testing

/// Snippets about files.
@Suite struct FileSnippets {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test func graphFile() throws {
    let f = jit { (x: NDArray) in x * 2 }
    try f.graph(ones(3)).write(toFile: folder["double.hlk"], atomically: true, encoding: .utf8)   // hillock run double.hlk --input 0=x.npy
    #expect(try String(contentsOfFile: folder["double.hlk"], encoding: .utf8).hasPrefix("hillock graph 1"))
  }

  @Test func growingFile() throws {
    let file = try NumPyWriter(folder["rows.npy"])
    try file.append(zeros(10, 3))
    try file.append(ones(5, 3))
    let all = try NDArray(npy: folder["rows.npy"])           // f32[15, 3]
    #expect(all.shape == [15, 3])
  }

  @Test func recordingFile() throws {
    let group = LIF(100)
    group.input[...] = 30
    let potentials = try RecordingFile(folder["V"]), fired = try RecordingFile(folder["spikes"])
    try group.run(
      200,
      monitors: ["V": Monitor(every: 1, to: potentials) { group.V.value }, "spikes": Monitor(spikesOf: group, to: fired)])
    let V = try NDArray(npy: folder["V.values.npy"])                 // f32[200, 100]
    let spikes = try SpikeList(recordedTo: folder["spikes"])
    #expect(V.shape == [200, 100] && spikes.count > 100)
  }
}
