import Foundation
import Hillock

// The rules that draw connections. Their names are NEST's; what each draws is said exactly, since names differ between simulators.
extension Connections {
  /// Rows from a body that gives the targets of each, in any order.
  ///
  /// - Parameter expecting: about how many connections there will be: with room for all of them from the start, none moves.
  static func rows(
    count: Int, to postCount: Int, isComplete: Bool = false, expecting: Int,
    _ body: (_ row: Int, _ targets: inout [Int32]) -> Void
  ) throws(HillockError) -> Connections {
    var row: [Int32] = []
    return try ascendingRows(count: count, to: postCount, isComplete: isComplete, expecting: expecting) {
      (sender, targets) throws(HillockError) in
      row.removeAll(keepingCapacity: true)
      body(sender, &row)
      row.sort()
      try targets.append(row)
    }
  }

  /// Rows from a body that adds the targets of each in ascending order.
  private static func ascendingRows(
    count: Int, to postCount: Int, isComplete: Bool = false, expecting: Int,
    _ body: (_ row: Int, _ targets: inout GrowingArray<Int32>) throws(HillockError) -> Void
  ) throws(HillockError) -> Connections {
    var starts: [Int64] = [0], targets = try GrowingArray<Int32>(capacity: expecting)
    starts.reserveCapacity(count + 1)
    for row in 0..<count {
      try body(row, &targets)
      starts.append(Int64(targets.count))
    }
    return Connections(starts: starts, targets: targets.finished(), to: postCount, isComplete: isComplete)
  }

  /// Room for a number of connections that is drawn with this mean: rarely, at five standard deviations, it is not enough.
  private static func room(mean: Double) -> Int { Int(min(mean + 5 * mean.squareRoot(), 0x1p40)) + 16 }

  /// Each sender with the target of the same number.
  public static func oneToOne(_ count: Int) throws(HillockError) -> Connections {
    try check([count])
    return try rows(count: count, to: count, expecting: count) { row, targets in targets.append(Int32(row)) }
  }

  /// Each sender with each target.
  ///
  /// - Parameter includeSelf: whether an element is connected with the one of its own number: with itself, within one group.
  public static func allToAll(from preCount: Int, to postCount: Int, includeSelf: Bool = true) throws(HillockError) -> Connections
  {
    try check([preCount, postCount])
    return try rows(
      count: preCount, to: postCount, isComplete: includeSelf, expecting: preCount * postCount
    ) { row, targets in
      for target in 0..<postCount where includeSelf || target != row { targets.append(Int32(target)) }
    }
  }

  /// Each pair with this probability, independently of the others (NEST's `pairwise_bernoulli`): the number of targets of a sender
  /// is binomial. Drawn by geometric gaps, at a cost of the connections and not of the pairs. They are the elements of a `DrawnMatrix` of
  /// the same seed, which takes no memory.
  ///
  /// - Parameters:
  ///   - probability: from 0 to 1.
  ///   - includeSelf: whether an element may be connected with the one of its own number.
  public static func fixedProbability(
    _ probability: Double, from preCount: Int, to postCount: Int, includeSelf: Bool = true, seed: UInt64 = 0
  ) throws(HillockError) -> Connections {
    try check([preCount, postCount])
    guard (0...1).contains(probability) else {
      throw HillockError(.argument, "a probability of connections is between 0 and 1, not \(probability)")
    }
    let drawn = try BernoulliRows(probability, columns: postCount, hollow: !includeSelf, seed: seed)
    let mean = probability * Double(preCount) * Double(postCount)
    return try ascendingRows(count: preCount, to: postCount, expecting: room(mean: mean)) {
      (row, targets) throws(HillockError) in try drawn.append(row, to: &targets)
    }
  }

