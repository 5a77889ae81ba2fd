import HillockIR
import HillockTestSupport

/// Adds random nodes to a graph: straight-line ones, and loops and branches whose regions are random as well.
struct RandomWriter {
  var builder: GraphBuilder
  /// What later nodes may read.
  var values: [ValueID] = []
  /// The shapes and dtypes that new arrays have.
  var shapes: [[Int]] = []
  var dtypes: [DType] = []
  /// The functions that the program and its regions call: those of the outermost graph.
  var functions = RandomFunctions()
  /// Elementwise nodes of one shape only: a loop over such a body may be interchanged with its positions.
  var isPositionwise = false
  /// Arrays of up to a million elements, and more loops in loops.
  var scale = RandomScale.small
  private var choices: SeededRandom

  /// Around the tile (up to 1024 positions), the chunk (4096) and the vector, and some of several axes.
  static let shapes: [[Int]] = [
    [], [1], [3], [4], [16], [17], [33], [100], [1000], [1025], [4096], [5000], [9000], [4, 3], [3, 4], [2, 1, 3], [40, 7],
    [7, 40], [130, 10], [70, 33], [10, 500], [2, 5000], [0], [3, 0],
  ]

  init(_ builder: GraphBuilder, seed: UInt64) {
    self.builder = builder
    choices = SeededRandom(seed: seed)
  }

  func type(_ random: inout SeededRandom) -> ArrayType {
    ArrayType(dtypes.randomElement(using: &random) ?? .f32, shapes.randomElement(using: &random) ?? [])
  }

  /// Odd extents from 2¹⁵ elements to 2²⁰, the shorter ones more often: they are seldom a whole number of tiles, chunks or vectors.
  static let largeShapes: [[Int]] = [
    [32_769], [32_771], [40_961], [65_537], [99_991], [131_101], [262_147], [1_048_573], [4100, 65], [65, 509], [509, 65],
    [129, 257], [3, 32_771], [32_771, 3], [1025, 33], [1023, 1023],
  ]
  /// What loops without large arrays work on beside them.
  static let smallShapes: [[Int]] = [[], [], [1], [3], [7], [17], [100], [4, 3], [65], [33]]

  mutating func fill(size: Int, depth: Int) {
    for _ in 0..<size {
      var random = SeededRandom(seed: choices.next())
      do throws(HillockError) { try step(&random, depth) } catch {}  // The choice does not fit these operands.
    }
  }

  /// A reduction of each row, at all positions of the row again: what a softmax is made of.
  private mutating func spreadRows(of x: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    let shape = builder.type(x).shape
    guard shape.count > 1 else { return }
    let kind = ReduceKind.allCases.randomElement(using: &random)!
    let reduced = try builder.reduce(kind, x, axes: [shape.count - 1])
    let spread = try builder.broadcast(try builder.reshape(reduced, to: shape.dropLast() + [1]), to: shape)
    values += [reduced, spread]
    try elementwise(x, spread, x, &random)
  }

  /// Reductions of rows into columns: of an array, and of what is computed of it, which may be read elsewhere too.
  private mutating func reduceColumns(_ random: inout SeededRandom) throws(HillockError) {
    let shape = [[70, 33], [130, 10], [2, 5000], [4200, 3], [2, 40, 30]].randomElement(using: &random)!
    let x = try value(of: ArrayType(dtypes.randomElement(using: &random) ?? .f32, shape), &random)
    try elementwise(x, x, x, &random)
    let computed = values[values.count - 1]
    for source in [computed, x, computed].prefix(Int.random(in: 1...3, using: &random)) where builder.type(source).shape == shape
    {
      let kind =
        builder.type(source).dtype == .bool ? ReduceKind.any : [.sum, .max, .min, .product].randomElement(using: &random)!
      let reduced = try builder.reduce(kind, source, axes: [shape.count - 2])
      values.append(reduced)
      if Bool.random(using: &random) { try elementwise(reduced, reduced, reduced, &random) }
    }
  }

