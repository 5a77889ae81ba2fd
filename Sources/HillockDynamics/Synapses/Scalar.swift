import Foundation

/// Functions of Swift numbers, beside those of arrays with the same names.
enum Scalar {
  static func exp(_ x: Double) -> Double { Foundation.exp(x) }
}
