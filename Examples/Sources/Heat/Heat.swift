// The heat equation on a plate, in place: one Variable that a compiled loop updates, ten thousand times.
//     du/dt = a (d²u/dx² + d²u/dy²), explicit Euler with r = a dt / dx², the edges are kept at their values.

import Foundation
import Hillock
import HillockPictures
import Support

let n = Example.isSmall ? 33 : 257
let steps = Example.isSmall ? 200 : 10_000
let r = 0.2

func diffuse(_ u: Variable, _ steps: Int) throws {
  let inside = 1..<(n - 1), before = 0..<(n - 2), after = 2..<n
  try forLoop(0..<steps) { _ in
    let sides = u[before, inside] + u[after, inside] + u[inside, before] + u[inside, after]
    u[inside, inside] += r * (sides - 4 * u[inside, inside])
  }
}

// A hot ring on a cold plate, with one warm edge.
let row = linspace(-1, 1, count: n)[.all, .newAxis], column = linspace(-1, 1, count: n)
let radius = sqrt(row * row + column * column)
let plate = Variable(select(abs(radius - 0.6) .< 0.08, 1.0, 0.0))
plate[0] = 0.5
let before = plate.value
let seconds = try Example.seconds { try diffuse(plate, steps / 10) }
let after = plate.value
print("\(n) × \(n) points, \(steps / 10) steps in \(Example.short(seconds)) s")
/// The plate with its temperatures.
func panel(_ temperatures: NDArray, _ title: String) throws -> Panel {
  var panel = try Panel.heatMap(
    temperatures, x: -1...1, y: -1...1, palette: .fire, xLabel: "x", yLabel: "y", label: "temperature", isFirstRowOnTop: true)
  panel.title = title
  return panel
}
try Example.write(
  Figure(width: 17, height: 7.5, [[try panel(before, "before"), try panel(after, "after \(steps / 10) steps")]]), "heat.png")

// One wave of the plate decays by the same factor in each step.
let sine = sin(linspace(0, Double.pi, count: n, dtype: .f64))
let wave = Variable(sine[.all, .newAxis] * sine)
try diffuse(wave, steps)
let factor: Double = 1 - 4 * r * (1 - cos(Double.pi / Double(n - 1)))
let middle = try wave[n / 2, n / 2].item(as: Double.self)
Example.check("a sine wave's height in the middle", middle, is: pow(factor, Double(steps)), within: 1e-9)
