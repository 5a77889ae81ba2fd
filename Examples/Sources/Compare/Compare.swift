// The networks of tools/compare: reads what its Python scripts have drawn, and writes potentials, spikes and rates for them to compare with those
// of NEST and Brian2. `tools/compare/run` builds and runs it.

import Foundation
import Hillock
import HillockDynamics

let folder = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("-") } ?? "."

/// A network of a case: sources with given spikes, and neurons that are connected with each other.
final class Network: DynamicalSystem {
  let neurons: NeuGroup
  let projections: [Projection]

  /// - Parameter receptors: what a connection of a sender acts on; nil if it is another's.
  init(_ neurons: NeuGroup, _ file: NamedArrays, receptors: [(isExcitatory: Bool?, Synapse, SynapticOutput)]) throws {
    self.neurons = neurons
    func numbers<T: ArrayElement>(_ name: String) throws -> [T] { try file[name]!.scalars() }
    let sourceCount: Int = try file["sources_count"]!.item()
    let sources = try SpikeTimeGroup(sourceCount, times: numbers("times"), indices: numbers("sources"))
    var projections: [Projection] = []
    for (prefix, source, size) in [("in", sources as any SpikeSource, sourceCount), ("own", neurons, neurons.count)] {
      let pre: [Int] = try numbers("\(prefix)_pre"), post: [Int] = try numbers("\(prefix)_post")
      let weights: [Double] = try numbers("\(prefix)_weight"), delays: [Double] = try numbers("\(prefix)_delay")
      for (isExcitatory, synapse, output) in receptors {
        let own = pre.indices.filter { isExcitatory == nil || isExcitatory == (pre[$0] < size * 4 / 5) }
        projections.append(
          try Projection(
            from: source, to: neurons, Connections(pairs: own.map { (pre[$0], post[$0]) }, from: size, to: neurons.count),
            weight: NDArray(own.map { weights[$0] }, dtype: .f64), delay: NDArray(own.map { delays[$0] }, dtype: .f64),
            synapse: synapse, output: output))
      }
    }
    self.projections = projections
    super.init()
  }
}

func compare(_ name: String) throws {
  let file = try NamedArrays(contentsOf: "\(folder)/\(name).npz")
  let count: Int = try file["neurons"]!.item(), duration: Double = try file["duration"]!.item()
  let V = file["V"]!, I = file["I"]!
  let network: Network
  switch name {
  case "nest-exp", "nest-alpha", "nest-delta":
    let synapse: Synapse = name == "nest-exp" ? .exponential(tau: 2) : name == "nest-alpha" ? .alpha(tau: 2) : .delta
    network = try Network(IafPsc(count, I_e: I, V: V, dtype: .f64), file, receptors: [(nil, synapse, .current)])
  case "brian2-coba":
    let neurons = LIF(count, V_rest: -60, V_reset: -60, V_th: -50, tau: 20, tau_ref: 5, V: V, dtype: .f64)
    neurons.input.value = I
    network = try Network(
      neurons, file,
      receptors: [
        (true, .exponential(tau: 5), .conductance(reversal: 0)), (false, .exponential(tau: 10), .conductance(reversal: -80)),
      ])
  case "brian2-hh":
    let neurons = TraubMiles(count, tau_ref: 3, V: V, dtype: .f64)
    neurons.input.value = I
    network = try Network(
      neurons, file,
      receptors: [
        (true, .exponential(tau: 5), .conductance(reversal: 0)), (false, .exponential(tau: 10), .conductance(reversal: -80)),
      ])
  default:
    let neurons = LIF(count, V_rest: -49, V_reset: -60, V_th: -50, tau: 20, tau_ref: 5, V: V, dtype: .f64)
    neurons.input.value = I
    network = try Network(
      neurons, file, receptors: [(true, .exponential(tau: 5), .current), (false, .exponential(tau: 10), .current)])
  }
  let record = try network.run(
    duration, monitors: ["V": network.neurons.V, "spikes": Monitor(spikesOf: network.neurons)])
  var results = NamedArrays()
  results["V"] = record["V"]
  results["times"] = record.spikes("spikes")?.times
  results["neurons"] = record.spikes("spikes")?.neurons
  try results.save(to: "\(folder)/\(name).hillock.npz")
}

/// Benchmarks 1 and 2 of Brette et al. (2007): 4 000 neurons with 80 inputs each. τ_ref of 4.9 ms here is 5 ms in Brian2.
final class Balanced: DynamicalSystem {
  let neurons: LIF
  let projections: [Projection]

  init(isCOBA: Bool, seed: UInt64) throws {
    let count = 4000, excitatory = 3200, p = 80.0 / Double(count)
    let generator = RandomState(seed: seed)
    let start = isCOBA ? generator.normal(count, mean: -55, std: 2) : generator.uniform(count, low: -60, high: -50)
    neurons = LIF(count, V_rest: isCOBA ? -60 : -49, V_reset: -60, V_th: -50, tau: 20, tau_ref: 4.9, V: start)
    neurons.input[...] = isCOBA ? 20 : 0
    projections = [
      try Projection(
        from: Subgroup(of: neurons, 0..<excitatory), to: neurons,
        .fixedProbability(p, from: excitatory, to: count, seed: 2 * seed), weight: isCOBA ? 0.6 : 1.62,
        synapse: .exponential(tau: 5), output: isCOBA ? .conductance(reversal: 0) : .current),
      try Projection(
        from: Subgroup(of: neurons, excitatory..<count), to: neurons,
        .fixedProbability(p, from: count - excitatory, to: count, seed: 2 * seed + 1), weight: isCOBA ? 6.7 : -9,
        synapse: .exponential(tau: 10), output: isCOBA ? .conductance(reversal: -80) : .current),
    ]
    super.init()
  }
}

func rates(isCOBA: Bool) throws -> NDArray {
  NDArray(
    try (1...10).map { seed in
      let network = try Balanced(isCOBA: isCOBA, seed: UInt64(seed))
      let record = try network.run(1000, monitors: ["spikes": Monitor(spikesOf: network.neurons)])
      return Double(record.spikes("spikes")?.count ?? 0) / 4000
    }, dtype: .f64)
}

for name in ["nest-exp", "nest-alpha", "nest-delta", "brian2-coba", "brian2-cuba", "brian2-hh"] { try compare(name) }
var results = NamedArrays()
results["coba"] = try rates(isCOBA: true)
results["cuba"] = try rates(isCOBA: false)
try results.save(to: "\(folder)/rates.hillock.npz")
