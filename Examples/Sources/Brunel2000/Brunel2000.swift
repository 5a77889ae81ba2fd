// Sparsely connected excitatory and inhibitory neurons whose rate can be computed: Brunel's network, in the state in which neurons fire
// irregularly and not together. (Brunel, J. Comput. Neurosci. 8, 2000.)
//
// Its theory: a neuron sees noise of mean μ and standard deviation σ, which both depend on the rate; and a leaky neuron in such noise has a
// rate that is known. Where the two agree, that is the network's rate (equations 4, 21 and 22 of the paper).
//
// The usual form has a quarter of the paper's neurons. `--whole` has all 12 500, with 16 million synapses.

import Foundation
import Hillock
import HillockDynamics
import Support

let excitatory = Example.isSmall ? 1000 : Example.isWhole ? 10_000 : 2500, inhibitory = excitatory / 4
let inputs = excitatory / 10, inhibitoryInputs = inputs / 4
let g = 5.0, eta = 2.0
// J is 0.1 mV for the paper's 1000 inputs, and more for fewer.
let J = 0.1 * (1000 / Double(inputs)).squareRoot()
let tau = 20.0, V_th = 20.0, V_reset = 10.0, tau_ref = 2.0
// The rate from outside, in Hz, that would hold a neuron at its threshold; each neuron gets eta times as much.
let outside = eta * V_th / (J * Double(inputs) * tau) * 1000

final class Brunel: DynamicalSystem {
  let neurons: LIF
  let excite: Projection, inhibit: Projection
  let background: PoissonInput

  init(seed: UInt64) throws {
    let count = excitatory + inhibitory
    neurons = LIF(count, V_rest: 0.0, V_reset: V_reset, V_th: V_th, tau: tau, tau_ref: tau_ref)
    excite = try Projection(
      from: Subgroup(of: neurons, 0..<excitatory), to: neurons,
      .fixedInDegree(inputs, from: excitatory, to: count, seed: seed), weight: J, delay: 1.5, synapse: .delta)
    inhibit = try Projection(
      from: Subgroup(of: neurons, excitatory..<count), to: neurons,
      .fixedInDegree(inhibitoryInputs, from: inhibitory, to: count, seed: seed + 1), weight: -g * J, delay: 1.5, synapse: .delta)
    background = try PoissonInput(to: neurons, sources: inputs, rate: outside, weight: J, synapse: .delta, seed: seed + 2)
    super.init()
  }
}

/// The rate in Hz of a leaky neuron in noise. (Siegert's formula.)
func rate(mean: Double, deviation: Double) -> Double {
  let low = (V_reset - mean) / deviation, high = (V_th - mean) / deviation, pieces = 400
  let width = (high - low) / Double(pieces)
  let integral = (0..<pieces).reduce(0.0) { sum, piece in
    let u = low + (Double(piece) + 0.5) * width
    return sum + exp(u * u) * erfc(-u) * width
  }
  return 1000 / (tau_ref + tau * Double.pi.squareRoot() * integral)
}

/// The rate in Hz at which the network's own input and its output agree.
func theory() -> Double {
  let gamma = Double(inhibitoryInputs) / Double(inputs), weight = Double(inputs) * J * tau / 1000
  var nu = 20.0
  for _ in 0..<400 {
    let mean = weight * (outside + nu * (1 - gamma * g)), variance = weight * J * (outside + nu * (1 + gamma * g * g))
    nu += 0.05 * (rate(mean: mean, deviation: variance.squareRoot()) - nu)
  }
  return nu
}

let milliseconds = Example.isSmall ? 300.0 : 1200.0, warm = 100.0
let network = try Brunel(seed: 3)
let count = network.neurons.count
print("\(count) neurons, \(network.excite.connections.count + network.inhibit.connections.count) synapses")
let record = try network.run(milliseconds, monitors: ["spikes": Monitor(spikesOf: network.neurons)])
guard let spikes = record.spikes("spikes") else { fatalError("the monitor's spikes are there") }
let times = try spikes.times.scalars(as: Double.self), neurons = try spikes.neurons.scalars(as: Int.self)

// How irregular each neuron fires: the deviation of the intervals over their mean, which is 1 for Poisson's.
var trains = [[Double]](repeating: [], count: count)
for (time, neuron) in zip(times, neurons) where time > warm { trains[neuron].append(time) }
let variations = trains.filter { $0.count > 4 }.map { train in
  let intervals = zip(train.dropFirst(), train).map { $0 - $1 }
  let mean = intervals.reduce(0, +) / Double(intervals.count)
  let variance = intervals.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(intervals.count - 1)
  return variance.squareRoot() / mean
}
let variation = variations.reduce(0, +) / Double(max(1, variations.count))
try Figures.raster(times, neurons, count: 50, window: milliseconds - 200...milliseconds, name: "brunel-spikes")
var activity = [Double](repeating: 0, count: Int(milliseconds) + 1)
for time in times { activity[Int(time)] += 1 }
try Figures.bars(
  Array(activity.suffix(200)), from: milliseconds - 199, every: 1, x: "t (ms)", y: "spikes in 1 ms", name: "brunel-activity")

let found = Double(times.filter { $0 > warm }.count) / Double(count) / (milliseconds - warm) * 1000
print("variation of the intervals: \(Example.short(variation))")
Example.check("spikes a neuron and second", found, is: theory(), within: 0.15 * theory())
