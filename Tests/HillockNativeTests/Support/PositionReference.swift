import HillockBytecode
import HillockIR
import HillockTestSupport

/// What follows from a position alone, one element at a time.
enum PositionReference {
  /// The index along an axis of a shape, at a dtype.
  static func iota(_ position: Int, _ axis: Int, _ shape: [Int], _ dtype: DType) -> UInt64 {
    var rest = position
    for extent in shape[(axis + 1)...].reversed() { rest /= extent }
    return ScalarReference.convert(UInt64(rest % shape[axis]), from: .i64, to: dtype)
  }

  /// A block of Threefry-2x32-20, from the words of the counter and of the key: from its description, round by round.
  static func threefry(_ counter: (UInt32, UInt32), key: (UInt32, UInt32)) -> (UInt32, UInt32) {
    let keys = [key.0, key.1, key.0 ^ key.1 ^ 0x1bd1_1bda]
    var (x0, x1) = (counter.0 &+ keys[0], counter.1 &+ keys[1])
    for round in 0..<20 {
      let rotation = UInt32([13, 15, 26, 6, 17, 29, 16, 24][round % 8])
      x0 &+= x1
      x1 = (x1 << rotation | x1 >> (32 - rotation)) ^ x0
      guard round % 4 == 3 else { continue }
      let number = round / 4 + 1
      x0 &+= keys[number % 3]
      x1 &+= keys[(number + 1) % 3] &+ UInt32(number)
    }
    return (x0, x1)
  }

  static func randomBits(_ position: Int, key: (UInt64, UInt64), _ dtype: DType) -> UInt64 {
    let counter = (UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32))
    let block = threefry(counter, key: (UInt32(truncatingIfNeeded: key.0), UInt32(truncatingIfNeeded: key.1)))
    return dtype == .u32 ? UInt64(block.0) : UInt64(block.1) << 32 | UInt64(block.0)
  }

  /// A shape of one to three axes with so many positions.
  static func shape(_ count: Int, generator: inout SeededRandom) -> [Int] {
    func factors(_ count: Int) -> [Int] { (1...count).filter { count % $0 == 0 } }
    let first = Bool.random(using: &generator) ? count : factors(count).randomElement(using: &generator)!
    guard first < count else { return [count] }
    let second = factors(count / first).randomElement(using: &generator)!
    return [first, second, count / first / second]
  }

  /// Strides for a shape: those of contiguous memory, some of them 0 or in another order, forwards or backwards; and the least
  /// offset with which no element is before the first.
  static func strided(_ shape: [Int], generator: inout SeededRandom) -> Access {
    var strides = shape, through = 1
    for axis in shape.indices.shuffled(using: &generator) {
      let isStill = Int.random(in: 0..<3, using: &generator) == 0
      strides[axis] = isStill ? 0 : through * (Int.random(in: 0..<4, using: &generator) == 0 ? -1 : 1)
      if !isStill { through *= shape[axis] + Int.random(in: 0...1, using: &generator) }
    }
    let offset = zip(shape, strides).reduce(0) { $0 + ($1.1 < 0 ? -$1.1 * ($1.0 - 1) : 0) }
    return .strided(offset: offset + Int.random(in: 0...2, using: &generator), strides: strides)
  }

  /// Which element lies at a position.
  static func element(_ position: Int, _ shape: [Int], offset: Int, strides: [Int]) -> Int {
    var rest = position, element = offset
    for (extent, stride) in zip(shape, strides).reversed() {
      element += rest % extent * stride
      rest /= extent
    }
    return element
  }

  /// How many elements there are up to the last one that is read.
  static func length(_ shape: [Int], offset: Int, strides: [Int]) -> Int {
    zip(shape, strides).reduce(offset) { $0 + max($1.1, 0) * ($1.0 - 1) } + 1
  }
}