  /// A matrix with its transpose, with a vector as long as its rows, or with one as long as its columns.
  private mutating func product(of x: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    guard builder.type(x).rank == 2, builder.type(x).dtype != .bool else { return }
    let (rows, columns) = (builder.type(x).shape[0], builder.type(x).shape[1])
    switch Int.random(in: 0..<5, using: &random) {
    case 3, 4: try batch(of: x, &random)
    case 0: if rows * rows < 5000 { values.append(try builder.dot(x, try builder.transpose(x, [1, 0]))) }
    case 1: values.append(try builder.dot(x, try value(of: ArrayType(builder.type(x).dtype, [columns]), &random)))
    default: values.append(try builder.dot(try value(of: ArrayType(builder.type(x).dtype, [rows]), &random), x))
    }
  }

  /// Products of the array seen as a batch, with vectors or matrices, transposed or shared ones among them.
  private mutating func batch(of x: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    let type = builder.type(x), (rows, columns) = (type.shape[0], type.shape[1])
    guard type.count > 0, type.count < 3000 else { return }
    let lots = [1, rows, rows % 2 == 0 ? 2 : 1].randomElement(using: &random)!
    let a = try builder.reshape(x, to: [lots, rows / lots, columns])
    switch Int.random(in: 0..<5, using: &random) {
    case 0: values.append(try builder.contract(a, a, batch: [(0, 0)], contracted: [(1, 1)]))
    case 1: values.append(try builder.contract(a, a, batch: [(0, 0)], contracted: [(2, 2)]))
    case 2:
      let vector = try value(of: ArrayType(type.dtype, [lots, columns]), &random)
      values.append(try builder.dot(a, vector, batch: 1))
    case 3:
      let vector = try value(of: ArrayType(type.dtype, [lots, rows / lots]), &random)
      values.append(try builder.dot(vector, a, batch: 1))
    default:
      let matrix = try value(of: ArrayType(type.dtype, [3, columns]), &random)
      values.append(try builder.matmul(matrix, try builder.transpose(a, [0, 2, 1])))
      values.append(try builder.contract(a, a, batch: [], contracted: [(0, 0), (1, 1)]))
    }
  }

