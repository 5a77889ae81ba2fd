import Hillock

/// Integration by a method that estimates its error: steps as long as the tolerance allows, and the solution in between where it is
/// wanted. Everything, the choice of the steps included, is in the program.
package struct ControlledSteps {
  let tableau: ButcherTableau
  let estimate: ButcherTableau.ErrorEstimate
  let control: StepControl
  let field: VectorField

  /// What goes from one step to the next.
  struct Progress: ArrayTree {
    /// The time, the length of the next step, and the error of the last accepted one, `f64[]`.
    var t: NDArray, h: NDArray, lastError: NDArray
    var wasRejected: NDArray
    /// How many steps have been tried, and accepted, `i64[]`.
    var trials: NDArray, accepted: NDArray
    /// The last accepted step, whose end is the present state.
    var step: Interpolant

    private var scalars: [NDArray] { [t, h, lastError, wasRejected, trials, accepted] }

    func visit(_ visitor: inout TreeVisitor) {
      for scalar in scalars { scalar.visit(&visitor) }
      step.visit(&visitor)
    }

    func map(_ transform: (NDArray) throws -> NDArray) rethrows -> Progress {
      let new = try scalars.map { try $0.map(transform) }
      return Progress(
        t: new[0], h: new[1], lastError: new[2], wasRejected: new[3], trials: new[4], accepted: new[5],
        step: try step.map(transform))
    }
  }

  /// What an integration gives.
  package struct Solution {
    /// The states at the times, with a leading axis.
    package let states: [NDArray]
    /// Whether each time was reached. Where it was not, the state is NaN.
    package let isReached: NDArray
    /// How many steps were tried and accepted, `i64[]`.
    package let trials: NDArray, accepted: NDArray
  }

  /// - Parameters:
  ///   - x: the state at the first of the times.
  ///   - times: `f64[n]`, ascending.
  package func solve(_ x: [NDArray], at times: NDArray) throws -> Solution {
    let start = times[0], end = times[-1]
    let slope = try field(x, start.weakened())
    let h = try control.firstStep(field, x, slope, at: start.weakened(), order: estimate.order, span: end - start)
    let zero = zeros([], dtype: .i64)
    let beginning = Progress(
      t: start, h: h, lastError: full([], 1e-4, dtype: .f64), wasRejected: zeros([], dtype: .bool), trials: zero, accepted: zero,
      step: Interpolant(before: start, x, slope, hasCorrection: hasCorrection))
    let (last, rows) = try scan(times, init: beginning) { (progress: Progress, time: NDArray) -> (Progress, [NDArray]) in
      let before = progress.trials
      let there = try whileLoop(carry: progress) { (now: Progress) -> NDArray in
        let isBefore = now.t .< time, hasTrials = (now.trials - before) .< control.trials
        // A step that is lost beside t, after many rejections, leads nowhere.
        let later = now.t + 0.1 * now.h
        return isBefore .& hasTrials .& (later .> now.t)
      } body: { (now: Progress) -> Progress in
        try advanced(now, towards: end)
      }
      let isReached = there.t .>= time
      let states = try there.step.state(at: time).map { select(isReached, $0, Double.nan) }
      return (there, [isReached] + states)
    }
    return Solution(states: Array(rows.dropFirst()), isReached: rows[0], trials: last.trials, accepted: last.accepted)
  }

  /// Whether a cubic between the steps would be less exact than they are.
  private var hasCorrection: Bool { tableau.order > 3 }

  /// One trial.
  private func advanced(_ now: Progress, towards end: NDArray) throws -> Progress {
    let x = now.step.next, slope = now.step.nextSlope
    let remaining = end - now.t, isLast = 1.01 * now.h .>= remaining
    let h = select(isLast, remaining, now.h), t = try now.t.weakened(), length = try h.weakened()
    let slopes = try RungeKutta.slopes(tableau, count: tableau.matrix.count, field, x, t, length, first: slope)
    let next = RungeKutta.moved(x, length, tableau.weights, slopes)
    let nextTime = select(isLast, end, now.t + h)
    let nextSlope = try tableau.isFirstSameAsLast ? slopes[slopes.count - 1] : field(next, nextTime.weakened())

    let difference = zip(tableau.weights, estimate.weights).map { $0 - $1 }
    let errors = x.indices.map { i in
      RungeKutta.combined(difference, slopes.map { $0[i] }).map { length * $0 } ?? zerosLike(x[i])
    }
    let error = control.size(of: errors, beside: zip(x, next).map { maximum(abs($0), abs($1)) })
    let isAccepted = error .<= 1
    var step = Interpolant(t: now.t, h: h, x: x, next: next, slope: slope, nextSlope: nextSlope, correction: [])
    if !estimate.correction.isEmpty {
      step.correction = x.indices.map { i in
        RungeKutta.combined(estimate.correction, slopes.map { $0[i] }) ?? zerosLike(x[i])
      }
    } else if hasCorrection {
      step.correction = try step.bootstrapped(field)
    }
    let nextLength = StepControl.next(
      h, error: error, last: now.lastError, order: estimate.order, isAccepted: isAccepted, wasRejected: now.wasRejected)
    return Progress(
      t: select(isAccepted, nextTime, now.t), h: minimum(nextLength, control.longestStep),
      lastError: StepControl.remembered(error, last: now.lastError, isAccepted: isAccepted), wasRejected: .!isAccepted,
      trials: now.trials + 1, accepted: now.accepted + isAccepted.asType(.i64), step: step.kept(where: isAccepted, else: now.step)
    )
  }
}
