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
  struct Form: Decodable { var plain: [Item], odd: [Item] }

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
    for name in ["half.npz", "half.safetensors"] {
      let error = #expect(throws: HillockError.self) { try NamedArrays(contentsOf: StateOracle.path(name)) }
      #expect(
        error?.code == .dtype && error?.message.contains("half") == true && error?.message.contains("16") == true
          || error?.message.contains("f2") == true, "\(String(describing: error))")
    }
    // An object that does not ask for it is not disturbed.
    final class Model: Base { let ours = Variable(zeros(2)) }
    let model = Model()
    for name in ["half.npz", "half.safetensors"] {
      model.ours.value = zeros(2)
      let report = try model.loadStates(from: StateOracle.path(name), strict: false)
      #expect(report == LoadedStates(loaded: ["ours"], missing: [], unexpected: ["half"]))
      #expect(try model.ours.value.floats() == [1, 1])
    }
  }

  @Test func namesThatNoFileCanHoldAreRefused() throws {
    let folder = try ScratchFolder()
    var up = NamedArrays()
    up["../up"] = zeros(1)
    #expect(throws: HillockError.self) { try up.save(to: folder["x.npz"]) }
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
