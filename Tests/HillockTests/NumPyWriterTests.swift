import Foundation
import Hillock
import Testing

@Suite struct NumPyWriterTests {
  private func inFolder(_ body: ((String) -> String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("writer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body { folder.appendingPathComponent($0).path }
  }

  @Test func rowsAddUpToTheArray() throws {
    try inFolder { path in
      let all = random.normal(123, 2, 3), file = try NumPyWriter(path("x.npy"))
      var start = 0
      for count in [0, 1, 9, 90, 0, 23] {
        try file.append(all[start..<start + count])
        start += count
        // A whole file after each step.
        let now = try NDArray(npy: path("x.npy"))
        #expect(now.shape == [start, 2, 3])
        #expect(try now.floats() == all[0..<start].floats())
      }
      #expect(file.count == 123)
    }
  }

  /// The head keeps its length: 10 bytes, the dictionary, blanks and a line's end, a multiple of 64 in all (NumPy's format, version 1).
  @Test func theHeadIsNumPys() throws {
    try inFolder { path in
      let file = try NumPyWriter(path("x.npy"))
      for rows in [3, 1000] {
        try file.append(zeros(rows, dtype: .i32))
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path("x.npy"))))
        #expect(bytes.count == 128 + 4 * file.count)
        #expect(Array(bytes[..<8]) == [0x93, 78, 85, 77, 80, 89, 1, 0] && Array(bytes[8..<10]) == [118, 0] && bytes[127] == 10)
        let text = String(decoding: bytes[10..<127], as: UTF8.self).trimmingCharacters(in: .whitespaces)
        #expect(text == "{'descr': '<i4', 'fortran_order': False, 'shape': (\(file.count),), }")
      }
    }
  }

  @Test func otherRowsAreErrors() throws {
    try inFolder { path in
      #expect(throws: HillockError.self) { try NumPyWriter(path("no/folder/x.npy")) }
      let file = try NumPyWriter(path("x.npy"))
      try file.append(zeros(2, 3))
      for (rows, code) in [
        (zeros(2, 4), ErrorCode.shape), (zeros(2, 3, dtype: .f64), .dtype), (NDArray(1.0), .shape),
        (zeros(2, 3)[0, 0..<9], .index),
      ] {
        let error = #expect(throws: HillockError.self) { try file.append(rows) }
        #expect(error?.code == code)
      }
      #expect(try NDArray(npy: path("x.npy")).shape == [2, 3])
    }
  }
}
