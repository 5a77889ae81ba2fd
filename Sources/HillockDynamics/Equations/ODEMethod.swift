import Hillock

/// A method that solves ordinary differential equations step by step.
///
/// | method | order | evaluations in a step | |
/// |---|---|---|---|
/// | ``euler`` | 1 | 1 | |
/// | ``midpoint``, ``heun``, ``ralston2`` | 2 | 2 | |
/// | ``rk3``, ``heun3``, ``ralston3``, ``ssprk3`` | 3 | 3 | |
/// | ``rk4``, ``ralston4``, ``rk38`` | 4 | 4 | |
/// | ``heunEuler``, ``bogackiShampine``, ``fehlberg``, ``cashKarp``, ``dormandPrince`` | 2, 3, 5, 5, 5 | 2, 3, 6, 6, 6 | control their steps |
/// | ``exponentialEuler`` | 1 | 1 and a derivative for each variable | exact for one linear equation |
/// | ``coupledExponentialEuler`` | 2 | 1 and a derivative for each variable | exact for linear equations |
///
/// A method is used by `odeint`, or for single steps:
///
/// ```swift
/// let x = try ODEMethod.rk4.step(NDArray([1.0, 2.0]), t: 0, dt: 0.1) { x, t in -x }       // [e⁻⁰·¹, 2 e⁻⁰·¹]
/// ```
///
/// The state is an array or a structure of arrays (`ArrayTree`) of one dtype, `f32` or `f64`, and everything is computed in it. The
/// time that the equations get has no dtype: it is computed in double until it meets an array.
public struct ODEMethod: StaticArgument, CustomStringConvertible {
  /// The name, as in `ODEMethod.rk4`.
  public let name: String
  /// The order: with half the step, the error after a given time is smaller by 2 to the power of this.
  public let order: Int
  package let scheme: Scheme

  package enum Scheme: Hashable, Sendable {
    case rungeKutta(ButcherTableau)
    case exponentialEuler
    case coupledExponentialEuler
  }

  init(_ name: String, order: Int, _ scheme: Scheme) {
    self.name = name
    self.order = order
    self.scheme = scheme
  }

  public var description: String { name }

  /// The coefficients of a method that estimates its error.
  var pair: (tableau: ButcherTableau, estimate: ButcherTableau.ErrorEstimate)? {
    guard case .rungeKutta(let tableau) = scheme, let estimate = tableau.estimate else { return nil }
    return (tableau, estimate)
  }

  /// Whether the method estimates its error, so that `odeint` can choose the length of the steps by it.
  public var controlsSteps: Bool { pair != nil }

  /// All methods.
  public static let all: [ODEMethod] =
    [
      .euler, .midpoint, .heun, .ralston2, .rk3, .heun3, .ralston3, .ssprk3, .rk4, .ralston4, .rk38, .heunEuler, .bogackiShampine,
      .fehlberg, .cashKarp, .dormandPrince, .exponentialEuler, .coupledExponentialEuler,
    ]

  /// One step of this length; pairs give their result of the higher order.
  ///
  /// - Parameters:
  ///   - state: the state at t: floats of one dtype.
  ///   - t: the time at the beginning, a number.
  ///   - dt: the length of the step, a number.
  ///   - derivative: the derivatives of the state at a time: the structure, shapes and dtype of the state. Numbers, and arrays that are
  ///     broadcast to the state's shapes, will do.
  /// - Returns: the state at t + dt.
  /// - Throws: a `dtype` error where the state or a derivative has another dtype; a `shape` or `argument` error where they do not fit
  ///   each other; and what `derivative` throws.
  public func step<State: ArrayTree>(
    _ state: State, t: some ArrayConvertible, dt: some ArrayConvertible, file: String = #fileID, line: Int = #line,
    _ derivative: @escaping (State, NDArray) throws -> State
  ) throws -> State {
    do {
      let form = try StateForm(name, state)
      return form.rebuilt(try advance(form.field(derivative), form.arrays, t.array.undtyped(), dt.array.undtyped()))
    } catch {
      throw Site(name, file, line).located(error)
    }
  }

  /// One step of length h.
  func advance(_ field: @escaping VectorField, _ x: [NDArray], _ t: NDArray, _ h: NDArray) throws -> [NDArray] {
    switch scheme {
    case .rungeKutta(let tableau):
      let slopes = try RungeKutta.slopes(tableau, count: tableau.stageCount, field, x, t, h)
      return RungeKutta.moved(x, h, tableau.weights, slopes)
    case .exponentialEuler: return try ExponentialEuler.step(field, x, t, h)
    case .coupledExponentialEuler: return try ExponentialEuler.coupledStep(field, x, t, h)
    }
  }
}
