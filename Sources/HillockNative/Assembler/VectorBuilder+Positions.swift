import HillockBytecode
import HillockIR

/// What follows from the positions: indices along an axis, where elements lie, and random bits.
extension VectorBuilder {
  /// The numbers of the positions, of an index space of this many, which are 2⁴⁰ at most; u64 where 32 bits do not hold them.
  private mutating func position(of count: Int) -> ValueID { value(.position, count <= 1 << 32 ? .u32 : .u64) }

  // MARK: Indices

  /// The index along an axis: position / inner mod extent, where `inner` are the positions of one index.
  ///
  /// A quotient a / b of whole numbers that is none itself is at least 1 / b away from the next one, and rounding moves it by
  /// less as long as the format holds every whole number up to a: so its floor is right.
  mutating func iota(_ axis: Int, of shape: [Int], _ dtype: DType) -> ValueID {
    let count = shape.reduce(1, *), extent = shape[axis]
    let inner = count == 0 ? 1 : shape[(axis + 1)...].reduce(1, *)
    let position = position(of: count)
    let whole: DType = count <= 1 << 31 ? .i32 : count <= 1 << 32 ? .u32 : .u64
    if inner == 1 && extent >= count { return convertIndex(position, from: whole, to: dtype) }
    let float: DType = count <= 1 << 24 ? .f32 : .f64
    var index = quotient(convert(position, from: whole, to: float), by: inner, float)
    if inner * extent < count {
      let turns = quotient(index, by: extent, float)
      index = value(
        .primitive(.sub), float, [index, value(.primitive(.mul), float, [turns, number(Double(extent), float)])])
    }
    if dtype.isFloating { return convert(index, from: float, to: dtype) }
    if whole != .u64 {
      // Beyond i32 the doubles are u32.
      return convertIndex(
        whole == .i32 ? value(.convert(from: float), .i32, [index]) : convert(index, from: float, to: .u32),
        from: whole, to: dtype)
    }
    // The last bits of 2⁵² + n are those of n.
    let magic = number(0x1p52, float)
    let bits = value(.primitive(.xor), .u64, [value(.primitive(.add), float, [index, magic]), magic])
    return convertIndex(bits, from: whole, to: dtype)
  }

  /// ⌊a / b⌋ of whole numbers.
  private mutating func quotient(_ a: ValueID, by b: Int, _ float: DType) -> ValueID {
    if b == 1 { return a }
    // The inverse of a power of two is exact.
    let isPower = b & (b - 1) == 0
    let divisor = number(isPower ? 1 / Double(b) : Double(b), float)
    return value(.primitive(.floor), float, [value(.primitive(isPower ? .mul : .div), float, [a, divisor])])
  }

  private mutating func convertIndex(_ index: ValueID, from: DType, to: DType) -> ValueID {
    return convert(index, from: from, to: to)
  }

  // MARK: Elements

  /// Whether vector code finds elements that lie like this: 32 bits hold their numbers, and none is a byte, which no instruction
  /// gathers.
  static func gathers(_ dtype: DType, _ shape: [Int], _ strides: [Int]) -> Bool {
    let reach = zip(shape, strides).reduce(0.0) { $0 + Double($1.0) * Double($1.1.magnitude) }
    return dtype != .bool && shape.reduce(1, *) <= 1 << 31 && reach < 0x1p31
  }

  /// The elements of a stream at the positions of an index space.
  mutating func read(_ stream: Int, _ access: Access, of shape: [Int]) -> ValueID {
    let dtype = program.streams[stream].dtype
    switch access {
    case .scalar, .whole: return value(.scalar(stream: stream, at: 0), dtype)
    case .strided(_, let strides): return value(.gather(stream: stream), dtype, [elementNumber(shape, strides)])
    case .contiguous, .rows, .reduction: return value(.load(stream: stream), dtype)
    }
  }

