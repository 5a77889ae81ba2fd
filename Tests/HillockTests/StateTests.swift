import Foundation
import HillockRuntime
import HillockTestSupport
import Testing

@testable import Hillock

@Suite struct StateTests {
  class Layer: Base {
    let w = TrainVar(ones(2, 3), name: "w"), b = Variable(zeros(3), name: "b")
  }

  final class Net: Base {
    let layers = [Layer(), Layer()]
    let spikes = Variable(zeros(4, dtype: .bool), name: "spikes")
    let step = Variable(zeros([], dtype: .i64), name: "step")
    let rng = RandomState(seed: 5)
    var tied: Variable?
  }

  private func filled() -> Net {
    let net = Net(), source = RandomState(seed: 11)
    for layer in net.layers {
      layer.w.value = source.normal(2, 3)
      layer.b.value = source.normal(3)
    }
    net.spikes.value = NDArray([true, false, true, true])
    net.step += 12345
    return net
  }

  private func values(_ net: Net) throws -> [[UInt8]] {
    try net.vars().values.map { try $0.value.withUnsafeBytes { Array($0) } }
  }

  /// Keys by global names fit one object only; paths fit every object built alike.
  @Test(arguments: ["net.npz", "net.safetensors"])
  func aTwinOfAnotherNameTakesOver(_ name: String) throws {
    let folder = try ScratchFolder(), net = filled(), twin = Net()
    try net.saveStates(to: folder[name])
    let report = try twin.loadStates(from: folder[name])
    #expect(report.loaded == ["spikes", "step", "rng", "layers[0].w", "layers[0].b", "layers[1].w", "layers[1].b"])
    #expect(report.missing.isEmpty && report.unexpected.isEmpty)
    #expect(try values(twin) == values(net))
    // The random numbers go on where they were.
    #expect(try areIdentical(twin.rng.normal(5), net.rng.normal(5)))
    #expect(folder.files == [name], "nothing else is left in the folder")
  }

  @Test func absoluteNamesAreForTheSameObject() throws {
    let folder = try ScratchFolder(), net = filled()
    try net.saveStates(to: folder["net.npz"], keys: .absolute)
    #expect(try NamedArrays(contentsOf: folder["net.npz"]).keys.contains("\(net.layers[0].name).w"))
    try net.loadStates(from: folder["net.npz"], keys: .absolute)
    #expect(throws: HillockError.self) { try Net().loadStates(from: folder["net.npz"], keys: .absolute) }
  }

