import HillockIR

/// Where the channels of an array of images, or of lines or volumes, stand.
public enum ChannelLayout: Sendable {
  /// Arrays are [batch, axes…, channels], kernels [axes…, inputs / groups, outputs]: TensorFlow's, Flax's and BrainPy's.
  case channelsLast
  /// Arrays are [batch, channels, axes…], kernels [outputs, inputs / groups, axes…]: PyTorch's.
  case channelsFirst
}

/// What is put around an array before windows go over it.
public enum WindowPadding: Sendable {
  /// Nothing: windows stay within the array.
  case valid
  /// As much as gives ⌈extent / stride⌉ windows, half of it at each end; an odd one comes at the end.
  case same
  /// So many at both ends of each axis that windows go over; a negative number cuts.
  case by([Int])
  /// So many before and behind each of these axes.
  case ends(before: [Int], after: [Int])
}

/// Windows over the middle axes of an array [batch, axes…, channels].
struct WindowPlan {
  var extents: [Int]
  var window: [Int]
  var strides: [Int]
  var dilation: [Int]
  var before: [Int]
  var after: [Int]
  /// How many windows there are along each axis.
  var counts: [Int]

  /// `extents`: those of the axes, with what lies between elements already counted.
  init(
    _ name: String, _ extents: [Int], window: [Int], strides: [Int]?, dilation: [Int]?, _ padding: WindowPadding
  ) throws(HillockError) {
    let rank = extents.count
    func each(_ numbers: [Int]?, _ what: String, least: Int) throws(HillockError) -> [Int] {
      let numbers = numbers ?? [Int](repeating: 1, count: rank)
      guard numbers.count == rank, numbers.allSatisfy({ (least...Shape.maximumCount).contains($0) }) else {
        throw HillockError(
          .argument, "\(name): \(what) \(numbers) for \(rank) axes; give one number for each, \(least) or more")
      }
      return numbers
    }
    self.extents = extents
    self.window = try each(window, "a window of", least: 1)
    self.strides = try each(strides, "strides", least: 1)
    self.dilation = try each(dilation, "a dilation of", least: 1)
    (before, after, counts) = ([], [], [])
    for axis in 0..<rank {
      let (spread, overflow) = (self.window[axis] - 1).multipliedReportingOverflow(by: self.dilation[axis])
      guard !overflow, spread < Shape.maximumCount else {
        throw HillockError(.argument, "\(name): a window of \(self.window) with a dilation of \(self.dilation) is too large")
      }
      let low: Int, high: Int
      switch padding {
      case .valid: (low, high) = (0, 0)
      case .same:
        let wanted = (extents[axis] + self.strides[axis] - 1) / self.strides[axis]
        let total = max((wanted - 1) &* self.strides[axis] &+ spread &+ 1 &- extents[axis], 0)
        (low, high) = (total / 2, total - total / 2)
      case .by(let widths):
        let widths = try each(widths, "padding by", least: -Shape.maximumCount)
        (low, high) = (widths[axis], widths[axis])
      case .ends(let first, let last):
        low = try each(first, "padding by", least: -Shape.maximumCount)[axis]
        high = try each(last, "padding by", least: -Shape.maximumCount)[axis]
      }
      before.append(low)
      after.append(high)
      let room = extents[axis] &+ low &+ high &- spread &- 1
      counts.append(room < 0 ? 0 : room / self.strides[axis] + 1)
    }
  }

  /// All places of a window, the last axis first.
  var offsets: [[Int]] {
    window.reduce([[]]) { places, extent in places.flatMap { place in (0..<extent).map { place + [$0] } } }
  }

  /// For each window the element at this place of it: a slice of the padded array [batch, axes…, channels].
  func elements(_ padded: NDArray, at place: [Int]) -> NDArray {
    let shape = padded.type.shape, isEmpty = counts.contains(0) || shape.contains(0)
    let starts = isEmpty ? shape.map { _ in 0 } : [0] + zip(place, dilation).map { $0 * $1 } + [0]
    return .evaluate(
      .slice(starts: starts, steps: [1] + strides + [1], sizes: [shape[0]] + counts + [shape[shape.count - 1]]), [padded])
  }

  /// The array with what is put around it, and `between` zeros between any two of its elements.
  func padded(_ x: NDArray, with value: NDArray, between: [Int]? = nil) -> NDArray {
    if before.allSatisfy({ $0 == 0 }), after.allSatisfy({ $0 == 0 }), between?.allSatisfy({ $0 == 0 }) ?? true { return x }
    return x.padded(before: [0] + before + [0], after: [0] + after + [0], between: between.map { [0] + $0 + [0] }, with: value)
  }
}

extension ChannelLayout {
  /// The array with its channels last.
  func channelsLast(_ x: NDArray) -> NDArray {
    switch self {
    case .channelsLast: x
    case .channelsFirst: x.movingAxis(1, to: -1)
    }
  }

  /// The array in this layout again.
  func restored(_ x: NDArray) -> NDArray {
    switch self {
    case .channelsLast: x
    case .channelsFirst: x.movingAxis(-1, to: 1)
    }
  }
}