  private mutating func step(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    // Recent values are read more often: chains become long.
    func pick(_ random: inout SeededRandom) -> ValueID {
      (Bool.random(using: &random) ? values.suffix(6) : values[...]).randomElement(using: &random)!
    }
    let x = pick(&random), y = pick(&random), z = pick(&random)
    let from = builder.type(x)
    if isPositionwise {
      if Int.random(in: 0..<6, using: &random) == 0 { return try randomBits(from: x, &random) }
      return try elementwise(x, y, z, &random)
    }
    if scale == .large, depth < 2, Int.random(in: 0..<5, using: &random) == 0 {
      return Int.random(in: 0..<3, using: &random) > 0 ? try loop(&random, depth) : try whileLoop(&random, depth)
    }
    switch Int.random(in: 0..<49, using: &random) {
    case 0..<12: try elementwise(x, y, z, &random)
    case 12:
      let type = type(&random)
      // Large ones would make the program's text long.
      if type.count <= scale.constant { values.append(try builder.constant(RandomData.array(type, &random))) }
    case 13: values.append(try builder.convert(x, to: DType.allCases.randomElement(using: &random)!))
    case 14: if from.count < scale.grown { values.append(try builder.broadcast(x, to: [2] + from.shape)) }
    case 15:
      values.append(try builder.reshape(x, to: from.rank == 1 && from.count % 2 == 0 ? [2, from.count / 2] : [from.count]))
    case 16: values.append(try builder.transpose(x, Array(from.shape.indices).shuffled(using: &random)))
    case 17:
      let sizes = from.shape.map { $0 / 2 }
      values.append(try builder.slice(x, starts: sizes.map { max($0 - 1, 0) }, steps: sizes.map { _ in -1 }, sizes: sizes))
    case 18:
      let sizes = from.shape.map { $0 / 2 }
      values.append(try builder.updateSlice(x, y, starts: sizes.map { _ in 0 }, steps: sizes.map { _ in 2 }, sizes: sizes))
    case 19: if from.count < scale.grown { values.append(try builder.concatenate([x, y, x], axis: 0)) }
    case 20, 21:
      let axes = from.shape.indices.filter { _ in Bool.random(using: &random) }
      let kind = ReduceKind.allCases.randomElement(using: &random)!
      values.append(try builder.reduce(kind, x, axes: Bool.random(using: &random) ? Array(from.shape.indices) : axes))
    case 22: if dotWork(from, builder.type(y)) <= scale.dotWork { values.append(try builder.dot(x, y)) }
    case 30, 33: try spreadRows(of: x, &random)
    case 34: try product(of: x, &random)
    case 36, 37: try reduceColumns(&random)
    case 35:
      let shape = [[70, 33], [130, 10], [2, 5000]].randomElement(using: &random)!
      try spreadRows(of: try value(of: ArrayType(.f32, shape), &random), &random)
    case 31, 32: if from.count + builder.type(y).count < 3000 { try call(x, y, &random) }
    case 23: values.append(try builder.iota(from.dtype, shape: from.shape, axis: 0))
    case 24: try gather(from: x, y, &random)
    case 25, 38: try scatter(into: x, y, z, &random)
    case 39: try window(of: x, z, &random)
    case 40: try pad(x, y, &random)
    case 26:
      let key = try builder.constant(RandomData.array(ArrayType(.u32, [2]), &random))
      values.append(try builder.randomBits(key, Bool.random(using: &random) ? .u32 : .u64, shape: type(&random).shape))
    case 41, 42, 43: try alongAxis(x, y, &random)
    case 44, 45: try synapses(x, y, &random)
    case 46: try drawnSynapses(x, &random)
    case 47: try counts(x, &random)
    case 48: try fourier(x, y, &random)
    case 27, 28: if depth < 2 { try loop(&random, depth) }
    default:
      guard depth < 2 else { return }
      if Bool.random(using: &random) { try branch(&random, depth) } else { try whileLoop(&random, depth) }
    }
  }

  /// Scans, places of extremes, and sorts, the last with payloads of the same shape.
  private mutating func alongAxis(_ x: ValueID, _ y: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    guard let axis = builder.type(x).shape.indices.randomElement(using: &random) else { return }
    switch Int.random(in: 0..<6, using: &random) {
    case 3:
      let count = Int.random(in: 0...builder.type(x).shape[axis], using: &random)
      values += builder.elements(of: try builder.array(.topK, [x], [[axis], [count]]))
    case 4:
      let size = [0, 3, builder.type(x).shape.last ?? 0, 700].randomElement(using: &random)!
      guard builder.type(x).count / max(builder.type(x).shape.last ?? 1, 1) * size <= scale.grown else { return }
      values.append(try builder.array(.places, [x], [[size]]))
    case 5:
      // A line in no order has places as well.
      let line = try builder.reshape(x, to: [builder.type(x).count]), right = Int.random(in: 0...1, using: &random)
      let sorted = Bool.random(using: &random) ? try builder.sort([line], axis: 0)[0] : line
      values.append(try builder.array(.search, [sorted, y], [[0], [right]]))
    case 0:
      values.append(
        try builder.scan(
          ScanKind.allCases.randomElement(using: &random)!, x, axis: axis, isReversed: Bool.random(using: &random),
          isExclusive: Bool.random(using: &random)))
    case 1: values.append(try builder.argReduce(Bool.random(using: &random) ? .max : .min, x, axis: axis))
    default:
      let payloads = builder.type(y).shape == builder.type(x).shape ? [y, x] : [x]
      values += try builder.sort(
        [x] + payloads.prefix(Int.random(in: 0...2, using: &random)), axis: axis, isDescending: Bool.random(using: &random))
    }
  }

