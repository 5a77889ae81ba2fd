import Foundation
import Hillock
import Testing

/// Numbers that tools/oracle/training.py has written.
enum Oracle {
  static func read<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Oracle")
    return try JSONDecoder().decode(Content.self, from: try Data(contentsOf: folder.appendingPathComponent(name)))
  }
}

/// Whether all elements of an array are within a tolerance, relative where they are above 1; says the first one that is not.
func expectClose(
  _ array: NDArray, _ expected: [Double], within tolerance: Double = 1e-12, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let values = try array.scalars(as: Double.self)
  try #require(values.count == expected.count, "\(what)", sourceLocation: sourceLocation)
  for (index, (value, known)) in zip(values, expected).enumerated() {
    let isClose = value == known || abs(value - known) <= tolerance * max(1, abs(known))
    #expect(isClose, "\(what) [\(index)]: \(value), known: \(known)", sourceLocation: sourceLocation)
    if !isClose { return }
  }
}

/// An array of `f64`.
func doubles(_ values: [Double], _ shape: Int...) -> NDArray {
  NDArray(values, shape: shape.isEmpty ? [values.count] : shape, dtype: .f64)
}
