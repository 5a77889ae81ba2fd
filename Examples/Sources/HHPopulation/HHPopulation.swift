// Hodgkin–Huxley neurons, each with another constant input: from a single spike to regular firing.

import Foundation
import Hillock
import HillockDynamics
import HillockPictures
import Support

let neurons = Example.isSmall ? 16 : 128, milliseconds = Example.isSmall ? 60.0 : 300.0, dt = 0.01
let current = linspace(0, 15, count: neurons)

let group = HH(neurons)
group.input.value = current
var record = try group.run(0, dt: dt, monitors: ["V": group.V, "spike": group.spike])
let seconds = try Example.seconds {
  record = try group.run(milliseconds, dt: dt, monitors: ["V": group.V, "spike": group.spike])
}
guard let V = record["V"], let spikes = record["spike"] else { fatalError("the monitors' values are there") }
print("\(neurons) neurons, \(V.shape[0]) steps: \(Example.short(seconds)) s")

// One neuron's potential, 30 ms of it.
let middle = neurons * 2 / 3
let input = try current[middle].item(as: Double.self)
print("V of a neuron with \(Example.short(input)) µA/cm²:")
print(Chart.curve(try V[.stride(from: 0, to: 3000, by: 40), middle].scalars()))

print("  input  spikes")
let counts = try spikes.asType(.i32).sum(axis: 0).ints(), inputs = try current.scalars(as: Double.self)
for i in stride(from: 0, to: neurons, by: max(1, neurons / 16)) {
  print(String(format: "%7.2f  %3d  ", inputs[i], counts[i]) + Chart.bar(Double(counts[i]), of: milliseconds / 10))
}

// V of all neurons, and of three of them.
let every = max(1, V.shape[0] / 1500)
let map = try Panel.heatMap(
  V[.stride(by: every)].T, x: 0...milliseconds, y: 0...15, limits: -80...40, xLabel: "t (ms)", yLabel: "input (µA/cm²)",
  label: "V (mV)")
let shown = [0, neurons / 2, neurons - 1]
var figure = Figure(
  width: 14, height: 11, map,
  try .traces(record, "V", of: shown, labels: shown.map { String(format: "%.1f µA/cm²", inputs[$0]) }, y: "V (mV)"))
figure.hasLetters = true
try Example.write(figure, "hh.png")

Example.check("a neuron without input rests at -65 mV", try V[-1, 0].item(), is: -65, within: 0.1)
Example.check(
  "none fires at 0, and more input never means fewer spikes by two",
  counts[0] == 0
    && zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 + 1 })
let most = try V.max().item(as: Double.self)
Example.check("the highest potential lies below that of sodium, 50 mV", most > 20 && most < 50)
