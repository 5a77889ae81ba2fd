// Ordinary equations in every position that gives an expression a type. TypeCheckingTests compiles this file and fails where one takes
// the compiler more than 200 ms.

import Hillock

final class Neuron: Base {
  let V = Variable(zeros(3)), m = Variable(zeros(3)), h = Variable(zeros(3)), n = Variable(zeros(3)), I = Variable(zeros(3))
  let u = Variable(zeros(3)), g = Variable(zeros(3)), R: NDArray = 1.0
  let dt = 0.1, tau = 10.0, gNa = 120.0, a = 0.02, b = 0.2

  func assigned() {
    V.value = V + dt * (I - 120 * m ** 3 * h * (V - 50) - 36 * n ** 4 * (V + 77) - 0.3 * (V + 54.387))
    m.value = m + dt * (0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)) * (1 - m) - 4 * exp(-(V + 65) / 18) * m)
    h.value = h + dt * (0.07 * exp(-(V + 65) / 20) * (1 - h) - 1 / (1 + exp(-(V + 35) / 10)) * h)
    n.value = n + dt * (0.01 * (V + 55) / (1 - exp(-(V + 55) / 10)) * (1 - n) - 0.125 * exp(-(V + 65) / 80) * n)
    g.value = g * (1 - dt / tau) + 0.5 * (V.value .> 0).asType(.f32)
    V.value = select(V .> 30, -65, V + dt * (0.04 * V ** 2 + 5 * V + 140 - u + I))
    u.value = select(V .> 30, u + 8, u + dt * a * (b * V - u))
    V.value = V + dt * (-(V + 65) + 2 * exp((V + 50) / 2) - R * u + R * I) / tau
    V.value = V + dt * (V - V ** 3 / 3 - u + I)
    u.value = u + dt * 0.08 * (V + 0.7 - 0.8 * u)
  }

  func augmented() {
    V += dt * (I - 120 * m ** 3 * h * (V - 50) - 36 * n ** 4 * (V + 77) - 0.3 * (V + 54.387))
    V.update(V + dt * (I - gNa * m ** 3 * h * (V - 50) - 36 * n ** 4 * (V + 77) - 0.3 * (V + 54.387)))
    V[0..<2] = V[0..<2] + dt * (I[0..<2] - 120 * (V[0..<2] - 50)) * 0.5
    u -= dt / tau * (u - 2 * V + 3 * I - 4 * g)
  }

  func annotated() -> Int {
    let x: NDArray = dt * (I - 120 * m ** 3 * h * (V - 50) - 36 * n ** 4 * (V + 77) - 0.3 * (V + 54.387))
    let y: NDArray = 1 / (1 + exp(-(V + 40) / 5)) + 2 * tanh(0.5 * (V - u) / tau) - 3 * sqrt(square(V) + 1e-6)
    let z: NDArray = 8.0 / 3.0 * V - 28 * u + V * (28 - g) - 2 * 3 * I
    return x.rank + y.rank + z.rank
  }

  func inferred() -> Int {
    let x = dt * (I - 120 * m ** 3 * h * (V - 50) - 36 * n ** 4 * (V + 77) - 0.3 * (V + 54.387))
    let y = (x.max() - x) / (x.max() - x.min() + 1e-9) * 255.0 + 0.5
    return x.rank + y.rank
  }

  func one() -> NDArray { V + dt * (I - gNa * m ** 3 * h * (V - 50) - 36 * n ** 4 * (V + 77) - 0.3 * (V + 54.387)) }
  var rates: NDArray { 0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)) * (1 - m) - 4 * exp(-(V + 65) / 18) * m }
  func both() -> (NDArray, NDArray) { (V + dt * (V - V ** 3 / 3 - u + I), u + dt * 0.08 * (V + 0.7 - 0.8 * u)) }

  func loops(_ x: NDArray, _ y: NDArray, _ z: NDArray) throws -> [NDArray] {
    let c = try forLoop(0..<3, carry: V.value) { _, v in v + 0.1 * (I - 120 * v ** 3 * h * (v - 50) - 36 * n ** 4 * (v + 77)) }
    let (a, b) = try forLoop(0..<9, carry: NDArray(0), NDArray(1)) { _, a, b in (b, a + b) }
    let (p, q, r) = try forLoop(0..<3, carry: x, y, z) { i, a, b, c in (a + b, b + c, c + a) }
    let (x1, y1, z1) = try forLoop(0..<3, carry: x, y, z) { i, x, y, z in
      (x + 0.01 * 10 * (y - x), y + 0.01 * (x * (28 - z) - y), z + 0.01 * (x * y - 8.0 / 3.0 * z))
    }
    let (s, t, v, w) = try forLoop(0..<3, carry: x, y, z, x) { i, a, b, c, d in
      (a + b * i, b + c - 2 * a, c + a / 3, d - 0.1 * a * i)
    }
    let (k, l, o, e) = try whileLoop(carry: x, y, z, x) { a, b, c, d in
      a.sum() .< 3
    } body: { a, b, c, d in
      (a + b, b + c, c + d, d + a)
    }
    let (f, g) = try forLoop(0..<3) { i in (2 * i, 2 * i + 1) }
    let j = try forLoop(0..<3) { i in i * i - 2 * i + 1 }
    try forLoop(0..<3) { i in V.value = V + 2 * i * (V - 1) - dt * (u - I) }
    try forLoop(0..<3) { i in V += 0.1 * i * (I - V) / tau }
    return [c, a, b, p, q, r, x1, y1, z1, s, t, v, w, k, l, o, e, f, g, j]
  }
}

