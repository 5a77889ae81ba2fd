import Foundation
import Hillock
import Testing

/// The values that NumPy gives, written by tools/oracle/library.py.
enum Oracle {
  static func cases<Case: Decodable>(_ name: String, of type: Case.Type = Case.self) throws -> [Case] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Oracle")
    return try JSONDecoder().decode([Case].self, from: Data(contentsOf: folder.appendingPathComponent("\(name).json")))
  }

  /// An array by its bits; without them it is 0, 1, 2, …
  struct Values: Decodable {
    var dtype: String
    var shape: [Int]
    var bits: [String]?

    func array() throws -> NDArray {
      let dtype = try #require(DType(name: dtype))
      guard let bits else { return arange(shape.reduce(1, *), dtype: dtype).reshaped(shape) }
      var bytes: [UInt8] = []
      for text in bits {
        let word = try #require(UInt64(text))
        for byte in 0..<dtype.size { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte)))) }
      }
      return bytes.withUnsafeBytes { NDArray(bytes: $0, shape: shape, dtype: dtype) }
    }
  }
}

/// Whether two arrays have one type and the same bits.
func areIdentical(_ a: NDArray, _ b: NDArray) throws -> Bool {
  guard a.shape == b.shape, a.dtype == b.dtype else { return false }
  let bytes = try b.withUnsafeBytes { Array($0) }
  return try a.withUnsafeBytes { Array($0) == bytes }
}

extension NDArray {
  /// The elements as doubles.
  func doubles() throws -> [Double] { try scalars(as: Double.self) }
}
