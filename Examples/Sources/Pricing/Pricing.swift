// Options by Monte Carlo: paths of a geometric Brownian motion, one compiled loop over the days, beside the closed forms.
// European call: Black and Scholes, J. Polit. Econ. 81, 1973. Call on the geometric mean of the days: Kemna and Vorst, J. Bank.
// Finance 14, 1990.

import Foundation
import Hillock
import Support

let spot = 100.0, strike = 100.0, rate = 0.05, sigma = 0.2, years = 1.0, days = 64
let paths = Example.isSmall ? 20_000 : 2_000_000

/// The prices at the end, and the geometric means over the days.
let simulate = jit { (dt: Double) in
  let drift = (rate - sigma * sigma / 2) * dt, size = sigma * dt.squareRoot()
  let (end, total) = try forLoop(0..<days, carry: zeros(paths), zeros(paths)) { _, x, total in
    let next = x + drift + size * random.normal(paths)
    return (next, total + next)
  }
  return (spot * exp(end), spot * exp(total / days))
}

func normal(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

/// The discounted mean of max(S − K, 0) where log S is normal.
func call(mean m: Double, variance v: Double) -> Double {
  let d = (m - log(strike) + v) / v.squareRoot()
  return exp(-rate * years) * (exp(m + v / 2) * normal(d) - strike * normal(d - v.squareRoot()))
}

/// Prints the estimate with its standard error, and compares it with the known price.
func price(_ what: String, _ values: NDArray, known: Double) throws {
  let payoff = exp(-rate * years) * maximum(values.asType(.f64) - strike, 0)
  let mean = try payoff.mean().item(as: Double.self)
  let error = try payoff.std(ddof: 1).item(as: Double.self) / Double(paths).squareRoot()
  Example.check("\(what), within four standard errors", mean, is: known, within: 4 * error)
}

random.seed(7)
var result = try simulate(years / Double(days))
let seconds = try Example.seconds { result = try simulate(years / Double(days)) }
print("\(paths) paths of \(days) days: \(Example.short(seconds)) s")

let edges = arange(40, 200, 8)
let (ends, means) = result
let isIn = (ends[.all, .newAxis] .>= edges) .& (ends[.all, .newAxis] .< edges + 8)
let counts = try isIn.asType(.i32).sum(axis: 0).scalars(as: Double.self)
for (edge, count) in zip(try edges.ints(), counts) {
  print("\(edge < 100 ? " " : "")\(edge)  \(Chart.bar(count, of: counts.max() ?? 1))")
}

let logSpot = log(spot), drift = rate - sigma * sigma / 2, n = Double(days)
try price("European call", ends, known: call(mean: logSpot + drift * years, variance: sigma * sigma * years))
try price(
  "call on the geometric mean", means,
  known: call(
    mean: logSpot + drift * years * (n + 1) / (2 * n),
    variance: sigma * sigma * years * (n + 1) * (2 * n + 1) / (6 * n * n)))