  /// Lines of any length: of small factors, with a large prime, long enough to be split.
  private mutating func fourier(_ x: ValueID, _ y: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    let dtype: DType = builder.type(x).dtype == .f64 ? .f64 : .f32
    var type = builder.type(x)
    if Bool.random(using: &random) || type.rank == 0 || !type.dtype.isFloating {
      type = ArrayType(dtype, [[3, 8], [60], [7, 134], [2, 144], [1024], [0, 4], [3, 0]].randomElement(using: &random)!)
    }
    let (real, imaginary) = try builder.fft(try value(of: type, &random), try value(of: type, &random))
    values += [real, imaginary]
  }

  private mutating func counts(_ x: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    guard builder.type(x).dtype.isFloating, builder.type(x).count < 3000 else { return }
    let key = try builder.constant(RandomData.array(ArrayType(.u32, [2]), &random)),
      first = [0, 0, 9].randomElement(using: &random)!
    if Bool.random(using: &random) {
      values.append(try builder.array(.randomCounts, [x, key], [[0], [first]]))
    } else {
      let tries = try value(of: ArrayType(.i64, builder.type(x).shape), &random)
      values.append(try builder.array(.randomCounts, [x, key, tries], [[1], [first]]))
    }
  }

  /// The same along connections that are stored nowhere.
  private mutating func drawnSynapses(_ x: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    let dtype: DType = builder.type(x).dtype == .f64 ? .f64 : .f32
    let slots = Int.random(in: 1...3, using: &random), post = [1, 7, 600, 140_000].randomElement(using: &random)!
    guard slots * post <= scale.most else { return }
    let pre = [1, 5, 70].randomElement(using: &random)!
    let ring = try value(of: ArrayType(dtype, [slots, post]), &random)
    let rows = try value(of: ArrayType(Bool.random(using: &random) ? .bool : dtype, [pre]), &random)
    let slot = try value(of: ArrayType(.i64, []), &random)
    let key = try builder.constant(RandomData.array(ArrayType(.u32, [2]), &random))
    let chance = try builder.number([0, 1e-4, 0.01, 0.5 / Double(post), 1].randomElement(using: &random)!, .f64)
    let weight = try value(of: ArrayType(dtype, [1]), &random), hollow = Bool.random(using: &random) ? 1 : 0
    if Bool.random(using: &random) {
      values.append(try builder.array(.deliverDrawn, [ring, rows, slot, key, chance, weight], [[], [hollow]]))
    } else {
      values.append(try builder.array(.drawnProducts, [ring, slot, key, chance, weight], [[], [hollow], [pre]]))
    }
  }

  /// Spikes or floats along random synapses, whose starts and targets may lead beyond the ends.
  private mutating func synapses(_ x: ValueID, _ y: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    let dtype: DType = builder.type(x).dtype == .f64 ? .f64 : .f32
    let slots = Int.random(in: 1...3, using: &random), post = [1, 7, 600].randomElement(using: &random)!
    let pre = [1, 5, 70].randomElement(using: &random)!, fan = Int.random(in: 1...4, using: &random)
    let ring = try value(of: ArrayType(dtype, [slots, post]), &random)
    let rows = try value(of: ArrayType(Bool.random(using: &random) ? .bool : dtype, [pre]), &random)
    let slot = try value(of: ArrayType(.i64, []), &random)
    func wholes(_ dtype: DType, _ numbers: [Int]) throws(HillockError) -> ValueID {
      let bytes = numbers.flatMap { number in withUnsafeBytes(of: Int64(number)) { Array($0.prefix(dtype.size)) } }
      return try builder.constant(ConstantData(type: ArrayType(dtype, [numbers.count]), bytes: bytes))
    }
    var starts = (0...pre).map { $0 * fan }
    if Int.random(in: 0..<4, using: &random) == 0 { starts[pre / 2] = Int.random(in: -2...pre * fan + 2, using: &random) }
    var targets = (0..<pre * fan).map { _ in Int.random(in: 0..<post, using: &random) }
    if Bool.random(using: &random) { targets.sort() }
    if Bool.random(using: &random) { targets[0] = [-1, post, Int(Int32.min), Int(Int32.max)].randomElement(using: &random)! }
    let lags = targets.map { _ in Int.random(in: -1...slots, using: &random) }
    let delays = try wholes([.u8, .u16, .i32].randomElement(using: &random)!, lags)
    let weights = try value(of: ArrayType(dtype, [Bool.random(using: &random) ? 1 : pre * fan]), &random)
    let all = [ring, rows, slot, try wholes(.i64, starts), try wholes(.i32, targets), weights]
    let last = Bool.random(using: &random) ? [delays] : []
    switch Int.random(in: 0..<4, using: &random) {
    case 3:
      let kind = Int.random(in: 0..<3, using: &random), trace = try value(of: ArrayType(dtype, [post]), &random)
      let weights = try value(of: ArrayType(dtype, [pre * fan]), &random), rule = try value(of: ArrayType(dtype, [4]), &random)
      let places = Bool.random(using: &random) ? [try wholes(.i32, lags)] : []
      values.append(try builder.array(.adapt, [weights, rows, trace, all[3], all[4], rule] + places, [[kind], []]))
    case 0: values.append(try builder.array(.deliver, all + last, [[]]))
    case 1: values.append(try builder.array(.rowProducts, [ring] + all.dropFirst(2) + last, [[]]))
    default: values.append(try builder.array(.synapseProducts, all.dropLast() + last, [[]]))
    }
  }