  /// BrainPy 2.6 swaps the two in its message.
  @Test func missingAndUnexpectedKeysAreNotSwapped() throws {
    final class Small: Base { let a = Variable(ones(1)), b = Variable(ones(1)) }
    final class Large: Base { let a = Variable(zeros(1)), c = Variable(zeros(1)), d = Variable(zeros(1)) }
    let folder = try ScratchFolder(), large = Large()
    try Small().saveStates(to: folder["s.npz"])
    let error = #expect(throws: HillockError.self) { try large.loadStates(from: folder["s.npz"]) }
    #expect(error?.code == .argument)
    #expect(
      error?.message.contains("missing in the file: c, d; in the file but not expected: b") == true,
      "\(String(describing: error))")
    #expect(error?.message.hasPrefix(folder["s.npz"]) == true)
    #expect(try large.a.value.floats() == [0])
    let report = try large.loadStates(from: folder["s.npz"], strict: false)
    #expect(report == LoadedStates(loaded: ["a"], missing: ["c", "d"], unexpected: ["b"]))
    #expect(try large.a.value.floats() == [1])
  }

  @Test(arguments: [true, false])
  func dtypesAndShapesAreCheckedBeforeAnythingChanges(_ strict: Bool) throws {
    final class Before: Base { let a = Variable(ones(2)), b = Variable(ones(3)), c = Variable(ones(1)) }
    final class After: Base { let a = Variable(zeros(2)), b = Variable(zeros(4)), c = Variable(zeros(1, dtype: .i32)) }
    let folder = try ScratchFolder(), after = After()
    for file in ["x.npz", "x.safetensors"] {
      try Before().saveStates(to: folder[file])
      let error = #expect(throws: HillockError.self) { try after.loadStates(from: folder[file], strict: strict) }
      #expect(error?.code == .shape)
      #expect(error?.message.contains("b is f32[4], in the file f32[3], c is i32[1], in the file f32[1]") == true)
      #expect(try after.a.value.floats() == [0, 0])
    }
  }

  /// A damaged last array is found out before the first Variable changes.
  @Test func aDamagedFileChangesNothing() throws {
    let folder = try ScratchFolder(), net = filled(), twin = Net()
    try net.saveStates(to: folder["net.npz"])
    var bytes = try FileBytes.read(folder["net.npz"])
    // The last array's elements end where the directory begins.
    let directory = Int(Fields.u32(bytes, bytes.count - 22 + 16))
    bytes[directory - 1] ^= 1
    try FileBytes.write(bytes, to: folder["net.npz"])
    let before = try values(twin)
    let error = #expect(throws: HillockError.self) { try twin.loadStates(from: folder["net.npz"]) }
    #expect(error?.code == .format)
    #expect(try values(twin) == before)
  }

  /// All or nothing also where one of the Variables is in use.
  @Test func aVariableInUseIsAConflictAndNothingChanges() throws {
    let folder = try ScratchFolder(), net = filled(), twin = Net()
    try net.saveStates(to: folder["net.npz"])
    let cell = try #require(twin.layers[1].b.cell)
    let lease = try LeasePlan([cell], isWritten: [true]).acquire(site: "a long run")
    let before = try values(twin)
    let error = #expect(throws: HillockError.self) { try twin.loadStates(from: folder["net.npz"]) }
    #expect(error?.code == .conflict && error?.message.contains("a long run") == true)
    #expect(try values(twin) == before)
    _ = consume lease
    try twin.loadStates(from: folder["net.npz"])
  }

  @Test func aSharedVariableIsSavedOnceAndFoundUnderAnyOfItsKeys() throws {
    let folder = try ScratchFolder(), net = filled(), twin = Net()
    net.tied = net.layers[0].b
    twin.tied = twin.layers[0].b
    try net.saveStates(to: folder["net.npz"])
    let keys = try NamedArrays(contentsOf: folder["net.npz"]).keys
    #expect(keys.contains("tied") && !keys.contains("layers[0].b"))
    try twin.loadStates(from: folder["net.npz"])
    #expect(try areIdentical(twin.layers[0].b.value, net.layers[0].b.value))
    // Both keys with different values cannot both be had.
    var both = try NamedArrays(contentsOf: folder["net.npz"])
    both["layers[0].b"] = zeros(3)
    try both.save(to: folder["both.npz"])
    #expect(throws: HillockError.self) { try twin.loadStates(from: folder["both.npz"]) }
  }

  @Test func partsOfAModelAreSavedByTheirCollection() throws {
    let folder = try ScratchFolder(), net = filled(), twin = Net()
    try net.trainVars(method: .relative).saveStates(to: folder["w.safetensors"])
    try twin.trainVars(method: .relative).loadStates(from: folder["w.safetensors"])
    #expect(try areIdentical(twin.layers[1].w.value, net.layers[1].w.value))
    #expect(try twin.step.value.item(as: Int.self) == 0)
  }

  @Test func savingIsABoundaryAndNotForTraces() throws {
    let folder = try ScratchFolder(), net = filled()
    net.step.value = ones(3)
    #expect(throws: HillockError.self) { try net.saveStates(to: folder["net.npz"]) }
    #expect(folder.files.isEmpty)
    try net.saveStates(to: folder["net.npz"])
    let f = jit { try net.saveStates(to: folder["other.npz"]) }
    let error = #expect(throws: HillockError.self) { try f() }
    #expect(error?.code == .trace && folder.files == ["net.npz"])
  }

  /// A compiled function runs on with what was loaded, without another trace.
  @Test func compiledFunctionsSeeWhatWasLoaded() throws {
    let folder = try ScratchFolder(), net = filled()
    var traces = 0
    let step = jit { () -> NDArray in
      traces += 1
      net.step += 1
      return net.step.value
    }
    _ = try step()
    try net.saveStates(to: folder["net.npz"])
    _ = try step()
    try net.loadStates(from: folder["net.npz"])
    #expect(try step().item(as: Int.self) == 12347)
    #expect(traces == 1)
  }

  /// A process that saves again and again is killed at random moments. The file is always a whole one, of one moment, and never
  /// older than one that was seen before.
  @Test func aKilledProcessLeavesAWholeFile() throws {
    final class Model: Base {
      let weights = Variable(zeros(500_000), name: "weights")
      let step = Variable(zeros([], dtype: .i64), name: "step")
    }
    let executable = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("SavingProcess")
    var generator = SeededRandom(seed: 1)
    for name in ["model.npz", "model.safetensors"] {
      let folder = try ScratchFolder(), model = Model()
      try model.saveStates(to: folder[name])
      var last = 0, interrupted = 0
      // Most kills find a file half-written. Should none of forty, there are more.
      for round in 0..<400 where round < 40 || interrupted == 0 {
        let process = Process()
        process.executableURL = executable
        process.arguments = [folder[name], "continue"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        // Not before it has begun to save: then at a random moment of its saving.
        let before = try modified(folder[name])
        var hasSaved = false
        for _ in 0..<60_000 where !hasSaved && process.isRunning {
          usleep(1000)
          hasSaved = try modified(folder[name]) != before
        }
        try #require(hasSaved, "round \(round): it never saved")
        usleep(UInt32.random(in: 0..<12_000, using: &generator))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try model.loadStates(from: folder[name])
        let step = try model.step.value.item(as: Int.self)
        #expect(step > last, "round \(round)")
        last = step
        let (low, high) = (try model.weights.value.min().item(as: Float.self), try model.weights.value.max().item(as: Float.self))
        #expect(low == Float(step) && high == Float(step), "round \(round): not of one moment")
        // What the killed process left half-written is read by nobody.
        for left in folder.files where left != name {
          interrupted += 1
          try FileManager.default.removeItem(atPath: folder[left])
        }
      }
      #expect(interrupted > 0, "no kill came while a file was being written")
    }
  }

  private func modified(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return (attributes[.systemFileNumber] as? Int) ?? 0
  }
}
