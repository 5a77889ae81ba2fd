import HillockIR

/// Builds a `VectorProgram` from primitives: equal values are made once, and what a level has no instruction for is
/// expanded into what it has.
struct VectorBuilder {
  typealias ValueID = VectorProgram.ValueID

  private(set) var program: VectorProgram
  private var known: [VectorProgram.Value: ValueID] = [:]
  var level: VectorLevel { program.level }
  /// The tile instruction that values are being made for, by its position in the kernel's code.
  var origin = VectorFunction.control

  /// Values of 64 bits that were put together from these of 32.
  var halves: [ValueID: (low: ValueID, high: ValueID)] = [:]

  init(level: VectorLevel) { program = VectorProgram(level: level) }

  // MARK: Values

  mutating func stream(_ slot: UInt16, _ dtype: DType, _ kind: VectorProgram.Stream.Kind = .walked, advance: Int = 0) -> Int {
    program.stream(slot, dtype, kind, advance: advance)
  }

  mutating func value(_ operation: VectorProgram.Operation, _ dtype: DType, _ operands: [ValueID] = []) -> ValueID {
    let value = VectorProgram.Value(operation, dtype, operands)
    if let id = known[value] { return id }
    program.values.append(value)
    program.origins.append(origin)
    program.steps.append(.compute(program.values.count - 1))
    known[value] = program.values.count - 1
    return program.values.count - 1
  }

  mutating func constant(_ bits: UInt64, _ dtype: DType) -> ValueID {
    switch dtype.size {
    case 1: value(.constant(bits & 1), .bool)
    case 4: value(.constant(bits & 0xffff_ffff), .u32)
    default: value(.constant(bits), .u64)
    }
  }

  mutating func number(_ number: Double, _ dtype: DType) -> ValueID {
    constant(DType.bits(number, dtype), dtype)
  }

  mutating func store(_ stream: Int, _ value: ValueID) { program.steps.append(.store(stream: stream, value)) }

  /// accumulator ← combine(accumulator, …), for the positions of this vector.
  mutating func accumulate(_ stream: Int, _ dtype: DType, _ combine: (inout VectorBuilder, ValueID) -> ValueID) {
    let operation = VectorProgram.Operation.accumulator(stream: stream)
    // Memory that changes is read again each time.
    known[VectorProgram.Value(operation, dtype, [])] = nil
    let combined = combine(&self, value(operation, dtype))
    program.steps.append(.accumulate(stream: stream, combined))
  }

  mutating func finish() -> VectorProgram {
    program.removeDeadValues()
    return program
  }

  // MARK: Bodies

  /// The value of a body over values of its operand types.
  mutating func expand(_ body: Body, _ operands: [ValueID]) -> ValueID {
    var values = operands
    for line in body.instructions {
      let types = line.operands.map(body.type(of:))
      let sources = line.operands.map { values[$0] }
      values.append(
        line.primitive == .constant
          ? constant(line.constant, line.dtype) : expand(line.primitive, line.dtype, sources, types: types))
    }
    guard let rare = body.rare else { return values[body.result] }
    return value(.rare(rare.op), body.resultType, [values[rare.condition], values[body.result], operands[0]])
  }

  /// A primitive over values of these types. Those without a case of their own are one instruction.
  mutating func expand(_ primitive: Primitive, _ dtype: DType, _ x: [ValueID], types: [DType]) -> ValueID {
    switch primitive {
    case .bitcast: return x[0]
    case .convert: return convert(x[0], from: types[0], to: dtype)
    case .lt, .le, .eq, .ne: return compare(primitive, types[0], x[0], x[1])
    case .select: return select(x[0], x[1], x[2], dtype)
    case .neg:
      return dtype.isFloating
        ? value(.primitive(.xor), dtype, [x[0], signBit(dtype)])
        : value(.primitive(.sub), dtype, [constant(0, dtype), x[0]])
    case .abs:
      if dtype.isFloating {
        return value(.primitive(.and), dtype, [x[0], constant(dtype == .f32 ? 0x7fff_ffff : 0x7fff_ffff_ffff_ffff, dtype)])
      }
      if !dtype.isSigned { return x[0] }
      if dtype == .i64 && level == .avx2 {
        let isNegative = compare(.lt, dtype, x[0], constant(0, dtype))
        return select(isNegative, expand(.neg, dtype, x, types: types), x[0], dtype)
      }
    case .not:
      if dtype != .bool { return value(.primitive(.xor), dtype, [x[0], constant(.max, dtype)]) }
    case .fma:
      if !dtype.isFloating {
        return value(.primitive(.add), dtype, [value(.primitive(.mul), dtype, [x[0], x[1]]), x[2]])
      }
    case .floorDiv: return divide(x[0], by: x[1], dtype)
    case .floorMod:
      let product = expand(.mul, dtype, [divide(x[0], by: x[1], dtype), x[1]], types: types)
      return unlessZero(x[1], value(.primitive(.sub), dtype, [x[0], product]), dtype)
    case .scale:
      if level == .avx2 { return scale(x[0], bits: x[2], dtype) }
      return value(.primitive(.scale), dtype, [x[0], x[1]])
    case .min, .max:
      if dtype == .bool { return value(.primitive(primitive == .min ? .and : .or), dtype, x) }
      if dtype.size == 8 && !dtype.isFloating && level == .avx2 {
        let takesFirst = primitive == .min ? compare(.lt, dtype, x[0], x[1]) : compare(.lt, dtype, x[1], x[0])
        return select(takesFirst, x[0], x[1], dtype)
      }
    case .mul:
      if dtype.size == 8 && !dtype.isFloating && level == .avx2 { return multiplyWide(x[0], x[1]) }
    case .and:
      if let halves = halves[x[0]], x[1] == constant(0xffff_ffff, .u64) {
        return value(.convert(from: .u32), dtype, [halves.low])
      }
    case .shr:
      if dtype == .u64, let halves = halves[x[0]], x[1] == constant(32, .u64) {
        return value(.convert(from: .u32), dtype, [halves.high])
      }
      if dtype == .i64 && level == .avx2 {
        // The sign bits are flipped to zeros and back around a logical shift.
        let isNegative = compare(.lt, dtype, x[0], constant(0, dtype))
        let sign = select(isNegative, constant(.max, dtype), constant(0, dtype), dtype)
        let flipped = value(.primitive(.xor), .u64, [x[0], sign])
        return value(.primitive(.xor), dtype, [value(.primitive(.shr), .u64, [flipped, x[1]]), sign])
      }
    default: break
    }
    return value(.primitive(primitive), dtype, x)
  }

