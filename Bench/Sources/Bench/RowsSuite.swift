import Foundation
import Hillock

/// Programs in which an array language is easily slow: products of unusual shapes, a while loop that looks at all elements, a network
/// with a dense matrix. Every answer is checked against plain Swift in `Double` before it is measured. A case is `NAME AxB…`.
enum RowsSuite {
  struct Work {
    let name: String
    /// Multiply-adds, and bytes that have to be moved at least.
    let multiplyAdds: Double
    let bytes: Double
    let run: () throws -> Void
    /// How far the answer is from the one that is known, as a part of it.
    let error: () throws -> Double
  }

  /// What single precision may be off after the longest sums here.
  static let tolerance = 1e-3

  static let suite = Suite(name: "rows") { context in
    for make in makers { try measure(make, context) }
  }

  private static let makers: [@Sendable () throws -> Work] =
    [
      { try kmeans(100_000, 16, 10) },
      { try power(1000, 20) },
      { try product("product", 100_000, 16, 10) },
      { try product("product", 100_000, 8, 64) },
      { try product("product", 8, 2048, 2048) },
      { try product("product", 64, 65_536, 64) },
      { try product("product", 512, 8192, 512) },
      { try product("product-ta", 512, 8192, 512) },
      { try product("product-ta", 10, 100_000, 16) },
      { try product("product-tb", 512, 512, 512) },
      { try product("product-tb", 8, 2048, 2048) },
      // Those of a recurrent layer, forwards and backwards.
      { try product("product", 64, 100, 100) },
      { try product("product-ta", 100, 64, 100) },
      { try product("product-tb", 64, 100, 100) },
      { try decay("for", 1_000_000, 10) },
      { try decay("while-any", 1_000_000, 10) },
      { try izhikevich(1000, 100) },
    ]

  private static func measure(_ make: () throws -> Work, _ context: Context) throws {
    let threads = context.machine.threads
    for tier in [Engine.TierChoice.interpreter, .native] {
      try Timing.configured(tier, threads: threads) {
        let work = try make()
        try work.run()
        let error = try work.error()
        guard error < tolerance else { throw BenchError("\(work.name): the answer is off by \(error) of the known one") }
        let peer = try context.peer?.prepare("rows", work.name)
        let limit = max(
          Machine.copy(bytes: Int(work.bytes / 2), threads: threads),
          work.multiplyAdds / Double(context.machine.vectorFloats) / context.machine.vectorOperations / Double(threads))
        let times = try Timing.alternate(peer: context.peer, prepared: peer != nil) { try Timing.microseconds { try work.run() } }
        try context.report.add(
          Row(
            suite: "rows", name: work.name, tier: tier.rawValue, threads: threads, us: times.ours, limit: limit, peer: times.by,
            peerUs: times.theirs))
      }
    }
    try context.peer?.drop()
  }

  private static func error(_ values: [Float], _ known: [Double]) -> Double {
    let scale = known.map(\.magnitude).max() ?? 1
    return zip(values, known).map { (Double($0) - $1).magnitude }.max().map { $0 / max(scale, 1e-30) } ?? 0
  }

  // MARK: Products

  /// a · b, where the factor that the name says lies transposed. 200 elements are checked.
  private static func product(_ name: String, _ m: Int, _ k: Int, _ n: Int) throws -> Work {
    let a = try (name == "product-ta" ? random.random(k, m) : random.random(m, k)).checked()
    let b = try (name == "product-tb" ? random.random(n, k) : random.random(k, n)).checked()
    let f = jit { (a: NDArray, b: NDArray) in
      dot(name == "product-ta" ? a.transposed() : a, name == "product-tb" ? b.transposed() : b)
    }
    return Work(
      name: "\(name) \(m)x\(k)x\(n)", multiplyAdds: Double(m * k * n), bytes: Double(4 * (m * k + k * n + m * n)),
      run: { _ = try f(a, b) },
      error: {
        let x = try a.floats(), y = try b.floats(), d = try f(a, b).floats()
        let places = (0..<200).map { $0 * 7919 % (m * n) }
        let known = places.map { place in
          (0..<k).reduce(0.0) { sum, p in
            let left = name == "product-ta" ? x[p * m + place / n] : x[place / n * k + p]
            let right = name == "product-tb" ? y[place % n * k + p] : y[p * n + place % n]
            return sum + Double(left) * Double(right)
          }
        }
        return error(places.map { d[$0] }, known)
      })
  }

