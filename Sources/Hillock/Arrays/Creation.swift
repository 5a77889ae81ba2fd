import HillockIR
import HillockRuntime

/// An array of zeros.
///
/// ```swift
/// zeros(2, 3)              // f32[2,3]
/// zeros(4, dtype: .i32)    // i32[4]
/// ```
/// An extent below zero, or a shape beyond the limits, gives an array that carries a `shape` error.
public func zeros(_ shape: Int..., dtype: DType = .f32) -> NDArray { full(shape, 0, dtype: dtype) }
/// An array of zeros of the given shape.
public func zeros(_ shape: [Int], dtype: DType = .f32) -> NDArray { full(shape, 0, dtype: dtype) }

/// An array of ones.
public func ones(_ shape: Int..., dtype: DType = .f32) -> NDArray { full(shape, 1, dtype: dtype) }
/// An array of ones of the given shape.
public func ones(_ shape: [Int], dtype: DType = .f32) -> NDArray { full(shape, 1, dtype: dtype) }

/// An array of the given shape in which each element is `value`. By default it is `f32`, for an integer `i32`, and for a truth value
/// `bool`. An integer that does not fit the dtype gives an `argument` error.
public func full(_ shape: [Int], _ value: some ArrayScalar, dtype: DType? = nil) -> NDArray {
  let scalar = value.weakScalar
  return NDArray { () throws(HillockError) in
    try Creation.filled(shape, scalar, dtype ?? scalar.readOutDType)
  }
}

/// Zeros of another array's shape, and its dtype unless one is given.
public func zerosLike(_ array: some ArrayConvertible, dtype: DType? = nil) -> NDArray {
  Creation.filled(like: array.array, 0, dtype)
}

/// Ones of another array's shape, and its dtype unless one is given.
public func onesLike(_ array: some ArrayConvertible, dtype: DType? = nil) -> NDArray {
  Creation.filled(like: array.array, 1, dtype)
}

/// The integers 0, 1, … below `stop`, as `i32` unless a dtype is given.
///
/// ```swift
/// arange(5)                // [0, 1, 2, 3, 4]
/// ```
public func arange(_ stop: Int, dtype: DType? = nil) -> NDArray { arange(0, stop, dtype: dtype) }

/// The integers from `start` in steps of `step`, `stop` not included, as `i32` unless a dtype is given.
public func arange(_ start: Int, _ stop: Int, _ step: Int = 1, dtype: DType? = nil) -> NDArray {
  let count = Creation.count(start, stop, step)
  return Creation.progression("arange from \(start) to \(stop) in steps of \(step)", count: count, dtype: dtype ?? .i32) {
    // Intermediate values may wrap, and wrap back: each element lies between the bounds.
    .int(Int64(start &+ $0 &* step))
  }
}

/// The numbers 0, 1, … below `stop`, as `f32` unless a dtype is given.
public func arange(_ stop: Double, dtype: DType? = nil) -> NDArray { arange(0.0, stop, dtype: dtype) }

/// The numbers `start + i * step`, computed in double and rounded once; `f32` unless a dtype is given. As in NumPy, there are
/// ⌈(stop - start) / step⌉ of them, computed in double. They lie below `stop` (above it if the step is negative). But by rounding the
/// last one may be `stop` or lie beyond: `arange(1.0, 1.3, 0.1)` has the four elements 1, 1.1, 1.2 and 1.3.
/// If the number of elements matters, use ``linspace(_:_:count:dtype:)`` or integers.
///
/// A step of 0, NaN, or a range without an end gives an `argument` error.
public func arange(_ start: Double, _ stop: Double, _ step: Double = 1, dtype: DType? = nil) -> NDArray {
  let count = Creation.count(start, stop, step)
  return Creation.progression("arange from \(start) to \(stop) in steps of \(step)", count: count, dtype: dtype ?? .f32) {
    .double($0 == 0 ? start : start + Double($0) * step)
  }
}

/// `count` numbers at equal distances from `start` to `stop`, both included. They are computed in double and rounded once; for an integer
/// dtype they are rounded down (as in NumPy).
public func linspace(_ start: Double, _ stop: Double, count: Int = 50, dtype: DType = .f32) -> NDArray {
  let step = count > 1 ? (stop - start) / Double(count - 1) : 0
  return Creation.progression("linspace", count: count, dtype: dtype) {
    let value = $0 == count - 1 && count > 1 ? stop : start + Double($0) * step
    return .double(dtype.isInteger ? value.rounded(.down) : value)
  }
}

