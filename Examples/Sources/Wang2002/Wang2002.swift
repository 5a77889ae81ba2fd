// A decision: two populations of neurons compete about which of two inputs is the stronger. Slow NMDA receptors let them add up what
// arrives for a second; shared inhibition lets only one of them win. (Wang, Neuron 36, 2002.)
//
// Of 1600 excitatory neurons 240 prefer A and 240 prefer B; 400 are inhibitory. All are connected with all. The motion's coherence is
// 51.2 %: the input to A is that much above its mean of 40 Hz, and the input to B below.

import Foundation
import Hillock
import HillockDynamics
import Support

/// The network, at a scale: with fewer neurons the weights between them are larger.
final class Decision: DynamicalSystem {
  let A: LIF, B: LIF, others: LIF, inhibitory: LIF
  let projections: [DynamicalSystem]
  /// The input's spikes a second.
  let toA = Variable(NDArray(0.0)), toB = Variable(NDArray(0.0))

  init(scale: Int = 1, seed: UInt64) throws {
    func pyramidal(_ count: Int) -> LIF {
      LIF(count / scale, V_rest: -70.0, V_reset: -55.0, V_th: -50.0, R: 40.0, tau: 20.0, tau_ref: 2.0, V: -55.0)
    }
    A = pyramidal(240)
    B = pyramidal(240)
    others = pyramidal(1120)
    inhibitory = LIF(400 / scale, V_rest: -70.0, V_reset: -55.0, V_th: -50.0, R: 50.0, tau: 10.0, tau_ref: 1.0, V: -55.0)

    // Neurons that prefer the same excite each other more, and are excited less by the others: w₊ and w₋.
    let strong = 1.7, fraction = 0.15, weak = 1 - fraction * (strong - 1) / (1 - fraction)
    let senders: [(LIF, toA: Double, toB: Double)] = [(A, strong, weak), (B, weak, strong), (others, weak, weak)]
    var projections: [DynamicalSystem] = []
    // Conductances in µS, as potentials are in mV and currents in nA.
    for (target, AMPA, NMDA, GABA, outside) in [
      (A, 0.05, 0.165, 1.3, 2.1), (B, 0.05, 0.165, 1.3, 2.1), (others, 0.05, 0.165, 1.3, 2.1),
      (inhibitory, 0.04, 0.13, 1.0, 1.62),
    ] {
      let unit = 0.001 * Double(scale)
      for (sender, toA, toB) in senders {
        let w = target === A ? toA : target === B ? toB : 1
        let all = try Connections.allToAll(from: sender.count, to: target.count)
        projections.append(
          try Projection(
            from: sender, to: target, all, weight: w * AMPA * unit, delay: 0.5, synapse: .exponential(tau: 2),
            output: .conductance(reversal: 0)))
        projections.append(
          try GatedProjection(
            from: sender, to: target, all, weight: w * NMDA * unit, delay: 0.5, synapse: .nmda(rise: 2, decay: 100, slope: 0.5),
            output: .magnesiumBlock(reversal: 0, magnesium: 1)))
      }
      projections.append(
        try Projection(
          from: inhibitory, to: target, .allToAll(from: inhibitory.count, to: target.count), weight: GABA * unit, delay: 0.5,
          synapse: .exponential(tau: 5), output: .conductance(reversal: -70)))
      projections.append(
        try PoissonInput(
          to: target, rate: 2400, weight: outside * 0.001, synapse: .exponential(tau: 2), output: .conductance(reversal: 0),
          seed: seed + UInt64(projections.count)))
    }
    for (target, rate) in [(A, toA), (B, toB)] {
      projections.append(
        try PoissonInput(
          to: target, rate: rate, weight: 0.0021, synapse: .exponential(tau: 2), output: .conductance(reversal: 0),
          seed: seed + UInt64(projections.count)))
    }
    self.projections = projections
    super.init()
  }
}

// The small form ends before the motion begins.
let before = Example.isSmall ? 300.0 : 500.0, motion = Example.isSmall ? 0.0 : 1000.0, after = Example.isSmall ? 0.0 : 500.0
let milliseconds = before + motion + after
let network = try Decision(scale: Example.isSmall ? 4 : 1, seed: 11)

// Both inputs change every 50 ms, with a deviation of 4 Hz; they are there while the dots move.
let coherence = 0.512, pieces = Int(milliseconds / 50)
let jitter = RandomState(seed: 2).normal(2, pieces, std: 4)
let starts = arange(pieces) * 50, isMoving = ((starts .>= before) .& (starts .< before + motion)).asType(.f32)
let ratesA = isMoving * maximum(40 * (1 + coherence) + jitter[0], 0),
  ratesB = isMoving * maximum(40 * (1 - coherence) + jitter[1], 0)
let populations = [("A", network.A), ("B", network.B), ("others", network.others), ("inhibitory", network.inhibitory)]
let record = try network.run(
  milliseconds, monitors: Dictionary(uniqueKeysWithValues: populations.map { ($0.0, Monitor(spikesOf: $0.1)) })
) { step in
  let piece = floorDivide(step.index, 500)
  network.toA.value = ratesA[piece]
  network.toB.value = ratesB[piece]
}

/// Spikes a neuron and second of a population, in windows of 25 ms.
func course(_ name: String, _ group: LIF) throws -> [Double] {
  guard let spikes = record.spikes(name) else { fatalError("the monitor's spikes are there") }
  var counts = [Double](repeating: 0, count: Int(milliseconds / 25))
  for time in try spikes.times.scalars(as: Double.self) { counts[min(Int(time / 25), counts.count - 1)] += 1 }
  return counts.map { $0 / Double(group.count) / 25 * 1000 }
}
let courses = try populations.map { try course($0.0, $0.1) }
for (population, course) in zip(populations, courses) {
  print(population.0 + ":", course.map { String(Int($0.rounded())) }.joined(separator: " "))
}
try Figures.curves(
  Array(courses.prefix(2)), every: 25, x: "t (ms)", y: "rate (Hz)", sharesScale: true, name: "decision-rates")

func mean(_ course: [Double], _ window: ClosedRange<Double>) -> Double {
  let part = course[Int(window.lowerBound / 25)..<Int(window.upperBound / 25)]
  return part.reduce(0, +) / Double(part.count)
}
// Before the motion the paper's network fires at about 3 and 9 Hz.
Example.check("excitatory neurons before the motion, Hz", mean(courses[2], 100...before), is: 3, within: 2)
Example.check("inhibitory neurons before the motion, Hz", mean(courses[3], 100...before), is: 9, within: 4)
if !Example.isSmall {
  let decision = courses[0].firstIndex { $0 > 15 }.map { Double($0 + 1) * 25 - before }
  print("A reaches 15 Hz after \(decision.map { Example.short($0) } ?? "no") ms of motion")
  Example.check("A fires at 15 Hz or more when the motion ends", mean(courses[0], before + motion - 100...before + motion) > 15)
  Example.check("B after the decision, Hz", mean(courses[1], milliseconds - 300...milliseconds), is: 0, within: 5)
}
