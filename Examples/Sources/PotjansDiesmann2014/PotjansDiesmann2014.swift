// The microcircuit under a square millimetre of cortex: four layers, each with excitatory and inhibitory neurons, connected with the
// probabilities that were measured. (Potjans and Diesmann, Cereb. Cortex 24, 2014; parameters of the authors' program PD14.)
//
// The usual form has a tenth of the neurons, and each neuron a tenth of its synapses, which are stronger; what is missing of the mean input comes
// as a current (van Albada, Helias and Diesmann, PLoS Comput. Biol. 11, 2015). `--whole` has 77 169 neurons and 300 million synapses,
// which take 2.7 GB; building and running them takes 3.1 GB.

import Foundation
import Hillock
import HillockDynamics
import Support

let populations = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
let wholeSizes = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
/// The probability of a connection: a row for each target, a column for each source.
let probabilities = [
  [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0], [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0],
  [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0], [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0],
  [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0], [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0],
  [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
  [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
]
/// Synapses of a neuron with sources outside, each of which fires at 8 Hz.
let outside = [1600.0, 1500, 2100, 1900, 2000, 1900, 2900, 2100]
/// Potentials at the beginning.
let startMeans = [-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43]
let startDeviations = [5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48]
/// The rates of the whole circuit in NEST, in Hz.
let knownRates = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829]
/// A synaptic current of 87.8 pA makes a potential of 0.15 mV.
let weight = 87.81, relativeInhibition = -4.0

final class Microcircuit: DynamicalSystem {
  let neurons: IafPsc
  let projections: [Projection]
  let background: PoissonInput
  /// Where each population begins, and the end.
  let starts: [Int]

  init(scale: Double, seed: UInt64) throws {
    let sizes = wholeSizes.map { Int((Double($0) * scale).rounded()) }, stronger = 1 / scale.squareRoot()
    starts = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let generator = RandomState(seed: seed)
    random.seed(seed + 1)
    /// The weight of a synapse in pA.
    func current(_ source: Int, _ target: Int) -> Double {
      source % 2 == 1 ? relativeInhibition * weight : source == 2 && target == 0 ? 2 * weight : weight
    }
    /// The number of synapses of the whole circuit.
    func synapses(_ source: Int, _ target: Int) -> Double {
      log(1 - probabilities[target][source]) / log(1 - 1 / (Double(wholeSizes[source]) * Double(wholeSizes[target])))
    }
    /// An array with a number for each neuron, from one for each population.
    func spread(_ values: [Double]) -> NDArray {
      concatenate(zip(values, sizes).map { full([$1], $0) })
    }
    // The current, in pA, that fewer but stronger synapses lack: an exponential current of 0.5 ms has the charge 0.5 ms · weight.
    let missing = populations.indices.map { target in
      let inside = populations.indices.reduce(0.0) { sum, source in
        sum + knownRates[source] * current(source, target) * synapses(source, target) / Double(wholeSizes[target])
      }
      return 0.001 * 0.5 * (1 - scale.squareRoot()) * (inside + weight * outside[target] * 8)
    }
    let count = starts[8]
    neurons = IafPsc(
      count, E_L: -65.0, C_m: 250.0, tau_m: 10.0, t_ref: 2.0, V_th: -50.0, V_reset: -65.0, I_e: spread(missing),
      V: spread(startMeans) + spread(startDeviations) * generator.normal(count))
    var projections: [Projection] = []
    for source in populations.indices {
      let parts = try populations.indices.map { target in
        try Connections.fixedTotalNumber(
          Int((synapses(source, target) * scale * scale).rounded()), from: sizes[source], to: sizes[target],
          seed: seed + UInt64(2 + 8 * source + target))
      }
      let connections = try Connections(sideBySide: parts)
      // A tenth of deviation: the sign stays.
      var weights = current(source, 1) * stronger * (1 + 0.1 * generator.normal(connections.count))
      if source == 2 { weights = select(connections.targets .< sizes[0], 2 * weights, weights) }
      projections.append(
        try Projection(
          from: Subgroup(of: neurons, starts[source]..<starts[source + 1]), to: neurons, connections, weight: weights,
          delay: Distribution.normal(
            mean: source % 2 == 0 ? 1.5 : 0.75, std: source % 2 == 0 ? 0.75 : 0.375, between: 0.051...20
          ).rounded(to: 0.1),
          synapse: .exponential(tau: 0.5)))
    }
    self.projections = projections
    background = try PoissonInput(
      to: neurons, rate: spread(outside.map { ($0 * scale).rounded() * 8 }), weight: weight * stronger,
      synapse: .exponential(tau: 0.5), seed: seed)
    super.init()
  }
}

let scale = Example.isSmall ? 0.02 : Example.isWhole ? 1 : 0.1
let milliseconds = Example.isSmall ? 300.0 : 1100.0, warm = 100.0
var built: Microcircuit?
let building = try Example.seconds { built = try Microcircuit(scale: scale, seed: 55) }
guard let network = built else { fatalError("it is built") }
let count = network.neurons.count
print(
  "\(count) neurons, \(network.projections.reduce(0) { $0 + $1.connections.count }) synapses, in \(Example.short(building)) s")
let record = try network.run(milliseconds, monitors: ["spikes": Monitor(spikesOf: network.neurons)])
guard let spikes = record.spikes("spikes") else { fatalError("the monitor's spikes are there") }
let times = try spikes.times.scalars(as: Double.self), neurons = try spikes.neurons.scalars(as: Int.self)
try Figures.raster(times, neurons.map { count - 1 - $0 }, count: count, window: warm...warm + 200, name: "microcircuit")

var rates = [Double](repeating: 0, count: 8)
for (time, neuron) in zip(times, neurons) where time > warm { rates[network.starts.lastIndex { $0 <= neuron }!] += 1 }
for (place, name) in populations.enumerated() {
  rates[place] /= Double(network.starts[place + 1] - network.starts[place]) * (milliseconds - warm) / 1000
  print("\(name)  \(Chart.bar(rates[place], of: 12, width: 30)) \(Example.short(rates[place])) Hz")
}
for (place, name) in populations.enumerated() {
  Example.check("\(name), Hz", rates[place], is: knownRates[place], within: Example.isSmall ? 6 : 2)
}
