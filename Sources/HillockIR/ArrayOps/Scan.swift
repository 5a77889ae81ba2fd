extension ArrayOpRow {
  /// Prefix scans: each element is what the terms up to it come to.
  static let scan = ArrayOpRow(
    "scan",
    "Numbers, floats for logaddexp: each element combined with all before it along the axis, with those behind it where it is reversed; without itself where it is exclusive.",
    operands: 1...1,
    attributes: [.choice("kind", ScanKind.allCases.map(\.name)), .number("axis"), .flag("reversed"), .flag("exclusive")],
    reason: .wholeLines, narrow: { attributes, dtype in ScanKind.allCases[attributes.number(0)].narrow(dtype) },
    derivative: .rules(pushforward: ScanDerivative.pushforward, pullback: ScanDerivative.pullback),
    fit: { (builder, operands, attributes) throws(HillockError) in
      let dtype = builder.type(operands[0]).dtype
      switch ScanKind.allCases[attributes.number(0)] {
      case .sum, .product: return dtype == .bool ? [try builder.convert(operands[0], to: .i32)] : operands
      case .max, .min: return operands
      case .logaddexp: return dtype.isFloating ? operands : [try builder.convert(operands[0], to: .f32)]
      }
    },
    types: { (operands, attributes) throws(HillockError) in
      let source = operands[0], kind = ScanKind.allCases[attributes.number(0)]
      try checkAxis(attributes.number(1), of: source, "scan.\(kind.name)")
      guard kind.exists(at: source.dtype) else {
        throw HillockError(.dtype, "scan.\(kind.name) of \(source.dtype.name) is not defined")
      }
      return [source]
    })
}

/// What a scan combines terms by. The raw values are part of the encoding.
package enum ScanKind: Int, CaseIterable, Hashable, Sendable {
  case sum = 0
  case product, max, min, logaddexp

  package var name: String { String(describing: self) }

  package func exists(at dtype: DType) -> Bool {
    switch self {
    case .sum, .product, .max, .min: dtype != .bool
    case .logaddexp: dtype.isFloating
    }
  }

  /// Sums and products of narrow integers have the dtype in which they are computed, as those of reductions.
  fileprivate func narrow(_ dtype: DType) -> NarrowRule {
    switch self {
    case .sum, .product: dtype.isInteger ? .widens : .computes
    case .max, .min, .logaddexp: .computes
    }
  }
}

extension GraphBuilder {
  /// Sums and products of bool count in i32; logaddexp of integers is taken in f32.
  package mutating func scan(
    _ kind: ScanKind, _ operand: ValueID, axis: Int, isReversed: Bool = false, isExclusive: Bool = false
  ) throws(HillockError) -> ValueID {
    try array(.scan, [operand], [[kind.rawValue], [axis], [isReversed ? 1 : 0], [isExclusive ? 1 : 0]])
  }
}
