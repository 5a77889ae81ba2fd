import Foundation
import HillockRuntime
import HillockTestSupport
import Testing

@testable import Hillock

/// What tools/oracle/state.py says of the files it wrote with NumPy and with the safetensors package.
enum StateOracle {
  struct Item: Decodable {
    var key: String
    var array: Oracle.Values
  }
  struct Form: Decodable { var plain: [Item], odd: [Item], strange: [Item], refused: [String] }

  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Oracle/state/\(name)").path
  }

  static func expected() throws -> Form { try #require(try Oracle.cases("state/expected", of: Form.self).first) }
}

@Suite struct ArrayFileTests {
  private func expectEqual(_ found: NamedArrays, _ items: [StateOracle.Item]) throws {
    #expect(Set(found.keys) == Set(items.map(\.key)))
    for item in items {
      let array = try #require(found[item.key])
      #expect(try areIdentical(array, item.array.array()), "\(item.key)")
    }
  }

  @Test(arguments: ["stored.npz", "compressed.npz", "plain.safetensors"])
  func filesOfOthersAreReadBitForBit(_ name: String) throws {
    try expectEqual(try NamedArrays(contentsOf: StateOracle.path(name)), StateOracle.expected().plain)
  }

  /// Big-endian, column-major, names that are not ASCII, and names with slashes.
  @Test func unusualNpzFilesAreRead() throws {
    try expectEqual(try NamedArrays(contentsOf: StateOracle.path("odd.npz")), StateOracle.expected().odd)
  }

  @Test func theOrderOfNpzFilesIsKept() throws {
    #expect(try NamedArrays(contentsOf: StateOracle.path("stored.npz")).keys == StateOracle.expected().plain.map(\.key))
  }

  /// The files beside it were read by NumPy and safetensors (tools/oracle/state.py --check); ours are the same bytes.
  @Test func whatIsWrittenIsWhatNumPyAndSafetensorsRead() throws {
    var arrays = NamedArrays()
    for item in try StateOracle.expected().plain { arrays[item.key] = try item.array.array() }
    let folder = try ScratchFolder()
    try arrays.save(to: folder["ours.npz"])
    try arrays.save(to: folder["ours.safetensors"])
    let list = try arrays.map { entry in
      let (storage, type) = try entry.value.concrete()
      return (key: entry.key, type: type, storage: storage)
    }
    // ZIP64 fields, as files beyond 4 GiB need them.
    try NpzFile.write(list, to: AtomicFile(folder["ours-wide.npz"]), compressed: false, wideFrom: 100)
    for name in folder.files {
      let bytes = try FileBytes.read(folder[name])
      if let out = ProcessInfo.processInfo.environment["HILLOCK_WRITE_STATE"] { try FileBytes.write(bytes, to: "\(out)/\(name)") }
      #expect(try bytes == FileBytes.read(StateOracle.path(name)), "\(name)")
      try expectEqual(NamedArrays(contentsOf: folder[name]), StateOracle.expected().plain)
    }
    #expect(folder.files.count == 3)
  }

  @Test func compressedFilesAreSmallAndComeBack() throws {
    let folder = try ScratchFolder()
    var arrays = NamedArrays()
    arrays["zeros"] = zeros(1 << 20)
    arrays["noise"] = RandomState(seed: 1).normal(70_000)
    try arrays.save(to: folder["x.npz"], format: .compressedNpz)
    let size = try FileBytes.read(folder["x.npz"]).count
    #expect(size < 400_000)
    let back = try NamedArrays(contentsOf: folder["x.npz"])
    for (key, value) in arrays { #expect(try areIdentical(#require(back[key]), value)) }
  }

  @Test func arraysAreAlignedInSafetensors() throws {
    let folder = try ScratchFolder()
    var arrays = NamedArrays()
    arrays["flags"] = ones(3, dtype: .bool)
    arrays["x"] = ones(3, dtype: .f64)
    arrays["n"] = ones(1, dtype: .i32)
    try arrays.save(to: folder["a.safetensors"])
    let bytes = try FileBytes.read(folder["a.safetensors"])
    let length = Int(Fields.u64(bytes, 0)), header = String(decoding: bytes[8..<8 + length], as: UTF8.self)
    #expect(length % 8 == 0)
    #expect(header.contains(#""x":{"dtype":"F64","shape":[3],"data_offsets":[0,24]}"#), "\(header)")
    #expect(header.contains(#""n":{"dtype":"I32","shape":[1],"data_offsets":[24,28]}"#))
    #expect(try NamedArrays(contentsOf: folder["a.safetensors"]).keys == ["flags", "x", "n"])
  }

  @Test func aDTypeThatIsNotOursIsAnErrorThatNamesIt() throws {
    for name in ["foreign.npz", "foreign.safetensors"] {
      let arrays = try NamedArrays(contentsOf: StateOracle.path(name))
      #expect(try arrays["ours"]?.floats() == [1, 1])
      let error = arrays["foreign"]?.error
      #expect(
        error?.code == .dtype && error?.message.contains("foreign") == true
          && (error?.message.contains("C64") == true || error?.message.contains("'<c8'") == true), "\(String(describing: error))")
      #expect(throws: HillockError.self) { try arrays["foreign"]?.floats() }
    }
    // An object that does not ask for it is not disturbed.
    final class Model: Base { let ours = Variable(zeros(2)) }
    let model = Model()
    for name in ["foreign.npz", "foreign.safetensors"] {
      model.ours.value = zeros(2)
      let report = try model.loadStates(from: StateOracle.path(name), strict: false)
      #expect(report == LoadedStates(loaded: ["ours"], missing: [], unexpected: ["foreign"]))
      #expect(try model.ours.value.floats() == [1, 1])
    }
  }

