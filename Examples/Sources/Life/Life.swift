// Conway's game of life on a torus: a gun that shoots gliders.

import Hillock
import Support

/// The board moved along an axis; what leaves at one side comes in at the other.
func rolled(_ x: NDArray, by shift: Int, axis: Int) -> NDArray {
  let n = x.shape[axis], cut = (n - shift % n) % n
  return axis == 0
    ? concatenate([x[cut..<n], x[0..<cut]])
    : concatenate([x[.all, cut..<n], x[.all, 0..<cut]], axis: 1)
}

func next(_ alive: NDArray) -> NDArray {
  let cells = alive.asType(.i32)
  let columns = rolled(cells, by: 1, axis: 0) + cells + rolled(cells, by: -1 + cells.shape[0], axis: 0)
  let around = rolled(columns, by: 1, axis: 1) + columns + rolled(columns, by: -1 + cells.shape[1], axis: 1) - cells
  return (around .== 3) .| (alive .& (around .== 2))
}

/// The board after some generations, as one compiled loop.
func run(_ board: NDArray, _ generations: Int) throws -> NDArray {
  try forLoop(0..<generations, carry: board) { _, alive in next(alive) }
}

/// A board with this pattern at its top left.
func board(_ rows: [String], height: Int, width: Int) -> NDArray {
  var cells = [Bool](repeating: false, count: height * width)
  for (y, row) in rows.enumerated() {
    for (x, cell) in row.enumerated() { cells[(y + 1) * width + x + 1] = cell == "O" }
  }
  return NDArray(cells, shape: [height, width])
}

func population(_ board: NDArray) throws -> Double { try board.asType(.i32).sum().item() }

// Gosper's glider gun, 36 cells.
let gun = board(
  [
    "........................O...........",
    "......................O.O...........",
    "............OO......OO............OO",
    "...........O...O....OO............OO",
    "OO........O.....O...OO..............",
    "OO........O...O.OO....O.O...........",
    "..........O.....O.......O...........",
    "...........O...O....................",
    "............OO......................",
  ], height: 56, width: 72)

for generation in Example.isSmall ? [0, 90] : [0, 15, 30, 60, 90] {
  let now = try run(gun, generation)
  print("generation \(generation), \(Int(try population(now))) cells alive")
  print(Chart.cells(try now.bools(), width: 72))
}
Example.check("three gliders of five cells after 90 generations", try population(run(gun, 90)), is: 36 + 3 * 5, within: 0)

let glider = board([".O", "..O", "OOO"], height: 20, width: 20)
let moved = rolled(rolled(glider, by: 5, axis: 0), by: 5, axis: 1)
Example.check("a glider moves five cells in 20 generations", try run(glider, 20).bools() == moved.bools())

if !Example.isSmall {
  let soup = random.bernoulli(0.3, 1000, 1000)
  let seconds = try Example.seconds { try run(soup, 1000).checked() }
  print("a million cells, 1000 generations: \(Example.short(seconds)) s, \(Example.short(1 / seconds)) billion cells a second")
}