  private mutating func elementwise(
    _ x: ValueID, _ y: ValueID, _ z: ValueID, _ random: inout SeededRandom
  ) throws(HillockError) {
    let row = OpTable.rows.randomElement(using: &random)!
    var operands = Array([x, y, z].prefix(row.arity))
    // A condition is made where none is at hand.
    if row.typing == .select, builder.type(x).dtype != .bool { operands[0] = try builder.elementwise(.lt, [x, y]) }
    let result = try ElementwiseInference.infer(row, operands.map(builder.type))
    guard Shape.checkedCount(result.shape).map({ $0 <= scale.most }) == true else { return }
    if isPositionwise, let shape = shapes.first, result.shape != shape, !result.shape.isEmpty { return }
    values.append(try builder.elementwise(row.op, operands))
  }

  // MARK: Places that are known when the program runs

  /// An axis of x to index, a number of batch axes before it, and indices for it: y where there are no batch axes.
  private mutating func indices(
    for x: ValueID, _ y: ValueID, _ random: inout SeededRandom
  ) throws(HillockError) -> (indices: ValueID, batch: Int, axis: Int)? {
    let shape = builder.type(x).shape
    guard !shape.isEmpty else { return nil }
    let axis = Bool.random(using: &random) ? 0 : Int.random(in: 0..<shape.count, using: &random)
    let batch = Bool.random(using: &random) ? 0 : Int.random(in: 0...axis, using: &random)
    var indices = y
    if batch > 0 {
      let tail = [[], [3], [2, 5], [40]].randomElement(using: &random)!
      guard shape[..<batch].reduce(1, *) <= scale.row else { return nil }
      indices = try value(of: ArrayType(.i64, shape[..<batch] + tail), &random)
    }
    let taken = builder.type(indices).count / max(shape[..<batch].reduce(1, *), 1)
    guard taken < 200, taken * builder.type(x).count / max(shape[axis], 1) <= scale.most else { return nil }
    return (indices, batch, axis)
  }

  private mutating func gather(from x: ValueID, _ y: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    guard let (indices, batch, axis) = try indices(for: x, y, &random) else { return }
    values.append(try builder.gather(x, indices, batch: batch, axis: axis))
  }

  /// Updates are z where it broadcasts to them.
  private mutating func scatter(into x: ValueID, _ y: ValueID, _ z: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    guard let (indices, batch, axis) = try indices(for: x, y, &random) else { return }
    let kind = ScatterKind.allCases.randomElement(using: &random)!, type = builder.type(x)
    let shape = type.shape[..<axis] + builder.type(indices).shape[batch...] + type.shape[(axis + 1)...]
    let fits = Shape.broadcast(builder.type(z).shape, Array(shape)) == Array(shape)
    let updates = fits ? z : try value(of: ArrayType(type.dtype, Array(shape)), &random)
    values.append(try builder.scatter(x, indices, updates, kind, batch: batch, axis: axis))
  }

