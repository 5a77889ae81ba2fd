import HillockIR

/// Where a and b differ by at most `absolute + relative · |b|`; the same infinities are close, NaN only beside NaN with `equalNaN`. It is
/// not symmetric: b is what is expected.
///
/// ```swift
/// isClose(NDArray([1.0, 2]), NDArray([1.000001, 3]))      // [true, false]
/// ```
public func isClose(
  _ a: some ArrayConvertible, _ b: some ArrayConvertible, relative: Double = 1e-5, absolute: Double = 1e-8,
  equalNaN: Bool = false
) -> NDArray {
  NDArray.floats(a, b) { a, b in
    // In f64, so that the bound is not rounded to nothing. (∞ - ∞ is NaN, and nothing is at most NaN.)
    let x = a.asType(.f64), y = b.asType(.f64)
    let isNear = isFinite(y) .& (abs(x - y) .<= absolute + relative * abs(y))
    let isSame = isNear .| (x .== y)
    return equalNaN ? isSame .| (isNaN(x) .& isNaN(y)) : isSame
  }
}

/// Whether all elements are close, as ``isClose(_:_:relative:absolute:equalNaN:)`` says. The arrays are broadcast together.
///
/// ```swift
/// let same = try allClose(NDArray([0.1]) * 3, NDArray([0.3]))      // true
/// ```
/// - Throws: the error that an array carries; a `trace` error in a function that is traced, where `isClose(a, b).all()` stays an array.
public func allClose(
  _ a: some ArrayConvertible, _ b: some ArrayConvertible, relative: Double = 1e-5, absolute: Double = 1e-8,
  equalNaN: Bool = false
) throws -> Bool {
  try isClose(a, b, relative: relative, absolute: absolute, equalNaN: equalNaN).all().item(as: Bool.self)
}

/// Whether both arrays have one shape and equal elements, whatever their dtypes. NaN differs from NaN unless `equalNaN` is given.
///
/// - Throws: the error that an array carries; a `trace` error in a function that is traced.
public func arrayEqual(_ a: some ArrayConvertible, _ b: some ArrayConvertible, equalNaN: Bool = false) throws -> Bool {
  let a = try a.array.settled.checked(), b = try b.array.settled.checked()
  guard a.shape == b.shape else { return false }
  let isSame = a .== b
  return try (equalNaN ? isSame .| ((a .!= a) .& (b .!= b)) : isSame).all().item(as: Bool.self)
}

/// Where two arrays differ, for tests: the result of ``difference(_:from:withinULP:)``.
public struct ArrayDifference: Sendable, CustomStringConvertible {
  /// One element that differs.
  public struct Element: Sendable {
    /// Its place, one number for each axis.
    public let place: [Int]
    /// Both values, as text.
    public let actual: String
    public let expected: String
    /// How many floats lie between both, and one: `UInt64.max` where only one is NaN. Of integers, the difference.
    public let ulps: UInt64
  }

  /// The first sentence: what differs, in words.
  public let summary: String
  /// How many elements differ by more than is allowed.
  public let count: Int
  /// The first eight of them.
  public let elements: [Element]
  /// The one that is furthest off.
  public let worst: Element?

  public var description: String {
    func line(_ element: Element, _ label: String) -> String {
      let distance = element.ulps == .max ? "not comparable" : "\(element.ulps) ulp"
      return "  \(label)\(element.place): \(element.actual), expected \(element.expected) (\(distance))"
    }
    return ([summary] + elements.map { line($0, "at ") } + (worst.map { [line($0, "worst at ")] } ?? [])).joined(separator: "\n")
  }
}

/// Where the array differs from what is expected: in its shape, its dtype, or in elements by more than so many units in the last place; nil
/// where it does not. NaN is equal to NaN, and 0 to -0.
///
/// ```swift
/// if let difference = try difference(NDArray([1.0, 2]), from: NDArray([1.0, 3]), withinULP: 1) {
///   print(difference)        // 1 of 2 elements differs by more than 1 ulp …
/// }
/// ```
/// - Throws: the error that an array carries; a `trace` error in a function that is traced.
public func difference(
  _ actual: some ArrayConvertible, from expected: some ArrayConvertible, withinULP limit: UInt64 = 0
) throws -> ArrayDifference? {
  let (a, x) = try actual.array.concrete(), (b, y) = try expected.array.concrete()
  guard x.dtype == y.dtype, x.shape == y.shape else {
    let summary = "the array is \(x), expected is \(y)"
    return ArrayDifference(summary: summary, count: Swift.max(x.count, y.count), elements: [], worst: nil)
  }
  var elements: [ArrayDifference.Element] = [], count = 0, worst: ArrayDifference.Element?
  let strides = Shape.rowMajorStrides(x.shape)
  for i in 0..<x.count {
    let one = UnsafeRawPointer(a.base).elementBits(i, x.dtype), other = UnsafeRawPointer(b.base).elementBits(i, x.dtype)
    let ulps = x.dtype.distance(one, other)
    guard ulps > limit else { continue }
    count += 1
    guard elements.count < 8 || ulps > worst?.ulps ?? 0 else { continue }
    let place = zip(strides, x.shape).map { i / Swift.max($0, 1) % Swift.max($1, 1) }
    let element = ArrayDifference.Element(
      place: place, actual: x.dtype.text(one), expected: x.dtype.text(other), ulps: ulps)
    if elements.count < 8 { elements.append(element) }
    if ulps > worst?.ulps ?? 0 { worst = element }
  }
  guard count > 0 else { return nil }
  let verb = count == 1 ? "differs" : "differ"
  return ArrayDifference(
    summary: "\(count) of \(x.count) elements \(verb) by more than \(limit) ulp", count: count, elements: elements, worst: worst)
}

extension DType {
  /// How many values of the dtype lie from one to the other; `UInt64.max` where only one is NaN.
  fileprivate func distance(_ a: UInt64, _ b: UInt64) -> UInt64 {
    switch (ElementValue(bits: a, dtype: self), ElementValue(bits: b, dtype: self)) {
    case (.float(let x), .float(let y)):
      if x.isNaN || y.isNaN { return x.isNaN && y.isNaN ? 0 : .max }
      let (from, to) = (order(a), order(b))
      return from > to ? UInt64(bitPattern: from &- to) : UInt64(bitPattern: to &- from)
    case (.signed(let x), .signed(let y)): return x > y ? UInt64(bitPattern: x &- y) : UInt64(bitPattern: y &- x)
    case (.unsigned(let x), .unsigned(let y)): return x > y ? x - y : y - x
    default: return .max
    }
  }

  /// Bits of floats as integers in the order of the values; both zeros are 0.
  private func order(_ bits: UInt64) -> Int64 {
    let sign: UInt64 = 1 << UInt64(size * 8 - 1), magnitude = Int64(bits & (sign - 1))
    return bits & sign == 0 ? magnitude : -magnitude
  }

  fileprivate func text(_ bits: UInt64) -> String {
    switch ElementValue(bits: bits, dtype: self) {
    case .float(let value): narrowFormat?.text(bits) ?? (self == .f32 ? "\(Float(value))" : "\(value)")
    case .signed(let value): "\(value)"
    case .unsigned(let value): self == .bool ? "\(value != 0)" : "\(value)"
    }
  }
}