  /// The quotient of integers rounded to -∞, from that of doubles. Of 32-bit ones: a quotient that is no integer is 2⁻³² of its
  /// value away from the next at least, so rounding it to 53 bits does not reach one.
  private mutating func divide(_ a: ValueID, by b: ValueID, _ dtype: DType) -> ValueID {
    if dtype.size == 8 { return unlessZero(b, divideWide(a, by: b, dtype), dtype) }
    let quotient = value(.primitive(.div), .f64, [convert(a, from: dtype, to: .f64), convert(b, from: dtype, to: .f64)])
    let floor = value(.primitive(.floor), .f64, [quotient])
    // The bare instruction gives the least integer beyond the range, which is right where that is divided by -1.
    let whole = dtype.isSigned ? value(.convert(from: .f64), dtype, [floor]) : convert(floor, from: .f64, to: dtype)
    return unlessZero(b, whole, dtype)
  }

  /// 0 where a divisor is 0.
  private mutating func unlessZero(_ divisor: ValueID, _ result: ValueID, _ dtype: DType) -> ValueID {
    select(compare(.ne, dtype, divisor, constant(0, dtype)), result, constant(0, dtype), dtype)
  }

  /// a · 2^n without the instruction for it: in two steps, as `Primitive.scale` says.
  private mutating func scale(_ a: ValueID, bits: ValueID, _ dtype: DType) -> ValueID {
    let unsigned: DType = dtype == .f32 ? .u32 : .u64
    let digits = constant(dtype == .f32 ? 23 : 52, unsigned)
    let half = value(.primitive(.shr), unsigned, [bits, constant(1, unsigned)])
    let first = value(.primitive(.shl), unsigned, [half, digits])
    let second = value(.primitive(.shl), unsigned, [value(.primitive(.sub), unsigned, [bits, half]), digits])
    return value(.primitive(.mul), dtype, [value(.primitive(.mul), dtype, [a, first]), second])
  }

  private mutating func signBit(_ dtype: DType) -> ValueID { constant(dtype.size == 4 ? 0x8000_0000 : 1 << 63, dtype) }

  private mutating func not(_ mask: ValueID) -> ValueID { value(.primitive(.not), .bool, [mask]) }

  mutating func select(_ condition: ValueID, _ a: ValueID, _ b: ValueID, _ dtype: DType) -> ValueID {
    if dtype != .bool { return value(.primitive(.select), dtype, [condition, a, b]) }
    let differ = value(.primitive(.xor), .bool, [a, b])
    return value(.primitive(.xor), .bool, [b, value(.primitive(.and), .bool, [condition, differ])])
  }

  mutating func compare(_ relation: Primitive, _ dtype: DType, _ a: ValueID, _ b: ValueID) -> ValueID {
    if dtype == .bool {
      switch relation {
      case .lt: return value(.primitive(.and), .bool, [not(a), b])
      case .le: return value(.primitive(.or), .bool, [not(a), b])
      case .eq: return not(value(.primitive(.xor), .bool, [a, b]))
      default: return value(.primitive(.xor), .bool, [a, b])
      }
    }
    if dtype.isFloating || level == .avx512 { return value(.compare(relation, dtype), .bool, [a, b]) }
    // AVX2 compares integers for "equal" and, signed, for "greater".
    let isOrder = relation == .lt || relation == .le
    var (a, b) = (a, b)
    if isOrder && !dtype.isSigned {
      let sign = signBit(dtype)
      a = value(.primitive(.xor), dtype, [a, sign])
      b = value(.primitive(.xor), dtype, [b, sign])
    }
    let signed: DType = dtype.size == 4 ? .i32 : .i64
    switch relation {
    case .lt: return value(.compare(.lt, signed), .bool, [a, b])
    case .le: return not(value(.compare(.lt, signed), .bool, [b, a]))
    case .eq: return value(.compare(.eq, signed), .bool, [a, b])
    default: return not(value(.compare(.eq, signed), .bool, [a, b]))
    }
  }

