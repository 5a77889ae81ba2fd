import HillockIR

/// All products of an element of a with one of b: a matrix with a row for each element of a.
///
/// ```swift
/// outer(NDArray([1, 2]), NDArray([3, 4]))                 // [[3, 4], [6, 8]]
/// ```
public func outer(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  a.array.flattened().expandingDims(axis: 1) * b.array.flattened()
}

/// The sums of products over the last axis of both. Arrays without axes are factors.
public func inner(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  let a = a.array, b = b.array
  if a.type.rank == 0 || b.type.rank == 0 { return a * b }
  return tensordot(a, b, axes: ([-1], [-1]))
}

/// The sum of products of all elements, as of two vectors.
public func vdot(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  dot(a.array.flattened(), b.array.flattened())
}

/// The sums of products along one axis, of the products' dtype; the others are broadcast together. Of different extents of this axis it gives a
/// `shape` error.
///
/// ```swift
/// vecdot(NDArray([[1, 2], [3, 4]]), NDArray([1, 10]))     // [21, 43]
/// ```
public func vecdot(_ a: some ArrayConvertible, _ b: some ArrayConvertible, axis: Int = -1) -> NDArray {
  let a = a.array, b = b.array, products = a * b
  if case .failure = products.content { return products }
  let rank = products.type.rank, place = axis < 0 ? axis + rank : axis
  let extents = [a, b].map { x in
    let missing = rank - x.type.rank
    return (missing..<rank).contains(place) ? x.type.shape[place - missing] : 1
  }
  guard extents[0] == extents[1] else {
    return NDArray(
      failing: HillockError(
        .shape,
        "vecdot along axis \(axis) of arrays of shapes \(a.type.shape) and \(b.type.shape): vectors of \(extents[0]) and "
          + "\(extents[1]) elements; take the same number, or multiply and sum"))
  }
  return products.sum(axis: axis).asType(products.dtype)
}

