import HillockIR

/// How a part of an array and a value are combined.
enum Combination {
  case add, subtract, multiply, minimum, maximum

  /// Element by element.
  var op: ElementwiseOp {
    switch self {
    case .add: .add
    case .subtract: .sub
    case .multiply: .mul
    case .minimum: .min
    case .maximum: .max
    }
  }

  /// By index arrays: subtracting is adding the negative, which gives the same bits.
  var scatter: ScatterKind {
    switch self {
    case .add, .subtract: .add
    case .multiply: .multiply
    case .minimum: .min
    case .maximum: .max
    }
  }

  /// What is scattered for a value.
  func update(_ value: NDArray) -> NDArray {
    guard self == .subtract else { return value }
    // The negative of unsigned numbers is not defined, and 0 - x of floats loses the sign of zero.
    return value.dtype == .u32 || value.dtype == .u64 ? 0 - value : -value
  }
}

extension NDArray {
  /// The array with the part that the indices take combined with the value, as `NDArray.Part` says.
  func combining(_ indices: [AxisIndex], _ combination: Combination, with value: NDArray) -> NDArray {
    if case .failure = content { return self }
    if case .failure = value.content { return value }
    return NDArray { () throws(HillockError) in
      if let mask = mask(indices) { return try replacing(mask: mask, with: .apply(combination.op, [self, value])) }
      let plan = try IndexPlan(indices, shape: type.shape)
      guard !plan.arrays.isEmpty else {
        return replacing(indices, with: .apply(combination.op, [element(at: indices), value]))
      }
      // Computed in the dtype of both, as the operators do. Where that is not the array's, other elements are not converted to it and back.
      let common = dtypeBeside(value), update = combination.update(try value.written(as: common))
      if common == dtype { return try scattering(plan, update, combination.scatter) }
      let combined = try asType(common).scattering(plan, update, combination.scatter)
      return replacing(indices, with: combined.element(at: indices))
    }
  }

  /// The array with the part divided by the value.
  func dividing(_ indices: [AxisIndex], by value: NDArray) -> NDArray {
    if mask(indices) != nil { return replacing(indices, with: self / value) }
    let part = element(at: indices), quotient = part / value
    if case .failure = quotient.content { return quotient }
    return NDArray { () throws(HillockError) in
      guard try !IndexPlan(indices, shape: type.shape).arrays.isEmpty else { return replacing(indices, with: quotient) }
      let divisor = ones(type.shape, dtype: quotient.dtype).combining(indices, .multiply, with: value).element(at: indices)
      return replacing(indices, with: part / divisor)
    }
  }

  /// The dtype that an operator would compute in.
  private func dtypeBeside(_ value: NDArray) -> DType {
    let adopts = value.isWeak && dtype != .bool && (dtype.isFloating || !value.dtype.isFloating)
    return adopts ? dtype : DType.promote(dtype, value.dtype)
  }
}