func gelu(_ x: NDArray) -> NDArray { 0.5 * x * (1 + tanh(sqrt(2 / NDArray.pi) * (x + 0.044715 * x ** 3))) }
func gauss(_ x: NDArray, _ mean: Double, _ sigma: Double) -> NDArray {
  1 / (sigma * sqrt(2.0 * 3.14159)) * exp(-(x - mean) ** 2 / (2 * sigma ** 2))
}
func logistic(_ X: NDArray, _ Y: NDArray, _ w: Variable) -> NDArray {
  dot(((1.0 / (1.0 + exp(-Y * dot(X, w))) - 1.0) * Y), X)
}
func arguments(_ x: NDArray, _ v: Variable, _ k: Int, _ f: Float) -> [NDArray] {
  [
    concatenate([x + 1, 2 * v, x - v * 3 + k]), maximum(x - 2 * v, 0.5 * (x + v)), select(x .> 2 * v, x * x - 1, 3 * v + k),
    dot(x - x.mean(), v - v.mean()) / (x.std() * v.std() * k), exp(-(x - 2.0 * v) ** 2 / (2 * 3.0 * 3.0)) + f * x - k * v,
    abs(x - v) .< 1e-3 * (1 + abs(v)), (x .> 0) .& (v .< 2 * x + 1) .| (x .== v),
  ]
}
func jitted() -> [Any] {
  [
    jit { (x: NDArray) in 0.5 * x * (1 + tanh(0.7978845608 * (x + 0.044715 * x * x * x))) },
    jit { (x: NDArray, y: NDArray) in (x + y * 2 - 1, x * y - x / 3) },
  ]
}
func scalars(_ dt: Double, _ x: NDArray, _ f: Float) -> NDArray {
  let a: Double = sqrt(2.0)
  let b = sqrt(dt) * a
  let c: Double = b * exp(-dt / 10) + pow(dt, 2)
  let d: Float = sqrt(f) * exp(f)
  return c * x * sqrt(dt) + d * x + NDArray(sqrt(dt) * c) - sqrt(2) * x
}
// A function of a number is a number, also beside a whole one.
func numbers(_ I: Double, _ f: Float, _ x: NDArray) -> ([Double], Float, NDArray) {
  let rate = I <= 20 ? 0 : 1000 / (5 + 10 * log(I / (I - 20)))
  let powers = 2 * pow(I, 0.5) + 3 * sqrt(I) + 1 / hypot(I, 2)
  let waves = 2 * sin(I) + 1 - 2 * cos(I) + 2 * atan2(1, I)
  let parts = 2 * floor(I) + 1 / abs(I) + 2 * round(I)
  let channel = 0.1 * (I + 40) / (1 - exp(-(I + 40) / 10)) + 4 * exp(-(I + 65) / 18)
  let bell = 1 / sqrt(2 * Double.pi * parts) * exp(-(I - 1) * (I - 1) / (2 * parts)) + pow(2, I)
  let last = max(rate, 2 * exp(-I))
  let single = 2 * exp(-f)
  let whole = exp(2) * x + pow(2, 3) + log(10) / x + 2 * exp(x)
  return ([rate, powers, waves, parts, channel, bell, last], single, whole)
}
