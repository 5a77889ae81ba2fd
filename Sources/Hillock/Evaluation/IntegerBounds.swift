import HillockIR

// While a function is traced, bounds are known of whole numbers without a dtype: of the index of a loop and what is computed from it. They
// decide the dtype in which such a number is read out, so no value that `i64` holds wraps.
extension IntegerBounds {
  /// `i32` where it holds every number in the bounds.
  package var readOutDType: DType { mayExceed(.i32) ? .i64 : .i32 }

  /// Whether the dtype does not hold every number in the bounds.
  package func mayExceed(_ dtype: DType) -> Bool { [least, greatest].contains { WeakScalar.bits($0, dtype) == nil } }

  /// An error where the dtype does not hold every number in the bounds.
  package func check(_ dtype: DType) throws(HillockError) {
    guard mayExceed(dtype) else { return }
    throw HillockError(
      .argument,
      "a number that is computed from the index of a loop and may be anything from \(least) to \(greatest) does not fit "
        + "\(dtype.name); convert the array with .asType to a dtype that holds it, or the number, which then wraps")
  }
}

extension NDArray {
  /// What is known of a number without a dtype that is whole; nil for others, and where nothing is known.
  var integerBounds: IntegerBounds? {
    switch content {
    case .weak(.int(let value)): IntegerBounds(value, value)
    case .weak(.bool): IntegerBounds(0, 1)
    case .ranged(_, let bounds): bounds
    case .traced(let value): value.bounds
    default: nil
    }
  }

  /// The same number, of which these bounds are known. A number whose value is known stays as it is.
  func bounded(_ bounds: IntegerBounds?) -> NDArray {
    guard case .traced(let value) = content, value.isWeak, value.type.dtype == .i64 else { return self }
    return NDArray(.traced(TracedValue(value.trace, value.id, value.type, isWeak: true, bounds: bounds)))
  }

  /// The index of a step of a loop that runs plainly.
  init(index: Int, in bounds: IntegerBounds) { self.init(.ranged(Int64(index), bounds)) }

  /// Whether it is computed plainly from the index of a loop.
  var isRanged: Bool {
    if case .ranged = content { return true }
    return false
  }

  /// The same number, computed from others of which bounds are known.
  func ranged(_ bounds: IntegerBounds) -> NDArray {
    if case .weak(.int(let number)) = content { return NDArray(.ranged(number, bounds)) }
    return self
  }
}
