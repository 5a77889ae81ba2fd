// 4 000 neurons with sodium and potassium channels and synaptic conductances, 80 % of them excitatory, with 80 inputs each. (Benchmark 3 of
// Brette et al., J. Comput. Neurosci. 23, 2007.) Nothing comes from outside: conductances that are open at the beginning start it.

import Hillock
import HillockDynamics
import Support

final class COBAHH: DynamicalSystem {
  let neurons: TraubMiles
  let excite: Projection, inhibit: Projection

  /// Conductances in nS of a neuron with 20 000 µm² of membrane, as mS/cm².
  static let nS = 0.005

  init(_ count: Int, seed: UInt64) throws {
    let excitatory = count * 4 / 5, p = 80.0 / Double(count)
    let generator = RandomState(seed: seed)
    neurons = TraubMiles(count, V: generator.normal(count, mean: -65, std: 5))
    excite = try Projection(
      from: Subgroup(of: neurons, 0..<excitatory), to: neurons,
      .fixedProbability(p, from: excitatory, to: count, seed: seed + 1), weight: 6 * COBAHH.nS, synapse: .exponential(tau: 5),
      output: .conductance(reversal: 0))
    inhibit = try Projection(
      from: Subgroup(of: neurons, excitatory..<count), to: neurons,
      .fixedProbability(p, from: count - excitatory, to: count, seed: seed + 2), weight: 67 * COBAHH.nS,
      synapse: .exponential(tau: 10), output: .conductance(reversal: -80))
    super.init()
    excite.receptor.g.value = generator.normal(count, mean: 40 * COBAHH.nS, std: 15 * COBAHH.nS)
    inhibit.receptor.g.value = generator.normal(count, mean: 200 * COBAHH.nS, std: 120 * COBAHH.nS)
  }
}

let count = Example.isSmall ? 1000 : 4000, milliseconds = Example.isSmall ? 300.0 : 1000.0
let network = try COBAHH(count, seed: 7)
print("\(count) neurons, \(network.excite.connections.count + network.inhibit.connections.count) synapses")

let rate = try Example.rate(of: network, network.neurons, over: milliseconds, name: "cobahh")
// Brian2 gives 38.6 and 39.1 for two networks of 4 000 neurons; those of 1 000 differ by 10 and more.
Example.check("spikes a neuron and second", rate, is: 38.9, within: Example.isSmall ? 12 : 5)
