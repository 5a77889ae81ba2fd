// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockDynamics
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/Recipes.md.
@Suite(.serialized) struct RecipesGuide {
  @Test func movingAverage() throws {
    let x = NDArray([1.0, 2, 3, 4, 5, 6])
    let width = 3
    let windows = arange(x.count - width + 1)[.all, .newAxis] + arange(width)        // positions, [4, 3]
    let average = x[windows].mean(axis: 1)                                           // [2, 3, 4, 5]
    #expect(try average.floats() == [2, 3, 4, 5])
    let (_, running) = try scan(x, init: NDArray(0.0)) { sum, x in (sum + x, sum + x) }      // [1, 3, 6, 10, 15, 21]
    #expect(try running.floats() == [1, 3, 6, 10, 15, 21])
  }

  @Test func histogram() throws {
    let values = NDArray([0.1, 0.4, 0.45, 0.8])
    let edges = arange(0.0, 1.0, 0.25)                                               // [0, 0.25, 0.5, 0.75]
    let column = values[.all, .newAxis]
    let counts = ((column .>= edges) .& (column .< edges + 0.25)).sum(axis: 0)       // [1, 2, 0, 1]
    let places = floor(values / 0.25).asType(.i32)
    let counted = zeros(4, dtype: .i32).at[places].add(1)                            // [1, 2, 0, 1]
    #expect(try counts.ints() == [1, 2, 0, 1] && counted.ints() == [1, 2, 0, 1])
  }

  @Test func oneHot() throws {
    let labels = NDArray([2, 0])
    let oneHot = (labels[.all, .newAxis] .== arange(3)).asType(.f32)                 // [[0, 0, 1], [1, 0, 0]]
    #expect(try oneHot.floats() == [0, 0, 1, 1, 0, 0])
  }

  @Test func rolling() throws {
    func rolled(_ x: NDArray, by shift: Int) -> NDArray {
      let n = x.shape[0], cut = (n - shift % n) % n
      return concatenate([x[cut...], x[..<cut]])
    }

    let ring = NDArray([1, 2, 3, 4])
    let left = rolled(ring, by: 1)                                                   // [4, 1, 2, 3]
    let right = rolled(ring, by: -1)                                                 // [2, 3, 4, 1]
    #expect(try left.ints() == [4, 1, 2, 3] && right.ints() == [2, 3, 4, 1])
  }

  @Test func delayLine() throws {
    let delay = 3
    let line = Variable(zeros(delay, 2))
    let seen = try forLoop(0..<6) { i in
      let slot = i % delay
      let past = line[slot]
      line[slot] = NDArray([1.0, 10.0]) * i
      return past
    }
    print(seen[.all, 0])                                                             // 0, 0, 0, 0, 1, 2
    #expect(try seen[.all, 0].floats() == [0, 0, 0, 0, 1, 2] && seen[.all, 1].floats() == [0, 0, 0, 0, 10, 20])
  }

  @Test func poissonInput() throws {
    random.seed(12)
    let dt = 0.1, rate = 0.02                                                        // ms, events a ms
    let events = try forLoop(0..<1000) { _ in random.bernoulli(rate * dt, 100) }     // bool[1000, 100]
    let mean = 0.02 * 0.1 * 100_000, number = try events.sum().item(as: Double.self)
    #expect(events.shape == [1000, 100] && abs(number - mean) < 5 * mean.squareRoot())
  }

  @Test func sparseConnections() throws {
    let neurons = 1000, inputs = 20
    let sources = random.randint(neurons, inputs, low: 0, high: neurons)             // whom it listens to
    let weights = random.uniform(neurons, inputs)
    let fired = random.bernoulli(0.1, neurons).asType(.f32)
    let current = (fired[sources] * weights).sum(axis: 1)                            // f32[neurons]
    let (s, w, f) = (try sources.ints(), try weights.scalars(as: Double.self), try fired.floats())
    let first = (0..<inputs).reduce(0.0) { $0 + Double(f[s[$1]]) * w[$1] }
    #expect(try abs(current[0].item(as: Double.self) - first) < 1e-5)
  }

  @Test func spikesToTargets() throws {
    let senders = [0, 0, 2], targets = [1, 2, 1]                                      // from whom to whom
    let m = try SparseMatrix(rows: senders, columns: targets, values: NDArray([0.5, 1, 2]), shape: [3, 4])
    let arriving = dot(NDArray([true, false, true]), m)                               // [0, 2.5, 1, 0]
    #expect(try arriving.floats() == [0, 2.5, 1, 0])
  }

  @Test func sweep() throws {
    let gains = linspace(0, 2, count: 50)[.all, .newAxis]                            // [50, 1]
    let start = full([50, 100], 0.1)
    let rates = try forLoop(0..<200, carry: start) { _, r in r + 0.1 * (tanh(gains * r) - r) }
    let steady = rates.mean(axis: 1)                                                  // 50 numbers: 0 up to a gain of 1
    let last = try steady.floats()
    #expect(last.count == 50 && last[0] < 1e-6 && last[10] < 0.01 && abs(last[49] - Float(0.957504)) < 1e-3)
  }

  @Test func powerIteration() throws {
    let A = NDArray([[2.0, 1], [1, 2]])
    let v = try forLoop(0..<50, carry: NDArray([1.0, 0])) { _, v in
      let w = dot(A, v)
      return w / sqrt((w * w).sum())
    }
    let eigenvalue = dot(v, dot(A, v))                                               // 3
    #expect(try abs(eigenvalue.item(as: Float.self) - 3) < 1e-6)
  }
}
