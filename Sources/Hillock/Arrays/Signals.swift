import HillockIR

/// Which part of a convolution is kept.
public enum ConvolutionMode: Sendable {
  /// All places at which the two overlap: n + m - 1.
  case full
  /// As many as the longer one has, the middle of all.
  case same
  /// Where they overlap wholly.
  case valid
}

/// The convolution of two vectors, Σ a[n - k] v[k].
///
/// ```swift
/// convolve(NDArray([1, 2, 3]), NDArray([0, 1]))           // [0, 1, 2, 3]
/// convolve(NDArray([1, 2, 3]), NDArray([1, 1]), .valid)   // [3, 5]
/// ```
/// Arrays that are no vectors, or are empty, give a `shape` error. The terms are added in the order of the shorter one's elements.
public func convolve(_ a: some ArrayConvertible, _ v: some ArrayConvertible, _ mode: ConvolutionMode = .full) -> NDArray {
  let a = a.array.settled, v = v.array.settled
  return a.type.count < v.type.count ? convolution(v, a, mode, "convolve") : convolution(a, v, mode, "convolve")
}

/// The correlation of two vectors, Σ a[n + k] v[k]: NumPy's `correlate`, whose usual mode is `valid`.
///
/// ```swift
/// correlate(NDArray([1, 2, 3]), NDArray([0, 1, 1]))       // [5]
/// ```
public func correlate(_ a: some ArrayConvertible, _ v: some ArrayConvertible, _ mode: ConvolutionMode = .valid) -> NDArray {
  let a = a.array.settled, v = v.array.settled
  guard a.type.rank == 1, v.type.rank == 1 else { return convolution(a, v, mode, "correlate") }
  if a.type.count >= v.type.count { return convolution(a, v.flipped(), mode, "correlate") }
  return convolution(v, a.flipped(), mode, "correlate").flipped()
}

/// The first is the longer one.
private func convolution(_ a: NDArray, _ v: NDArray, _ mode: ConvolutionMode, _ name: String) -> NDArray {
  if case .failure = a.content { return a }
  if case .failure = v.content { return v }
  guard a.type.rank == 1, v.type.rank == 1, a.type.count > 0, v.type.count > 0 else {
    return NDArray(
      failing: HillockError(.shape, "\(name) takes two vectors with elements, not shapes \(a.type.shape) and \(v.type.shape)"))
  }
  let taps = v.type.count, long = a.type.count
  let (before, count) =
    switch mode {
    case .full: (taps - 1, long + taps - 1)
    case .same: ((taps - 1) - (taps - 1) / 2, long)
    case .valid: (0, long - taps + 1)
    }
  // Where the first result begins, in the array with zeros on both sides; result n takes window n … n + taps - 1, backwards.
  let behind = count + taps - 1 - long - before
  let padded = a.padded(before: [before], after: [behind]), dtype = DType.promote(a.dtype, v.dtype)
  let source = padded.asType(dtype == .bool ? .i32 : dtype), kernel = v.asType(source.dtype)
  /// The sum and the products of some taps with the elements that each meets: slices of a window, the last of which the first tap meets.
  func adding(_ taps: NDArray, _ window: NDArray, to sum: NDArray) -> NDArray {
    let number = taps.type.count
    return (0..<number).reduce(sum) { $0 + taps[$1] * window.part(number - 1 - $1, count, 0) }
  }
  // Some taps together go through memory once.
  let together = 32, blocks = taps / together, rest = taps % together
  return NDArray(orErrorOf: {
    let none = zeros(count, dtype: source.dtype)
    let sum =
      blocks == 0
      ? none
      : try forLoop(0..<blocks, carry: none) { block, sum in
        let first = block * together
        let window = source.dynamicSlice(at: [taps - together - first], sizes: [count + together - 1])
        return adding(kernel.dynamicSlice(at: [first], sizes: [together]), window, to: sum)
      }
    return rest == 0 ? sum : adding(kernel.part(taps - rest, rest, 0), source.part(0, count + rest - 1, 0), to: sum)
  })
}

