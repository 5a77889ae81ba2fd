import Hillock

/// The solution between the beginning and the end of a step: a cubic through both values and both derivatives, and for methods of more
/// than the third order a correction c of the fourth degree. With θ from 0 to 1, Δ the change over the step, and f₀, f₁ the derivatives:
///
///     x₀ + θ·(Δ + (1 − θ)·(h·f₀ − Δ + θ·(2Δ − h·f₀ − h·f₁ + (1 − θ)·h·c)))
///
/// (Hairer, Nørsett and Wanner, *Solving Ordinary Differential Equations I*, 1993, section II.6.)
struct Interpolant: ArrayTree {
  /// The time at the beginning of the step and its length, `f64[]`.
  var t: NDArray, h: NDArray
  var x: [NDArray], next: [NDArray]
  var slope: [NDArray], nextSlope: [NDArray]
  /// c; empty for the cubic alone.
  var correction: [NDArray]

  init(
    t: NDArray, h: NDArray, x: [NDArray], next: [NDArray], slope: [NDArray], nextSlope: [NDArray], correction: [NDArray]
  ) {
    (self.t, self.h) = (t, h)
    (self.x, self.next) = (x, next)
    (self.slope, self.nextSlope) = (slope, nextSlope)
    self.correction = correction
  }

  /// Before the first step: the state stays where it is.
  init(before t: NDArray, _ x: [NDArray], _ slope: [NDArray], hasCorrection: Bool) {
    self.init(
      t: t, h: onesLike(t), x: x, next: x, slope: slope, nextSlope: slope,
      correction: hasCorrection ? x.map { zerosLike($0) } : [])
  }

  func visit(_ visitor: inout TreeVisitor) {
    t.visit(&visitor)
    h.visit(&visitor)
    for list in [x, next, slope, nextSlope, correction] { list.visit(&visitor) }
  }

  func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Interpolant {
    Interpolant(
      t: try t.map(transform), h: try h.map(transform), x: try x.map(transform), next: try next.map(transform),
      slope: try slope.map(transform), nextSlope: try nextSlope.map(transform), correction: try correction.map(transform))
  }

  /// This step where a condition, `bool[]`, holds, else the other.
  func kept(where condition: NDArray, else other: Interpolant) -> Interpolant {
    let others = Trees.replacing(with: Trees.arrays(other))
    return map { select(condition, $0, others($0)) }
  }

  /// The state at a time within the step, `f64[]`.
  func state(at time: NDArray) throws -> [NDArray] {
    let h = try h.weakened(), part = try ((time - t) / self.h).weakened()
    return x.indices.map { i in
      let change = next[i] - x[i], before = h * slope[i] - change
      var inner = change - h * nextSlope[i] - before
      if !correction.isEmpty { inner = inner + (1 - part) * (h * correction[i]) }
      return select(part .>= 1, next[i], x[i] + part * (change + (1 - part) * (before + part * inner)))
    }
  }
  /// The correction for which the polynomial has the right derivative at one more place, at which the equations are evaluated: where the
  /// correction's own derivative is largest. (Shampine, Math. Comp. 44, 1985.)
  func bootstrapped(_ field: VectorField) throws -> [NDArray] {
    let part = (3 - 3.0.squareRoot()) / 6, largest = 3.0.squareRoot() / 9
    let h = try h.weakened(), place = t + part * self.h
    let slopes = try field(try state(at: place), place.weakened())
    return x.indices.map { i in
      let change = (next[i] - x[i]) / h, before = slope[i] - change, inner = change - nextSlope[i] - before
      let cubic = change + (1 - 2 * part) * before + (2 * part - 3 * part * part) * inner
      return (slopes[i] - cubic) / largest
    }
  }
}
