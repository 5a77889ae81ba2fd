// The conductances of a Hodgkin–Huxley neuron, found from traces of its membrane potential by gradient descent through the simulation.
//
// Where spikes of the model and of the data miss each other, the error tells nothing about the conductances: it has many local minima. So
// while it is fitted, the model is drawn towards the data by a current k·(V_data − V); with the right conductances this current is 0.
// (Toth et al., Biological Cybernetics 105, 2011.)

import Foundation
import Hillock
import HillockDynamics
import HillockTraining
import Support

let dt = 0.02, duration = 20.0
let currents = NDArray([-5.0, 3.0, 8.0, 20.0])  // µA/cm², a neuron for each

/// Runs four neurons from rest: V at each step, f32[steps, 4].
func traces(_ neurons: HH, towards data: NDArray? = nil) throws -> NDArray {
  try neurons.reset()
  neurons.input.value = currents
  let record = try neurons.run(duration, dt: dt, monitors: ["V": neurons.V]) { step in
    if let data { step.send(current: data[step.index] - neurons.V, to: neurons) }
  }
  return record["V"]!
}

// The data: traces of neurons with the conductances of Hodgkin and Huxley's axon, 120, 36 and 0.3 mS/cm².
let data = try traces(HH(4))

// The model begins elsewhere.
let sodium = TrainVar(NDArray(80.0)), potassium = TrainVar(NDArray(50.0)), leak = TrainVar(NDArray(0.5))
let model = HH(4, g_Na: sodium, g_K: potassium, g_L: leak)
let slope = valueAndGrad({ squaredError(try traces(model, towards: data), data) }, of: try model.trainVars())

// Each conductance has its own scale, and so its own optimiser; all take the same gradients.
let steps = 200
let optimizers = try [(sodium, 2.0), (potassium, 0.6), (leak, 0.006)].map { conductance, rate in
  try Adam([conductance], rate: .exponential(from: rate, by: 0.1, every: steps))
}
let fit = jit {
  let (error, gradients) = try slope()
  for optimizer in optimizers { try optimizer.update(gradients) }
  return error
}

for step in 0...steps {
  let error = try fit().item(as: Double.self)
  if step % 20 == 0 {
    let values = try [sodium, potassium, leak].map { Example.short(try $0.value.item()) }
    print("step \(step)  error \(Example.short(error)) mV²  g_Na \(values[0])  g_K \(values[1])  g_L \(values[2])")
  }
}

// The pair of g_Na and g_K is known less well than each alone would be: more of both makes nearly the same spikes.
Example.check("g_Na", try sodium.value.item(), is: 120, within: 5)
Example.check("g_K", try potassium.value.item(), is: 36, within: 1.5)
Example.check("g_L", try leak.value.item(), is: 0.3, within: 0.01)
let free = try traces(model)
print("V of the neuron with 8 µA/cm², fitted and running alone:")
print(Chart.curve(try free[.stride(by: 14), 2].scalars()))
let apart = try abs(free.max(axis: 0) - data.max(axis: 0)).max().item(as: Double.self)
Example.check("the peaks of its spikes, without the data", apart, is: 0, within: 3)