/// Kronecker's product: every element of a times the whole of b.
///
/// ```swift
/// kron(NDArray([1, 2]), NDArray([1, 1]))                  // [1, 1, 2, 2]
/// ```
public func kron(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray {
  let a = a.array, b = b.array
  if case .failure = a.content { return a }
  if case .failure = b.content { return b }
  let rank = Swift.max(a.type.rank, b.type.rank)
  let x = [Int](repeating: 1, count: rank - a.type.rank) + a.type.shape
  let y = [Int](repeating: 1, count: rank - b.type.rank) + b.type.shape
  // Axes of extent 1 on both sides would only take up room.
  let axes = x.indices.filter { x[$0] != 1 || y[$0] != 1 }
  let product = a.reshaped(axes.flatMap { [x[$0], 1] }) * b.reshaped(axes.flatMap { [1, y[$0]] })
  // (What overflows has been refused as the product's shape.)
  return product.reshaped(zip(x, y).map { $0 &* $1 })
}

/// The vector product along an axis of extent 3; the other axes are broadcast together.
///
/// ```swift
/// cross(NDArray([1, 0, 0]), NDArray([0, 1, 0]))           // [0, 0, 1]
/// ```
public func cross(_ a: some ArrayConvertible, _ b: some ArrayConvertible, axis: Int = -1) -> NDArray {
  let a = a.array, b = b.array
  return a.with(axes: [axis]) { first in
    b.with(axes: [axis]) { second in
      guard a.type.shape[first[0]] == 3, b.type.shape[second[0]] == 3 else {
        return NDArray(
          failing: HillockError(
            .shape, "cross takes vectors of three elements, not along axis \(axis) of \(a.type.shape) and \(b.type.shape)"))
      }
      let x = (0..<3).map { a.part($0, 1, first[0]) }, y = (0..<3).map { b.part($0, 1, second[0]) }
      let parts = (0..<3).map { (i: Int) -> NDArray in
        let (next, last) = ((i + 1) % 3, (i + 2) % 3)
        return x[next] * y[last] - x[last] * y[next]
      }
      return concatenate(parts, axis: axis < 0 ? axis : Swift.max(first[0], second[0]))
    }
  }
}

/// Sums of products in Einstein's notation: a letter for each axis of each operand; those of the result stand behind `->`, over all others
/// the products are summed. Without `->` the result has the letters that occur once, in the order of the alphabet. `...` stands for
/// further axes, which are broadcast. A letter twice in one operand takes its diagonal.
///
/// ```swift
/// let m = NDArray([[1, 2], [3, 4]]), v = NDArray([1, 10])
/// einsum("ij,j->i", m, v)                                 // [21, 43]
/// einsum("ii", m)                                         // 5
/// einsum("...j,jk->...k", v, m)                           // [31, 42]
/// ```
/// Products of more than two operands are made two by two, each time those whose product is smallest beside its operands. A text that does not
/// fit the operands gives an `argument` error, extents that differ a `shape` error.
public func einsum(_ subscripts: String, _ operands: (any ArrayConvertible)...) -> NDArray { einsum(subscripts, operands) }

/// The same for operands in an array.
public func einsum(_ subscripts: String, _ operands: [any ArrayConvertible]) -> NDArray {
  let arrays = operands.map { $0.array.settled }
  if let failed = arrays.first(where: { $0.errorCode != nil }) { return failed }
  return NDArray { () throws(HillockError) in
    var sum = try EinsteinSum(subscripts, arrays)
    return try sum.value()
  }
}

/// The operands that are left, and the letters of their axes. Axes under `...` have negative numbers, counted from the last.
private struct EinsteinSum {
  private var operands: [(array: NDArray, labels: [Int])] = []
  private var output: [Int] = []

  init(_ text: String, _ arrays: [NDArray]) throws(HillockError) {
    func mistake(_ what: String) -> HillockError { HillockError(.argument, "einsum(\"\(text)\"): \(what)") }
    let clean = text.filter { $0 != " " }
    let sides = clean.components(around: "->")
    let inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard sides.count <= 2, inputs.count == arrays.count else {
      throw mistake("it names \(inputs.count) operands, and there are \(arrays.count)")
    }
    var widest = 0
    for (input, array) in zip(inputs, arrays) {
      let labels = try Self.labels(input, rank: array.type.rank, mistake)
      widest = max(widest, -(labels.min() ?? 0))
      operands.append(try Self.diagonal(array, labels, mistake))
    }
    let all = operands.flatMap(\.labels)
    if sides.count == 2 {
      let rank = sides[1].filter { $0 != "." }.count + (sides[1].contains(".") ? widest : 0)
      output = try Self.labels(sides[1], rank: rank, mistake)
      guard Set(output).count == output.count else { throw mistake("a letter of the result occurs twice") }
      if let odd = output.first(where: { $0 > 0 && !all.contains($0) }) {
        throw mistake("the result's letter \(Self.letter(odd)) is in no operand")
      }
    } else {
      let letters = inputs.joined().unicodeScalars.filter { $0 != "." }.map { Int($0.value) }
      let once = Set(letters).filter { letter in letters.filter { $0 == letter }.count == 1 }
      output = (0..<widest).map { $0 - widest } + once.sorted()
    }
  }

  private static func letter(_ label: Int) -> String { UnicodeScalar(UInt32(label)).map { "\($0)" } ?? "?" }

  private static func labels(
    _ text: String, rank: Int, _ mistake: (String) -> HillockError
  ) throws(HillockError) -> [Int] {
    let parts = text.components(around: "...")
    guard parts.count <= 2, parts.allSatisfy({ $0.unicodeScalars.allSatisfy { $0.properties.isAlphabetic } }) else {
      throw mistake("\"\(text)\" is not letters with at most one `...`")
    }
    let letters = parts.map { $0.unicodeScalars.map { Int($0.value) } }, named = letters.reduce(0) { $0 + $1.count }
    guard parts.count == 2 ? named <= rank : named == rank else {
      throw mistake("\"\(text)\" names \(named) axes of an operand that has \(rank)")
    }
    return letters[0] + (parts.count == 2 ? (0..<rank - named).map { $0 - (rank - named) } + letters[1] : [])
  }

  /// Axes with one letter become one.
  private static func diagonal(
    _ array: NDArray, _ labels: [Int], _ mistake: (String) -> HillockError
  ) throws(HillockError) -> (array: NDArray, labels: [Int]) {
    var (array, labels) = (array, labels)
    while let (first, second) = labels.indices.lazy.compactMap({ j in
      labels[..<j].firstIndex(of: labels[j]).map { ($0, j) }
    }).first {
      let shape = array.type.shape
      guard shape[first] == shape[second] else {
        throw HillockError(
          .shape, "einsum: the letter \(letter(labels[first])) names axes of extents \(shape[first]) and \(shape[second])")
      }
      let label = labels[first]
      array = Hillock.diagonal(array, axis1: first, axis2: second)
      labels.remove(at: second)
      labels.remove(at: first)
      labels.append(label)
    }
    return (array, labels)
  }

  mutating func value() throws(HillockError) -> NDArray {
    try unify()
    for i in operands.indices { sumAlone(i) }
    while operands.count > 1 {
      let (i, j) = cheapestPair()
      let second = operands.remove(at: j), first = operands.remove(at: i)
      operands.append(product(first, second))
    }
    let (array, labels) = operands[0]
    // Letters of the result that only axes of extent 1 had are there; those of `...` may be missing.
    let order = output.compactMap { labels.firstIndex(of: $0) }
    let shape = output.map { label in labels.firstIndex(of: label).map { array.type.shape[$0] } ?? 1 }
    return array.transposed(order.isEmpty ? [] : order).reshaped(shape)
  }

  /// One extent for each letter: where another operand is longer, an axis of extent 1 is left out.
  private mutating func unify() throws(HillockError) {
    var extents: [Int: Int] = [:]
    for (array, labels) in operands {
      for (label, extent) in zip(labels, array.type.shape) {
        let known = extents[label] ?? 1
        guard known == 1 || extent == 1 || known == extent else {
          let name = label > 0 ? "the letter \(Self.letter(label))" : "`...`"
          throw HillockError(.shape, "einsum: \(name) stands for axes of extents \(known) and \(extent)")
        }
        extents[label] = extent == 1 ? known : extent
      }
    }
    for i in operands.indices {
      let (array, labels) = operands[i], shape = array.type.shape
      let kept = labels.indices.filter { shape[$0] == extents[labels[$0]] }
      guard kept.count < labels.count else { continue }
      operands[i] = (array.reshaped(kept.map { shape[$0] }), kept.map { labels[$0] })
    }
  }

  /// Whether a letter is in the result or in an operand other than these.
  private func isNeeded(_ label: Int, beside indices: [Int]) -> Bool {
    output.contains(label) || operands.indices.contains { !indices.contains($0) && operands[$0].labels.contains(label) }
  }

  /// Letters that only this operand has, and the result has not, are summed at once.
  private mutating func sumAlone(_ i: Int) {
    let (array, labels) = operands[i]
    let summed = labels.indices.filter { !isNeeded(labels[$0], beside: [i]) }
    guard !summed.isEmpty else { return }
    let sums = array.sum(axes: summed)
    // As a product's sums do, those of integers keep the dtype.
    operands[i] = (
      array.dtype.isInteger ? sums.asType(array.dtype) : sums, labels.indices.filter { !summed.contains($0) }.map { labels[$0] }
    )
  }

  /// The pair whose product has the fewest elements, less those of its operands.
  private func cheapestPair() -> (Int, Int) {
    var best = (0, 1), least = Double.infinity
    for j in operands.indices.dropFirst() {
      for i in 0..<j {
        let (a, b) = (operands[i], operands[j])
        var size = 1.0
        var seen: Set<Int> = []
        for (labels, shape) in [(a.labels, a.array.type.shape), (b.labels, b.array.type.shape)] {
          for (label, extent) in zip(labels, shape) where isNeeded(label, beside: [i, j]) && seen.insert(label).inserted {
            size *= Double(extent)
          }
        }
        let cost = size - Double(a.array.type.count) - Double(b.array.type.count)
        if cost < least { (best, least) = ((i, j), cost) }
      }
    }
    return best
  }

  /// The product of two operands that are taken out already: letters that nothing else needs are summed.
  private func product(
    _ a: (array: NDArray, labels: [Int]), _ b: (array: NDArray, labels: [Int])
  ) -> (array: NDArray, labels: [Int]) {
    let shared = a.labels.filter(b.labels.contains)
    let contracted = shared.filter { !isNeeded($0, beside: []) }, batch = shared.filter { !contracted.contains($0) }
    let freeOfA = a.labels.filter { !shared.contains($0) }, freeOfB = b.labels.filter { !shared.contains($0) }
    func pairs(_ labels: [Int]) -> [[Int]] {
      labels.compactMap { label in
        a.labels.firstIndex(of: label).flatMap { i in b.labels.firstIndex(of: label).map { [i, $0] } }
      }
    }
    let labels = batch + freeOfA + freeOfB
    guard contracted.isEmpty else { return (.evaluate(.contract(pairs(batch), pairs(contracted)), [a.array, b.array]), labels) }
    // Nothing is summed: a product element by element.
    func spread(_ x: (array: NDArray, labels: [Int])) -> NDArray {
      let order = labels.compactMap { x.labels.firstIndex(of: $0) }, moved = x.array.transposed(order)
      var extents = moved.type.shape[...]
      return moved.reshaped(labels.map { x.labels.contains($0) ? extents.removeFirst() : 1 })
    }
    return (spread(a) * spread(b), labels)
  }
}

extension String {
  fileprivate func components(around separator: String) -> [String] {
    var parts: [String] = [], rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
