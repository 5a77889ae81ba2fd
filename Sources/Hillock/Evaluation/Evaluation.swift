import HillockIR
import HillockRuntime

extension NDArray {
  /// Applies an elementwise op, as the generated functions and operators do.
  ///
  /// Weak operands adopt the promoted dtype of the others: a number with a fraction beside integers makes it `f32`, an
  /// integer beside bools what it is read out with. Among themselves weak numbers are computed in double or 64-bit integers and
  /// stay weak.
  package static func apply(_ op: ElementwiseOp, _ operands: [NDArray]) -> NDArray {
    // The condition of a select decides no dtype.
    let values: ArraySlice<NDArray> = op.row.typing == .select ? operands.dropFirst() : operands[...]
    guard operands.contains(where: \.isWeak) else {
      if operands.count == 1, let form = op.row.integerForm(operands[0].dtype) { return operands[0].integerForm(form) }
      return evaluate(.elementwise(op), operands)
    }
    return NDArray { () throws(HillockError) in
      var dtype: DType?
      for value in values where !value.isWeak { dtype = dtype.map { DType.promote($0, value.dtype) } ?? value.dtype }
      let isWeak = dtype == nil && operands.allSatisfy(\.isWeak)
      var adopted = dtype ?? .bool
      for value in values where value.isWeak {
        if isWeak {
          adopted = Self.commonCarrier(adopted, value.carrierDType)
        } else if (dtype ?? .bool) == .bool || value.dtype.isFloating && !adopted.isFloating {
          adopted = DType.promote(adopted, value.dtype)
        }
      }
      if isWeak, case .floating = op.row.typing { adopted = .f64 }
      if isWeak, case .predicate = op.row.typing { adopted = .f64 }
      var strong: [NDArray] = []
      for operand in operands {
        let target = op.row.typing == .select && strong.isEmpty ? DType.bool : adopted
        strong.append(operand.isWeak ? try operand.adopting(target) : operand)
      }
      guard isWeak else { return evaluate(.elementwise(op), strong) }
      // Numbers that are known stay known, also while a function is traced.
      let isKnown = !strong.contains(where: \.isTraced)
      let result = try (isKnown ? try Eager.run(.elementwise(op), strong)[0] : evaluate(.elementwise(op), strong)).weakened()
      let known = operands.compactMap(\.integerBounds)
      if known.count == operands.count {
        let bounds = op.row.bounds(known)
        return operands.contains(where: \.isRanged) ? result.ranged(bounds) : result.bounded(bounds)
      }
      // Beside an argument, whose value is not known, a number beyond i32 does not wrap either.
      return known.contains { $0.readOutDType == .i64 } ? result.bounded(.all) : result
    }
  }

  private func integerForm(_ form: IntegerForm) -> NDArray {
    switch form {
    case .itself: self
    case .negative: 0 - self
    case .sign: Hillock.minimum(self, 1)
    }
  }

  package var isTraced: Bool {
    if case .traced = content { return true }
    return false
  }

  /// In which numbers of both carriers are computed: there is no integer that holds all of i64 and u64.
  private static func commonCarrier(_ a: DType, _ b: DType) -> DType {
    Set([a, b]) == [.i64, .u64] ? .f64 : DType.promote(a, b)
  }

  /// The dtype in which a weak scalar is carried.
  private var carrierDType: DType {
    switch content {
    case .weak(let scalar): scalar.carrier
    case .ranged: .i64
    case .traced(let value): value.type.dtype
    default: dtype
    }
  }

  /// A weak scalar as one of a dtype, rounded once; other arrays as they are. A whole number that the dtype does not hold, or may
  /// not hold in some step of a loop, is an error.
  package func adopting(_ dtype: DType) throws(HillockError) -> NDArray {
    switch content {
    case .weak(let scalar): return NDArray(try .scalar(try scalar.bits(dtype), dtype), ArrayType(dtype, []))
    case .ranged(let number, let bounds):
      try bounds.check(dtype)
      return try NDArray(weak: .int(number)).adopting(dtype)
    case .traced(let value) where value.isWeak:
      try value.bounds?.check(dtype)
      let strong = NDArray(.traced(TracedValue(value.trace, value.id, value.type)))
      return strong.dtype == dtype ? strong : .evaluate(.convert(dtype), [strong])
    default: return self
    }
  }

  /// A weak scalar with the dtype it has when it is read out; other arrays as they are.
  package var settled: NDArray {
    guard isWeak else { return self }
    return NDArray { () throws(HillockError) in try adopting(dtype) }
  }

  /// The weak scalar that a result computed from weak scalars alone is. Comparisons give plain bools.
  package func weakened() throws(HillockError) -> NDArray {
    switch content {
    case .concrete(let storage, let type) where type.shape.isEmpty:
      switch ElementValue(bits: UnsafeRawPointer(storage.base).elementBits(0, type.dtype), dtype: type.dtype) {
      case .float(let value): return NDArray(weak: .double(value))
      case .signed(let value): return NDArray(weak: .int(value))
      case .unsigned(let value): return type.dtype == .bool ? self : NDArray(weak: WeakScalar(value))
      }
    case .traced(let value) where value.type.shape.isEmpty && (value.type.dtype == .f64 || value.type.dtype == .i64):
      return NDArray(.traced(TracedValue(value.trace, value.id, value.type, isWeak: true)))
    default: return self
    }
  }

  /// Evaluates a step: into the trace where one is under way, else at once.
  package static func evaluate(_ step: Step, _ operands: [NDArray]) -> NDArray {
    NDArray { () throws(HillockError) in try results(of: step, operands)[0] }
  }

  /// The same for a step that gives so many arrays.
  package static func evaluate(_ step: Step, _ operands: [NDArray], count: Int) -> [NDArray] {
    do {
      return try results(of: step, operands, count: count)
    } catch {
      // One error, with the place that it came from.
      return Array(repeating: NDArray(failing: error), count: count)
    }
  }

  private static func results(
    of step: Step, _ operands: [NDArray], count: Int = 1
  ) throws(HillockError) -> [NDArray] {
    var operands = operands
    for (index, operand) in operands.enumerated() {
      if case .failure = operand.content { return Array(repeating: operand, count: count) }
      if operand.isWeak { operands[index] = operand.settled }
    }
    if let trace = Trace.current { return try trace.record(step, operands) }
    if operands.contains(where: \.isTraced) {
      operands = operands.map(\.whole)
      if operands.contains(where: \.isTraced) { throw escaped(operands) }
      return try results(of: step, operands, count: count)
    }
    return try Eager.run(step, operands)
  }

  private static func escaped(_ operands: [NDArray]) -> HillockError {
    for operand in operands {
      if case .traced(let value) = operand.content { return value.trace.escapeError(value) }
    }
    return HillockError(.trace, "a traced value was used outside its trace")
  }
}
