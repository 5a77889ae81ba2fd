import Foundation
import Hillock
import HillockDynamics

/// Networks of spiking neurons, a second of biology in steps of 0.1 ms, beside Brian2's C++ stand-alone of the same equations in the same
/// run. Brian2 measures its own simulation, without building and compiling. The rates stand below the times: they must agree.
///
/// The networks are benchmarks 1 and 2 of Brette et al. (J. Comput. Neurosci. 23, 2007) with 80 inputs a neuron at every size.
enum NetworksSuite {
  static let suite = Suite(name: "networks") { context in
    for (name, size) in [("coba", 4_000), ("cuba", 4_000), ("coba", 40_000), ("cuba", 40_000)] {
      try measure(name, size, context)
    }
  }

  private static func measure(_ name: String, _ count: Int, _ context: Context) throws {
    for threads in Set([1, context.machine.threads]).sorted() {
      try Timing.configured(.auto, threads: threads) {
        let network = name == "coba" ? try BalancedNetwork.coba(count, seed: 1) : try .cuba(count, seed: 1)
        var times: [Double] = [], theirs: [Double] = [], spikes = 0, peer: (name: String, rate: Double)?
        try network.run(100)  // the first steps are not like the rest, and compile
        for _ in 0..<3 {
          times.append(
            try Timing.microseconds {
              spikes +=
                try network.run(1000, monitors: ["spikes": Monitor(spikesOf: network.neurons)]).spikes("spikes")?.count ?? 0
            })
          if context.peer != nil, let run = try brian2(name, count, threads) {
            theirs.append(run.seconds * 1e6)
            peer = (run.peer, run.rate)
          }
        }
        var row = Row(
          suite: "networks", name: "\(name) \(count)", tier: "auto", threads: threads, us: Timing.median(times), limit: nil)
        row.peer = peer?.name
        row.peerUs = peer == nil ? nil : Timing.median(theirs)
        try context.report.add(row)
        let rate = Double(spikes) / 3 / Double(count)
        context.report.note(
          String(format: "  %.2f spikes a neuron and second", rate)
            + (peer.map { String(format: "; Brian2 %.2f", $0.rate) } ?? ""))
      }
    }
  }

  private struct Run: Decodable {
    let peer: String
    let seconds: Double
    let rate: Double
  }

  /// A run of Brian2 in a process of its own; nil where it is not installed.
  private static func brian2(_ name: String, _ count: Int, _ threads: Int) throws -> Run? {
    let folder = ProcessInfo.processInfo.environment["HILLOCK_BENCH_PEERS"] ?? "peers"
    let python = folder + "/.venv-networks/bin/python"
    guard FileManager.default.isExecutableFile(atPath: python) else { return nil }
    let process = Process(), output = Pipe()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [folder + "/brian2_networks.py", name, "\(count)", "1", "\(threads)"]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let lines = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
    process.waitUntilExit()
    guard process.terminationStatus == 0, let last = lines.last else { throw BenchError("Brian2 did not run \(name)") }
    return try JSONDecoder().decode(Run.self, from: Data(last.utf8))
  }
}

/// Leaky neurons, 80 % of them excitatory, with random connections.
private final class BalancedNetwork: DynamicalSystem {
  let neurons: LIF
  private let projections: [Projection]

  private init(_ neurons: LIF, weights: (Double, Double), outputs: (SynapticOutput, SynapticOutput), seed: UInt64) throws {
    let count = neurons.count, excitatory = count * 4 / 5, p = 80.0 / Double(count)
    self.neurons = neurons
    projections = [
      try Projection(
        from: Subgroup(of: neurons, 0..<excitatory), to: neurons,
        .fixedProbability(p, from: excitatory, to: count, seed: seed + 1),
        weight: weights.0, synapse: .exponential(tau: 5), output: outputs.0),
      try Projection(
        from: Subgroup(of: neurons, excitatory..<count), to: neurons,
        .fixedProbability(p, from: count - excitatory, to: count, seed: seed + 2),
        weight: weights.1, synapse: .exponential(tau: 10), output: outputs.1),
    ]
    super.init()
  }

  static func coba(_ count: Int, seed: UInt64) throws -> BalancedNetwork {
    let neurons = LIF(
      count, V_rest: -60.0, V_reset: -60.0, V_th: -50.0, tau: 20.0, tau_ref: 5.0,
      V: RandomState(seed: seed).normal(count, mean: -55.0, std: 2.0))
    neurons.input[...] = 20
    return try BalancedNetwork(
      neurons, weights: (0.6, 6.7), outputs: (.conductance(reversal: 0), .conductance(reversal: -80)), seed: seed)
  }

  static func cuba(_ count: Int, seed: UInt64) throws -> BalancedNetwork {
    let neurons = LIF(
      count, V_rest: -49.0, V_reset: -60.0, V_th: -50.0, tau: 20.0, tau_ref: 5.0,
      V: RandomState(seed: seed).uniform(count, low: -60.0, high: -50.0))
    return try BalancedNetwork(neurons, weights: (1.62, -9), outputs: (.current, .current), seed: seed)
  }
}
