import Hillock

// Closures in trailing position, as for the loops. The overloads for two to four arrays are in `odeint+Several.swift`.

/// Solves x′ = f(x, t): the state at given times.
///
/// ```swift
/// let x = try odeint(NDArray([1.0, 2.0]), at: NDArray([0.0, 1.0, 2.0])) { x, t in -x }       // f32[3,2]: x, x·e⁻¹, x·e⁻²
/// ```
///
/// Without `dt` the method chooses the length of its steps by the estimate of their error, rejects steps whose error is too large,
/// and interpolates at the times. With `dt` the steps have one length, at most `dt`: each interval is divided into equal ones, all
/// intervals into the same number. That is exact, and quick, for times that are equally far apart.
///
/// The state may be a structure of arrays, with the derivatives as the same structure (see `ArrayTree`):
///
/// ```swift
/// struct Oscillator: ArrayTree {
///   var x: NDArray, v: NDArray
///   func visit(_ visitor: inout TreeVisitor) { x.visit(&visitor); v.visit(&visitor) }
///   func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Oscillator {
///     Oscillator(x: try x.map(transform), v: try v.map(transform))
///   }
/// }
/// let start = Oscillator(x: NDArray([1.0]), v: NDArray([0.0]))
/// let swing = try odeint(start, at: linspace(0, 6.28, count: 100)) { s, t in Oscillator(x: s.v, v: -s.x) }
/// swing.x.shape                                                              // [100, 1]
/// ```
///
/// It is one program, works inside `jit`, loops and `vmap`, and can be differentiated, also with respect to what the equations capture.
/// In a derivative the chosen steps count as given. Where a time is not reached (the solution is infinite before, or the equations are
/// so stiff that the steps vanish) the state is NaN inside a traced function, and an error outside.
///
/// - Parameters:
///   - initial: the state at the first of the times: floats of one dtype, in which everything is computed.
///   - times: ascending, of one axis.
///   - method: by default one that controls its steps.
///   - dt: the length of steps; nil to let the method choose.
///   - control: how exact the solution is, where the method chooses its steps.
///   - derivative: f. The time has no dtype. It is traced, not called at each step; it may not draw random numbers (`sdeint` does).
/// - Returns: the states with a leading axis, an element for each time.
/// - Throws: a `dtype` error where state and derivatives differ in dtype; a `shape` or `argument` error where they do not fit, or
///   something is out of range; an `argument` error where a time is not reached; and what `derivative` throws.
public func odeint<State: ArrayTree>(
  _ initial: State, at times: NDArray, method: ODEMethod = .dormandPrince, dt: Double? = nil,
  control: StepControl = StepControl(),
  file: String = #fileID, line: Int = #line, _ derivative: @escaping (State, NDArray) throws -> State
) throws -> State {
  do {
    let form = try StateForm("odeint", initial), wanted = try WantedTimes("odeint", times), field = form.field(derivative)
    if let dt {
      let steps = try wanted.steps("odeint", dt: dt)
      return form.rebuilt(
        try FixedSteps.solve(form.arrays, at: wanted.array, steps: steps) { x, t, h in try method.advance(field, x, t, h) })
    }
    return form.rebuilt(try ControlledSteps(method, control, form.dtype, field).solution(form.arrays, at: wanted.array))
  } catch {
    throw Site("odeint", file, line).located(error)
  }
}

/// Solves x′ = f(x, t) in steps of dt, from t0 for a duration: the states at t0, t0 + dt, …
///
/// ```swift
/// let (t, x) = try odeint(NDArray(1.0), for: 10, dt: 0.1, method: .rk4) { x, t in -x }       // f64[101], f32[101]
/// ```
///
/// - Parameter duration: a whole number of steps, within 10⁻⁶ of a step (else: an `argument` error).
/// - Returns: the times, `f64`, and the states with a leading axis; both begin with what was given.
///
/// Everything else is as for `odeint(_:at:)`.
public func odeint<State: ArrayTree>(
  _ initial: State, for duration: Double, dt: Double, from t0: Double = 0, method: ODEMethod = .rk4, file: String = #fileID,
  line: Int = #line, _ derivative: @escaping (State, NDArray) throws -> State
) throws -> (times: NDArray, states: State) {
  do {
    let form = try StateForm("odeint", initial), field = form.field(derivative)
    let steps = try FixedSteps.count("odeint", duration, dt: dt)
    let states = try FixedSteps.solve(form.arrays, steps: steps, from: t0, dt: dt) { x, t, h in
      try method.advance(field, x, t, h)
    }
    return (FixedSteps.times(steps, from: t0, dt: dt), form.rebuilt(states))
  } catch {
    throw Site("odeint", file, line).located(error)
  }
}

extension ControlledSteps {
  package init(
    _ method: ODEMethod, _ control: StepControl, _ dtype: DType, _ field: @escaping VectorField
  ) throws(HillockError) {
    guard let pair = method.pair else {
      let names = ODEMethod.all.filter(\.controlsSteps).map(\.name).joined(separator: ", ")
      throw HillockError(
        .argument, "odeint: the method \(method) does not estimate its error; give a dt, or one of the methods that do: \(names)")
    }
    try control.check("odeint", dtype)
    self.init(tableau: pair.tableau, estimate: pair.estimate, control: control, field: field)
  }

  /// The states at the times. Outside a trace it is an error where one is not reached.
  fileprivate func solution(_ x: [NDArray], at times: NDArray) throws -> [NDArray] {
    let solution = try solve(x, at: times)
    if !solution.isReached.isTraced, let first = try solution.isReached.bools().firstIndex(of: false) {
      let time: Double = try times[first].item(), trials: Int = try solution.trials.item()
      throw HillockError(
        .argument,
        "odeint: the time \(time) was not reached after \(trials) steps; the solution is not finite before it, or needs steps that are too "
          + "short: try exponentialEuler with a dt, or larger tolerances")
    }
    return solution.states
  }
}
