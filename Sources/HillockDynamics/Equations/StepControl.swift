import Hillock

/// How exact a solution with controlled steps is.
///
/// A step is accepted if the estimate of its error is, in every element x of the state, at most `absolute` + `relative` · |x|. So a
/// neuron's error counts by itself, however many others there are.
///
/// ```swift
/// let control = StepControl(relative: 1e-8, absolute: 1e-10)
/// ```
public struct StepControl: StaticArgument {
  /// The error of a step that is allowed, as a part of the value.
  public var relative: Double
  /// The error of a step that is allowed where the value is near 0, in its unit.
  public var absolute: Double
  /// The longest step. Steps grow where little happens, and may then miss a short pulse in the equations: make this its length.
  public var longestStep: Double
  /// How many steps, accepted or not, may be tried from one time of the result to the next.
  public var trials: Int

  public init(relative: Double = 1e-5, absolute: Double = 1e-6, longestStep: Double = .infinity, trials: Int = 1_000_000) {
    self.relative = relative
    self.absolute = absolute
    self.longestStep = longestStep
    self.trials = trials
  }

  /// Throws if no step can fulfil it.
  func check(_ name: String, _ dtype: DType) throws(HillockError) {
    guard relative >= 0, absolute > 0, relative.isFinite, absolute.isFinite, longestStep > 0, trials > 0 else {
      throw HillockError(
        .argument,
        "\(name): the absolute tolerance, the longest step and the trials are above 0, and the relative tolerance is not "
          + "below 0; they are \(absolute), \(longestStep), \(trials) and \(relative)")
    }
    let least = 8 * (dtype == .f32 ? Double(Float.ulpOfOne) : Double.ulpOfOne)
    guard relative >= least else {
      throw HillockError(
        .argument,
        "\(name): a relative tolerance of \(relative) is less than rounding leaves in \(dtype.name), which is \(least); "
          + (dtype == .f32 ? "use f64, or a larger one" : "use a larger one"))
    }
  }

  // MARK: The next step

  // A proportional and integral controller. (Gustafsson, ACM Trans. Math. Softw. 17, 1991; the constants are those of Hairer, Nørsett
  // and Wanner, Solving Ordinary Differential Equations I, 1993, section II.4 and program DOPRI5.)
  private static let safety = 0.9
  private static let shrinkAtMost = 5.0, growAtMost = 10.0
  private static let leastError = 1e-4

  /// The length of the step after one of length h.
  ///
  /// - Parameters:
  ///   - error: the error as a part of what is allowed, `f64[]`; accepted up to 1.
  ///   - last: that of the last accepted step.
  ///   - order: the order of the estimate.
  ///   - wasRejected: whether the step before was rejected; then the step does not grow.
  static func next(_ h: NDArray, error: NDArray, last: NDArray, order: Int, isAccepted: NDArray, wasRejected: NDArray) -> NDArray
  {
    let k = Double(order + 1), beta = 0.2 / k
    let proportional = maximum(error, 1e-10) ** (1 / k - 0.75 * beta)
    let divisor = clip(proportional / (last ** beta) / safety, 1 / growAtMost, shrinkAtMost)
    let grown = h / select(wasRejected, maximum(divisor, 1), divisor)
    // An error that is no number, of a step far too long, is as bad as any.
    let shrunk = h / select(isFinite(error), minimum(proportional / safety, shrinkAtMost), shrinkAtMost)
    return select(isAccepted, grown, shrunk)
  }

  /// What the controller remembers of the errors.
  static func remembered(_ error: NDArray, last: NDArray, isAccepted: NDArray) -> NDArray {
    select(isAccepted, maximum(error, leastError), last)
  }

  /// The largest ratio of a change to what is allowed beside x, over all elements, as an `f64` that derivatives take for a constant.
  func size(of change: [NDArray], beside x: [NDArray]) -> NDArray {
    var largest = full([], 0.0, dtype: .f64)
    for (change, x) in zip(change, x) where x.shape.allSatisfy({ $0 > 0 }) {
      let ratio = abs(stopGradient(change)) / (absolute + relative * stopGradient(x))
      largest = maximum(largest, ratio.max().asType(.f64))
    }
    return largest
  }

  /// A first step that is probably accepted. (Hairer, Nørsett and Wanner, 1993, section II.4.)
  func firstStep(_ field: VectorField, _ x: [NDArray], _ slope: [NDArray], at t: NDArray, order: Int, span: NDArray) throws
    -> NDArray
  {
    let scale = x.map { abs($0) }
    let d0 = size(of: x, beside: scale), d1 = size(of: slope, beside: scale)
    let h0 = minimum(select((d0 .< 1e-5) .| (d1 .< 1e-5), 1e-6, 0.01 * d0 / d1), span)
    let moved = RungeKutta.moved(x, try h0.weakened(), [1], [slope])
    let there = try field(moved, t + h0.weakened())
    let d2 = size(of: zip(there, slope).map { $0 - $1 }, beside: scale) / h0
    let steepest = maximum(d1, d2)
    let h1 = select(steepest .<= 1e-15, maximum(1e-6, 1e-3 * h0), (0.01 / steepest) ** (1 / Double(order + 1)))
    return minimum(minimum(minimum(100 * h0, h1), span), longestStep)
  }
}
