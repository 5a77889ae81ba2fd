import Hillock

extension Call {
  /// Functions of complex numbers. A real operand beside a complex one has an imaginary part of 0.
  func complexFunction() throws -> Value? {
    if case .complex(let z) = operands[0] {
      if let part = try moving(z.real, self), let other = try moving(z.imaginary, self) {
        return .complex(ComplexArray(part, other))
      }
    }
    if let result = try complexReal() { return .real(result) }
    return try complexResult().map { .complex($0) }
  }

  /// Those that give real numbers.
  private func complexReal() throws -> NDArray? {
    switch name {
    case "abs": return abs(try complex(0))
    case "real": return try complex(0).real
    case "imaginary": return try complex(0).imaginary
    case ".==": return try complex(0) .== complex(1)
    case ".!=": return try complex(0) .!= complex(1)
    default: return nil
    }
  }

  private func complexResult() throws -> ComplexArray? {
    let z = try complex(name == "select" ? 1 : 0), axis = attributes.axes?.first
    guard operands.count == 1 else { return try complexOfSeveral(z) }
    switch name {
    case "conjugate": return z.conjugate
    case "cos": return cos(z)
    case "cosh": return cosh(z)
    case "exp": return exp(z)
    case "log": return log(z)
    case "negative": return -z
    case "reciprocal": return reciprocal(z)
    case "sin": return sin(z)
    case "sinh": return sinh(z)
    case "sqrt": return sqrt(z)
    case "square": return square(z)
    case "tan": return tan(z)
    case "tanh": return tanh(z)
    case "asType": return z.asType(try dtype)
    case "cumsum": return z.cumsum(axis: attributes.axis)
    case "sum" where (attributes.axes?.count ?? 1) == 1: return z.sum(axis: axis, keepDims: keepDims)
    case "prod" where (attributes.axes?.count ?? 1) == 1: return z.prod(axis: axis, keepDims: keepDims)
    case "mean" where (attributes.axes?.count ?? 1) == 1: return z.mean(axis: axis, keepDims: keepDims)
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
