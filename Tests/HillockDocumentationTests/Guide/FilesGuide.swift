// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/Files.md.
@Suite(.serialized) struct FilesGuide {
  @Test func first() throws {
    let folder = try ScratchFolder()
    let x = NDArray([[1.0, 2], [3, 4]])
    try x.save(npy: folder["x.npy"])
    let again = try NDArray(npy: folder["x.npy"])            // numpy.load(folder["x.npy"]) reads it too
    #expect(try again.floats() == [1, 2, 3, 4] && again.shape == [2, 2])
  }

  @Test func several() throws {
    let folder = try ScratchFolder()
    var run = NamedArrays()
    run["V"] = zeros(100, 4)
    run["spikes"] = zeros(100, 4, dtype: .bool)
    try run.save(to: folder["run.npz"])

    let loaded = try NamedArrays(contentsOf: folder["run.npz"])
    print(loaded.keys)                               // ["V", "spikes"]
    let V = loaded["V"]                              // nil where there is no such array
    #expect(loaded.keys == ["V", "spikes"] && V?.shape == [100, 4] && loaded["w"] == nil)
  }

  @Test func others() throws {
    let folder = try ScratchFolder()
    let header =
      #"{"bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"weights":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[8,10]}}"#
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { [UInt8]($0) } + [UInt8](header.utf8)
    // 1 and 2 as F32, and two bytes.
    bytes += [0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x00, 0x40, 0x00, 0x3c]
    try Data(bytes).write(to: URL(fileURLWithPath: folder["model8.safetensors"]))
    let found = try NamedArrays(contentsOf: folder["model8.safetensors"])    // two tensors: bias, F32, and weights, F8_E4M3
    let bias = try found["bias"]?.floats()                           // [1, 2]
    print(found["weights"]?.error?.code == .dtype)                   // true
    #expect(bias == [1, 2] && found["weights"]?.error?.code == .dtype)
  }

  @Test func states() throws {
    let folder = try ScratchFolder()
    final class Model: Base {
      let w = Variable(zeros(3)), b = Variable(zeros([]))
    }

    let model = Model()
    model.w.value = ones(3)
    try model.saveStates(to: folder["model.safetensors"])

    let twin = Model()
    try twin.loadStates(from: folder["model.safetensors"])           // twin.w: [1, 1, 1]
    #expect(try twin.w.floats() == [1, 1, 1])
    final class Larger: Base {
      let w = Variable(zeros(3)), scale = Variable(ones(1))
    }

    let report = try Larger().loadStates(from: folder["model.safetensors"], strict: false)
    print(report.loaded, report.missing, report.unexpected)  // ["w"] ["scale"] ["b"]
    #expect(report.loaded == ["w"] && report.missing == ["scale"] && report.unexpected == ["b"])
  }
}