  /// A round of k-means: points to the nearest centre, centres to the mean of their points.
  private static func kmeans(_ count: Int, _ dimension: Int, _ k: Int) throws -> Work {
    let points = try random.random(count, dimension).checked(), centres = try points[0..<k].checked()
    let round = jit { (x: NDArray, c: NDArray) in
      let nearest = ((c * c).sum(axis: 1) - 2 * dot(x, c.T)).argmin(axis: 1)
      let isMine = (nearest[.all, .newAxis] .== arange(k)).asType(.f32)
      return dot(isMine.T, x) / maximum(isMine.sum(axis: 0), 1)[.all, .newAxis]
    }
    return Work(
      name: "kmeans \(count)x\(dimension)x\(k)", multiplyAdds: Double(2 * count * dimension * k),
      bytes: Double(4 * count * dimension), run: { _ = try round(points, centres) },
      error: {
        let x = try points.floats().map(Double.init), c = try centres.floats().map(Double.init)
        var sums = [Double](repeating: 0, count: k * dimension), members = [Double](repeating: 0, count: k)
        for i in 0..<count {
          let distances = (0..<k).map { j in
            (0..<dimension).reduce(0.0) { sum, p in
              let difference = x[i * dimension + p] - c[j * dimension + p]
              return sum + difference * difference
            }
          }
          let nearest = distances.indices.min { distances[$0] < distances[$1] } ?? 0
          members[nearest] += 1
          for p in 0..<dimension { sums[nearest * dimension + p] += x[i * dimension + p] }
        }
        let known = sums.indices.map { sums[$0] / max(members[$0 / dimension], 1) }
        return error(try round(points, centres).floats(), known)
      })
  }

  /// Steps of a power iteration.
  private static func power(_ n: Int, _ steps: Int) throws -> Work {
    let a = try random.random(n, n).checked(), start = try ones(n).checked()
    let f = jit { (a: NDArray, v: NDArray) in
      try forLoop(0..<steps, carry: v) { _, v in
        let next = dot(a, v)
        return next / sqrt(dot(next, next))
      }
    }
    return Work(
      name: "power \(n)x\(steps)", multiplyAdds: Double(n * n * steps), bytes: Double(4 * n * n),
      run: { _ = try f(a, start) },
      error: {
        let x = try a.floats().map(Double.init)
        var v = [Double](repeating: 1, count: n)
        for _ in 0..<steps {
          let next = (0..<n).map { i in (0..<n).reduce(0.0) { $0 + x[i * n + $1] * v[$1] } }
          let norm = next.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
          v = next.map { $0 / norm }
        }
        return error(try f(a, start).floats(), v)
      })
  }

  // MARK: Loops

  /// x / 2 + 1/4, so many times: counted, or until no element says that it is not done.
  private static func decay(_ name: String, _ count: Int, _ steps: Int) throws -> Work {
    let x = try random.random(count).checked()
    let counted = jit { (x: NDArray) in try forLoop(0..<steps, carry: x) { _, x in x * 0.5 + 0.25 } }
    let asked = jit { (x: NDArray) in
      try whileLoop(carry: x, zerosLike(x)) { _, done in
        (done .< steps).any()
      } body: { x, done in
        (x * 0.5 + 0.25, done + 1)
      }.0
    }
    let f = { (x: NDArray) in try name == "for" ? counted(x) : asked(x) }
    return Work(
      name: "\(name) \(count)x\(steps)", multiplyAdds: Double(count * steps), bytes: Double(8 * count),
      run: { _ = try f(x) },
      error: {
        let known = try x.floats().map { x in (0..<steps).reduce(Double(x)) { x, _ in x * 0.5 + 0.25 } }
        return error(try f(x).floats(), known)
      })
  }

  /// Izhikevich neurons (regular spiking), Euler steps of 0.5 ms, each connected with each. The first step is checked: errors of later
  /// ones grow with every spike.
  private static func izhikevich(_ n: Int, _ steps: Int) throws -> Work {
    let weights = try (random.random(n, n) * 0.5).checked(), start = try linspace(-70, -50, count: n).checked()
    func simulation(_ steps: Int) -> (NDArray, NDArray) throws -> (NDArray, NDArray) {
      let run = jit { (w: NDArray, v: NDArray) in
        let (v, u, _) = try forLoop(0..<steps, carry: v, 0.2 * v, zerosLike(v)) { _, v, u, spikes in
          let current = 5 + dot(w, spikes)
          let quadratic = 0.04 * v * v + 5 * v + 140
          let v1 = v + 0.5 * (quadratic - u + current), u1 = u + 0.01 * (0.2 * v - u)
          let fires = v1 .>= 30
          return (select(fires, -65, v1), select(fires, u1 + 8, u1), fires.asType(.f32))
        }
        return (v, u)
      }
      return { try run($0, $1) }
    }
    let f = simulation(steps), first = simulation(1)
    return Work(
      name: "izhikevich \(n)x\(steps)", multiplyAdds: Double(n * n * steps), bytes: Double(4 * n * n),
      run: { _ = try f(weights, start) },
      error: {
        let known = try start.floats().map { v in
          let v = Double(v), u = 0.2 * v
          let v1 = v + 0.5 * (0.04 * v * v + 5 * v + 140 - u + 5)
          return v1 >= 30 ? -65 : v1
        }
        return error(try first(weights, start).0.floats(), known)
      })
  }
}
