import Hillock

/// The exact step of a linear system with constant coefficients, x′ = A·x + u with a u that is constant during the step:
///
///     x(t + dt) = exp(A·dt)·x(t) + ∫₀^dt exp(A·s) ds·u
///
/// Both matrices are computed once, in double. (Rotter and Diesmann, Biol. Cybern. 81, 1999.)
///
/// ```swift
/// // A membrane (τ = 10 ms, C = 250 pF) and a synaptic current (τ = 2 ms), as V′ = −V/10 + I/250, I′ = −I/2.
/// let exact = try Propagator([[-1 / 10, 1 / 250], [0, -1 / 2]], dt: 0.1)
/// let next = exact.step([zeros(100), ones(100)])                             // V and I after 0.1 ms
/// ```
///
/// Systems whose coefficients are arrays (a time constant for each neuron) or change have closed forms: see ``Exact``.
public struct Propagator: Hashable, Sendable {
  /// exp(A·dt).
  public let state: [[Double]]
  /// ∫₀^dt exp(A·s) ds, in the unit of time.
  public let input: [[Double]]

  /// - Parameters:
  ///   - matrix: A, in 1 over the unit of time; square.
  ///   - dt: the length of the step.
  /// - Throws: an `argument` error if the matrix is not square, or something is not finite.
  public init(_ matrix: [[Double]], dt: Double) throws(HillockError) {
    let size = matrix.count
    guard size > 0, matrix.allSatisfy({ $0.count == size && $0.allSatisfy(\.isFinite) }), dt.isFinite, dt >= 0 else {
      throw HillockError(
        .argument, "a propagator is of a square matrix of finite numbers and a dt of 0 or more, not of \(matrix) and \(dt)")
    }
    // The largest sum of a row is halved until it is below 1/2, where the series needs few terms.
    let norm = matrix.map { $0.reduce(0) { $0 + $1.magnitude } }.max().map { $0 * dt } ?? 0
    guard (norm / 0.5).isFinite else { throw HillockError(.argument, "a propagator's matrix times dt is too large: \(norm)") }
    let halvings = norm > 0.5 ? Int(log2(norm / 0.5).rounded(.up)) : 0
    let part = dt * Double(sign: .plus, exponent: -halvings, significand: 1)
    let small = Matrix(rows: matrix) * part
    // φ = 1 + A/2·(1 + A/3·(1 + …)), and exp(A) = 1 + A·φ. What follows is done on exp(A) − 1, which has all its digits where it is small.
    var phi = Matrix.one(size)
    for k in (2...20).reversed() { phi = Matrix.one(size) + small * phi * (1 / Double(k)) }
    var growth = small * phi, integral = phi * part
    for _ in 0..<halvings {
      integral = integral * 2 + growth * integral
      growth = growth * 2 + growth * growth
    }
    state = (growth + Matrix.one(size)).rows
    input = integral.rows
    guard state.joined().allSatisfy(\.isFinite), input.joined().allSatisfy(\.isFinite) else {
      throw HillockError(.argument, "a propagator of \(matrix) and \(dt) is not finite: the system grows too fast")
    }
  }

  /// The variables after a step.
  ///
  /// - Parameters:
  ///   - variables: one array for each row of the matrix; they are broadcast with each other.
  ///   - input: u for each variable, in its unit over the unit of time; nil for none.
  /// - Returns: as many arrays. If the numbers of arrays do not fit, they carry a `shape` error.
  public func step(_ variables: [NDArray], input u: [NDArray?] = []) -> [NDArray] {
    guard variables.count == state.count, u.isEmpty || u.count == state.count else {
      let error = HillockError(
        .shape, "a propagator of \(state.count) variables gets \(variables.count) variables and \(u.count) inputs")
      return state.map { _ in NDArray(failing: error) }
    }
    return state.indices.map { row in
      var terms = zip(state[row], variables).filter { $0.0 != 0 }.map { $0.0 == 1 ? $0.1 : $0.0 * $0.1 }
      for (weight, u) in zip(input[row], u) where weight != 0 { if let u { terms.append(weight * u) } }
      return terms.dropFirst().reduce(terms.first ?? zerosLike(variables[row])) { $0 + $1 }
    }
  }

  /// The little that is needed of matrices of numbers.
  private struct Matrix {
    var rows: [[Double]]

    static func one(_ size: Int) -> Matrix {
      Matrix(rows: (0..<size).map { row in (0..<size).map { $0 == row ? 1 : 0 } })
    }

    static func * (a: Matrix, b: Matrix) -> Matrix {
      let indices = a.rows.indices
      return Matrix(
        rows: a.rows.map { row in
          indices.map { column in indices.reduce(0) { $0 + row[$1] * b.rows[$1][column] } }
        })
    }

    static func * (a: Matrix, b: Double) -> Matrix { Matrix(rows: a.rows.map { $0.map { $0 * b } }) }

    static func + (a: Matrix, b: Matrix) -> Matrix {
      Matrix(rows: zip(a.rows, b.rows).map { zip($0, $1).map { $0 + $1 } })
    }
  }
}
