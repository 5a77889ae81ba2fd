// Izhikevich's network: 800 excitatory and 200 inhibitory neurons of random kinds, all connected, driven by noise. They fire together at
// about 10 and 40 Hz. (Izhikevich, IEEE Trans. Neural Netw. 14, 2003, figure 3.)
//
// The paper prints its program. Here it is written out once more in plain Swift: with the same random numbers both fire at the same times.

import Hillock
import HillockDynamics
import Support

let excitatory = 800, inhibitory = 200, count = excitatory + inhibitory, milliseconds = Example.isSmall ? 300 : 1000
let generator = RandomState(seed: 5)

// re, ri, S and the thalamic input of the paper; a row of S has the weights of one sender.
let re = generator.random(excitatory, dtype: .f64), ri = generator.random(inhibitory, dtype: .f64)
func both(_ e: NDArray, _ i: NDArray) -> NDArray { concatenate([e, i]) }
let a = both(full([excitatory], 0.02, dtype: .f64), 0.02 + 0.08 * ri)
let b = both(full([excitatory], 0.2, dtype: .f64), 0.25 - 0.05 * ri)
let c = both(-65 + 15 * re * re, full([inhibitory], -65, dtype: .f64))
let d = both(8 - 6 * re * re, full([inhibitory], 2, dtype: .f64))
let S = concatenate([
  0.5 * generator.random(excitatory, count, dtype: .f64), -1 * generator.random(inhibitory, count, dtype: .f64),
])
let noise =
  both(full([excitatory], 5, dtype: .f64), full([inhibitory], 2, dtype: .f64))
  * generator.normal(milliseconds, count, dtype: .f64)

// The network. What fired in the last step acts in this one, as in the paper's program.
let neurons = Izhikevich(count, a: a, b: b, c: c, d: d, V: -65.0, dtype: .f64)
let weights = try SparseMatrix(
  rowStarts: (0...count).map { $0 * count }, columns: (0..<count * count).map { $0 % count }, values: S.flattened(),
  columnCount: count)
let record = try neurons.run(Double(milliseconds), dt: 1, monitors: ["spikes": Monitor(spikesOf: neurons)]) { step in
  step.send(current: noise[step.index] + dot(neurons.spike, weights), to: neurons)
}
guard let spikes = record.spikes("spikes") else { fatalError("the monitor's spikes are there") }
let times = try spikes.times.scalars(as: Double.self).map { Int($0.rounded()) }
let fired = try spikes.neurons.scalars(as: Int.self)

/// The paper's program: the spikes of each millisecond.
func published() throws -> [[Int]] {
  let (a, b): ([Double], [Double]) = (try a.scalars(), try b.scalars())
  let (c, d): ([Double], [Double]) = (try c.scalars(), try d.scalars())
  let S: [Double] = try S.scalars(), noise: [Double] = try noise.scalars()
  var v = [Double](repeating: -65, count: count), u = zip(b, v).map { $0 * $1 }
  var firings: [[Int]] = []
  for t in 0..<milliseconds {
    let now = v.indices.filter { v[$0] >= 30 }
    firings.append(now)
    var input = [Double](repeating: 0, count: count)
    for sender in now {
      v[sender] = c[sender]
      u[sender] += d[sender]
      S.withUnsafeBufferPointer { S in
        input.withUnsafeMutableBufferPointer { input in
          for target in 0..<count { input[target] += S[sender * count + target] }
        }
      }
    }
    for i in 0..<count {
      let I = noise[t * count + i] + input[i]
      v[i] += 0.5 * (0.04 * v[i] * v[i] + 5 * v[i] + 140 - u[i] + I)
      v[i] += 0.5 * (0.04 * v[i] * v[i] + 5 * v[i] + 140 - u[i] + I)
      u[i] += a[i] * (b[i] * v[i] - u[i])
    }
  }
  return firings
}

// The program finds the spikes of a step at the beginning of the next one.
let expected = try published().enumerated().flatMap { t, neurons in neurons.map { [t, $0] } }
let found = zip(times, fired).filter { $0.0 < milliseconds }.map { [$0.0, $0.1] }
print(
  "\(found.count) spikes, \(Example.short(Double(found.count) / Double(count) / Double(milliseconds) * 1000)) a neuron and second"
)

var perMillisecond = [Double](repeating: 0, count: milliseconds + 1)
for t in times { perMillisecond[t] += 1 }
print(Chart.curve(Array(perMillisecond.prefix(120))))
try Figures.raster(times.map(Double.init), fired, count: count, window: 0...Double(milliseconds), name: "izhikevich")
Example.check("the spikes are those of the paper's program", found == expected)
