import HillockIR
import HillockRuntime

/// The default generator: `random.uniform(100)`.
public let random = Trace.suspended { RandomState() }

/// A source of random numbers: a counter-based generator (Threefry-2x32-20). It is a ``Variable`` whose value is its key, u32[2].
/// So an object that holds one saves it with its other Variables.
///
/// Each draw splits the key, so draws differ. One seed gives the same numbers outside `jit`, inside, and in loops, with
/// any number of threads. (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC11.)
///
/// ```swift
/// random.seed(42)
/// let x = random.uniform(100, low: -1, high: 1)
/// let z = random.normal([20, 10])
/// ```
public final class RandomState: Variable, @unchecked Sendable {
  // @unchecked: as for every Variable.
  /// A generator that begins with a seed. The same seed gives the same numbers.
  public init(seed: UInt64 = 0, name: String? = nil) {
    super.init(array: Self.words(seed), name: name ?? "random key", takesTurns: true)
  }

  /// Starts again from a seed.
  public func seed(_ seed: UInt64) { value = Self.words(seed) }

  private static func words(_ seed: UInt64) -> NDArray { NDArray([UInt32(seed >> 32), UInt32(truncatingIfNeeded: seed)]) }

  /// A new key for one draw. The generator's own key changes.
  public func split() -> NDArray {
    guard let cell, Trace.current == nil, pendingFailure == nil else {
      let keys = Self.split(value)
      value = keys[0..<2]
      return keys[2..<4]
    }
    return NDArray { () throws(HillockError) in
      var drawn: NDArray?
      try cell.modify(site: "a random draw") { (storage, type) throws(HillockError) in
        let keys = Self.split(NDArray(storage, type))
        drawn = keys[2..<4]
        return try keys[0..<2].concrete()
      }
      return drawn ?? value
    }
  }

  private static func split(_ key: NDArray) -> NDArray { .evaluate(.random(.split, .u32, [4]), [key]) }

  /// Uniform in [0, 1), `f32` (24 random bits) unless you ask for `f64` (53). For all draws, another dtype gives a `dtype` error, and
  /// an invalid shape a `shape` error.
  public func random(_ shape: Int..., dtype: DType = .f32) -> NDArray { draw(.uniform, shape, dtype) }
  /// The same for a shape that is an array.
  public func random(_ shape: [Int], dtype: DType = .f32) -> NDArray { draw(.uniform, shape, dtype) }

  /// Uniform between the bounds: `low + (high - low) * u` with u in [0, 1). Rounding may give `high` itself. If the bounds are known numbers,
  /// they must be finite and `low` not above `high`; otherwise it is an `argument` error.
  public func uniform(
    _ shape: Int..., low: some ArrayConvertible = 0.0, high: some ArrayConvertible = 1.0, dtype: DType = .f32
  ) -> NDArray { uniform(shape, low: low, high: high, dtype: dtype) }

  /// The same for a shape that is an array.
  public func uniform(
    _ shape: [Int], low: some ArrayConvertible = 0.0, high: some ArrayConvertible = 1.0, dtype: DType = .f32
  ) -> NDArray {
    if let low = low.array.knownNumber, let high = high.array.knownNumber, !(low <= high && (high - low).isFinite) {
      return NDArray(
        failing: HillockError(.argument, "a uniform draw is between finite bounds, the lower one first, not \(low) and \(high)"))
    }
    let u = draw(.uniform, shape, dtype)
    return low.array + (high.array - low.array) * u
  }

  /// Normal with this mean and standard deviation, by Box and Muller's method (Ann. Math. Stat. 29, 1958). Both may be arrays
  /// that are broadcast with the draw. A standard deviation that is a known number below 0 gives an `argument` error.
  public func normal(
    _ shape: Int..., mean: some ArrayConvertible = 0.0, std: some ArrayConvertible = 1.0, dtype: DType = .f32
  ) -> NDArray { normal(shape, mean: mean, std: std, dtype: dtype) }

  /// The same for a shape that is an array.
  public func normal(
    _ shape: [Int], mean: some ArrayConvertible = 0.0, std: some ArrayConvertible = 1.0, dtype: DType = .f32
  ) -> NDArray {
    if let std = std.array.knownNumber, std < 0 {
      return NDArray(failing: HillockError(.argument, "a standard deviation is not negative: \(std)"))
    }
    return mean.array + std.array * draw(.normal, shape, dtype)
  }

  /// True with probability p, `bool`; p may be an array that is broadcast with the draw.
  ///
  /// 64 random bits are compared with p, so a small p is as exact as a large one: at p = 2⁻²⁷ about 8 of 2³⁰ are true. If p is a
  /// known number outside [0, 1], it gives an `argument` error. In an array, an element of 0 or less, or NaN, is never true, and one of 1 or
  /// more is always true.
  public func bernoulli(_ p: some ArrayConvertible, _ shape: Int...) -> NDArray { bernoulli(p, shape) }
  /// The same for a shape that is an array.
  public func bernoulli(_ p: some ArrayConvertible, _ shape: [Int]) -> NDArray {
    let p = p.array
    if let number = p.knownNumber, !(0...1).contains(number) {
      return NDArray(failing: HillockError(.argument, "a probability is between 0 and 1, not \(number)"))
    }
    // Multiplied exactly; 2⁶⁴ itself saturates, and is always above.
    let threshold = (p * 0x1p64).asType(.u64)
    return (draw(.fraction, shape, .u64) .< threshold) .| (p .>= 1)
  }

  /// Integers from `low` to below `high`, `i32`. The chances of any two differ by less than 2⁻³².
  ///
  /// It is an `argument` error if the bounds do not fit `i32`, or if no integer lies between them.
  public func randint(_ shape: Int..., low: Int, high: Int) -> NDArray { randint(shape, low: low, high: high) }

  /// The same for a shape that is an array.
  public func randint(_ shape: [Int], low: Int, high: Int) -> NDArray {
    guard low < high, Int32(exactly: low) != nil, Int32(exactly: high - 1) != nil else {
      return NDArray(failing: HillockError(.argument, "there is no i32 from \(low) to below \(high)"))
    }
    let bits = draw(.bits, shape, .u32).asType(.u64)
    return (((bits * (high - low)) >> 32).asType(.i64) + low).asType(.i32)
  }

  private func draw(_ draw: RandomDraw, _ shape: [Int], _ dtype: DType) -> NDArray {
    guard draw == .bits || draw == .fraction || dtype == .f32 || dtype == .f64 else {
      return NDArray(
        failing: HillockError(
          .dtype, "random numbers are f32 or f64, not \(dtype.name); convert them with .asType(.\(dtype.name))"))
    }
    guard Shape.checkedCount(shape) != nil else {
      return NDArray(failing: HillockError(.shape, "\(shape) is no shape of an array"))
    }
    return .evaluate(.random(draw, dtype, shape), [split()])
  }
}

extension NDArray {
  /// The value of a number without a dtype, if it is known now.
  fileprivate var knownNumber: Double? {
    switch content {
    case .weak(.double(let value)): value
    case .weak(.int(let value)): Double(value)
    case .weak(.unsigned(let value)): Double(value)
    case .weak(.bool(let value)): value ? 1 : 0
    case .ranged(let value, _): Double(value)
    case .concrete, .traced, .failure: nil
    }
  }
}