  /// A window of x at a random place, and x with a window replaced by that of another place.
  private mutating func window(of x: ValueID, _ z: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    let shape = builder.type(x).shape
    let batch = Bool.random(using: &random) ? 0 : Int.random(in: 0...shape.count, using: &random)
    let sizes = shape[batch...].map { [$0, max($0 - 1, 0), min($0, 1), $0 / 2].randomElement(using: &random)! }
    guard shape[..<batch].reduce(1, *) <= scale.row else { return }
    let places = ArrayType(.i64, shape[..<batch] + [shape.count - batch])
    let starts = try value(of: places, &random), others = try builder.elementwise(.not, [starts])
    let taken = try builder.dynamicSlice(x, starts, sizes: sizes, batch: batch)
    values.append(taken)
    values.append(try builder.dynamicUpdate(x, taken, others, batch: batch))
    let update = try value(of: builder.type(taken), &random)
    values.append(try builder.dynamicUpdate(x, update, starts, batch: batch))
  }

  private mutating func pad(_ x: ValueID, _ y: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    let type = builder.type(x)
    let low = type.shape.map { _ in Int.random(in: -2...3, using: &random) }
    let high = type.shape.map { _ in Int.random(in: -2...3, using: &random) }
    let interior = type.shape.map { _ in Bool.random(using: &random) ? 0 : Int.random(in: 0...2, using: &random) }
    let grown = zip(type.shape, interior).reduce(1) { $0 * ($1.0 * (1 + $1.1) + 6) }
    guard grown <= scale.most else { return }
    let value = try value(of: ArrayType(type.dtype, []), &random)
    values.append(try builder.pad(x, value, low: low, high: high, interior: interior))
  }

  /// A call of a host or C function: what it was called with, how often and when shows in what it gives.
  private mutating func call(_ x: ValueID, _ y: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    let operands = [[x], [x, y], []].randomElement(using: &random)!
    let types = operands.map(builder.type)
    let slots = [
      FunctionSlot(name: "reverse", operands: types, results: types),
      FunctionSlot(name: "count", operands: types, results: [ArrayType(.i64, [])]),
      FunctionSlot(name: "digest", operands: types, results: [ArrayType(.u64, [])]),
      FunctionSlot(name: "tap", operands: types, results: []),
    ]
    if Bool.random(using: &random), let slot = RandomForeign.slots(builder.type(x)).randomElement(using: &random) {
      return try foreignCall(slot, [x, y], &random)
    }
    let slot = slots.randomElement(using: &random)!
    values += builder.elements(of: try builder.call(functions.number(of: slot), slot, operands))
  }

  /// Operands are made of these values, or of others, where the function takes other types.
  private mutating func foreignCall(_ slot: FunctionSlot, _ given: [ValueID], _ random: inout SeededRandom) throws(HillockError) {
    var operands: [ValueID] = []
    for (position, type) in slot.operands.enumerated() {
      if position < given.count,
        let same = try? builder.broadcast(builder.convert(given[position], to: type.dtype), to: type.shape)
      {
        operands.append(same)
      } else {
        operands.append(try value(of: type, &random))
      }
    }
    values += builder.elements(of: try builder.call(functions.number(of: slot), slot, operands))
  }

  /// Bits for every position of a positionwise loop, under a key that may change from step to step.
  private mutating func randomBits(from value: ValueID, _ random: inout SeededRandom) throws(HillockError) {
    guard builder.type(value).shape.isEmpty, let shape = shapes.first else { return }
    let key = try builder.broadcast(try builder.convert(value, to: .u32), to: [2])
    let first = [0, 0, 9, 1 << 32 - 40].randomElement(using: &random) ?? 0
    values.append(try builder.randomBits(key, Bool.random(using: &random) ? .u32 : .u64, shape: shape, first: first))
  }

