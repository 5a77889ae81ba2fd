import Hillock
import HillockDynamics

extension Example {
  /// Runs a network for so many ms and draws it: the spikes of 200 neurons, and the potentials of three.
  ///
  /// - Returns: the spikes a neuron and second after the first 100 ms, which are not like the rest.
  public static func rate(
    of network: DynamicalSystem, _ group: NeuGroup, over milliseconds: Double, name: String
  ) throws -> Double {
    let record = try network.run(
      milliseconds, monitors: ["spikes": Monitor(spikesOf: group), "V": Monitor(every: 0.5) { group.V.value[..<3] }])
    guard let spikes = record.spikes("spikes"), let V = record["V"] else { fatalError("the monitors' values are there") }
    let times = try spikes.times.scalars(as: Double.self), neurons = try spikes.neurons.scalars(as: Int.self)
    try Figures.raster(times, neurons, count: 200, window: 0...milliseconds, name: "\(name)-spikes")
    try Figures.curves(
      (0..<3).map { try V[.all, $0].scalars() }, every: 0.5, x: "t (ms)", y: "V (mV)", name: "\(name)-potentials")
    return Double(times.filter { $0 > 100 }.count) / Double(group.count) / (milliseconds - 100) * 1000
  }
}
