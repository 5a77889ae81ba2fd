import Foundation
import HillockRuntime
import HillockTestSupport
import Testing

@testable import Hillock

/// Files that were made to do harm: each gives an error, and none makes us take memory it does not pay for.
@Suite struct HostileFileTests {
  private func le(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

  private func safetensors(_ header: String, _ elements: Int = 0, announcing length: Int? = nil) -> [UInt8] {
    le(length ?? header.utf8.count, 8) + Array(header.utf8) + [UInt8](repeating: 0, count: elements)
  }

  private func tensor(_ name: String, _ dtype: String = "F32", _ shape: String = "[2]", _ offsets: String = "[0,8]") -> String {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  /// The file is read, and its only entry is an error.
  private func isAnErrorOfTheEntry(_ bytes: [UInt8], _ format: ArrayFileFormat, _ what: String) throws {
    let arrays = try NamedArrays(bytes: bytes, format: format)
    #expect(arrays.count == 1 && arrays[0].value.error != nil, "\(what): \(arrays.map(\.value))")
  }

  private func isRefused(_ bytes: [UInt8], _ format: ArrayFileFormat, _ what: String) {
    let error = #expect(throws: HillockError.self, "\(what)") { try NamedArrays(bytes: bytes, format: format) }
    #expect(error?.code == .format, "\(what): \(String(describing: error))")
  }

  @Test func safetensorsHeaders() throws {
    let good = safetensors("{\(tensor("a"))}", 8)
    #expect(try NamedArrays(bytes: good, format: .safetensors).keys == ["a"])
    for length in 0..<good.count { isRefused(Array(good[..<length]), .safetensors, "cut at \(length)") }
    let bad: [(String, [UInt8])] = [
      ("a header of 2⁶³ bytes", safetensors("{}", announcing: .min)), ("beyond the end", safetensors("{}", announcing: 3)),
      ("duplicate names", safetensors("{\(tensor("a")),\(tensor("a", "F32", "[2]", "[8,16]"))}", 16)),
      ("overlap", safetensors("{\(tensor("a")),\(tensor("b", "F32", "[2]", "[4,12]"))}", 12)),
      ("two in one place", safetensors("{\(tensor("a")),\(tensor("b"))}", 8)),
      ("a hole", safetensors("{\(tensor("a", "F32", "[2]", "[4,12]"))}", 12)),
      ("bytes that belong to nobody", safetensors("{\(tensor("a"))}", 9)),
      ("backwards", safetensors("{\(tensor("a", "F32", "[2]", "[8,0]"))}", 8)),
      ("beyond the end", safetensors("{\(tensor("a", "F32", "[4]", "[0,16]"))}", 8)),
      ("a size that does not fit", safetensors("{\(tensor("a", "F32", "[3]"))}", 8)),
      ("2⁶³ elements", safetensors("{\(tensor("a", "F32", "[4294967296,4294967296]", "[0,0]"))}")),
      ("a number without end", safetensors("{\(tensor("a", "F32", "[99999999999999999999999]", "[0,0]"))}")),
      ("a negative extent", safetensors("{\(tensor("a", "F32", "[-2]"))}", 8)), ("no JSON", safetensors("{]")),
      ("a list", safetensors("[]")), ("space first", safetensors(" {}")), ("two objects", safetensors("{}{}")),
      ("three offsets", safetensors("{\(tensor("a", "F32", "[2]", "[0,8,8]"))}", 8)),
      ("a field missing", safetensors(#"{"a":{"dtype":"F32","shape":[2]}}"#, 8)),
      ("a field twice", safetensors(#"{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 8)),
      ("half a surrogate", safetensors(#"{"\ud800":{}}"#)),
      ("nesting", safetensors(String(repeating: "{\"a\":", count: 100_000))),
    ]
    for (what, bytes) in bad { isRefused(bytes, .safetensors, what) }
    let ones = [String](repeating: "1", count: 17).joined(separator: ",")
    let odd: [(String, [UInt8])] = [
      ("2⁴¹ elements, none of them there", safetensors("{\(tensor("a", "F32", "[2199023255552,0]", "[0,0]"))}")),
      ("an unknown dtype", safetensors("{\(tensor("a", "F12"))}", 8)),
      ("rank 17", safetensors("{\(tensor("a", "F32", "[\(ones)]", "[0,4]"))}", 4)),
    ]
    for (what, bytes) in odd { try isAnErrorOfTheEntry(bytes, .safetensors, what) }
  }

  /// One stored entry with its directory; each part can be forged.
  private struct Zip {
    var name = "a.npy"
    var directoryName: String?
    var flags = 0, method = 0
    var data: [UInt8]
    var size: Int?, compressed: Int?, localOffset = 0, extra: [UInt8] = []
    var copies = 1, countInEnd: Int?, directoryOffset: Int?

    func bytes() -> [UInt8] {
      func le(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
      let crc = Array(data).withUnsafeBytes { Int(Checksum.crc32($0)) }
      let local =
        le(0x0403_4b50, 4) + le(20, 2) + le(flags, 2) + le(method, 2) + le(0, 4) + le(crc, 4)
        + le(compressed ?? data.count, 4) + le(size ?? data.count, 4) + le(name.utf8.count, 2) + le(0, 2) + Array(name.utf8)
        + data
      let shown = directoryName ?? name
      let central =
        le(0x0201_4b50, 4) + le(20, 2) + le(20, 2) + le(flags, 2) + le(method, 2) + le(0, 4) + le(crc, 4)
        + le(compressed ?? data.count, 4) + le(size ?? data.count, 4) + le(shown.utf8.count, 2) + le(extra.count, 2) + le(0, 2)
        + le(0, 2) + le(0, 2) + le(0, 4) + le(localOffset, 4) + Array(shown.utf8) + extra
      let directory = (0..<copies).flatMap { _ in central }
      return local + directory + le(0x0605_4b50, 4) + le(0, 4) + le(countInEnd ?? copies, 2) + le(countInEnd ?? copies, 2)
        + le(directory.count, 4) + le(directoryOffset ?? local.count, 4) + le(0, 2)
    }
  }

  @Test func zipStructures() throws {
    let npy = try arange(3).npyBytes()
    let good = Zip(data: npy).bytes()
    #expect(try NamedArrays(bytes: good, format: .npz)["a"]?.ints() == [0, 1, 2])
    for length in 0..<good.count { isRefused(Array(good[..<length]), .npz, "cut at \(length)") }
    var damaged = good
    damaged[30 + 5 + 128 + 4] ^= 1
    let cases: [(String, [UInt8])] = [
      ("a damaged element", damaged), ("two entries of one name", Zip(data: npy, copies: 2).bytes()),
      ("a path upwards", Zip(name: "../a.npy", data: npy).bytes()),
      ("a path from the root", Zip(name: "/a.npy", data: npy).bytes()),
      ("a path upwards inside", Zip(name: "x/../../a.npy", data: npy).bytes()),
      ("a backslash", Zip(name: "..\\a.npy", data: npy).bytes()),
      ("another name in the directory", Zip(directoryName: "b.npy", data: npy).bytes()),
      ("an offset beyond the end", Zip(data: npy, localOffset: 1 << 30).bytes()),
      ("an offset into the data", Zip(data: npy, localOffset: 7).bytes()),
      ("a size beyond the end", Zip(data: npy, size: 1 << 31, compressed: 1 << 31).bytes()),
      ("a stored entry of two sizes", Zip(data: npy, size: npy.count + 1).bytes()),
      ("a bomb: 4 GB from 100 bytes", Zip(method: 8, data: [UInt8](repeating: 0, count: 100), size: 0xffff_fff0).bytes()),
      ("no deflated data", Zip(method: 8, data: npy).bytes()),
      ("more entries than there are", Zip(data: npy, countInEnd: 9).bytes()),
      ("60000 entries", Zip(data: npy, countInEnd: 60000).bytes()),
      ("a directory elsewhere", Zip(data: npy, directoryOffset: 3).bytes()),
      ("ZIP64 without its record", Zip(data: npy, countInEnd: 0xffff).bytes()),
      ("a ZIP64 field too short", Zip(data: npy, size: 0xffff_ffff, extra: le(1, 2) + le(4, 2) + le(0, 4)).bytes()),
      (
        "2⁶⁴ - 1 bytes by ZIP64",
        Zip(data: npy, size: 0xffff_ffff, compressed: 0xffff_ffff, extra: le(1, 2) + le(16, 2) + le(-1, 8) + le(-1, 8)).bytes()
      ),
      ("an empty file", []), ("only zeros", [UInt8](repeating: 0, count: 70_000)),
    ]
    for (what, bytes) in cases { isRefused(bytes, .npz, what) }
    let odd: [(String, [UInt8])] = [
      ("encrypted", Zip(flags: 1, data: npy).bytes()), ("an unknown method", Zip(method: 12, data: npy).bytes()),
      ("no .npy", Zip(name: "a.txt", data: npy).bytes()),
      ("a .npy of 2⁴¹ elements", Zip(data: NumPyHeaderText.file("<f4", "(2199023255552,)")).bytes()),
      ("a .npy of 2⁸⁰ elements", Zip(data: NumPyHeaderText.file("<f4", "(1099511627776, 1099511627776)")).bytes()),
      ("a .npy longer than it says", Zip(data: npy + [0]).bytes()),
      ("a .npy shorter than it says", Zip(data: Array(npy.dropLast())).bytes()),
      ("no .npy inside", Zip(data: [1, 2, 3]).bytes()),
    ]
    for (what, bytes) in odd { try isAnErrorOfTheEntry(bytes, .npz, what) }
  }

  /// Overlapping entries are what quines and the worst bombs are made of: here one entry's data are the other entry.
  @Test func entriesThatOverlapAreRefused() throws {
    let npy = try arange(3).npyBytes()
    func parts(_ zip: Zip) -> (local: [UInt8], directory: [UInt8]) {
      let length = 30 + zip.name.utf8.count + zip.data.count
      return (Array(zip.bytes().prefix(length)), Array(zip.bytes().dropFirst(length).dropLast(22)))
    }
    let inner = parts(Zip(name: "b.npy", data: npy, localOffset: 35)), outer = parts(Zip(name: "a.npy", data: inner.local))
    let entries = outer.directory + inner.directory
    let end = le(0x0605_4b50, 4) + le(0, 4) + le(2, 2) + le(2, 2) + le(entries.count, 4) + le(outer.local.count, 4) + le(0, 2)
    let error = #expect(throws: HillockError.self) { try NamedArrays(bytes: outer.local + entries + end, format: .npz) }
    #expect(error?.code == .format && error?.message.contains("overlap") == true, "\(String(describing: error))")
  }

  /// A pipe is refused at once, not waited for until somebody writes to it.
  @Test func aPipeIsNoFile() throws {
    let folder = try ScratchFolder()
    #expect(mkfifo(folder["pipe.npz"], 0o600) == 0)
    let error = #expect(throws: HillockError.self) { try NamedArrays(contentsOf: folder["pipe.npz"]) }
    #expect(error?.message.contains("pipe.npz: this is no file") == true)
  }

  /// Random damage to good files: an error or an array, never more memory than the file can pay for.
  @Test(arguments: ["stored.npz", "compressed.npz", "odd.npz", "plain.safetensors", "ours-wide.npz"])
  func randomDamage(_ name: String) throws {
    let whole = try FileBytes.read(StateOracle.path(name))
    let format: ArrayFileFormat = name.hasSuffix("npz") ? .npz : .safetensors
    var generator = SeededRandom(seed: 1)
    var refused = 0
    for round in 0..<400 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        case 1:
          bytes[Int.random(in: 0..<bytes.count, using: &generator)] = [0, 0xff, 0x7f, 0x80].randomElement(using: &generator) ?? 0
        case 2:
          // The end has the directory, the beginning the header: damage them often.
          let at =
            Bool.random(using: &generator)
            ? bytes.count - 1 - Int.random(in: 0..<min(200, bytes.count), using: &generator)
            : Int.random(in: 0..<min(200, bytes.count), using: &generator)
          bytes[at] = bytes[at] &+ UInt8.random(in: 1...255, using: &generator)
        default:
          let start = Int.random(in: 0..<bytes.count, using: &generator)
          bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...40, using: &generator)))
          if bytes.isEmpty { bytes = [0] }
        }
      }
      do {
        let arrays = try NamedArrays(bytes: bytes, format: format)
        if arrays.contains(where: { $0.value.error != nil }) { refused += 1 }
        let total = arrays.reduce(0) { $0 + $1.value.type.byteCount }
        #expect(total <= bytes.count * 1032, "round \(round)")
      } catch {
        refused += 1
      }
    }
    #expect(refused > 100)
  }
}

private enum NumPyHeaderText {
  static func file(_ descr: String, _ shape: String) -> [UInt8] {
    let header = Array("{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }\n".utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header
  }
}

/// CRC-32 by its definition (IEEE 802.3, reflected), apart from zlib's.
private enum Checksum {
  static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc: UInt32 = 0xffff_ffff
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
