// A gamma rhythm of inhibitory neurons alone: 100 interneurons that inhibit each other find a common time. (Wang and Buzsáki, J. Neurosci. 16,
// 1996.) Each gets a slightly different current. Their synapses open with the potential of the sender:
//
//     ds/dt = α·F(V)·(1 − s) − β·s,   F(V) = 1/(1 + exp(−V/2)),   α = 12/ms, β = 0.1/ms

import Foundation
import Hillock
import HillockDynamics
import Support

/// Inhibition from each neuron of a group to each: a synapse of one's own, as a part of the network.
final class GradedInhibition: DynamicalSystem {
  let neurons: NeuGroup
  /// The open fraction of each neuron's synapses.
  let s: Variable
  let conductance: Double

  /// - Parameter conductance: of all synapses of a neuron together, in mS/cm².
  init(_ neurons: NeuGroup, conductance: Double) {
    self.neurons = neurons
    self.conductance = conductance
    s = Variable(zeros(neurons.size))
    super.init()
  }

  override func propagate(_ step: TimeStep) {
    step.send(conductance: conductance * s.value.mean(), reversal: -75, to: neurons)
    let opening = 12 / (1 + exp(neurons.V * -0.5)), rate = opening + 0.1
    s.value = opening / rate + (s - opening / rate) * exp(-step.dt * rate)
  }

  override func update(_ step: TimeStep) {}
}

final class Interneurons: DynamicalSystem {
  let neurons: WangBuzsaki
  let inhibition: GradedInhibition

  init(_ count: Int, seed: UInt64) {
    let generator = RandomState(seed: seed)
    neurons = WangBuzsaki(count, V: generator.uniform(count, low: -70, high: -50))
    neurons.input.value = generator.normal(count, mean: 1, std: 0.03)  // µA/cm²
    inhibition = GradedInhibition(neurons, conductance: 0.1)
    super.init()
  }
}

let milliseconds = 1000.0, warm = 500.0
let network = Interneurons(100, seed: 2)
let record = try network.run(
  milliseconds, dt: 0.05,
  monitors: ["spikes": Monitor(spikesOf: network.neurons), "V": Monitor(every: 0.25) { network.neurons.V.value[..<2] }])
guard let spikes = record.spikes("spikes"), let V = record["V"] else { fatalError("the monitors' values are there") }
let times = try spikes.times.scalars(as: Double.self), neurons = try spikes.neurons.scalars(as: Int.self)
try Figures.raster(times, neurons, count: 100, window: 0...milliseconds, name: "gamma-spikes")
try Figures.curves((0..<2).map { try V[.all, $0].scalars() }, every: 0.25, x: "t (ms)", y: "V (mV)", name: "gamma-potentials")

// The paper's measure of coherence: in bins of a tenth of the period, how often two neurons fire in the same one.
let late = zip(times, neurons).filter { $0.0 > warm }
let frequency = Double(late.count) / 100 / (milliseconds - warm) * 1000, bin = 100 / frequency
var trains = [Set<Int>](repeating: [], count: 100)
for (time, neuron) in late { trains[neuron].insert(Int((time - warm) / bin)) }
var coherence = 0.0
for a in 0..<100 {
  for b in 0..<100 where a != b && !trains[a].isEmpty && !trains[b].isEmpty {
    coherence +=
      Double(trains[a].intersection(trains[b]).count) / Double(trains[a].count * trains[b].count).squareRoot() / 9900
  }
}
print("\(Example.short(frequency)) Hz, coherence \(Example.short(coherence))")
// Brian2, by Runge and Kutta's method: 35.4 to 36.5 Hz and a coherence of 0.47 to 0.59 in the same half second of three networks.
Example.check("spikes a neuron and second", frequency, is: 36, within: 3)
Example.check("coherence", coherence, is: 0.5, within: 0.2)