/// The identity: ones on the diagonal, zeros elsewhere. `columns` is `rows` unless it is given.
public func eye(_ rows: Int, _ columns: Int? = nil, dtype: DType = .f32) -> NDArray {
  NDArray { () throws(HillockError) in
    let shape = [rows, columns ?? rows]
    let (storage, type) = try Creation.allocate(shape, dtype)
    storage.base.initializeMemory(as: UInt8.self, repeating: 0, count: type.byteCount)
    let one = try WeakScalar.int(1).bits(dtype)
    for i in 0..<min(shape[0], shape[1]) { storage.base.setElementBits(i * shape[1] + i, dtype, one) }
    return NDArray(storage, type)
  }
}

enum Creation {
  static func allocate(_ shape: [Int], _ dtype: DType) throws(HillockError) -> (Storage, ArrayType) {
    guard Shape.checkedCount(shape) != nil else {
      throw HillockError(
        .shape,
        "\(shape) is no shape of an array: extents are not negative, at most \(Shape.maximumRank) axes and \(Shape.maximumCount) "
          + "elements"
      )
    }
    let type = ArrayType(dtype, shape)
    return (try Storage.allocate(byteCount: type.byteCount), type)
  }

  static func filled(like array: NDArray, _ value: Int64, _ dtype: DType?) -> NDArray {
    if case .failure = array.content { return array }
    return NDArray { () throws(HillockError) in try filled(array.shape, .int(value), dtype ?? array.dtype) }
  }

  /// Outside a trace the memory is filled here. Inside, the array is a broadcast scalar, which costs nothing.
  static func filled(_ shape: [Int], _ value: WeakScalar, _ dtype: DType) throws(HillockError) -> NDArray {
    let bits = try value.bits(dtype)
    guard Shape.checkedCount(shape) != nil else { return NDArray(try allocate(shape, dtype)) }
    if Trace.current != nil {
      return .evaluate(.broadcast(shape), [NDArray(try .scalar(bits, dtype), ArrayType(dtype, []))])
    }
    let (storage, type) = try allocate(shape, dtype)
    switch dtype.size {
    case 1: storage.base.initializeMemory(as: UInt8.self, repeating: UInt8(truncatingIfNeeded: bits), count: type.count)
    case 2: storage.base.initializeMemory(as: UInt16.self, repeating: UInt16(truncatingIfNeeded: bits), count: type.count)
    case 4: storage.base.initializeMemory(as: UInt32.self, repeating: UInt32(truncatingIfNeeded: bits), count: type.count)
    default: storage.base.initializeMemory(as: UInt64.self, repeating: bits, count: type.count)
    }
    return NDArray(storage, type)
  }

  /// How many terms an arithmetic progression has before `stop`; nil if it has no end or too many terms.
  static func count(_ start: Int, _ stop: Int, _ step: Int) -> Int? {
    guard step != 0 else { return nil }
    guard step > 0 ? start < stop : start > stop else { return 0 }
    // The distance of two integers may be twice the largest.
    let distance = step > 0 ? UInt(bitPattern: stop &- start) : UInt(bitPattern: start &- stop)
    let terms = (distance - 1) / step.magnitude + 1
    return terms <= UInt(Shape.maximumCount) ? Int(terms) : nil
  }

  /// The same for floats. If the step is infinite, or so large that the quotient vanishes, only the first term is left.
  static func count(_ start: Double, _ stop: Double, _ step: Double) -> Int? {
    let quotient = (stop - start) / step
    if quotient == 0, start != stop { return quotient.sign == .minus ? 0 : 1 }
    let terms = quotient.rounded(.up)
    guard !terms.isNaN, terms <= Double(Shape.maximumCount) else { return nil }
    return terms > 0 ? Int(terms) : 0
  }

  static func progression(_ name: @autoclosure () -> String, count: Int?, dtype: DType, _ term: (Int) -> WeakScalar) -> NDArray {
    NDArray { () throws(HillockError) in
      guard let count, (0...Shape.maximumCount).contains(count) else {
        throw HillockError(
          .argument, "\(name()) has \(count.map { "\($0)" } ?? "no end, or too many") elements; an array has 0 to 2^40")
      }
      let (storage, type) = try allocate([count], dtype)
      for i in 0..<count { storage.base.setElementBits(i, dtype, try term(i).bits(dtype)) }
      return NDArray(storage, type)
    }
  }
}

extension NDArray {
  fileprivate init(_ parts: (Storage, ArrayType)) { self.init(parts.0, parts.1) }
}
