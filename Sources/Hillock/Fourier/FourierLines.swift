import HillockIR

// How the functions of `fft` come down to transforms of the last axis, which is what the op does.
extension FourierTransforms {
  /// The lengths of lines along some axes, counted from the first.
  private struct Lines {
    var axes: [Int]
    var counts: [Int]

    /// `counts`: nil where the axis says it. `halved`: the last axis is that of half a spectrum.
    init(_ x: NDArray, _ name: String, _ counts: [Int?]?, _ axes: [Int]?, halved: Bool = false) throws(HillockError) {
      let x = try x.checked(), shape = x.type.shape
      guard !shape.isEmpty else {
        throw HillockError(.shape, "\(name): an array without axes has no line to transform; reshape it to [1]")
      }
      // Lengths without axes are those of the last axes, as in NumPy.
      let given = axes ?? counts.map { Array(-$0.count..<0) } ?? Array(shape.indices)
      let positions = given.map { $0 < 0 ? $0 + shape.count : $0 }
      if let odd = positions.indices.first(where: { !shape.indices.contains(positions[$0]) }) {
        throw HillockError(.index, "\(name): an array of shape \(shape) has no axis \(given[odd])")
      }
      let counts: [Int?] = counts ?? positions.map { _ in nil }
      guard counts.count == positions.count, !positions.isEmpty else {
        throw HillockError(.argument, "\(name): \(counts.count) lengths for \(positions.count) axes; give one for each")
      }
      self.axes = positions
      self.counts = []
      for (place, axis) in positions.enumerated() {
        let isHalf = halved && place == positions.count - 1
        let count = counts[place] ?? (isHalf ? 2 * (shape[axis] - 1) : shape[axis])
        guard count >= 1 else {
          throw HillockError(
            .argument, "\(name): a line of \(count) elements along axis \(axis) of \(shape); there is at least one")
        }
        self.counts.append(count)
      }
    }

    /// How many elements are transformed together.
    var all: Double { counts.reduce(1.0) { $0 * Double($1) } }
  }

  func transform(
    _ z: ComplexArray, _ name: String, _ counts: [Int?]?, _ axes: [Int]?, _ norm: Norm, isInverse: Bool
  ) -> ComplexArray {
    ComplexArray { () throws(HillockError) in
      let lines = try Lines(z.real, name, counts, axes)
      var z = ComplexArray(z.real.settled, z.imaginary.settled)
      for (axis, count) in zip(lines.axes, lines.counts) { z = line(z.sized(count, axis: axis), axis, isInverse) }
      return z.normed(by: norm.scale(lines.all, isInverse: isInverse))
    }
  }

  func realTransform(
    _ x: NDArray, _ name: String, _ counts: [Int?]?, _ axes: [Int]?, _ norm: Norm
  ) -> ComplexArray {
    ComplexArray { () throws(HillockError) in
      let lines = try Lines(x, name, counts, axes), last = lines.axes.count - 1
      let reals = try NDArray.floats(x.widened) { $0 }.settled.sized(lines.counts[last], axis: lines.axes[last]).checked()
      var z = realLine(reals, lines.axes[last])
      for place in lines.axes.indices.dropLast() {
        z = line(z.sized(lines.counts[place], axis: lines.axes[place]), lines.axes[place], false)
      }
      return z.normed(by: norm.scale(lines.all, isInverse: false))
    }
  }

  func realInverse(_ z: ComplexArray, _ name: String, _ counts: [Int?]?, _ axes: [Int]?, _ norm: Norm) -> NDArray {
    ComplexArray { () throws(HillockError) in
      let lines = try Lines(z.real, name, counts, axes, halved: true), last = lines.axes.count - 1
      let axis = lines.axes[last], count = lines.counts[last]
      var z = ComplexArray(z.real.settled, z.imaginary.settled)
      for place in lines.axes.indices.dropLast() {
        z = line(z.sized(lines.counts[place], axis: lines.axes[place]), lines.axes[place], true)
      }
      let half = z.sized(count / 2 + 1, axis: axis)
      if half.real.errorCode != nil { return half }
      let reals = realInverseLine(half, count, axis)
      return ComplexArray(ofOne: reals, reals).normed(by: norm.scale(lines.all, isInverse: true))
    }.real
  }

  /// One transform, without a division. Going back is going forward with real and imaginary parts exchanged.
  func line(_ z: ComplexArray, _ axis: Int, _ isInverse: Bool) -> ComplexArray {
    let moved = z.movingAxis(axis, to: -1)
    let operands = isInverse ? [moved.imaginary, moved.real] : [moved.real, moved.imaginary]
    let parts = NDArray.evaluate(.array(.fft), operands, count: 2)
    return ComplexArray(ofOne: parts[isInverse ? 1 : 0], parts[isInverse ? 0 : 1]).movingAxis(-1, to: axis)
  }
}

extension ComplexArray {
  /// Cut, or with zeros behind it.
  fileprivate func sized(_ count: Int, axis: Int) -> ComplexArray { map { $0.sized(count, axis: axis) } }

  /// Times the factor of a norm, which mostly is 1.
  fileprivate func normed(by factor: Double) -> ComplexArray { factor == 1 ? self : scaled(by: factor) }
}

extension NDArray {
  func sized(_ count: Int, axis: Int) -> NDArray {
    if case .failure = content { return self }
    let shape = type.shape
    guard count > shape[axis] else { return count == shape[axis] ? self : part(0, count, axis) }
    let none = [Int](repeating: 0, count: shape.count)
    var behind = none
    behind[axis] = count - shape[axis]
    return padded(before: none, after: behind)
  }
}