  /// The low 64 bits of a product, from products of 32-bit halves.
  private mutating func multiplyWide(_ a: ValueID, _ b: ValueID) -> ValueID {
    let half = constant(32, DType.u64)
    let highA = value(.primitive(.shr), .u64, [a, half]), highB = value(.primitive(.shr), .u64, [b, half])
    let cross = value(
      .primitive(.add), .u64, [value(.multiplyLow, .u64, [highA, b]), value(.multiplyLow, .u64, [a, highB])])
    let low = value(.multiplyLow, .u64, [a, b])
    return value(.primitive(.add), .u64, [low, value(.primitive(.shl), .u64, [cross, half])])
  }

  // MARK: Conversions

  mutating func convert(_ x: ValueID, from: DType, to: DType) -> ValueID {
    if from == to { return x }
    if from == .bool { return select(x, number(1.0, to), number(0.0, to), to) }
    if to == .bool { return compare(.ne, from, x, number(0.0, from)) }
    if from.isFloating && !to.isFloating { return truncate(x, from: from, to: to) }
    if !from.isFloating && !to.isFloating {
      if from.size == to.size { return x }
      if to.size == 4, let half = lowHalf(of: x) { return half }
    } else if level == .avx2 && from.size == 8 && !from.isFloating {
      return to == .f64 ? convertWide(x, isSigned: from.isSigned) : convertWideToSingle(x, isSigned: from.isSigned)
    } else if from == .u32 && level == .avx2 {
      // What was shifted to the right has no top bit.
      if hasNoTopBit(x) { return value(.convert(from: .i32), to, [x]) }
      return convertUnsigned(x, to: to)
    }
    return value(.convert(from: from), to, [x])
  }

  /// The 32 bits that a value of 64 was made from, which its low half still is.
  private func lowHalf(of x: ValueID) -> ValueID? {
    if let halves = halves[x] { return halves.low }
    let value = program.values[x]
    return value.operation == .convert(from: .u32) && !value.dtype.isFloating ? value.operands[0] : nil
  }

  private func hasNoTopBit(_ x: ValueID) -> Bool {
    let value = program.values[x]
    guard value.operation == .primitive(.shr), value.dtype == .u32 else { return false }
    if case .constant(let count) = program.values[value.operands[1]].operation { return count > 0 }
    return false
  }

  /// Truncates, saturates, and takes NaN to 0.
  private mutating func truncate(_ x: ValueID, from: DType, to: DType) -> ValueID {
    if level == .avx2 && to.size == 8 { return truncateWide(x, from: from, to: to) }
    let zero = number(0.0, from)
    if !to.isSigned {
      let isPositive = compare(.lt, from, zero, x)
      // AVX-512 gives all ones above the range, which is the greatest value.
      guard level == .avx2 else {
        return select(isPositive, value(.convert(from: from), to, [x]), constant(0, to), to)
      }
      // What is beyond the signed range is brought into it, exactly, and put back as the top bit.
      let middle = number(0x1p31, from), end = number(0x1p32, from)
      let isHigh = compare(.le, from, middle, x)
      let lowered = select(isHigh, value(.primitive(.sub), from, [x, middle]), x, from)
      let whole = value(.convert(from: from), .i32, [lowered])
      let raised = value(.primitive(.xor), .u32, [whole, select(isHigh, constant(0x8000_0000, .u32), constant(0, .u32), .u32)])
      let saturated = select(compare(.le, from, end, x), constant(.max, .u32), raised, .u32)
      return select(isPositive, saturated, constant(0, .u32), .u32)
    }
    // The instruction gives the least value wherever it has no answer: right below the range, wrong above it and for NaN.
    let whole = value(.convert(from: from), to, [x])
    let end = number(to.size == 4 ? 0x1p31 : 0x1p63, from)
    let greatest = constant(to.size == 4 ? 0x7fff_ffff : 0x7fff_ffff_ffff_ffff, to)
    let saturated = select(compare(.le, from, end, x), greatest, whole, to)
    return select(compare(.eq, from, x, x), saturated, constant(0, to), to)
  }

  /// u32 to float without the instruction for it: both halves are exact, and the fma that joins them rounds once.
  private mutating func convertUnsigned(_ x: ValueID, to: DType) -> ValueID {
    let high = value(.primitive(.shr), .u32, [x, constant(16, DType.u32)])
    let low = value(.primitive(.and), .u32, [x, constant(0xffff, .u32)])
    let parts = [high, low].map { value(.convert(from: .i32), to, [$0]) }
    return value(.primitive(.fma), to, [parts[0], number(65_536.0, to), parts[1]])
  }
}
