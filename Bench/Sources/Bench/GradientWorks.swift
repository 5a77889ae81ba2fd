import Hillock
import HillockTraining

/// What the suite `gradients` measures.
struct GradientWork: Sendable {
  /// A function made anew, compiled at its first call.
  struct Run {
    let step: () throws -> Void
    /// What is compared with the peer's.
    let answer: () throws -> [Double]
  }

  let name: String
  /// By how much the answers may differ, relative.
  var tolerance = 1e-4
  let make: @Sendable () throws -> Run
}

/// The same work as the functions `gradient_…` of `peer.py`.
enum GradientWorks {
  static let all = [
    geluSum(100_000), geluSum(10_000_000), logistic, perceptron, recurrent, surrogate, hodgkinHuxley, hessian, samples,
  ]

  private static func geluSum(_ count: Int) -> GradientWork {
    GradientWork(name: "gelu \(count)") {
      let x = try pattern([count], 8), sum = { (x: NDArray) in gelu(x).sum() }
      let slope = grad(sum)
      let f = jit(slope)
      return .init(step: { _ = try f(x) }, answer: { [try sum(x).item(), try norm([try f(x)])] })
    }
  }

  // MARK: Logistic regression

  static let logisticPoints = 2_000_000

  static func points() throws -> (X: NDArray, y: NDArray) {
    (try pattern([logisticPoints, 10], 2), try sign(pattern([logisticPoints], 2, 1)).checked())
  }

  static let logistic = GradientWork(name: "logistic \(logisticPoints)", tolerance: 1e-3) {
    let (X, y) = try points(), w = TrainVar(ones(10) * 0.1)
    let slope = grad({ (X: NDArray, y: NDArray) in softplus(-y * dot(X, w)).sum() }, of: [w])
    let step = jit { (X: NDArray, y: NDArray) in
      let change = try slope(X, y)[w]!
      w.value = w - 1e-7 * change
      return change
    }
    return .init(step: { _ = try step(X, y) }, answer: { [try norm([try step(X, y)])] })
  }

  // MARK: Perceptrons

  private static let classes = arange(128) % 10

  private static func weights(_ sizes: [Int]) throws -> [NDArray] {
    try zip(sizes, sizes.dropFirst()).enumerated().flatMap { i, pair in
      [try pattern([pair.0, pair.1], 2 / Double(pair.0).squareRoot(), i), zeros(pair.1)]
    }
  }

  private static func loss(_ weights: [NDArray], _ x: NDArray, _ label: NDArray) -> NDArray {
    var x = x
    for layer in stride(from: 0, to: weights.count - 2, by: 2) { x = relu(dot(x, weights[layer]) + weights[layer + 1]) }
    return crossEntropy(dot(x, weights[weights.count - 2]) + weights[weights.count - 1], labels: label)
  }

  private static let perceptron = GradientWork(name: "perceptron") {
    let variables = try weights([784, 512, 512, 10]).map { TrainVar($0) }, x = try pattern([128, 784], 2), labels = classes
    let optimizer = try Adam(variables, rate: 0.001)
    let train = optimizer.minimize { (x: NDArray, label: NDArray) in loss(variables.map(\.value), x, label) }
    // After one step the means are a tenth of the gradients.
    return .init(
      step: { _ = try train(x, labels) },
      answer: { [try train(x, labels).item(), 10 * (try norm(optimizer.means.map(\.value)))] })
  }

  private static let hessian = GradientWork(name: "hessian", tolerance: 1e-3) {
    let w = try weights([784, 512, 512, 10]), x = try pattern([128, 784], 2), labels = classes
    let along = try w.map { try pattern($0.shape, 0.1, 7) }
    let product = jit { (w: [NDArray], v: [NDArray]) in
      try hessianVectorProduct({ (w: [NDArray]) in loss(w, x, labels) }, at: w, along: v)
    }
    return .init(step: { _ = try product(w, along) }, answer: { [try norm(try product(w, along))] })
  }

  private static let samples = GradientWork(name: "samples") {
    let w = try weights([784, 128, 10]), x = try pattern([128, 784], 2), labels = classes
    let slope = grad { (w: [NDArray], x: NDArray, label: NDArray) in loss(w, x, label) }
    let each = vmap(slope, in: [nil, 0, 0])
    let f = jit(each)
    return .init(step: { _ = try f(w, x, labels) }, answer: { [try norm(try f(w, x, labels))] })
  }

