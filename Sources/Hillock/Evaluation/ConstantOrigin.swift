import HillockIR
import HillockRuntime
import Runtime

/// A constant of a program: an array or a number that was there before the function was traced, and where the function used it
/// first.
struct ConstantOrigin: Sendable {
  let type: ArrayType
  /// The elements of a small one.
  let bytes: [UInt8]?
  /// Of the array, to find the property that holds it. Only compared.
  let storage: ObjectIdentifier
  let place: CallPlace?

  /// The only element, as a number.
  var number: Double? {
    guard type.count == 1, let bytes else { return nil }
    return bytes.withUnsafeBytes { buffer -> Double? in
      guard let base = buffer.baseAddress else { return nil }
      switch ElementValue(bits: base.elementBits(0, type.dtype), dtype: type.dtype) {
      case .float(let value): return value
      case .signed(let value): return Double(value)
      case .unsigned(let value): return Double(value)
      }
    }
  }
}

/// Where in the user's code something happened: taken in microseconds, looked up when somebody asks.
package struct CallPlace: Sendable {
  private let backtrace: Backtrace

  /// The images of the process change seldom, and finding them takes most of the time; those that come later are found when
  /// the place is looked up.
  private static let images = ImageMap.capture()

  package init?(frames: Int = 32) {
    guard let backtrace = try? Backtrace.capture(limit: frames, top: 0, images: Self.images) else { return nil }
    self.backtrace = backtrace
  }

  /// `model.swift:12`, or the function's name where there is no debug information.
  package var location: String? { UserLocation.find(backtrace, in: .capture()) }
}
