extension ArrayOpRow {
  /// Fourier transforms of complex numbers in two arrays.
  static let fft = ArrayOpRow(
    "fft",
    "(real, imaginary), floats of one type: the discrete Fourier transform along the last axis, Σ x[j] · exp(-2πi j k / n), "
      + "its real and its imaginary part. The inverse, times n, is the same with the two exchanged on both sides.",
    operands: 2...2, hasSeveralResults: true, reason: .wholeLines, narrow: { _, _ in .widens },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard tangents[0] != nil || tangents[1] != nil else { return [nil, nil] }
        let real = try builder.change(tangents[0], of: use.operands[0])
        let imaginary = try builder.change(tangents[1], of: use.operands[1])
        let (first, second) = try builder.fft(real, imaginary)
        return [first, second]
      },
      // The matrix is symmetric. Of real and imaginary parts its transpose is its conjugate, which is the inverse times n.
      pullback: { (builder, use, cotangents, _) throws(HillockError) in
        guard cotangents[0] != nil || cotangents[1] != nil else { return [nil, nil] }
        let real = try builder.change(cotangents[0], of: use.results[0])
        let imaginary = try builder.change(cotangents[1], of: use.results[1])
        let (first, second) = try builder.fft(imaginary, real)
        return [second, first]
      }),
    fit: { (builder, operands, _) throws(HillockError) in
      var dtype = DType.promote(builder.type(operands[0]).dtype, builder.type(operands[1]).dtype)
      if !dtype.isFloating || dtype.isNarrow { dtype = .f32 }
      guard let shape = Shape.broadcast(builder.type(operands[0]).shape, builder.type(operands[1]).shape) else {
        return operands
      }
      var fitted: [ValueID] = []
      for operand in operands { fitted.append(try builder.broadcast(try builder.convert(operand, to: dtype), to: shape)) }
      return fitted
    },
    types: { (operands, _) throws(HillockError) in
      guard operands[0].dtype.isFloating, operands[0].dtype == operands[1].dtype else {
        throw HillockError(
          .dtype, "fft takes real and imaginary parts as floats of one dtype, not \(operands[0]) and \(operands[1])")
      }
      guard operands[0].shape == operands[1].shape else {
        throw HillockError(
          .shape, "fft takes real and imaginary parts of one shape, not \(operands[0]) and \(operands[1])")
      }
      guard operands[0].rank > 0 else { throw HillockError(.shape, "fft: an array without axes has no line to transform") }
      return operands
    },
    work: { operands, _, _ in operands[0].count &* 2 &* fftPasses(operands[0].shape.last ?? 1) })

  /// About how many passes over a line of this length its transform takes.
  package static func fftPasses(_ length: Int) -> Int { Int.bitWidth - length.leadingZeroBitCount + 1 }
}

extension GraphBuilder {
  /// The transform along the last axis.
  package mutating func fft(
    _ real: ValueID, _ imaginary: ValueID
  ) throws(HillockError) -> (real: ValueID, imaginary: ValueID) {
    let parts = elements(of: try array(.fft, [real, imaginary]))
    return (parts[0], parts[1])
  }
}