  /// Each pair is connected a Poisson number of times with this mean (NEST's `pairwise_poisson`).
  public static func pairwisePoisson(
    mean: Double, from preCount: Int, to postCount: Int, includeSelf: Bool = true, seed: UInt64 = 0
  ) throws(HillockError) -> Connections {
    try check([preCount, postCount])
    guard mean >= 0, mean <= 0x1p31 else {
      throw HillockError(.argument, "a mean number of connections is from 0 to 2^31, not \(mean)")
    }
    let expected = room(mean: mean * Double(preCount) * Double(postCount))
    return try rows(count: preCount, to: postCount, expecting: expected) { row, targets in
      var generator = RowGenerator(seed: seed, row: row)
      for target in 0..<postCount where includeSelf || target != row {
        for _ in 0..<generator.poisson(mean) { targets.append(Int32(target)) }
      }
    }
  }

  /// So many targets for each sender (NEST's `fixed_outdegree`).
  ///
  /// - Parameters:
  ///   - degree: the number of connections of each sender.
  ///   - allowsMultiple: whether a pair may be connected more than once.
  /// - Throws: an `argument` error if there are not so many targets, and none may be taken twice.
  public static func fixedOutDegree(
    _ degree: Int, from preCount: Int, to postCount: Int, includeSelf: Bool = true, allowsMultiple: Bool = false, seed: UInt64 = 0
  ) throws(HillockError) -> Connections {
    try check([preCount, postCount])
    try checkDegree(degree, among: postCount, includeSelf, allowsMultiple)
    return try rows(count: preCount, to: postCount, expecting: preCount * degree) { row, targets in
      var generator = RowGenerator(seed: seed, row: row)
      let excludes = !includeSelf && row < postCount, bound = excludes ? postCount - 1 : postCount
      // Numbers from the excluded one on are one higher.
      func place(_ number: Int) -> Int32 { Int32(excludes && number >= row ? number + 1 : number) }
      if allowsMultiple {
        for _ in 0..<degree { targets.append(place(Int.random(in: 0..<bound, using: &generator))) }
      } else {
        targets += generator.sample(degree, below: bound).map(place)
      }
    }
  }

  /// So many senders for each target (NEST's `fixed_indegree`). Parameters and errors are those of
  /// ``fixedOutDegree(_:from:to:includeSelf:allowsMultiple:seed:)``.
  public static func fixedInDegree(
    _ degree: Int, from preCount: Int, to postCount: Int, includeSelf: Bool = true, allowsMultiple: Bool = false, seed: UInt64 = 0
  ) throws -> Connections {
    try fixedOutDegree(
      degree, from: postCount, to: preCount, includeSelf: includeSelf, allowsMultiple: allowsMultiple, seed: seed
    ).transposed
  }

  /// So many connections in all, each between a sender and a target chosen evenly; a pair may be connected more than once (NEST's
  /// `fixed_total_number`).
  public static func fixedTotalNumber(
    _ number: Int, from preCount: Int, to postCount: Int, seed: UInt64 = 0
  ) throws(HillockError) -> Connections {
    try check([preCount, postCount])
    guard number >= 0, number <= Int(Int32.max), number == 0 || preCount * postCount > 0 else {
      throw HillockError(
        .argument,
        "\(number) connections cannot be made from \(preCount) to \(postCount) elements; give 0 to 2^31 − 1 of them, between groups "
          + "with elements")
    }
    // How many each sender has is drawn first: what is left of the number is binomial for the senders that are left.
    var generator = RowGenerator(seed: seed, row: 0, stream: 1)
    var counts = [Int](repeating: 0, count: preCount)
    for _ in 0..<number { counts[Int.random(in: 0..<preCount, using: &generator)] += 1 }
    return try rows(count: preCount, to: postCount, expecting: number) { row, targets in
      var generator = RowGenerator(seed: seed, row: row)
      for _ in 0..<counts[row] { targets.append(Int32.random(in: 0..<Int32(postCount), using: &generator)) }
    }
  }

