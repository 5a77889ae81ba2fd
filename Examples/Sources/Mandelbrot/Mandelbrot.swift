// The Mandelbrot set: z² + c again and again for all points of a picture at once. A point that has escaped goes to infinity and NaN,
// which are not below 4: nothing else stops it.

import Hillock
import HillockPictures
import Support

/// How many steps the points c = a + i b stay within the circle of radius 2.
let steps = jit { (a: NDArray, b: NDArray, limit: Int) in
  let none = zeros(a.shape, dtype: .i32)
  let (_, _, count) = try forLoop(0..<limit, carry: zerosLike(a), zerosLike(b), none) { _, x, y, count in
    let xx = x * x, yy = y * y
    let next = (xx - yy + a, 2 * x * y + b)
    return (next.0, next.1, count + (xx + yy .<= 4).asType(.i32))
  }
  return count
}

let height = Example.isSmall ? 96 : 960, width = height * 27 / 24, limit = Example.isSmall ? 200 : 1000
let left = -2.1, right = 0.6, top = 1.2, step = (right - left) / Double(width)
let a = (left + step * (arange(width).asType(.f32) + 0.5)).broadcast(to: height, width)
let b = (top - step * (arange(height).asType(.f32) + 0.5))[.all, .newAxis].broadcast(to: height, width)

var count = try steps(a, b, limit)
let seconds = try Example.seconds { count = try steps(a, b, limit) }
print("\(width) × \(height) points, up to \(limit) steps: \(Example.short(seconds)) s")

// Dark inside, and bands that follow the number of steps outside.
let isInside = count .== limit
let light = select(isInside, 0.0, log(count.asType(.f32) + 1) / log(NDArray(Float(limit))))
let sunset = Palette { value in
  func wave(_ phase: Double) -> Double { 0.5 - 0.5 * cos(2 * Double.pi * (value + phase)) }
  return Color(wave(0.15), wave(0.1), wave(0.3))
}
let set = try Panel.heatMap(
  light[.stride(by: -1)], x: left...right, y: -top...top, limits: 0...1, palette: sunset, xLabel: "Re c", yLabel: "Im c",
  label: nil)
try Example.write(Figure(width: 17, height: 15, set), "mandelbrot.png")

for row in stride(from: 0, to: height, by: height / 24) {
  let line = try count[row, .stride(by: width / 72)].ints()
  print(String(line.map { $0 == limit ? "█" : $0 > 12 ? "▒" : $0 > 6 ? "░" : " " }))
}

let area = try isInside.asType(.f64).mean().item(as: Double.self) * Double(width * height) * step * step
Example.check("area of the set", area, is: 1.5066, within: Example.isSmall ? 0.06 : 0.02)

// At the cusp the number of steps times √ε tends to π. (Boll 1991; Klebanoff, Fractals 9, 2001.)
let near = NDArray([0.25 + 1e-6], dtype: .f64)
let cusp = try steps(near, zerosLike(near), 4000).item(as: Double.self)
Example.check("steps at 0.25 + 10⁻⁶, in thousands", cusp / 1000, is: Double.pi, within: 0.005)