  // MARK: Control flow

  /// A value of exactly this type: the newest that has it, or one made from a random value.
  mutating func value(of type: ArrayType, _ random: inout SeededRandom) throws(HillockError) -> ValueID {
    if let known = values.last(where: { builder.type($0) == type }) { return known }
    let source = values.randomElement(using: &random)!
    let from = builder.type(source)
    if let fitting = try? builder.broadcast(source, to: type.shape) { return try builder.convert(fitting, to: type.dtype) }
    let axes = Array(from.shape.indices)
    let scalar = try builder.reduce(from.dtype == .bool ? .any : .sum, source, axes: axes)
    return try builder.broadcast(try builder.convert(scalar, to: type.dtype), to: type.shape)
  }

  /// The writer of a region whose arguments have these types.
  private func region(_ name: String, _ arguments: [ArrayType], _ random: inout SeededRandom) -> RandomWriter {
    var writer = RandomWriter(GraphBuilder(name: name), seed: random.next())
    writer.shapes = shapes
    writer.dtypes = dtypes
    writer.functions = functions
    writer.scale = scale
    writer.values = arguments.map { writer.builder.argument($0) }
    return writer
  }

  /// About the multiply-adds of a product.
  private func dotWork(_ a: ArrayType, _ b: ArrayType) -> Int { a.count &* max(b.shape.last ?? 1, 1) }

  private func some(_ range: ClosedRange<Int>, _ random: inout SeededRandom) -> [ValueID] {
    (0..<Int.random(in: range, using: &random)).map { _ in values.randomElement(using: &random)! }
  }

