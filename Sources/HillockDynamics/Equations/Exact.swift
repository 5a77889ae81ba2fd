import Hillock

/// Exact steps of exponential decays and of chains of them, in closed form. Time constants are numbers (then the result is one, computed
/// in double) or arrays, and may be equal, nearly equal, or far apart: no form divides by a difference of time constants.
///
/// ```swift
/// // g′ = h − g/τ_d, h′ = −h/τ_r for 0.1 ms
/// let (d, r) = (NDArray([10.0, 5.0]), NDArray([1.0, 5.0])), (g, h) = (zeros(2), ones(2))
/// let next = g * Exact.decay(0.1, tau: d) + h * Exact.transfer(0.1, from: r, to: d)
/// ```
public enum Exact {
  /// exp(−dt/τ): what is left of a unit after dt.
  public static func decay(_ dt: some ArrayConvertible, tau: some ArrayConvertible) -> NDArray { exp(-dt.array / tau.array) }

  /// τ·(1 − exp(−dt/τ)): what a constant inflow of 1 makes in dt of something that decays with τ.
  public static func gain(_ dt: some ArrayConvertible, tau: some ArrayConvertible) -> NDArray {
    tau.array * -expm1(-dt.array / tau.array)
  }

  /// What a unit of x makes of y in dt: for x′ = −x/τ₁, y′ = x − y/τ₂, that is τ₁·τ₂/(τ₁ − τ₂)·(exp(−dt/τ₁) − exp(−dt/τ₂)).
  public static func transfer(
    _ dt: some ArrayConvertible, from tau1: some ArrayConvertible, to tau2: some ArrayConvertible
  ) -> NDArray {
    if let dt = dt.array.knownNumber, let tau1 = tau1.array.knownNumber, let tau2 = tau2.array.knownNumber {
      let a = dt / tau1, b = dt / tau2, distance = (a - b).magnitude
      return NDArray(dt * exp(-min(a, b)) * (distance == 0 ? 1 : -expm1(-distance) / distance))
    }
    let dt = dt.array, a = dt / tau1.array, b = dt / tau2.array, z = b - a
    // Far apart with the slower decay in front, so that nothing overflows; near each other without a corner, for derivatives.
    let isNear = abs(z) .< 1
    let near = exp(-b) * exprel(select(isNear, z, 0)), far = exp(-minimum(a, b)) * exprel(-abs(z))
    return dt * select(isNear, near, far)
  }

  /// What a unit of w makes of y in dt by way of x: for w′ = −w/τ₁, x′ = w − x/τ₁, y′ = x − y/τ₂. (An alpha function of τ₁ into a
  /// membrane of τ₂.)
  public static func doubleTransfer(
    _ dt: some ArrayConvertible, from tau1: some ArrayConvertible, to tau2: some ArrayConvertible
  ) -> NDArray {
    // dt² ∫₀¹ u·exp(−a·u − b·(1 − u)) du with z = b − a is dt²·exp(−a)·(exp(−z) − 1 + z)/z².
    if let dt = dt.array.knownNumber, let tau1 = tau1.array.knownNumber, let tau2 = tau2.array.knownNumber {
      return NDArray(dt * dt * doubleWeight(dt / tau1, dt / tau2))
    }
    let dt = dt.array, a = dt / tau1.array, b = dt / tau2.array, z = b - a
    let isNear = abs(z) .< 1
    // For z > 0 as it stands; for z < 0 with exp(−b) in front, so that nothing overflows; near 0 by its series.
    let far = select(isNear, 1, abs(z)), shrinking = exp(-far)
    let slowFrom = exp(-a) * (shrinking - 1 + far), slowTo = exp(-b) * (1 - shrinking * (1 + far))
    let series = exp(-a) * phi2(select(isNear, -z, 0))
    return square(dt) * select(isNear, series, select(z .> 0, slowFrom, slowTo) / square(far))
  }

  /// The same of numbers, as a part of dt².
  private static func doubleWeight(_ a: Double, _ b: Double) -> Double {
    let z = b - a, distance = z.magnitude
    if distance < 1 {
      var sum = 1.0
      for k in (3...20).reversed() { sum = 1 - z / Double(k) * sum }
      return exp(-a) * sum / 2
    }
    let shrinking = exp(-distance)
    let weight = z > 0 ? exp(-a) * (shrinking - 1 + distance) : exp(-b) * (1 - shrinking * (1 + distance))
    return weight / (distance * distance)
  }

  /// (eᶻ − 1 − z)/z² for |z| ≤ 1, by its series.
  private static func phi2(_ z: NDArray) -> NDArray {
    var sum = NDArray(1.0)
    for k in (3...20).reversed() { sum = 1 + z / Double(k) * sum }
    return sum / 2
  }
}
