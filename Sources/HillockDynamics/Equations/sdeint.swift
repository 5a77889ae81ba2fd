import Hillock

/// Solves dx = f(x, t) dt + g(x, t) dW in steps of dt, from t0 for a duration: the states at t0, t0 + dt, …
///
/// ```swift
/// // 1000 Ornstein–Uhlenbeck processes with τ = 10
/// let (t, x) = try sdeint(zeros(1000), for: 100, dt: 0.1) { x, t in -x / 10 } diffusion: { x, t in 0.5 }
/// ```
///
/// Each element of the state has a Wiener process of its own; ``SDEMethod`` lists the methods and their orders. The state may be a
/// structure of arrays, as for `odeint`. One seed of the generator gives the same paths everywhere. It works inside `jit`, loops and
/// `vmap`, and can be differentiated path by path.
///
/// - Parameters:
///   - initial: the state at t0: floats of one dtype, in which everything is computed.
///   - duration: a whole number of steps, within 10⁻⁶ of a step (else: an `argument` error).
///   - generator: where the noise is drawn from.
///   - drift: f.
///   - diffusion: g, in the state's unit over the square root of the unit of time; a number 0 for a variable without noise.
/// - Returns: the times, `f64`, and the states with a leading axis; both begin with what was given.
/// - Throws: as `odeint`.
public func sdeint<State: ArrayTree>(
  _ initial: State, for duration: Double, dt: Double, from t0: Double = 0, method: SDEMethod = .eulerMaruyama,
  generator: RandomState = Hillock.random, file: String = #fileID, line: Int = #line,
  drift: @escaping (State, NDArray) throws -> State, diffusion: @escaping (State, NDArray) throws -> State
) throws -> (times: NDArray, states: State) {
  do {
    let form = try StateForm("sdeint", initial)
    let steps = try FixedSteps.count("sdeint", duration, dt: dt)
    let step = try StochasticStep(method, form.field(drift), form.noiseField(diffusion), h: dt, generator)
    let states = try FixedSteps.solve(form.arrays, steps: steps, from: t0, dt: dt) { x, t, _ in try step.advance(x, t) }
    return (FixedSteps.times(steps, from: t0, dt: dt), form.rebuilt(states))
  } catch {
    throw Site("sdeint", file, line).located(error)
  }
}

/// The same for a state of two arrays.
///
/// ```swift
/// let (t, (v, w)) = try sdeint(zeros(10), zeros(10), for: 100, dt: 0.1) { v, w, t in
///   (v - v ** 3 / 3 - w, 0.08 * (v + 0.7 - 0.8 * w))
/// } diffusion: { v, w, t in
///   (0.1, 0)                                                                  // noise on v alone
/// }
/// ```
public func sdeint(
  _ a: NDArray, _ b: NDArray, for duration: Double, dt: Double, from t0: Double = 0, method: SDEMethod = .eulerMaruyama,
  generator: RandomState = Hillock.random, file: String = #fileID, line: Int = #line,
  drift: @escaping (NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray),
  diffusion: @escaping (NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray)
) throws -> (times: NDArray, states: (NDArray, NDArray)) {
  let (times, states) = try sdeint(
    [a, b], for: duration, dt: dt, from: t0, method: method, generator: generator, file: file, line: line,
    drift: Several.list(drift), diffusion: Several.list(diffusion))
  return (times, Several.pair(states))
}

/// The same for a state of three arrays.
public func sdeint(
  _ a: NDArray, _ b: NDArray, _ c: NDArray, for duration: Double, dt: Double, from t0: Double = 0,
  method: SDEMethod = .eulerMaruyama, generator: RandomState = Hillock.random, file: String = #fileID, line: Int = #line,
  drift: @escaping (NDArray, NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray, NDArray),
  diffusion: @escaping (NDArray, NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray, NDArray)
) throws -> (times: NDArray, states: (NDArray, NDArray, NDArray)) {
  let (times, states) = try sdeint(
    [a, b, c], for: duration, dt: dt, from: t0, method: method, generator: generator, file: file, line: line,
    drift: Several.list(drift), diffusion: Several.list(diffusion))
  return (times, Several.triple(states))
}
