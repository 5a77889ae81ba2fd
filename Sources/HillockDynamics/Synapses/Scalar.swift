import Foundation

/// Functions of Swift numbers, beside those of arrays with the same names.
enum Scalar {
  static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  static func sin(_ x: Double) -> Double { Foundation.sin(x) }
  static func cos(_ x: Double) -> Double { Foundation.cos(x) }
}
