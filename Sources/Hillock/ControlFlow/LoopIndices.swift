/// The integers that a loop steps over: `0..<10`, `0...9`, one of these `.reversed()`, or `stride(from: 10, to: 0, by: -2)`.
public protocol LoopIndices {
  var loopSteps: LoopSteps { get }
}

/// Integers at equal distances.
public struct LoopSteps: Sendable, Hashable {
  /// The first index.
  public let first: Int
  /// The distance from each index to the next; may be negative.
  public let stride: Int
  /// The number of indices.
  public let count: Int

  /// No number below the first where `count` is 0.
  public init(first: Int, stride: Int = 1, count: Int) {
    self.first = first
    self.stride = stride
    self.count = max(count, 0)
  }

  /// The integers from `first` to a bound, in steps of `stride`. The bound itself is included if `through` is true and a step reaches it.
  init(from first: Int, to bound: Int, by stride: Int, through: Bool) {
    let isAscending = stride > 0
    let distance = UInt(bitPattern: isAscending ? bound &- first : first &- bound)
    let isEmpty = isAscending ? bound < first : bound > first
    if isEmpty || stride == 0 || (distance == 0 && !through) {
      self.init(first: first, stride: stride, count: 0)
    } else {
      let steps = Int(clamping: (through ? distance : distance - 1) / stride.magnitude)
      self.init(first: first, stride: stride, count: min(steps, Int.max - 1) + 1)
    }
  }

  /// The last index; `first` if there is none.
  var last: Int { count == 0 ? first : self[count - 1] }

  /// The index at this position.
  subscript(_ position: Int) -> Int { first &+ stride &* position }

  var bounds: IntegerBounds { IntegerBounds(Int64(first), Int64(last)) }
}

extension Range: LoopIndices where Bound == Int {
  public var loopSteps: LoopSteps { LoopSteps(from: lowerBound, to: upperBound, by: 1, through: false) }
}

extension ClosedRange: LoopIndices where Bound == Int {
  public var loopSteps: LoopSteps { LoopSteps(from: lowerBound, to: upperBound, by: 1, through: true) }
}

extension StrideTo: LoopIndices where Element == Int {
  public var loopSteps: LoopSteps { LoopSteps(of: self, bound: "to", through: false) }
}

extension StrideThrough: LoopIndices where Element == Int {
  public var loopSteps: LoopSteps { LoopSteps(of: self, bound: "through", through: true) }
}

extension ReversedCollection: LoopIndices where Base: LoopIndices {
  public var loopSteps: LoopSteps {
    // A reversed collection does not show what it reverses; its mirror does.
    guard let base = Mirror(reflecting: self).descendant("_base") as? any LoopIndices else {
      return LoopSteps(first: 0, count: 0)
    }
    let steps = base.loopSteps
    return LoopSteps(first: steps.last, stride: 0 &- steps.stride, count: steps.count)
  }
}

extension LoopSteps {
  /// For a sequence of the standard library that shows its parts only in its mirror.
  fileprivate init(of integers: some Sequence<Int>, bound: String, through: Bool) {
    let mirror = Mirror(reflecting: integers)
    if let first = mirror.descendant("from") as? Int, let bound = mirror.descendant(bound) as? Int,
      let stride = mirror.descendant("by") as? Int
    {
      self.init(from: first, to: bound, by: stride, through: through)
    } else {
      let head = Array(integers.prefix(2))
      let stride = head.count == 2 ? head[1] - head[0] : 1
      self.init(first: head.first ?? 0, stride: stride, count: integers.reduce(0) { count, _ in count + 1 })
    }
  }
}
