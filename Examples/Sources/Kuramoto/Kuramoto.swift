// Kuramoto's coupled oscillators, for many coupling strengths at once:
//     dθ_i/dt = ω_i + K r sin(ψ − θ_i),   r e^{iψ} = the mean of e^{iθ}
// With frequencies from a Lorentzian distribution of half-width γ the order parameter r is 0 up to K = 2 γ, and then
// √(1 − 2 γ / K). (Kuramoto, Lect. Notes Phys. 39, 1975; Strogatz, Physica D 143, 2000.)

import Hillock
import HillockPictures
import Support

let oscillators = Example.isSmall ? 500 : 5000, steps = Example.isSmall ? 1200 : 4000
let gamma = 0.5, dt = 0.05
let K = linspace(0.5, 3, count: Example.isSmall ? 6 : 21)[.all, .newAxis]

// The quantiles of the distribution: as even a sample as there is.
let quantile = (arange(oscillators).asType(.f32) + 0.5) / oscillators
let omega = gamma * tan(NDArray.pi * (quantile - 0.5))

/// The order parameter of each coupling strength, averaged over the second half of the steps.
let simulate = jit { (start: NDArray) in
  let theta = Variable(start), total = Variable(zeros(K.shape[0]))
  try forLoop(0..<steps) { i in
    let x = cos(theta).mean(axis: 1, keepDims: true), y = sin(theta).mean(axis: 1, keepDims: true)
    // r sin(ψ − θ) = y cos θ − x sin θ
    theta += dt * (omega + K * (y * cos(theta) - x * sin(theta)))
    let r = sqrt(x * x + y * y).squeezed(axis: 1)
    total += select(i .>= steps / 2, r, 0.0)
  }
  return total.value / (steps - steps / 2)
}

random.seed(3)
var r = zeros(1)
let seconds = try Example.seconds {
  r = try simulate(random.uniform(K.shape[0], oscillators, low: 0, high: 2 * NDArray.pi))
}
print("\(K.shape[0]) × \(oscillators) oscillators, \(steps) steps: \(Example.short(seconds)) s")

let strengths = try K.scalars(as: Double.self), orders = try r.scalars(as: Double.self)
print("   K  order r                                             √(1 − 2γ/K)")
for (k, order) in zip(strengths, orders) {
  let theory = k > 2 * gamma ? (1 - 2 * gamma / k).squareRoot() : 0
  let bar = Chart.bar(order, of: 1, width: 40)
  print(
    "\(Example.short(k))\t\(bar + String(repeating: " ", count: 40 - bar.count)) \(Example.short(order))\t\(Example.short(theory))"
  )
}
let fine = (50...300).map { Double($0) / 100 }, theory = fine.map { $0 > 2 * gamma ? (1 - 2 * gamma / $0).squareRoot() : 0 }
try Example.write(
  Figure(
    try .lines(NDArray(theory), at: NDArray(fine), labels: ["√(1 − 2γ/K)"], x: "coupling K", y: "order r", colors: [.grey])
      .adding(.points(x: NDArray(strengths), y: r, label: "simulation", radius: 2))), "kuramoto.svg")
for (k, order) in zip(strengths, orders) where k == 0.5 || k == 2 || k == 3 {
  let theory = k > 2 * gamma ? (1 - 2 * gamma / k).squareRoot() : 0
  Example.check("order at K = \(k)", order, is: theory, within: k > 1 ? 0.02 : 0.12)
}
