/// Connections by rows, as `deliver`, `rowproducts` and `synapseproducts` take them. The synapses of row r are those from
/// `starts[r]` up to `starts[r + 1]`; synapse k has the place `[(slot + delays[k]) mod slots, targets[k]]` in the ring, or without
/// delays `[slot mod slots, targets[k]]`.
///
/// The three ops are each other's transposes: of ring, rows and weights each takes two, and gives the third.
package struct SynapseShape: Equatable, Sendable {
  package let dtype: DType
  /// How many lanes there are; nil where no operand has any.
  package let lanes: Int?
  package let slots: Int
  package let post: Int
  /// That of the ring in a lane: [slots, post], or [post] for a ring of one slot.
  let ringShape: [Int]
  package let pre: Int
  package let synapses: Int
  /// Whether all synapses have one weight.
  package let isUniform: Bool
  /// That of the delays, one of `delayDTypes`; nil without delays.
  package let delayDType: DType?

  /// What delays may be, the smallest first.
  package static let delayDTypes: [DType] = [.u8, .u16, .i32]

  /// Where each operand stands: the ring is the first.
  package struct Places: Equatable, Sendable {
    package let rows: Int?
    package let slot: Int
    package let starts: Int
    package let targets: Int
    package let weights: Int?
    package let delays: Int?

    /// Of `count` operands: delays come last, where they are given.
    package init(_ op: ArrayOp, count: Int) {
      rows = op == .rowProducts ? nil : 1
      slot = op == .rowProducts ? 1 : 2
      starts = slot + 1
      targets = slot + 2
      weights = op == .synapseProducts ? nil : slot + 3
      let last = weights ?? targets
      delays = count > last + 1 ? last + 1 : nil
    }
  }

  /// Checks that the operands fit each other. `lanes`: for each operand 1 where it has an axis of lanes, or empty where none has.
  package init(_ op: ArrayOp, _ operands: [ArrayType], lanes flags: [Int]) throws(HillockError) {
    let name = op.row.name, places = Places(op, count: operands.count)
    var types = operands
    lanes = try LaneFlags.strip(name, &types, flags)
    let ring = types[0]
    guard ring.rank == 1 || ring.rank == 2, ring.dtype.isFloating else {
      throw HillockError(.shape, "\(name) takes floats of shape [slots, targets], or [targets], not \(ring)")
    }
    dtype = ring.dtype
    ringShape = ring.shape
    slots = ring.rank == 1 ? 1 : ring.shape[0]
    post = ring.shape[ring.rank - 1]
    func expect(_ place: Int, _ what: String, _ expected: ArrayType) throws(HillockError) {
      guard types[place] == expected else {
        throw HillockError(
          types[place].dtype == expected.dtype ? .shape : .dtype, "\(name): \(what) of type \(types[place]) should be \(expected)"
        )
      }
    }
    guard types[places.starts].rank == 1, types[places.starts].count > 0, types[places.targets].rank == 1 else {
      throw HillockError(
        .shape,
        "\(name): \(types[places.starts]) and \(types[places.targets]) are not the starts of rows, one more than rows, and targets"
      )
    }
    pre = types[places.starts].count - 1
    synapses = types[places.targets].count
    guard max(pre, slots, post) <= Int(Int32.max) else {
      throw HillockError(.shape, "\(name): \(pre) rows, or \(slots) slots of \(post) targets, are more than i32 counts")
    }
    try expect(places.slot, "a slot", ArrayType(.i64, []))
    try expect(places.starts, "the starts of rows", ArrayType(.i64, [pre + 1]))
    try expect(places.targets, "targets", ArrayType(.i32, [synapses]))
    if let rows = places.rows { try expect(rows, "what rows send", ArrayType(types[rows].dtype == .bool ? .bool : dtype, [pre])) }
    delayDType = places.delays.map { Self.delayDTypes.contains(types[$0].dtype) ? types[$0].dtype : .i32 }
    if let delays = places.delays, let delayDType { try expect(delays, "delays", ArrayType(delayDType, [synapses])) }
    if let weights = places.weights { isUniform = types[weights].shape == [1] && synapses != 1 } else { isUniform = false }
    if let weights = places.weights { try expect(weights, "weights", ArrayType(dtype, [isUniform ? 1 : synapses])) }
  }

  /// The type of a result of this shape, which has lanes where the operands have some.
  func type(_ shape: [Int]) -> ArrayType { ArrayType(dtype, (lanes.map { [$0] } ?? []) + shape) }
}