  /// Names as people have them (none, marks, two that Swift finds equal, code page 437), folders, and entries that are no arrays of ours:
  /// the others are read, and the odd ones are errors when they are asked for.
  @Test func anEntryThatIsNotUnderstoodLeavesTheOthers() throws {
    let expected = try StateOracle.expected()
    let found = try NamedArrays(contentsOf: StateOracle.path("strange.npz"))
    #expect(
      Set(found.keys.map { Array($0.utf8) }) == Set((expected.strange.map(\.key) + expected.refused).map { Array($0.utf8) }))
    for item in expected.strange {
      #expect(try areIdentical(#require(found[item.key]), item.array.array()), "\(item.key.debugDescription)")
    }
    for key in expected.refused {
      let error = #expect(throws: HillockError.self, "\(key)") { try found[key]?.floats() }
      #expect(error?.message.contains(key) == true, "\(String(describing: error))")
    }
    let records = found["records"]?.error?.message
    #expect(records?.contains("[('time', '<f8'), ('spikes', '<i4', (3,))]") == true, "\(records ?? "")")
    #expect(records?.contains("fields one by one") == true)
    #expect(
      found["axes"]?.error?.message.contains("17 axes") == true || found["axes"]?.error?.message.contains("1, 1, 1") == true)
  }

  /// Every kind of the format is known, also those of half a byte; metadata may be null.
  @Test func tensorsOfOtherKindsLeaveTheOthers() throws {
    let found = try NamedArrays(contentsOf: StateOracle.path("strange.safetensors"))
    #expect(try found["ours"]?.floats() == [1, 2])
    #expect(found.count == 8)
    for (key, value) in found where key != "ours" {
      #expect(
        value.error?.code == .dtype && value.error?.message.contains(key) == true, "\(key): \(String(describing: value.error))")
    }
  }

  @Test func whatIsSavedCanBeRead() throws {
    let folder = try ScratchFolder()
    var arrays = NamedArrays()
    var names = [
      "", ".", "a/", ".npy", "a.npy", "a b", "\"", "a\tb", "\u{1}", "\n", "\r\n", "back\\slash", "caf\u{e9}", "cafe\u{301}", "🧠",
      "é/x",
    ]
    // Marks, joiners, prefixes and signs of direction, which change what Swift takes for a character.
    for value in Array(0x600..<0x620) + Array(0x300..<0x370) + Array(0x2000..<0x2070) + [0x110bd, 0xfe0f, 0x1f1e6, 0xfeff] {
      if let scalar = Unicode.Scalar(UInt32(value)) { names.append(String(Character(scalar))) }
    }
    for (position, name) in names.enumerated() { arrays[name] = NDArray([position]) }
    #expect(arrays.count == names.count)
    for (file, format) in [("x.npz", ArrayFileFormat.npz), ("y.npz", .compressedNpz), ("x.safetensors", .safetensors)] {
      try arrays.save(to: folder[file], format: format)
      let back = try NamedArrays(contentsOf: folder[file])
      #expect(back.keys.map { Array($0.utf8) } == names.map { Array($0.utf8) }, "\(file)")
      for (position, name) in names.enumerated() { #expect(try back[name]?.ints() == [position], "\(name.debugDescription)") }
    }
  }

  /// Of two keys that are equal to Swift a Variable takes the one that is written as its own.
  @Test func statesKeepNamesApartThatLookAlike() throws {
    final class Model: Base { let parts = ["caf\u{e9}": Variable(zeros(1))] }
    let folder = try ScratchFolder()
    var arrays = NamedArrays()
    arrays["parts.cafe\u{301}"] = ones(1)
    let model = Model()
    let own = try #require(model.vars(method: .relative).keys.first)
    arrays = NamedArrays()
    arrays[own.decomposedStringWithCanonicalMapping] = ones(1)
    arrays[own] = 2 * ones(1)
    try arrays.save(to: folder["x.npz"])
    let report = try model.loadStates(from: folder["x.npz"], strict: false)
    #expect(try model.parts["caf\u{e9}"]?.value.floats() == [2])
    #expect(report.loaded.count == 1 && report.unexpected.count == 1 && report.missing.isEmpty)
  }

  @Test func aLongNameHasRoomForItsTemporary() throws {
    let folder = try ScratchFolder()
    let name = String(repeating: "é", count: 120) + ".npy"
    try arange(3).save(npy: folder[name])
    #expect(try NDArray(npy: folder[name]).ints() == [0, 1, 2])
    #expect(folder.files.count == 1)
  }

  /// What a process that was killed while it wrote left behind goes with the next save; what another process is writing stays.
  @Test func leftoversOfKilledProcessesAreRemoved() throws {
    let folder = try ScratchFolder()
    for file in [".x.npz.123-456.tmp", ".x.npz.99-7.tmp", ".y.npz.123-456.tmp", ".x.npz.backup.tmp", ".x.npz.1-2.tmp"] {
      try Data([1]).write(to: URL(fileURLWithPath: folder[file]))
    }
    let writing = open(folder[".x.npz.1-2.tmp"], O_WRONLY)
    defer { close(writing) }
    #expect(flock(writing, LOCK_EX) == 0)
    var arrays = NamedArrays()
    arrays["a"] = zeros(1)
    try arrays.save(to: folder["x.npz"])
    #expect(Set(folder.files) == ["x.npz", ".y.npz.123-456.tmp", ".x.npz.backup.tmp", ".x.npz.1-2.tmp"])
  }

  @Test func namesThatNoFileCanHoldAreRefused() throws {
    let folder = try ScratchFolder()
    var up = NamedArrays()
    up["../up"] = zeros(1)
    #expect(throws: HillockError.self) { try up.save(to: folder["x.npz"]) }
    var back = NamedArrays()
    back["..\\up"] = zeros(1)
    #expect(throws: HillockError.self) { try back.save(to: folder["x.npz"]) }
    var metadata = NamedArrays()
    metadata["__metadata__"] = zeros(1)
    #expect(throws: HillockError.self) { try metadata.save(to: folder["x.safetensors"]) }
    #expect(throws: HillockError.self) { try metadata.save(to: folder["x.txt"]) }
    #expect(folder.files.isEmpty, "nothing half-written stays")
  }

  @Test func namesNeedNoRestraintInSafetensors() throws {
    let folder = try ScratchFolder()
    var arrays = NamedArrays()
    for name in ["", "a\"b\\c\n\u{1}", "é/🧠", "../up"] { arrays[name] = arange(2) }
    try arrays.save(to: folder["x.safetensors"])
    #expect(try NamedArrays(contentsOf: folder["x.safetensors"]).keys == arrays.keys)
  }

  @Test func savedArraysReplaceTheFileAndKeepItsRights() throws {
    let folder = try ScratchFolder()
    try arange(3).save(npy: folder["x.npy"])
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder["x.npy"])
    try FileManager.default.createSymbolicLink(atPath: folder["link.npy"], withDestinationPath: folder["x.npy"])
    try arange(5).save(npy: folder["link.npy"])
    #expect(try NDArray(npy: folder["x.npy"]).count == 5)
    #expect(folder.files == ["link.npy", "x.npy"])
    let rights = try FileManager.default.attributesOfItem(atPath: folder["x.npy"])[.posixPermissions] as? Int
    #expect(rights == 0o600)
    #expect(throws: HillockError.self) { try arange(3).save(npy: folder["none/x.npy"]) }
    #expect(throws: Never.self) { try arange(3).save(npy: "/dev/null") }
  }
}
