import Hillock

/// A row of the suite `numpy`: a function of the array language, which peers/numpy_rows.py has under the same name in JAX, NumPy and
/// PyTorch.
struct NumPyWork: Sendable {
  /// What of the results is compared with the peers'.
  enum Check: String, Sendable {
    case elements
    /// The mean and the deviation: of random numbers, which differ.
    case moments
  }

  let name: String
  let inputs: [NumPyInput]
  var check = Check.elements
  /// How far an element may be from the peers', as a part of the largest one.
  var tolerance = 1e-3
  /// How many of the results are compared: the others are not unique, as the sign of an eigenvector.
  var compared = 1
  let body: @Sendable ([NDArray]) -> [NDArray]

  /// `NAME SHAPE`, the shape of the first input that has one.
  var label: String { "\(name) \(inputs.first { !$0.size.isEmpty }?.size ?? "")" }
}

/// Numbers that both sides make: `KIND SHAPE`.
struct NumPyInput: Sendable {
  let kind: String
  let size: String

  init(_ text: String) {
    let parts = text.split(separator: " ")
    (kind, size) = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }

  var text: String { size.isEmpty ? kind : "\(kind) \(size)" }
  var shape: [Int] { size.split(separator: "x").compactMap { Int($0) } }

  /// The array, or nil for what only the peers are given: the key and the shape of a draw. The seed is the input's number.
  func array(seed: Int) throws -> NDArray? {
    let count = shape.reduce(1, *), parts = kind.split(separator: "<"), n = shape.last ?? 1
    let bound = parts.count > 1 ? UInt32(parts[1]) ?? 1 : 1
    func unit(_ place: Int) -> Float { Float(Self.bits(place, seed) >> 8) * 0x1p-24 }
    func filled<Element: ArrayElement>(_ dtype: DType, _ element: (Int) -> Element) throws -> NDArray {
      try NDArray((0..<count).map(element), shape: shape, dtype: dtype).checked()
    }
    switch parts[0] {
    case "key", "shape": return nil
    case "f32": return try filled(.f32, unit)
    case "f64": return try filled(.f64) { Double(unit($0)) }
    case "bool": return try filled(.bool) { Self.bits($0, seed) >= 1 << 31 }
    case "i32": return try filled(.i32) { Int32(Self.bits($0, seed) % bound) }
    case "index": return try filled(.i64) { Int(Self.bits($0, seed) % bound) }
    // Places that differ, if the bound has no common divisor with the step.
    case "spread": return try filled(.i64) { $0 * 7919 % Int(bound) }
    case "ramp": return try filled(.f32) { Float($0) / Float(count) }
    // A symmetric matrix, or with as much on its diagonal as makes it positive definite.
    case "sym", "spd":
      return try filled(.f32) { place in
        let (row, column) = (place / n, place % n), value = unit(min(row, column) * n + max(row, column))
        return parts[0] == "spd" && row == column ? value + Float(n) : value
      }
    default: throw BenchError("there is no kind of input '\(kind)'")
    }
  }

  /// 32 bits for each place: the integer hash lowbias32, as `numbers` in peers/numpy_rows.py.
  private static func bits(_ place: Int, _ seed: Int) -> UInt32 {
    var x = UInt32(truncatingIfNeeded: place) &+ UInt32(truncatingIfNeeded: seed &* 0x9E37_79B9)
    x ^= x >> 16
    x = x &* 0x7FEB_352D
    x ^= x >> 15
    x = x &* 0x846C_A68B
    return x ^ (x >> 16)
  }
}
