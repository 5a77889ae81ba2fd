import HillockIR

/// A random well-typed graph of at most `size` nodes beside its leaves; a smaller size gives a prefix of the same choices, so
/// that a failing seed shrinks by lowering the size.
package func randomGraph(seed: UInt64, size: Int) throws(HillockError) -> Graph {
  var random = SeededRandom(seed: seed)
  var builder = GraphBuilder(name: "random \"\(seed)\"\n")
  var values: [ValueID] = []
  var slots: [Int] = []
  func shape(_ random: inout SeededRandom) -> [Int] {
    let shapes: [[Int]] = [[], [1], [3], [4], [4, 3], [3, 4], [2, 1, 3], [0], [3, 0]]
    return shapes.randomElement(using: &random)!
  }
  func dtype(_ random: inout SeededRandom) -> DType { DType.allCases.randomElement(using: &random)! }
  for _ in 0..<Int.random(in: 1...3, using: &random) {
    values.append(builder.argument(ArrayType(dtype(&random), shape(&random))))
  }
  for i in 0..<Int.random(in: 0...2, using: &random) {
    let (slot, value) = builder.variable(name: "v\(i)", ArrayType(dtype(&random), shape(&random)))
    values.append(value)
    slots.append(slot)
  }
  for _ in 0..<size {
    let x = values.randomElement(using: &random)!, y = values.randomElement(using: &random)!
    let z = values.randomElement(using: &random)!
    let type = builder.type(x)
    let choice = Int.random(in: 0..<18, using: &random)
    let s = shape(&random), d = dtype(&random), op = OpTable.rows.randomElement(using: &random)!
    let seedOfConstant = random.next()
    let kind = ReduceKind.allCases.randomElement(using: &random)!
    let axes = type.shape.indices.filter { _ in Bool.random(using: &random) }
    do {
      switch choice {
      case 0...6: values.append(try builder.elementwise(op.op, Array([x, y, z].prefix(op.arity))))
      case 7: values.append(try builder.constant(randomConstant(ArrayType(d, s), seed: seedOfConstant)))
      case 8: values.append(try builder.convert(x, to: d))
      case 9: values.append(try builder.broadcast(x, to: [2] + type.shape))
      case 10: values.append(try builder.reshape(x, to: [type.count]))
      case 11: values.append(try builder.transpose(x, type.shape.indices.reversed()))
      case 12:
        let sizes = type.shape.map { $0 / 2 }
        values.append(
          try builder.slice(x, starts: sizes.map { max($0 - 1, 0) }, steps: sizes.map { _ in -1 }, sizes: sizes))
      case 13:
        let sizes = type.shape.map { $0 / 2 }
        values.append(
          try builder.updateSlice(x, y, starts: sizes.map { _ in 0 }, steps: sizes.map { _ in 2 }, sizes: sizes))
      case 14: values.append(try builder.concatenate([x, y, x], axis: 0))
      case 15: values.append(try builder.reduce(kind, x, axes: axes))
      case 16: values.append(try builder.dot(x, y, batch: axes.count % 3))
      default:
        let extra = Int(seedOfConstant / 8 % 5)
        switch seedOfConstant % 10 {
        case 0: values.append(try builder.iota(d, shape: s, axis: 0))
        case 1, 2: values.append(try builder.gather(x, y, batch: extra / 3, axis: extra % 3))
        case 3: values.append(try builder.scatter(x, y, z, ScatterKind.allCases[extra], batch: extra / 3, axis: extra % 2))
        case 4: values.append(try builder.dynamicSlice(x, y, sizes: type.shape.map { $0 / 2 }))
        case 5: values.append(try builder.dynamicUpdate(x, z, y))
        case 6:
          let ones = type.shape.map { _ in 1 }
          values.append(try builder.pad(x, y, low: type.shape.map { _ in extra - 2 }, high: ones, interior: ones))
        case 7:
          values.append(try builder.scan(.sum, x, axis: 0, isReversed: true))
          values.append(try builder.argReduce(.min, x, axis: 0))
          values += builder.elements(of: try builder.array(.topK, [x], [[0], [type.shape[0] / 2]]))
          values.append(try builder.array(.places, [x], [[4]]))
          values.append(try builder.array(.search, [try builder.reshape(x, to: [type.count]), y], [[0], [1]]))
          values += try builder.sort(builder.type(x).shape == builder.type(y).shape ? [x, y] : [x], axis: 0, isDescending: true)
        case 8:
          let ring = try builder.reshape(try builder.convert(x, to: .f32), to: [1, type.count])
          let slot = try builder.constant(randomConstant(ArrayType(.i64, []), seed: seedOfConstant))
          let starts = try builder.constant(randomConstant(ArrayType(.i64, [4]), seed: seedOfConstant))
          let targets = try builder.constant(randomConstant(ArrayType(.i32, [5]), seed: seedOfConstant))
          let rows = try builder.constant(randomConstant(ArrayType(.bool, [3]), seed: seedOfConstant))
          let weight = try builder.reshape(try builder.number(0.5, .f32), to: [1])
          values.append(try builder.array(.deliver, [ring, rows, slot, starts, targets, weight, targets], [[]]))
          values.append(try builder.array(.rowProducts, [ring, slot, starts, targets, weight], [[]]))
          values.append(
            try builder.array(
              .synapseProducts, [try builder.broadcast(ring, to: [2, 1, type.count]), rows, slot, starts, targets],
              [[1, 0, 0, 0, 0]]))
        default:
          let key = try builder.constant(randomConstant(ArrayType(.u32, [2]), seed: seedOfConstant))
          values.append(try builder.randomBits(key, .u64, shape: s))
        }
      }
    } catch {
      continue  // The choice does not fit these operands.
    }
  }
  for slot in slots where Bool.random(using: &random) {
    if let value = values.last(where: { builder.type($0) == builder.graph.variables[slot].type }) {
      try builder.store(slot: slot, value)
    }
  }
  for _ in 0..<Int.random(in: 0...3, using: &random) { builder.result(values.randomElement(using: &random)!) }
  return builder.graph
}

/// Random bits at every dtype, NaNs and subnormals included; sometimes all elements alike.
package func randomConstant(_ type: ArrayType, seed: UInt64) -> ConstantData {
  var random = SeededRandom(seed: seed)
  if type.dtype == .bool {
    return ConstantData(type: type, bytes: (0..<type.count).map { _ in UInt8.random(in: 0...1, using: &random) })
  }
  let special: [Double] = [0, -0.0, 1, 0.1, .nan, .infinity, -.infinity, 1e-45, 3.5e38, 1e300]
  var bytes: [UInt8] = []
  let isSplat = Bool.random(using: &random), first = random.next()
  for _ in 0..<type.count {
    var bits = isSplat ? first : random.next()
    if type.dtype.isFloating && bits % 2 == 0 {
      let value = special[Int(bits / 2 % UInt64(special.count))]
      bits = type.dtype == .f32 ? UInt64(Float(value).bitPattern) : value.bitPattern
    }
    bytes += withUnsafeBytes(of: bits.littleEndian) { Array($0.prefix(type.dtype.size)) }
  }
  return ConstantData(type: type, bytes: bytes)
}
