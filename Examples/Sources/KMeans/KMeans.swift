// k-means: points are given to the nearest of k centres, and each centre moves to the mean of its points, until none moves.

import Foundation
import Hillock
import Support

/// Squared distances of all points (rows) to all centres: [points, centres].
func distances(_ points: NDArray, _ centres: NDArray) -> NDArray {
  let difference = points[.all, .newAxis] - centres
  return (difference * difference).sum(axis: 2)
}

/// The centres after they have come to rest, and how many rounds that took.
let cluster = jit { (points: NDArray, start: NDArray) in
  try whileLoop(carry: start, onesLike(start), NDArray(0)) { _, move, _ in
    (move * move).max() .> 1e-8
  } body: { centres, _, round in
    let d = distances(points, centres)
    let isMine = (d .== d.min(axis: 1, keepDims: true)).asType(.f32)
    let count = maximum(isMine.sum(axis: 0), 1)[.all, .newAxis]
    let next = dot(isMine.T, points) / count
    return (next, next - centres, round + 1)
  }
}

/// k points to begin with: each as far as possible from those before it. Of a hundred points only: of all, it would be outliers.
func farApart(_ all: NDArray, _ k: Int) -> NDArray {
  let points = all[.stride(by: all.shape[0] / 100)]
  var chosen = points[0..<1]
  for _ in 1..<k {
    let d = distances(points, chosen).min(axis: 1)
    let isFarthest = (d .== d.max()).asType(.f32)
    chosen = concatenate([chosen, dot(isFarthest, points)[.newAxis] / isFarthest.sum()])
  }
  return chosen
}

random.seed(5)
let k = 5, perCluster = Example.isSmall ? 400 : 100_000, spread = 0.2
let angle = arange(k).asType(.f32) * (2 * Double.pi / Double(k))
let truth = stack([cos(angle), sin(angle)], axis: 1)
let points = (truth[.all, .newAxis] + random.normal(k, perCluster, 2, std: spread)).reshaped(-1, 2)

var result = try cluster(points, farApart(points, k))
let seconds = try Example.seconds { result = try cluster(points, farApart(points, k)) }
print("\(points.shape[0]) points, \(try result.2.item(as: Int.self)) rounds, \(Example.short(seconds)) s")

// A map of some of the points by the number of their centre, and the centres.
let shown = points[.stride(by: max(1, points.shape[0] / 1500))]
let nearest = distances(shown, result.0)
let number = (nearest .== nearest.min(axis: 1, keepDims: true)).asType(.i32)
let label = try (number * arange(k)).sum(axis: 1).ints()
let places = try shown.floats(), centres = try result.0.floats()
let marks = label.indices.map { i in (places[2 * i], places[2 * i + 1], Array("·+ox^")[label[i]]) }
let middles = (0..<k).map { i in (centres[2 * i], centres[2 * i + 1], Character("█")) }
print(Chart.scatter(marks + middles, extent: 1.8))

// Where clusters hardly overlap, a centre is the mean of its cluster, up to what the overlap cuts off.
let error = try sqrt(distances(truth, result.0).min(axis: 1).max()).item(as: Double.self)
Example.check("farthest centre from its true place", error, is: 0, within: Example.isSmall ? 0.06 : 0.02)
