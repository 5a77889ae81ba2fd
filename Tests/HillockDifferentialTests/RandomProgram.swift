import HillockIR
import HillockTestSupport

/// A random well-typed graph over the whole instruction set, with what goes in.
///
/// Every choice has a generator of its own, seeded in order: a smaller `size` gives a prefix of the same choices, so a failing
/// seed shrinks by lowering it. After that, roots are dropped one by one (`keeping`).
struct RandomProgram {
  private(set) var graph: Graph
  let arguments: [ConstantData]
  let variables: [ConstantData]

  init(seed: UInt64, size: Int, scale: RandomScale = .small) throws(HillockError) {
    var random = SeededRandom(seed: seed)
    var writer = RandomWriter(GraphBuilder(name: "seed \(seed)"), seed: random.next())
    // A few shapes are used over and over, so that values meet.
    writer.shapes = (0..<3).map { _ in RandomWriter.shapes.randomElement(using: &random)! }
    if scale == .large {
      writer.scale = .large
      writer.shapes = [RandomWriter.largeShapes.randomElement(using: &random)!]
      for _ in 0..<2 { writer.shapes.append(RandomWriter.smallShapes.randomElement(using: &random)!) }
    }
    writer.dtypes = [.f32, DType.allCases.randomElement(using: &random)!, DType.allCases.randomElement(using: &random)!]
    if scale == .large { writer.values.append(writer.builder.argument(ArrayType(writer.dtypes[0], writer.shapes[0]))) }
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      writer.values.append(writer.builder.argument(writer.type(&random)))
    }
    var slots: [Int] = []
    for name in ["a", "b", "c"].prefix(Int.random(in: 0...3, using: &random)) {
      let (slot, value) = writer.builder.variable(name: name, writer.type(&random))
      writer.values.append(value)
      slots.append(slot)
    }
    let rootSeed = random.next(), dataSeed = random.next()
    writer.fill(size: size, depth: 0)

    var roots = SeededRandom(seed: rootSeed)
    for slot in slots where Bool.random(using: &roots) {
      let value = try writer.value(of: writer.builder.graph.variables[slot].type, &roots)
      try writer.builder.store(slot: slot, value)
    }
    for _ in 0..<Int.random(in: 1...4, using: &roots) {
      writer.builder.result(writer.values.suffix(12).randomElement(using: &roots)!)
    }
    for slot in writer.functions.slots { _ = try writer.builder.declareFunction(slot) }
    graph = writer.builder.graph
    var data = SeededRandom(seed: dataSeed)
    arguments = graph.arguments.map { RandomData.array($0, &data) }
    variables = graph.variables.map { RandomData.array($0.type, &data) }
  }

  /// The number of roots: results, then stores.
  var rootCount: Int { graph.results.count + graph.stores.count }

  /// The same program with these roots only.
  func keeping(_ roots: [Int]) -> RandomProgram {
    var copy = self
    copy.graph.results = roots.filter { $0 < graph.results.count }.map { graph.results[$0] }
    copy.graph.stores = roots.filter { $0 >= graph.results.count }.map { graph.stores[$0 - graph.results.count] }
    copy.graph = DeadCode.eliminate(copy.graph)
    return copy
  }
}

/// Random elements: ordinary numbers more often than not, else any bits, infinities, NaNs and subnormals.
enum RandomData {
  static func array(_ type: ArrayType, _ random: inout SeededRandom) -> ConstantData {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(type.byteCount)
    let isOrdinary = Int.random(in: 0..<4, using: &random) > 0
    // Of many elements some thousands are drawn, and repeated.
    let drawn = type.count > 2 * Self.period ? Self.period : type.count
    for _ in 0..<drawn {
      let bits = isOrdinary ? ordinary(type.dtype, random.next()) : wild(type.dtype, random.next())
      withUnsafeBytes(of: bits.littleEndian) { bytes += $0.prefix(type.dtype.size) }
    }
    if drawn < type.count {
      let pattern = bytes
      while bytes.count + pattern.count <= type.byteCount { bytes += pattern }
      bytes += pattern.prefix(type.byteCount - bytes.count)
    }
    return ConstantData(type: type, bytes: bytes)
  }

  /// A prime, so that the same elements meet the same tile only after a long way.
  private static let period = 4099

  private static func ordinary(_ dtype: DType, _ bits: UInt64) -> UInt64 {
    let fraction = Double(bits >> 11) / Double(1 << 53)
    switch dtype {
    case .f32: return UInt64(Float(fraction * 6 - 3).bitPattern)
    case .f64: return (fraction * 6 - 3).bitPattern
    case .i32, .i64: return UInt64(bitPattern: Int64(bits % 21) - 10)
    case .u32, .u64: return bits % 20
    case .bool: return bits & 1
    case .f16, .bf16: return DType.bits(fraction * 6 - 3, dtype)
    case .i8, .i16: return UInt64(bitPattern: Int64(bits % 21) - 10)
    case .u8, .u16: return bits % 20
    }
  }

  private static let special: [Double] = [
    0, -0.0, 1, -1, 0.1, .nan, .infinity, -.infinity, 65_520, 1e-45, 2.3e-308, 3.5e38, 1e300, 2_147_483_648, -9.3e18,
  ]

  private static func wild(_ dtype: DType, _ bits: UInt64) -> UInt64 {
    if dtype == .bool { return bits & 1 }
    guard dtype.isFloating, bits & 1 == 0 else { return bits }
    let value = special[Int((bits >> 1) % UInt64(special.count))]
    return DType.bits(value, dtype)
  }
}
