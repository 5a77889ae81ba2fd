import Hillock

extension Call {
  /// Functions of complex numbers. A real operand beside a complex one has an imaginary part of 0.
  func complexFunction() throws -> [Value]? {
    if case .complex(let z) = operands[0] {
      if let part = try moving(z.real, self), let other = try moving(z.imaginary, self) {
        return [.complex(ComplexArray(part, other))]
      }
    }
    if let results = try complexSeveral() { return results }
    if let result = try complexReal() { return [.real(result)] }
    return try complexResult().map { [.complex($0)] }
  }

  private func complexSeveral() throws -> [Value]? {
    switch name {
    case "meshgrid":
      let all = try operands.indices.map { try complex($0) }, indexing: GridIndexing = flag ? .ij : .xy
      let real = meshgrid(all.map(\.real), indexing: indexing), imaginary = meshgrid(all.map(\.imaginary), indexing: indexing)
      return zip(real, imaginary).map { .complex(ComplexArray($0, $1)) }
    case "nonzero": return nonzero(try isNotZero).map { .real($0) }
    default: return nil
    }
  }

  private var isNotZero: NDArray { get throws { try complex(0) .!= ComplexArray(0) } }

  /// Those that give real numbers.
  private func complexReal() throws -> NDArray? {
    switch name {
    case "abs": return abs(try complex(0))
    case "real": return try complex(0).real
    case "imaginary": return try complex(0).imaginary
    case "isFinite": return isFinite(try complex(0))
    case "isInfinite": return isInfinite(try complex(0))
    case "isNaN": return isNaN(try complex(0))
    case ".==": return try complex(0) .== complex(1)
    case ".!=": return try complex(0) .!= complex(1)
    case "any", "all", "countNonzero":
      return try Call(name: name, operands: [.real(isNotZero)], attributes: attributes).reduction()
    default: return nil
    }
  }

  private func complexResult() throws -> ComplexArray? {
    let z = try complex(name == "select" ? 1 : 0), axes = attributes.axes
    guard operands.count == 1 else { return try complexOfSeveral(z) }
    switch name {
    case "acos": return acos(z)
    case "acosh": return acosh(z)
    case "asin": return asin(z)
    case "asinh": return asinh(z)
    case "atan": return atan(z)
    case "atanh": return atanh(z)
    case "conjugate": return z.conjugate
    case "cos": return cos(z)
    case "cosh": return cosh(z)
    case "exp": return exp(z)
    case "expm1": return expm1(z)
    case "log": return log(z)
    case "log10": return log10(z)
    case "log1p": return log1p(z)
    case "log2": return log2(z)
    case "negative": return -z
    case "reciprocal": return reciprocal(z)
    case "round": return round(z)
    case "sign": return sign(z)
    case "sin": return sin(z)
    case "sinh": return sinh(z)
    case "sqrt": return sqrt(z)
    case "square": return square(z)
    case "tan": return tan(z)
    case "tanh": return tanh(z)
    case "asType": return z.asType(try dtype)
    case "cumsum": return z.cumsum(axis: attributes.axis)
    case "cumprod": return z.cumprod(axis: attributes.axis)
    case "sum": return axes.map { z.sum(axes: $0, keepDims: keepDims) } ?? z.sum(keepDims: keepDims)
    case "prod": return axes.map { z.prod(axes: $0, keepDims: keepDims) } ?? z.prod(keepDims: keepDims)
    case "mean": return axes.map { z.mean(axes: $0, keepDims: keepDims) } ?? z.mean(keepDims: keepDims)
    case "linalg.trace": return z.diagonal(offset: attributes.k ?? 0, axis1: -2, axis2: -1).sum(axis: -1)
    case "diff": return try z.map { try difference($0, []) }
    case "concatenate": return concatenate([z], axis: attributes.axis ?? 0)
    case "stack": return stack([z], axis: attributes.axis ?? 0)
    default: return nil
    }
  }

  private func complexOfSeveral(_ z: ComplexArray) throws -> ComplexArray? {
    switch name {
    case "+": return try z + complex(1)
    case "-": return try z - complex(1)
    case "*": return try z * complex(1)
    case "/": return try z / complex(1)
    case "**": return pow(z, try complex(1))
    case "matmul": return matmul(z, try complex(1))
    case "outer": return outer(z, try complex(1))
    case "vecdot": return vecdot(z, try complex(1), axis: attributes.axis ?? -1)
    case "tensordot":
      guard let first = attributes.axes, let second = attributes.otherAxes else {
        return tensordot(z, try complex(1), axes: attributes.count ?? 2)
      }
      return tensordot(z, try complex(1), axes: (first, second))
    case "diff":
      let ends = try operands.indices.dropFirst().map { try complex($0) }
      return ComplexArray(try difference(z.real, ends.map(\.real)), try difference(z.imaginary, ends.map(\.imaginary)))
    case "concatenate": return concatenate(try operands.indices.map { try complex($0) }, axis: attributes.axis ?? 0)
    case "stack": return stack(try operands.indices.map { try complex($0) }, axis: attributes.axis ?? 0)
    case "select": return select(try array(0), z, try complex(2))
    case "at.set":
      let value = try complex(1), list = try indices()
      return ComplexArray(z.real.at[at: list].set(value.real), z.imaginary.at[at: list].set(value.imaginary))
    case "at.set(mask)":
      let value = try complex(1), mask = try array(2)
      return ComplexArray(z.real.at[mask].set(value.real), z.imaginary.at[mask].set(value.imaginary))
    default: return nil
    }
  }
}
