/// Sizes are rounded up to eight steps for each doubling, so that freed memory fits the next request of about its size.
/// Small classes are multiples of 64 bytes; large ones, mapped on their own, multiples of 2 MiB.
struct SizeClass: Hashable {
  let index: Int
  let byteCount: Int

  static let smallShift = 6
  static let largeShift = Parameters.largeAllocation.trailingZeroBitCount
  /// Small shifts run from 64 bytes to an eighth of a large allocation; sixteen units at each.
  static let smallCount = (largeShift - 4 - smallShift + 1) * 8 + 17
  /// No array is larger than 2^43 bytes (`Shape.maximumCount`), and a workspace not much.
  static let maximumByteCount = 1 << 52
  static let count = smallCount + (52 - largeShift) * 8 + 17

  var isLarge: Bool { byteCount >= Parameters.largeAllocation }

  /// The class for a request of at most `maximumByteCount` bytes.
  init(fitting request: Int) {
    let size = max(request, 1)
    let isLarge = size > Parameters.largeAllocation - (Parameters.largeAllocation >> 4)
    let minimum = isLarge ? Self.largeShift : Self.smallShift
    let log = Int.bitWidth - 1 - (size - 1 | 1).leadingZeroBitCount
    let shift = max(minimum, log - 3)
    let units = (size + (1 << shift) - 1) >> shift
    index = (isLarge ? Self.smallCount : 0) + (shift - minimum) * 8 + units
    byteCount = units << shift
  }
}

extension SizeClass {
  /// The size of the class at an index.
  static func byteCount(at index: Int) -> Int {
    let isLarge = index >= smallCount
    let position = isLarge ? index - smallCount : index
    let minimum = isLarge ? largeShift : smallShift
    // Beyond the first sixteen units, each shift has the units 9...16.
    let steps = position <= 16 ? 0 : (position - 9) / 8
    return (position - steps * 8) << (minimum + steps)
  }
}
