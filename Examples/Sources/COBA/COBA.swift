// A network of 4 000 neurons that keeps itself awake: 80 % excitatory and 20 % inhibitory leaky neurons with synaptic conductances and random
// connections. (Vogels and Abbott, J. Neurosci. 25, 2005; benchmark 1 of Brette et al., J. Comput. Neurosci. 23, 2007, with 80 inputs a
// neuron.) Brian2 gives 22 to 24.5 spikes a neuron and second for the same equations.

import Hillock
import HillockDynamics
import HillockPictures
import Support

final class COBA: DynamicalSystem {
  let neurons: LIF
  let excite: Projection, inhibit: Projection

  init(_ count: Int, seed: UInt64) throws {
    let excitatory = count * 4 / 5, p = 80.0 / Double(count)
    let generator = RandomState(seed: seed)
    neurons = LIF(
      count, V_rest: -60.0, V_reset: -60.0, V_th: -50.0, tau: 20.0, tau_ref: 5.0, V: generator.normal(count, mean: -55, std: 2))
    neurons.input[...] = 20  // mV: the leak's conductance is the unit of the synapses'
    excite = try Projection(
      from: Subgroup(of: neurons, 0..<excitatory), to: neurons,
      .fixedProbability(p, from: excitatory, to: count, seed: seed + 1),
      weight: 0.6, synapse: .exponential(tau: 5), output: .conductance(reversal: 0))
    inhibit = try Projection(
      from: Subgroup(of: neurons, excitatory..<count), to: neurons,
      .fixedProbability(p, from: count - excitatory, to: count, seed: seed + 2),
      weight: 6.7, synapse: .exponential(tau: 10), output: .conductance(reversal: -80))
    super.init()
  }
}

let count = Example.isSmall ? 1000 : 4000, milliseconds = Example.isSmall ? 200.0 : 1000.0
let network = try COBA(count, seed: 7)
try network.run(1)  // compiles
var record = try network.run(0)
let seconds = try Example.seconds {
  record = try network.run(milliseconds, monitors: ["spikes": Monitor(spikesOf: network.neurons)])
}
guard let spikes = record.spikes("spikes") else { fatalError("the monitor's spikes are there") }
let rate = Double(spikes.count) / Double(count) / milliseconds * 1000
print("\(count) neurons, \(network.excite.connections.count + network.inhibit.connections.count) synapses")
print(
  "\(Example.short(milliseconds)) ms in \(Example.short(seconds * 1000)) ms: \(Example.short(rate)) spikes a neuron and second")

// Excitatory neurons in blue, inhibitory ones in red, and the rate of both.
let excitatory = count * 4 / 5, shown = 0...min(milliseconds, 500)
func raster(_ neurons: Range<Int>, _ label: String, _ color: Color) throws -> Panel {
  try Panel.raster(spikes, of: neurons, over: shown, label: label, color: color)
}
var panel = try raster(excitatory - 160..<excitatory, "excitatory", .blue)
  .adding(raster(excitatory..<excitatory + 40, "inhibitory", .vermilion))
panel.y.range = Double(excitatory - 160)...Double(excitatory + 40)
panel.x.isLabelled = false
panel.height = 2
let course = try Panel.rate(spikes.rate(of: 0..<count, over: shown, bin: 0.5, smoothing: .gaussian(sigma: 2)), color: .black)
var figure = Figure(width: 12, height: 10, panel, course)
figure.hasLetters = true
try Example.write(figure, "coba.svg")

let irregularity = try spikes.cv(of: 0..<count, over: 0...milliseconds).scalars(as: Double.self).filter { !$0.isNaN }
print("mean CV of the intervals: \(Example.short(irregularity.reduce(0, +) / Double(irregularity.count)))")
Example.check("spikes a neuron and second", rate, is: 22.5, within: Example.isSmall ? 8 : 3)
