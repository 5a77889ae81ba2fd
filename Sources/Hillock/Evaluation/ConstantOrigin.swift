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
    for address in addresses {
      let frame = images.frame(at: address)
      if let location = frame.location { return location }
      function = function ?? frame.function
    }
    return function
  }
}

/// The process's images with their debug information: looked up once, and again where libraries were loaded or unloaded.
///
/// The lookup reads every file that is mapped at the moment, so it is seldom done while other threads unmap theirs.
private final class LoadedImages: Sendable {
  private static let known = Mutex<LoadedImages?>(nil)
  /// Frames that are remembered; beyond them the memory begins anew.
  private static let frameLimit = 10_000

  private let images = ImageMap.capture()
  private let changes: UInt64
  private let frames = Mutex<[UInt: UserFrame]>([:])

  private init(changes: UInt64) { self.changes = changes }

  static func current() -> LoadedImages {
    known.withLock { known in
      let changes = hk_image_changes()
      if let known, known.changes == changes { return known }
      let images = LoadedImages(changes: changes)
      known = images
      return images
    }
  }

  /// What a return address says of the user's code. It is remembered, because looking it up takes milliseconds where there is much
  /// debug information, and errors of a loop come from the same addresses.
  func frame(at address: UInt) -> UserFrame {
    if let frame = frames.withLock({ $0[address] }) { return frame }
    // `Backtrace.capture` would do the walk too, but looks for the symbol of each frame while it does.
    let backtrace = Backtrace(architecture: Self.architecture, frames: [RichFrame<UInt>.returnAddress(address)], images: nil)
    let frame = UserFrame(backtrace, in: images)
    frames.withLock { frames in
      if frames.count >= Self.frameLimit { frames.removeAll() }
      frames[address] = frame
    }
    return frame
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