/// The operands of an op on synapses by what they are, in graphs.
struct SynapseOperands {
  typealias Value = LaneValue

  var ring: Value
  var rows: Value?
  var weights: Value?
  private let slot: Value
  private let starts: Value
  private let targets: Value
  private let delays: Value?
  let shape: SynapseShape

  init(_ op: ArrayOp, _ use: ArrayDerivative.Use, _ builder: GraphBuilder) throws(HillockError) {
    let flags = use.attributes[0], places = SynapseShape.Places(op, count: use.operands.count)
    shape = try SynapseShape(op, use.operands.map(builder.type), lanes: flags)
    func value(_ place: Int) -> Value { Value(use.operands[place], isBatched: flags.isEmpty ? false : flags[place] == 1) }
    ring = value(0)
    rows = places.rows.map(value)
    slot = value(places.slot)
    starts = value(places.starts)
    targets = value(places.targets)
    weights = places.weights.map(value)
    delays = places.delays.map(value)
  }

  /// A value that has lanes where the result of the op has some.
  func result(_ id: ValueID) -> Value { Value(id, isBatched: shape.lanes != nil) }

  /// One of the three ops on these operands, with those that it takes.
  func emit(_ op: ArrayOp, _ builder: inout GraphBuilder) throws(HillockError) -> ValueID {
    var operands = [ring]
    if op != .rowProducts, let rows { operands.append(rows) }
    operands += [slot, starts, targets]
    if op != .synapseProducts, let weights { operands.append(weights) }
    if let delays { operands.append(delays) }
    return try builder.array(op, operands.map(\.id), [shape.lanes == nil ? [] : operands.map { $0.isBatched ? 1 : 0 }])
  }

  /// A ring of zeros.
  func zeros(_ builder: inout GraphBuilder) throws(HillockError) -> Value {
    result(try builder.zeros(shape.type(shape.ringShape)))
  }

  /// The ring with lanes, where the result has them.
  mutating func fitRing(_ builder: inout GraphBuilder) throws(HillockError) {
    guard let lanes = shape.lanes, !ring.isBatched else { return }
    ring = Value(try builder.batched(ring, lanes), isBatched: true)
  }

  /// A cotangent that has lanes, for an operand that may have none.
  func shared(_ id: ValueID, like operand: Value?, _ builder: inout GraphBuilder) throws(HillockError) -> ValueID {
    guard shape.lanes != nil, operand?.isBatched == false else { return id }
    return try builder.reduce(.sum, id, axes: [0])
  }

  /// The cotangent of the weights, where ring and rows are those of the transposed op.
  func ofWeights(_ builder: inout GraphBuilder) throws(HillockError) -> ValueID {
    guard shape.isUniform else { return try shared(try emit(.synapseProducts, &builder), like: weights, &builder) }
    // Of one weight for all, a sum over rows: no array of synapses is made.
    var unit = self
    let one = try builder.reshape(try builder.number(1, shape.dtype), to: [1])
    unit.weights = Value(one, isBatched: false)
    let sums = try unit.emit(.rowProducts, &builder)
    guard let rows else { return sums }
    let factors = try builder.convert(rows.id, to: shape.dtype)
    let products = try builder.elementwise(.mul, [sums, factors])
    let total = try builder.reduce(.sum, products, axes: [builder.type(products).rank - 1])
    return try shared(try builder.reshape(total, to: shape.type([1]).shape), like: weights, &builder)
  }
}

extension GraphBuilder {
  /// The operands as an op on synapses takes them: places are i64, and what rows send, unless bool, has the ring's dtype.
  mutating func synapses(_ op: ArrayOp, _ operands: [ValueID]) throws(HillockError) -> [ValueID] {
    let places = SynapseShape.Places(op, count: operands.count), dtype = type(operands[0]).dtype
    var fitted = operands
    for place in [places.slot, places.starts] { fitted[place] = try positions(operands[place]) }
    for place in [places.rows, places.weights] {
      guard let place, type(operands[place]).dtype != .bool || place == places.weights else { continue }
      fitted[place] = try convert(operands[place], to: dtype)
    }
    return fitted
  }
}