  /// Connections that are given: a pair of sender and target for each.
  ///
  /// - Throws: an `index` error for a pair beyond the groups.
  public init(pairs: [(Int, Int)], from preCount: Int, to postCount: Int) throws(HillockError) {
    try Connections.check([preCount, postCount])
    var targets = [[Int32]](repeating: [], count: preCount)
    for (sender, target) in pairs {
      guard (0..<preCount).contains(sender), (0..<postCount).contains(target) else {
        throw HillockError(
          .index, "there is no connection from \(sender) to \(target) between \(preCount) and \(postCount) elements")
      }
      targets[sender].append(Int32(target))
    }
    self = try Connections.rows(count: preCount, to: postCount, expecting: pairs.count) { row, result in result += targets[row] }
  }

  /// The connections of one source with groups that lie side by side in a larger one, in this order: its populations, say, each with
  /// a rule of its own. One projection then serves them all.
  ///
  /// ```swift
  /// let layers = try [Connections.oneToOne(50), .fixedProbability(0.1, from: 50, to: 20, seed: 1)]
  /// let toBoth = try Connections(sideBySide: layers)       // from 50 to 70
  /// ```
  ///
  /// - Throws: a `shape` error for an empty list, or for parts with different numbers of senders.
  public init(sideBySide parts: [Connections]) throws {
    guard let first = parts.first, parts.allSatisfy({ $0.preCount == first.preCount }) else {
      throw HillockError(
        .shape, "connections side by side have as many senders each, and there is one at least; not \(parts.map(\.preCount))")
    }
    let width = parts.reduce(0) { $0 + $1.postCount }
    try Connections.check([width])
    var starts = [Int64](repeating: 0, count: first.preCount + 1)
    for part in parts { try part.rowStarts.withElements { for row in starts.indices { starts[row] += $0[row] } } }
    let targets = try NDArray.written(Int(starts[first.preCount]), of: Int32.self) { joined in
      // Where the next target of each row goes: behind those of the parts before.
      var next = starts, offset: Int32 = 0
      for part in parts {
        try part.withRows { starts, targets in
          for row in 0..<first.preCount {
            for place in Int(starts[row])..<Int(starts[row + 1]) {
              joined[Int(next[row])] = targets[place] + offset
              next[row] += 1
            }
          }
        }
        offset += Int32(part.postCount)
      }
    }
    self.init(starts: starts, targets: targets, to: width, isComplete: parts.allSatisfy(\.isComplete))
  }

  /// Connections where a matrix of senders and targets is not 0 (or true). Weights are read from it with `matrix[connections.senders,
  /// connections.targets]`.
  ///
  /// - Throws: a `shape` error if the array is no matrix, and its own error if it carries one.
  public init(matrix: NDArray) throws {
    guard try matrix.checked().rank == 2 else {
      throw HillockError(
        .shape, "connections are made of a matrix of senders and targets, not of an array of shape \(matrix.shape)")
    }
    try Connections.check(matrix.shape)
    let width = matrix.shape[1], isSet = matrix .!= 0, count = try isSet.sum().item(as: Int.self)
    self = try isSet.flattened().withElements(of: Bool.self) { isSet in
      try Connections.rows(count: matrix.shape[0], to: width, expecting: count) { row, targets in
        for target in 0..<width where isSet[row * width + target] { targets.append(Int32(target)) }
      }
    }
  }

  static func check(_ counts: [Int]) throws(HillockError) {
    for count in counts where count < 0 || count > Int(Int32.max) {
      throw HillockError(.shape, "a group has 0 to 2^31 − 1 elements, not \(count)")
    }
  }

  private static func checkDegree(_ degree: Int, among count: Int, _ includeSelf: Bool, _ allowsMultiple: Bool)
    throws(HillockError)
  {
    let available = includeSelf ? count : max(count - 1, 0)
    guard degree >= 0, degree <= Int(Int32.max), degree == 0 || (allowsMultiple ? available > 0 : degree <= available) else {
      throw HillockError(
        .argument,
        "\(degree) connections of an element cannot be drawn among \(available); give fewer, or allow multiple ones")
    }
  }
}