  /// Σ strideₖ · indexₖ. With qₖ = ⌊position / inner positions of axis k⌋ an index is qₖ - extentₖ · qₖ₋₁, so a quotient's factor
  /// is the stride of its axis less what the axis inside goes through in all: 0 where the two lie like one. Products may wrap
  /// around; their sum fits.
  private mutating func elementNumber(_ shape: [Int], _ strides: [Int]) -> ValueID {
    let count = shape.reduce(1, *), float: DType = count <= 1 << 24 ? .f32 : .f64
    let position = position(of: count)
    var sum: ValueID?
    var inner = 1, through = 0
    for (extent, stride) in zip(shape, strides).reversed() where extent > 1 {
      let factor = stride - through
      if factor != 0 {
        var turns = position
        if inner > 1 {
          turns = value(.convert(from: float), .i32, [quotient(convert(position, from: .i32, to: float), by: inner, float)])
        }
        if factor != 1 { turns = value(.primitive(.mul), .i32, [turns, constant(UInt64(bitPattern: Int64(factor)), .i32)]) }
        sum = sum.map { value(.primitive(.add), .i32, [$0, turns]) } ?? turns
      }
      inner *= extent
      through = stride * extent
    }
    return sum ?? constant(0, .i32)
  }

  // MARK: Random bits

  /// A block of Threefry-2x32-20 for each of so many positions, numbered from `first` on, as the tile kernel computes it. `key`
  /// is the stream of its words. (J. K. Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.)
  mutating func randomBits(key stream: Int, _ dtype: DType, first: Int, positions: Int) -> ValueID {
    func add(_ a: ValueID, _ b: ValueID) -> ValueID { value(.primitive(.add), .u32, [a, b]) }
    func xor(_ a: ValueID, _ b: ValueID) -> ValueID { value(.primitive(.xor), .u32, [a, b]) }
    var key = [value(.scalar(stream: stream, at: 0), .u32), value(.scalar(stream: stream, at: 4), .u32)]
    key.append(xor(xor(key[0], key[1]), constant(0x1bd1_1bda, .u32)))

    var position = position(of: first + positions)
    if first != 0 {
      let type = program.values[position].dtype
      position = value(.primitive(.add), type, [position, constant(UInt64(first), type)])
    }
    var a = add(convert(position, from: program.values[position].dtype, to: .u32), key[0])
    var b = key[1]
    if program.values[position].dtype == .u64 {
      let high = expand(.shr, .u64, [position, constant(32, .u64)], types: [.u64, .u64])
      b = add(convert(high, from: .u64, to: .u32), b)
    }
    let rotations = [13, 15, 26, 6, 17, 29, 16, 24]
    for round in 0..<20 {
      a = add(a, b)
      b = xor(rotateLeft(b, by: rotations[round % 8]), a)
      if round % 4 == 3 {
        let injection = round / 4 + 1
        a = add(a, key[injection % 3])
        b = add(b, add(key[(injection + 1) % 3], constant(UInt64(injection), .u32)))
      }
    }
    return dtype == .u32 ? a : join(low: a, high: b)
  }

  private mutating func rotateLeft(_ x: ValueID, by count: Int) -> ValueID {
    if level == .avx512 { return value(.rotateLeft(count), .u32, [x]) }
    let left = value(.primitive(.shl), .u32, [x, constant(UInt64(count), .u32)])
    let right = value(.primitive(.shr), .u32, [x, constant(UInt64(32 - count), .u32)])
    return value(.primitive(.or), .u32, [left, right])
  }

  /// high · 2³² + low. What reads one half only finds it in `halves`: then no lane is 64 bits wide.
  private mutating func join(low: ValueID, high: ValueID) -> ValueID {
    let parts = [low, high].map { value(.convert(from: .u32), .u64, [$0]) }
    let joined = value(.primitive(.or), .u64, [parts[0], value(.primitive(.shl), .u64, [parts[1], constant(32, .u64)])])
    halves[joined] = (low, high)
    return joined
  }
}

extension Access {
  /// How vector code goes along what is read like this.
  var streamKind: VectorProgram.Stream.Kind {
    switch self {
    case .scalar, .whole: .scalar
    case .strided: .gathered
    case .contiguous, .rows, .reduction: .walked
    }
  }
}
