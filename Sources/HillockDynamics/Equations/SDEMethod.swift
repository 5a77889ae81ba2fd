import Hillock

/// A method that solves stochastic differential equations dx = f(x, t) dt + g(x, t) dW step by step.
///
/// | method | sense | strong order | weak order | |
/// |---|---|---|---|---|
/// | ``eulerMaruyama`` | Itô | ½ | 1 | strong order 1 where g does not depend on x |
/// | ``heun`` | Stratonovich | 1 | 1 | |
/// | ``milstein`` | Itô | 1 | 1 | the derivative of g by forward differentiation |
/// | ``derivativeFreeMilstein`` | Itô | 1 | 1 | |
/// | ``srk1w1`` | Itô | 1½ | 2 | a stochastic Runge–Kutta method |
/// | ``exponentialEuler`` | Itô | ½ | 1 | f by the exponential Euler method: stable for stiff decays |
///
/// Each element of the state has a Wiener process of its own, whose strength is g's element. The orders hold where g's element depends
/// on no other element. A number 0 in g says that a variable has no noise; then nothing is drawn for it.
///
/// ```swift
/// let v = try SDEMethod.eulerMaruyama.step(zeros(100), t: 0, dt: 0.1) { v, t in -v / 10 } diffusion: { v, t in 0.5 }
/// ```
public struct SDEMethod: StaticArgument, CustomStringConvertible {
  /// The name, as in `SDEMethod.milstein`.
  public let name: String
  let kind: Kind

  enum Kind: Hashable, Sendable { case eulerMaruyama, heun, milstein, derivativeFreeMilstein, srk1w1, exponentialEuler }

  private init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }

  public var description: String { name }

  /// Maruyama's method. (Rend. Circ. Mat. Palermo 4, 1955.)
  public static let eulerMaruyama = SDEMethod("eulerMaruyama", .eulerMaruyama)

  /// Heun's method: the mean of both ends, for equations in the sense of Stratonovich. (Rümelin, SIAM J. Numer. Anal. 19, 1982.)
  public static let heun = SDEMethod("heun", .heun)

  /// Milstein's method. (Theory Probab. Appl. 19, 1975.)
  public static let milstein = SDEMethod("milstein", .milstein)

  /// Milstein's method with a difference in place of the derivative of g. (Kloeden and Platen, *Numerical Solution of Stochastic
  /// Differential Equations*, 1992, section 11.1.)
  public static let derivativeFreeMilstein = SDEMethod("derivativeFreeMilstein", .derivativeFreeMilstein)

  /// Rößler's method SRI1W1. (SIAM J. Numer. Anal. 48, 2010, table 6.2 and scheme 6.1.)
  public static let srk1w1 = SDEMethod("srk1w1", .srk1w1)

  /// Exponential Euler for f, and g·ΔW.
  public static let exponentialEuler = SDEMethod("exponentialEuler", .exponentialEuler)

  /// All methods.
  public static let all: [SDEMethod] = [.eulerMaruyama, .heun, .milstein, .derivativeFreeMilstein, .srk1w1, .exponentialEuler]

  /// Whether a step needs ∫W ds beside ΔW.
  var needsIntegral: Bool { kind == .srk1w1 }

  /// One step of this length.
  ///
  /// - Parameters:
  ///   - state: the state at t: floats of one dtype.
  ///   - generator: where the noise is drawn from.
  ///   - drift: f; the rules of a derivative (``ODEMethod``) hold for both functions.
  ///   - diffusion: g, in the state's unit over the square root of the unit of time.
  public func step<State: ArrayTree>(
    _ state: State, t: some ArrayConvertible, dt: Double, generator: RandomState = Hillock.random, file: String = #fileID,
    line: Int = #line, drift: @escaping (State, NDArray) throws -> State,
    diffusion: @escaping (State, NDArray) throws -> State
  ) throws -> State {
    do {
      let form = try StateForm(name, state)
      let step = try StochasticStep(self, form.field(drift), form.noiseField(diffusion), h: dt, generator)
      return form.rebuilt(try step.advance(form.arrays, t.array.undtyped()))
    } catch {
      throw Site(name, file, line).located(error)
    }
  }
}
