// Synapses that compete: a neuron gets 1000 Poisson trains, and each synapse grows if its spikes come before the neuron's own and shrinks if
// they come after. In the end most are near nothing or near the most there can be. (Song, Miller and Abbott, Nat. Neurosci. 3, 2000.)

import Hillock
import HillockDynamics
import Support

final class Competition: DynamicalSystem {
  static let most = 0.01
  let inputs = PoissonGroup(1000, rates: 15, seed: 4)
  let neuron = LIF(1, V_rest: -74.0, V_reset: -60.0, V_th: -54.0, tau: 10.0, tau_ref: 0.0, V: -60.0)
  let learn: PlasticProjection

  init(seed: UInt64) throws {
    random.seed(seed)
    let most = Competition.most
    learn = try PlasticProjection(
      from: inputs, to: neuron, .allToAll(from: 1000, to: 1), weight: Distribution.uniform(0, most),
      rule: STDP(potentiation: 0.01 * most, depression: 0.0105 * most, bounds: 0...most), synapse: .exponential(tau: 5),
      output: .conductance(reversal: 0))
    super.init()
  }
}

let seconds = Example.isSmall ? 5 : 100
let network = try Competition(seed: 8)

/// How many weights lie in each tenth of what there can be.
func histogram(_ network: Competition) throws -> [Double] {
  var counts = [Double](repeating: 0, count: 10)
  for w in try network.learn.weight.value.scalars(as: Double.self) { counts[min(Int(w / Competition.most * 10), 9)] += 1 }
  return counts
}

var rates: [Double] = []
for part in 0..<(seconds / 5) {
  let record = try network.run(5000, monitors: ["spikes": Monitor(spikesOf: network.neuron)])
  rates.append(Double(record.spikes("spikes")?.count ?? 0) / 5)
  if part % 4 == 0 {
    print("after \(part * 5 + 5) s: \(Example.short(rates[part])) Hz, weights", try histogram(network).map { Int($0) })
  }
}
let weights = try histogram(network)
for (tenth, count) in weights.enumerated() { print(tenth, Chart.bar(count, of: 1000)) }
try Figures.bars(weights, from: 0.05, every: 0.1, x: "weight, over the largest", y: "synapses", name: "stdp-weights")
try Figures.curves([rates], every: 5, x: "t (s)", y: "rate (Hz)", name: "stdp-rate")

let mean = try network.learn.weight.value.mean().item(as: Double.self) / Competition.most
// Brian2's after 5 s: 0.49, and 42 spikes a second until then. After 100 s: 0.47, and 20 to 30 in the last 5 s.
Example.check("mean weight, over the largest", mean, is: Example.isSmall ? 0.49 : 0.47, within: 0.03)
Example.check("spikes a second", rates.last ?? 0, is: Example.isSmall ? 42 : 25, within: 15)
if !Example.isSmall {
  Example.check("most weights lie at the ends", weights[0] > 1.5 * weights[5] && weights[9] > 1.5 * weights[5])
}