  // MARK: Through time

  private static let recurrent = GradientWork(name: "recurrent", tolerance: 1e-3) {
    let cell = RNNCell(10, 100), xs = try pattern([100, 64, 10], 2, 2), goal = try pattern([64, 100], 1, 3)
    (cell.W.value, cell.U.value) = (try pattern([10, 100], 0.6), try pattern([100, 100], 0.3, 1))
    let loss = { (xs: NDArray, goal: NDArray) in squaredError(try cell.run(xs).state, goal) }
    let slope = valueAndGrad(loss, of: try cell.trainVars())
    let train = try SGD(cell.trainVars(), rate: 0.01).minimize(loss)
    return .init(
      step: { _ = try train(xs, goal) },
      answer: {
        let (value, gradients) = try slope(xs, goal)
        return [try value.item(), try gradients.globalNorm.item()]
      })
  }

  private static let surrogate = GradientWork(name: "surrogate", tolerance: 1e-2) {
    let W = TrainVar(try pattern([100, 100], 0.05) + 0.005), xs = try (pattern([1000, 100], 1, 1) + 0.5).checked()
    let spike = Surrogate.arctan()
    let loss = { (xs: NDArray) in
      let ((_, count), _) = try scan(dot(xs, W), init: zeros(100), zeros(100)) { v, count, current in
        let charged = 0.95 * v + current, fired = spike(charged - 1)
        return ((charged - fired, count + fired), [NDArray]())
      }
      return squaredError(count / 1000, 0.1)
    }
    let slope = valueAndGrad(loss, of: [W]), train = try SGD([W], rate: 0.001).minimize(loss)
    return .init(
      step: { _ = try train(xs) },
      answer: {
        let (value, gradients) = try slope(xs)
        return [try value.item(), try gradients.globalNorm.item()]
      })
  }

  /// The equations of HillockDynamics' HH, with conductances that are arguments.
  private static let hodgkinHuxley = GradientWork(name: "hh", tolerance: 1e-2) {
    let current = linspace(0, 40, count: 1000), dt = 0.01
    let start = [full([1000], 120.0), full([1000], 36.0), full([1000], 0.3)]
    func gate(_ x: NDArray, _ alpha: NDArray, _ beta: NDArray) -> NDArray {
      let steady = alpha / (alpha + beta)
      return steady + (x - steady) * exp(-dt * (alpha + beta))
    }
    let slope = valueAndGrad { (g: [NDArray]) in
      let first = [-65.0, 0.0529, 0.5961, 0.3177].map { full([1000], $0) }
      let last = try forLoop(0..<1000, carry: first) { _, state in
        let (V, m, h, n) = (state[0], state[1], state[2], state[3]), n2 = n * n
        let gNa = g[0] * m * m * m * h, gK = g[1] * (n2 * n2), all = gNa + gK + g[2]
        let rest = (gNa * 50 + gK * -77 + g[2] * -54.387 + current) / all
        return [
          rest + (V - rest) * exp(-dt * all),
          gate(m, rexprel((V + 40) * -0.1), 4 * exp((V + 65) * (-1.0 / 18))),
          gate(h, 0.07 * exp((V + 65) * -0.05), 1 / (1 + exp((V + 35) * -0.1))),
          gate(n, 0.1 * rexprel((V + 55) * -0.1), 0.125 * exp((V + 65) * -0.0125)),
        ]
      }
      return square(last[0] + 65).mean()
    }
    let f = jit { (g: [NDArray]) in
      let (value, gradients) = try slope(g)
      return (value, gradients)
    }
    return .init(
      step: { _ = try f(start) },
      answer: {
        let (value, gradients) = try f(start)
        return [try value.item()] + (try gradients.map { try norm([$0]) })
      })
  }

  // MARK: Numbers

  /// Numbers between ±scale / 2 that the peer makes in the same way.
  private static func pattern(_ shape: [Int], _ scale: Double, _ start: Int = 0) throws -> NDArray {
    let places = arange(shape.reduce(1, *), dtype: .i64) * 7919 + start * 104_729
    return try (((places % 10007).asType(.f64) / 10007 - 0.5) * scale).asType(.f32).reshaped(shape).checked()
  }

  private static func norm(_ arrays: [NDArray]) throws -> Double {
    try sqrt(arrays.reduce(zeros(dtype: .f64)) { $0 + square($1.asType(.f64)).sum() }).item()
  }
}