/// The straight lines through the points (xp, fp) at x, where xp ascends. Below the first and above the last point the values there, unless
/// `left` and `right` are given. NaN stays NaN.
///
/// ```swift
/// interp(NDArray([0.5, 9]), NDArray([0.0, 1, 2]), NDArray([0.0, 10, 40]))      // [5, 40]
/// ```
/// Points that are no two vectors of one length, or none, give a `shape` error.
public func interp(
  _ x: some ArrayConvertible, _ xp: some ArrayConvertible, _ fp: some ArrayConvertible, left: Double? = nil,
  right: Double? = nil
) -> NDArray {
  NDArray.floats([x, xp, fp]) { operands in
    let x = operands[0], xp = operands[1], fp = operands[2], count = xp.type.count
    guard xp.type.rank == 1, fp.type.shape == xp.type.shape, count > 0 else {
      return NDArray(
        failing: HillockError(
          .shape, "interp takes points as two vectors of one length, not of shapes \(xp.type.shape) and \(fp.type.shape)"))
    }
    let last = count - 1
    guard last > 0 else {
      let low = select(x .< xp[0], left.map { NDArray($0) } ?? fp[0], fp[0] + 0 * x)
      return select(x .> xp[0], right.map { NDArray($0) } ?? fp[0], low)
    }
    let place = clip(searchsorted(xp, stopGradient(x), right: true) - 1, 0, last - 1)
    let start = xp.take(place), width = xp.take(place + 1) - start, value = fp.take(place)
    let slope = (fp.take(place + 1) - value) / select(width .== 0, 1, width)
    let inside = select(x .== xp[last], fp[last], value + slope * (x - start))
    let low = select(x .< xp[0], left.map { NDArray($0) } ?? fp[0], inside)
    return select(x .> xp[last], right.map { NDArray($0) } ?? fp[last], low)
  }
}

/// The polynomial whose coefficients are p, of the highest power first, at x.
///
/// ```swift
/// polyval(NDArray([1, 0, -2]), NDArray([3, 4]))           // x² - 2: [7, 14]
/// ```
public func polyval(_ p: some ArrayConvertible, _ x: some ArrayConvertible) -> NDArray {
  let p = p.array.settled, x = x.array.settled
  guard p.errorCode == nil, p.type.rank == 1 else {
    return p.errorCode == nil
      ? NDArray(failing: HillockError(.shape, "polyval takes coefficients as a vector, not of shape \(p.type.shape)")) : p
  }
  var value = zeros(x.type.shape, dtype: DType.promote(p.dtype, x.dtype))
  for k in 0..<p.type.count { value = value * x + p[k] }
  return x.errorCode == nil ? value : x
}

/// The polynomial of this degree, the highest power first, whose values at x are nearest to y: least squares, with weights of the
/// residuals if they are given. Computed in f64, by orthogonal columns (Gram and Schmidt, twice).
///
/// ```swift
/// polyfit(NDArray([0.0, 1, 2, 3]), NDArray([1.0, 3, 5, 7]), 1)        // [2, 1]
/// ```
/// x and y are vectors of one length, above the degree; else: a `shape` error.
public func polyfit(
  _ x: some ArrayConvertible, _ y: some ArrayConvertible, _ degree: Int, weights: (any ArrayConvertible)? = nil
) -> NDArray {
  NDArray.doubles([x, y, weights ?? 1]) { operands in
    let x = operands[0], y = operands[1], weights = operands[2]
    guard x.type.rank == 1, y.type.shape == x.type.shape, degree >= 0, x.type.count > degree else {
      return NDArray(
        failing: HillockError(
          .shape,
          "polyfit of degree \(degree) takes two vectors of one length above it, not of shapes \(x.type.shape) and \(y.type.shape)"
        ))
    }
    // Powers of x in its own scale, from -1 to 1, are less alike.
    let largest = abs(x).max(), scale = select(largest .> 0, largest, 1), t = x / scale
    var columns: [NDArray] = [], factors: [[NDArray]] = [], power = onesLike(x) * weights
    for _ in 0...degree {
      var column = power, parts = columns.map { _ in NDArray(0.0) }
      for _ in 0..<2 {
        for (i, earlier) in columns.enumerated() {
          let part = (earlier * column).sum()
          parts[i] = parts[i] + part
          column = column - part * earlier
        }
      }
      let length = vectorNorm(column)
      columns.append(column / length)
      factors.append(parts + [length])
      power = power * t
    }
    // The triangle is solved from the last row up.
    let target = columns.map { ($0 * (y * weights)).sum() }
    var solution: [NDArray] = target
    for row in (0...degree).reversed() {
      var value = target[row]
      for column in row + 1..<degree + 1 { value = value - factors[column][row] * solution[column] }
      solution[row] = value / factors[row][row]
    }
    return stack((0...degree).reversed().map { solution[$0] / scale ** $0 })
  }
}
