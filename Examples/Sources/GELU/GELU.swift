// The Gaussian error linear unit over an array: one operation at a time, as one program in the interpreter, and as machine code.

import Hillock
import Support

func gelu(_ x: NDArray) -> NDArray {
  let s = sqrt(2 / NDArray.pi)
  return 0.5 * x * (1 + tanh(s * (x + 0.044715 * x ** 3)))
}

let x = linspace(-4, 4, count: Example.isSmall ? 100_000 : 10_000_000)
let fast = jit(gelu, name: "gelu")

/// The best of several times, and the elements.
func measured(_ name: String, _ run: (NDArray) throws -> NDArray) throws -> [Float] {
  var best = Double.infinity, y = x
  for _ in 0..<5 { best = min(best, try Example.seconds { y = try run(x).checked() }) }
  print("\(name)  \(Example.short(best * 1000)) ms")
  return try y.floats()
}

Engine.tier = .interpreter
let eager = try measured("one operation at a time ", gelu)
let interpreted = try measured("jit, in the interpreter ", fast.callAsFunction)
try? fast.promote()  // otherwise in the background, when it is hot
let native = try measured("jit, as machine code    ", fast.callAsFunction)
if !Example.isSmall { print(fast.explain()) }

print(Chart.curve(try gelu(linspace(-4, 4, count: 72)).scalars()))
let known = try gelu(NDArray([-1.0, 1.0])).scalars(as: Double.self)
Example.check("gelu(1)", known[1], is: 0.841_191_990_608_277, within: 1e-6)
Example.check("gelu(-1)", known[0], is: -0.158_808_009_391_723, within: 1e-6)
Example.check("all three give the same bits", eager == interpreted && interpreted == native)