  private mutating func loop(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    let trips = scale.trips.randomElement(using: &random)!
    let isPositionwise = Int.random(in: 0..<(scale == .large ? 6 : 3), using: &random) == 0
    var carried = some(0...3, &random), captured = some(0...2, &random), sliced: [ValueID] = []
    let shape = builder.type(carried.first ?? values[values.count - 1]).shape
    if isPositionwise {
      carried = carried.filter { [shape, []].contains(builder.type($0).shape) }
      captured = captured.filter { [shape, []].contains(builder.type($0).shape) }
    }
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      let row =
        isPositionwise
        ? ArrayType(dtypes.randomElement(using: &random)!, Bool.random(using: &random) ? shape : []) : type(&random)
      guard row.count < scale.row else { continue }
      sliced.append(try value(of: ArrayType(row.dtype, [trips] + row.shape), &random))
    }
    let carriedTypes = carried.map(builder.type)
    let rows = sliced.map { ArrayType(builder.type($0).dtype, Array(builder.type($0).shape.dropFirst())) }
    var body = region("body", [ArrayType(.i64, [])] + carriedTypes + rows + captured.map(builder.type), &random)
    body.isPositionwise = isPositionwise
    if isPositionwise { body.shapes = [shape] }
    body.fill(size: Int.random(in: 1...8, using: &random), depth: depth + 1)
    for type in carriedTypes { body.builder.result(try body.value(of: type, &random)) }
    for _ in 0..<Int.random(in: carried.isEmpty ? 1...2 : 0...2, using: &random) {
      let output = body.values.suffix(5).randomElement(using: &random)!
      if body.builder.type(output).count < scale.row { body.builder.result(output) }
    }
    guard !body.builder.graph.results.isEmpty else { return }
    let node = try builder.loop(
      body.builder.graph, trips: trips, carried: carried, sliced: sliced, captured: captured,
      isReversed: Bool.random(using: &random))
    values += builder.elements(of: node)
  }

  /// A counter ends it: carried first, and compared with a limit besides whatever else the condition asks.
  private mutating func whileLoop(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    let scalar = ArrayType(.i32, [])
    let carried = [try builder.constant(ConstantData(type: scalar, bytes: [0, 0, 0, 0]))] + some(0...2, &random)
    let read = builder.graph.variables.isEmpty || Bool.random(using: &random) ? [] : [builder.read(variable: 0)]
    let captured = some(0...2, &random) + read
    let types = (carried + captured).map(builder.type)
    var condition = region("condition", types, &random)
    condition.fill(size: Int.random(in: 0...3, using: &random), depth: 2)
    let limit = try condition.builder.constant(
      ConstantData(type: scalar, bytes: [UInt8.random(in: 0...6, using: &random), 0, 0, 0]))
    var test = try condition.builder.elementwise(.lt, [condition.values[0], limit])
    let other = try condition.value(of: ArrayType(.bool, []), &random)
    if Bool.random(using: &random) { test = try condition.builder.elementwise(.and, [test, other]) }
    if !read.isEmpty {
      // While the Variable has no NaN.
      let value = condition.values[types.count - 1], equal = try condition.builder.elementwise(.eq, [value, value])
      let all = try condition.builder.reduce(.all, equal, axes: Array(condition.builder.type(value).shape.indices))
      test = try condition.builder.elementwise(.and, [test, all])
    }
    condition.builder.result(test)
    var body = region("body", types, &random)
    let one = try body.builder.constant(ConstantData(type: scalar, bytes: [1, 0, 0, 0]))
    let next = try body.builder.elementwise(.add, [body.values[0], one])
    body.fill(size: Int.random(in: 1...6, using: &random), depth: depth + 1)
    body.builder.result(next)
    for type in types[1..<carried.count] { body.builder.result(try body.value(of: type, &random)) }
    let node = try builder.whileLoop(
      condition: condition.builder.graph, body: body.builder.graph, carried: carried, captured: captured)
    values += builder.elements(of: node)
  }

  private mutating func branch(_ random: inout SeededRandom, _ depth: Int) throws(HillockError) {
    let captured = some(1...3, &random)
    let selector = try value(of: ArrayType(.i32, []), &random)
    let three = try builder.constant(ConstantData(type: ArrayType(.i32, []), bytes: [3, 0, 0, 0]))
    var types: [ArrayType]?
    var branches: [Graph] = []
    for index in 0..<Int.random(in: 1...3, using: &random) {
      var branch = region("branch \(index)", captured.map(builder.type), &random)
      branch.fill(size: Int.random(in: 0...5, using: &random), depth: depth + 1)
      let wanted =
        types
        ?? (0..<Int.random(in: 1...2, using: &random)).map { _ in
          branch.builder.type(branch.values.randomElement(using: &random)!)
        }
      for type in wanted { branch.builder.result(try branch.value(of: type, &random)) }
      types = wanted
      branches.append(branch.builder.graph)
    }
    let node = try builder.branch(
      selector: try builder.elementwise(.mod, [selector, three]), branches, captured: captured)
    values += builder.elements(of: node)
  }
}

/// How large the arrays of a random program are.
enum RandomScale {
  case small, large

  /// Elements of an array that a node may make.
  var most: Int { self == .small ? 20_000 : 3 << 20 }
  /// Elements of one that is made several times as long.
  var grown: Int { self == .small ? 5000 : 300_000 }
  var constant: Int { self == .small ? .max : 200 }
  /// Elements of a row that a loop takes or stacks.
  var row: Int { self == .small ? 2000 : 150_000 }
  var dotWork: Int { self == .small ? .max : 1 << 25 }
  var trips: [Int] { self == .small ? [0, 1, 2, 3, 5, 17] : [1, 2, 3, 5, 9] }
  /// Choices of nodes in a program.
  var size: Int { self == .small ? 24 : 14 }
}

/// The functions that a random program declares.
final class RandomFunctions {
  private(set) var slots: [FunctionSlot] = []

  func number(of slot: FunctionSlot) -> Int {
    if let known = slots.firstIndex(of: slot) { return known }
    slots.append(slot)
    return slots.count - 1
  }
}

extension ElementwiseOp {
  static let lt = ElementwiseOp.named("lt")!
  static let and = ElementwiseOp.named("and")!
  static let add = ElementwiseOp.named("add")!
  static let mod = ElementwiseOp.named("mod")!
}
