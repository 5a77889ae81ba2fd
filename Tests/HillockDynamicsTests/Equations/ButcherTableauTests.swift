import HillockDynamics
import Testing

/// A rooted tree of Butcher's theory: its order conditions are Σ bᵢ Φᵢ = 1/γ.
private struct Tree: Hashable {
  var children: [Tree]

  var order: Int { children.reduce(1) { $0 + $1.order } }
  var density: Double { children.reduce(Double(order)) { $0 * $1.density } }

  /// Φ at each stage: the product over the children of Σⱼ aᵢⱼ Φⱼ(child).
  func weights(_ a: [[Double]]) -> [Double] {
    let inner = children.map { $0.weights(a) }
    return a.map { row in inner.reduce(1) { product, phi in product * zip(row, phi).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  /// All trees of an order: a root with every multiset of smaller trees below.
  static func all(of order: Int) -> Set<Tree> {
    guard order > 1 else { return [Tree(children: [])] }
    var trees: Set<Tree> = []
    for part in 1..<order {
      for rest in all(of: order - part) { for child in all(of: part) { trees.insert(rest.with(child)) } }
    }
    return trees
  }

  private func with(_ child: Tree) -> Tree {
    Tree(children: (children + [child]).sorted { $0.description < $1.description })
  }

  private var description: String { "[\(children.map(\.description).joined())]" }
}

@Suite struct ButcherTableauTests {
  static let tableaux: [(String, ButcherTableau)] = ODEMethod.all.compactMap {
    if case .rungeKutta(let tableau) = $0.scheme { ($0.name, tableau) } else { nil }
  }

  private func misses(_ tableau: ButcherTableau, _ weights: [Double], order: Int) -> Double {
    Tree.all(of: order).map { tree in
      (zip(weights, tree.weights(tableau.matrix)).reduce(0) { $0 + $1.0 * $1.1 } - 1 / tree.density).magnitude
    }.max() ?? 0
  }

  @Test func thereAreAsManyTreesAsCounted() {
    // (Cayley 1857; Butcher's table of orders.)
    #expect((1...6).map { Tree.all(of: $0).count } == [1, 1, 2, 4, 9, 20])
  }

  @Test(arguments: tableaux.map(\.0))
  func theConditionsUpToTheOrderHoldAndThoseBeyondDoNot(name: String) throws {
    let tableau = try #require(Self.tableaux.first { $0.0 == name }?.1)
    for order in 1...tableau.order { #expect(misses(tableau, tableau.weights, order: order) < 1e-13, "order \(order)") }
    #expect(misses(tableau, tableau.weights, order: tableau.order + 1) > 1e-6)
    for (node, row) in zip(tableau.nodes, tableau.matrix) { #expect((node - row.reduce(0, +)).magnitude < 1e-14) }
    guard let estimate = tableau.estimate else { return }
    for order in 1...estimate.order { #expect(misses(tableau, estimate.weights, order: order) < 1e-13, "second, order \(order)") }
    #expect(misses(tableau, estimate.weights, order: estimate.order + 1) > 1e-6)
  }

  @Test func thereAreAllMethods() {
    #expect(Self.tableaux.count == 16)
    #expect(Set(ODEMethod.all.map(\.name)).count == ODEMethod.all.count)
    #expect(ODEMethod.all.filter(\.controlsSteps).count == 5)
  }
}
