import Hillock

// A state of two to four arrays, given and got one by one:
//
//     let (V, w) = try odeint(V, w, at: times) { V, w, t in (…, …) }

/// The same for a state of two arrays.
///
/// ```swift
/// let (V, w) = try odeint(NDArray(0.0), NDArray(0.0), at: linspace(0, 100, count: 1000)) { V, w, t in
///   (V - V ** 3 / 3 - w + 0.5, 0.08 * (V + 0.7 - 0.8 * w))                    // FitzHugh and Nagumo
/// }
/// ```
public func odeint(
  _ a: NDArray, _ b: NDArray, at times: NDArray, method: ODEMethod = .dormandPrince, dt: Double? = nil,
  control: StepControl = StepControl(), file: String = #fileID, line: Int = #line,
  _ derivative: @escaping (NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray)
) throws -> (NDArray, NDArray) {
  Several.pair(
    try odeint([a, b], at: times, method: method, dt: dt, control: control, file: file, line: line, Several.list(derivative)))
}

/// The same for a state of three arrays.
public func odeint(
  _ a: NDArray, _ b: NDArray, _ c: NDArray, at times: NDArray, method: ODEMethod = .dormandPrince, dt: Double? = nil,
  control: StepControl = StepControl(), file: String = #fileID, line: Int = #line,
  _ derivative: @escaping (NDArray, NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray, NDArray)
) throws -> (NDArray, NDArray, NDArray) {
  Several.triple(
    try odeint([a, b, c], at: times, method: method, dt: dt, control: control, file: file, line: line, Several.list(derivative)))
}

/// The same for a state of four arrays.
public func odeint(
  _ a: NDArray, _ b: NDArray, _ c: NDArray, _ d: NDArray, at times: NDArray, method: ODEMethod = .dormandPrince,
  dt: Double? = nil,
  control: StepControl = StepControl(), file: String = #fileID, line: Int = #line,
  _ derivative: @escaping (NDArray, NDArray, NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray, NDArray, NDArray)
) throws -> (NDArray, NDArray, NDArray, NDArray) {
  Several.quadruple(
    try odeint(
      [a, b, c, d], at: times, method: method, dt: dt, control: control, file: file, line: line, Several.list(derivative)))
}

/// The same for a state of two arrays.
///
/// ```swift
/// let (t, (x, v)) = try odeint(NDArray(1.0), NDArray(0.0), for: 10, dt: 0.01) { x, v, t in (v, -x) }
/// ```
public func odeint(
  _ a: NDArray, _ b: NDArray, for duration: Double, dt: Double, from t0: Double = 0, method: ODEMethod = .rk4,
  file: String = #fileID, line: Int = #line,
  _ derivative: @escaping (NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray)
) throws -> (times: NDArray, states: (NDArray, NDArray)) {
  let (times, states) = try odeint(
    [a, b], for: duration, dt: dt, from: t0, method: method, file: file, line: line, Several.list(derivative))
  return (times, Several.pair(states))
}

/// The same for a state of three arrays.
public func odeint(
  _ a: NDArray, _ b: NDArray, _ c: NDArray, for duration: Double, dt: Double, from t0: Double = 0, method: ODEMethod = .rk4,
  file: String = #fileID, line: Int = #line,
  _ derivative: @escaping (NDArray, NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray, NDArray)
) throws -> (times: NDArray, states: (NDArray, NDArray, NDArray)) {
  let (times, states) = try odeint(
    [a, b, c], for: duration, dt: dt, from: t0, method: method, file: file, line: line, Several.list(derivative))
  return (times, Several.triple(states))
}

/// The same for a state of four arrays.
public func odeint(
  _ a: NDArray, _ b: NDArray, _ c: NDArray, _ d: NDArray, for duration: Double, dt: Double, from t0: Double = 0,
  method: ODEMethod = .rk4, file: String = #fileID, line: Int = #line,
  _ derivative: @escaping (NDArray, NDArray, NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray, NDArray, NDArray)
) throws -> (times: NDArray, states: (NDArray, NDArray, NDArray, NDArray)) {
  let (times, states) = try odeint(
    [a, b, c, d], for: duration, dt: dt, from: t0, method: method, file: file, line: line, Several.list(derivative))
  return (times, Several.quadruple(states))
}

extension ODEMethod {
  /// One step of a state of two arrays.
  ///
  /// ```swift
  /// let (x, v) = try ODEMethod.rk4.step(NDArray(1.0), NDArray(0.0), t: 0, dt: 0.1) { x, v, t in (v, -x) }
  /// ```
  public func step(
    _ a: NDArray, _ b: NDArray, t: some ArrayConvertible, dt: some ArrayConvertible, file: String = #fileID, line: Int = #line,
    _ derivative: @escaping (NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray)
  ) throws -> (NDArray, NDArray) {
    Several.pair(try step([a, b], t: t, dt: dt, file: file, line: line, Several.list(derivative)))
  }

  /// One step of a state of three arrays.
  public func step(
    _ a: NDArray, _ b: NDArray, _ c: NDArray, t: some ArrayConvertible, dt: some ArrayConvertible, file: String = #fileID,
    line: Int = #line, _ derivative: @escaping (NDArray, NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray, NDArray)
  ) throws -> (NDArray, NDArray, NDArray) {
    Several.triple(try step([a, b, c], t: t, dt: dt, file: file, line: line, Several.list(derivative)))
  }

  /// One step of a state of four arrays.
  public func step(
    _ a: NDArray, _ b: NDArray, _ c: NDArray, _ d: NDArray, t: some ArrayConvertible, dt: some ArrayConvertible,
    file: String = #fileID, line: Int = #line,
    _ derivative: @escaping (NDArray, NDArray, NDArray, NDArray, _ t: NDArray) throws -> (NDArray, NDArray, NDArray, NDArray)
  ) throws -> (NDArray, NDArray, NDArray, NDArray) {
    Several.quadruple(try step([a, b, c, d], t: t, dt: dt, file: file, line: line, Several.list(derivative)))
  }
}

/// Lists in place of several arrays, and back.
enum Several {
  static func pair(_ s: [NDArray]) -> (NDArray, NDArray) { (s[0], s[1]) }
  static func triple(_ s: [NDArray]) -> (NDArray, NDArray, NDArray) { (s[0], s[1], s[2]) }
  static func quadruple(_ s: [NDArray]) -> (NDArray, NDArray, NDArray, NDArray) { (s[0], s[1], s[2], s[3]) }

  static func list(
    _ f: @escaping (NDArray, NDArray, NDArray) throws -> (NDArray, NDArray)
  ) -> ([NDArray], NDArray) throws -> [NDArray] {
    { s, t in
      let next = try f(s[0], s[1], t)
      return [next.0, next.1]
    }
  }

  static func list(
    _ f: @escaping (NDArray, NDArray, NDArray, NDArray) throws -> (NDArray, NDArray, NDArray)
  ) -> ([NDArray], NDArray) throws -> [NDArray] {
    { s, t in
      let next = try f(s[0], s[1], s[2], t)
      return [next.0, next.1, next.2]
    }
  }

  static func list(
    _ f: @escaping (NDArray, NDArray, NDArray, NDArray, NDArray) throws -> (NDArray, NDArray, NDArray, NDArray)
  ) -> ([NDArray], NDArray) throws -> [NDArray] {
    { s, t in
      let next = try f(s[0], s[1], s[2], s[3], t)
      return [next.0, next.1, next.2, next.3]
    }
  }
}
