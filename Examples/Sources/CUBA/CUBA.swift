// A network of 4 000 neurons that keeps itself awake, whose synapses are currents: 80 % excitatory and 20 % inhibitory leaky neurons, with 80
// inputs each. (Vogels and Abbott, J. Neurosci. 25, 2005; benchmark 2 of Brette et al., J. Comput. Neurosci. 23, 2007.) A neuron
// alone would fire: it rests at −49 mV, above its threshold. Most are held below it by inhibition.

import Hillock
import HillockDynamics
import Support

final class CUBA: DynamicalSystem {
  let neurons: LIF
  let excite: Projection, inhibit: Projection

  init(_ count: Int, seed: UInt64) throws {
    let excitatory = count * 4 / 5, p = 80.0 / Double(count)
    neurons = LIF(
      count, V_rest: -49.0, V_reset: -60.0, V_th: -50.0, tau: 20.0, tau_ref: 5.0,
      V: RandomState(seed: seed).uniform(count, low: -60, high: -50))
    excite = try Projection(
      from: Subgroup(of: neurons, 0..<excitatory), to: neurons,
      .fixedProbability(p, from: excitatory, to: count, seed: seed + 1), weight: 1.62, synapse: .exponential(tau: 5))
    inhibit = try Projection(
      from: Subgroup(of: neurons, excitatory..<count), to: neurons,
      .fixedProbability(p, from: count - excitatory, to: count, seed: seed + 2), weight: -9, synapse: .exponential(tau: 10))
    super.init()
  }
}

let count = Example.isSmall ? 1000 : 4000, milliseconds = Example.isSmall ? 300.0 : 1000.0
let network = try CUBA(count, seed: 7)
print("\(count) neurons, \(network.excite.connections.count + network.inhibit.connections.count) synapses")

let rate = try Example.rate(of: network, network.neurons, over: milliseconds, name: "cuba")
// Brian2 gives 5.6 to 5.8 for 4 000 neurons.
Example.check("spikes a neuron and second", rate, is: 5.7, within: Example.isSmall ? 2.5 : 1.2)
