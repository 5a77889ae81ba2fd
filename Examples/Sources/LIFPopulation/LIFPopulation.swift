// How fast leaky integrate-and-fire neurons fire: a population, each with another input, for a second, beside the closed form
//     rate = 1 / (τ_ref + τ ln((RI − V_reset) / (RI − V_th))).

import Foundation
import Hillock
import HillockDynamics
import HillockPictures
import Support

let neurons = Example.isSmall ? 24 : 48, milliseconds = Example.isSmall ? 200.0 : 1000.0
let current = linspace(14, 60, count: neurons)

let group = LIF(neurons)
group.input.value = current
var record = try group.run(milliseconds, monitors: ["spike": group.spike])
let seconds = try Example.seconds {
  try group.reset()
  group.input.value = current
  record = try group.run(milliseconds, monitors: ["spike": group.spike])
}
guard let spikes = record["spike"] else { fatalError("the monitor's values are there") }
print("\(neurons) neurons, \(spikes.shape[0]) steps: \(Example.short(seconds * 1000)) ms")

let rates = try (spikes.asType(.f64).sum(axis: 0) * (1000 / milliseconds)).scalars(as: Double.self)
/// The closed form; 0 where R I does not reach the threshold.
func known(_ I: Double) -> Double { I > 20 ? 1000 / (1 + 10 * log((I + 5) / (I - 20))) : 0 }

let inputs = try current.scalars(as: Double.self)
print("  input    rate")
for (I, rate) in zip(inputs, rates) {
  print(String(format: "%7.1f  %6.1f /s  ", I, rate) + Chart.bar(rate, of: 200))
}

let list = try SpikeList(spikes, times: record.times)
let raster = try Panel.raster(list, of: 0..<neurons, over: 0...min(milliseconds, 300))
let fine = (0...460).map { 14 + 0.1 * Double($0) }
let theory = try Panel.lines(NDArray(fine.map(known)), at: NDArray(fine), labels: ["closed form"], colors: [.grey])
let measured = try Panel.points(x: current, y: NDArray(rates), xLabel: "input (nA)", yLabel: "rate (Hz)", label: "simulation")
var figure = Figure(width: 12, height: 11, raster, theory.adding(measured))
figure.hasLetters = true
try Example.write(figure, "lif.svg")

let errors = zip(inputs, rates).filter { $0.0 > 25 }.map { I, rate in abs(rate / known(I) - 1) }
Example.check(
  "largest relative error of a rate above 25 nA", errors.max() ?? 1, is: 0, within: Example.isSmall ? 0.1 : 0.03)
Example.check("none fires below 20 nA", zip(inputs, rates).allSatisfy { $0 > 20 || $1 == 0 })
