// A network of 80 % excitatory and 20 % inhibitory neurons with random connections, a delay and Poisson input, from arrays and
// Variables alone. (Brunel, J. Comput. Neurosci. 8, 2000, in small.)

import Hillock
import HillockDynamics
import HillockPictures
import Support

final class Network: Base {
  let V: Variable, refractory: Variable
  /// What was fired in the last steps: a row for each step of the delay.
  let fired: Variable
  /// The neurons that each neuron listens to, [neurons, inputs], and the jumps of V that they cause.
  let sources: NDArray, jumps: NDArray
  let neurons: Int, delay: Int
  let dt = 0.1, tau = 20.0, threshold = 20.0, reset = 10.0

  init(neurons: Int, inputs: Int, delay: Int) {
    self.neurons = neurons
    self.delay = delay
    V = Variable(random.uniform(neurons, low: 0.0, high: 20.0), name: "V")
    refractory = Variable(zeros(neurons, dtype: .i32), name: "refractory")
    fired = Variable(zeros(delay, neurons), name: "fired")
    sources = random.randint(neurons, inputs, low: 0, high: neurons)
    jumps = select(sources .< neurons * 4 / 5, 0.2, -1.0)
    super.init()
  }

  /// Runs it for a number of steps; gives the spikes, [steps, neurons], and how many spikes came from outside.
  func run(_ steps: Int, rate: Double) throws -> (NDArray, NDArray) {
    let mean = rate * dt  // spikes a neuron and step from outside
    return try forLoop(0..<steps) { i in
      let slot = i % self.delay
      let synaptic = (self.fired[slot][self.sources] * self.jumps).sum(axis: 1)
      // Ten sources of Bernoulli spikes: nearly Poisson.
      let outside = random.bernoulli(mean / 10, self.neurons, 10).asType(.f32).sum(axis: 1)
      let isActive = self.refractory .== 0
      let integrated = self.V * (1 - self.dt / self.tau) + synaptic + 0.2 * outside
      let next = select(isActive, integrated, self.V)
      let spike = isActive .& (next .>= self.threshold)
      self.V.value = select(spike, self.reset, next)
      self.refractory.value = select(spike, 20, maximum(self.refractory - 1, 0))
      self.fired[slot] = spike.asType(.f32)
      return (spike, outside.sum())
    }
  }
}

random.seed(11)
let neurons = Example.isSmall ? 200 : 4000, steps = 1000
let network = Network(neurons: neurons, inputs: neurons / 40, delay: 15)
let run = jit(network, Network.run)
let rate = 6.0
var result = (zeros(0), zeros(0))
let seconds = try Example.seconds { result = try run(steps, rate) }
let (spikes, outside) = result
print("\(neurons) neurons, \(neurons * neurons / 40) connections, \(steps) steps of 0.1 ms: \(Example.short(seconds)) s")

let total = try spikes.asType(.i32).sum().item(as: Double.self)
print("\(Example.short(total / Double(neurons) / Double(steps) * 10_000)) spikes a neuron and second")

// A hundred of the neurons, and the rate of all.
let list = try SpikeList(spikes, times: 0.1 * (arange(steps).asType(.f64) + 1)), window = 0...0.1 * Double(steps)
var figure = Figure(
  width: 12, height: 9, try .raster(list, of: 0..<100, over: window),
  try .rate(list.rate(of: 0..<neurons, over: window, bin: 0.1, smoothing: .gaussian(sigma: 1)), color: .black))
figure.hasLetters = true
try Example.write(figure, "network.svg")
print(Chart.curve(try spikes.reshaped(steps / 10, 10 * neurons).asType(.i32).sum(axis: 1).scalars(), height: 8))

let expected = rate * 0.1 * Double(neurons) * Double(steps)
Example.check(
  "spikes from outside, within five standard deviations", try outside.asType(.f64).sum().item(), is: expected,
  within: 5 * expected.squareRoot())
Example.check("the network fires", total > 0)
