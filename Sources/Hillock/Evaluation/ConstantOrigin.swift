import CHillock
import HillockIR
import HillockRuntime
@_spi(Internal) import Runtime
import Synchronization

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

/// Where in the user's code something happened: taken in a fraction of a microsecond, looked up when somebody asks.
package struct CallPlace: Sendable {
  /// The return addresses of the stack, the innermost first.
  private let addresses: [UInt]

  /// nil where the stack cannot be walked.
  package init?(frames: Int = 48) {
    addresses = withUnsafeTemporaryAllocation(of: UInt.self, capacity: frames) { buffer in
      Array(buffer.prefix(Int(hk_return_addresses(buffer.baseAddress, Int32(buffer.count)))))
    }
    if addresses.isEmpty { return nil }
  }

  /// `model.swift:12`, or the function's name where there is no debug information.
  package var location: String? {
    let images = LoadedImages.current()
    var function: String?
    // A few frames at a time: the user's is seldom far up, and each takes milliseconds where there is much debug information.
    for first in stride(from: 0, to: addresses.count, by: 12) {
      // `Backtrace.capture` would do the walk too, but looks for the symbol of each frame while it does.
      let frames = addresses[first..<min(first + 12, addresses.count)].map { RichFrame<UInt>.returnAddress($0) }
      let backtrace = Backtrace(architecture: Self.architecture, frames: frames, images: nil)
      if let location = UserLocation.find(backtrace, in: images, function: &function) { return location }
    }
    return function
  }

  /// As `Backtrace` spells it.
  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #else
      "arm64"
    #endif
  }
}

/// The process's images with their debug information: looked up once, and again where libraries were loaded or unloaded.
///
/// The lookup reads every file that is mapped at the moment, so it is seldom done while other threads unmap theirs.
private enum LoadedImages {
  private static let known = Mutex<(images: ImageMap, changes: UInt64)?>(nil)

  static func current() -> ImageMap {
    known.withLock { known in
      let changes = hk_image_changes()
      if let known, known.changes == changes { return known.images }
      let images = ImageMap.capture()
      known = (images, changes)
      return images
    }
  }
}
