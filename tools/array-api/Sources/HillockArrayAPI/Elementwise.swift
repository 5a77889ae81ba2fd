import Hillock

extension Call {
  /// Functions of elements, and their operators.
  func elementwise() throws -> NDArray? {
    let x = try array(0)
    switch name {
    case "abs": return abs(x)
    case "acos": return acos(x)
    case "acosh": return acosh(x)
    case "asin": return asin(x)
    case "asinh": return asinh(x)
    case "atan": return atan(x)
    case "atanh": return atanh(x)
    case "ceil": return ceil(x)
    case "cos": return cos(x)
    case "cosh": return cosh(x)
    case "exp": return exp(x)
    case "expm1": return expm1(x)
    case "floor": return floor(x)
    case "isFinite": return isFinite(x)
    case "isInfinite": return isInfinite(x)
    case "isNaN": return isNaN(x)
    case "log": return log(x)
    case "log10": return log10(x)
    case "log1p": return log1p(x)
    case "log2": return log2(x)
    case "negative": return -x
    case ".!": return .!x
    case "reciprocal": return reciprocal(x)
    case "round": return round(x)
    case "sign": return sign(x)
    case "signbit": return signbit(x)
    case "sin": return sin(x)
    case "sinh": return sinh(x)
    case "sqrt": return sqrt(x)
    case "square": return square(x)
    case "tan": return tan(x)
    case "tanh": return tanh(x)
    case "trunc": return trunc(x)
    default: return try binary(x)
    }
  }

  private func binary(_ x: NDArray) throws -> NDArray? {
    guard operands.count == 2 else { return nil }
    let y = try array(1)
    switch name {
    case "+": return x + y
    case "-": return x - y
    case "*": return x * y
    case "/": return x / y
    case "%": return x % y
    case "**": return x ** y
    case "floorDivide": return floorDivide(x, y)
    case ".&": return x .& y
    case ".|": return x .| y
    case ".^": return x .^ y
    case "<<": return x << y
    case ">>": return x >> y
    case ".==": return x .== y
    case ".!=": return x .!= y
    case ".<": return x .< y
    case ".<=": return x .<= y
    case ".>": return x .> y
    case ".>=": return x .>= y
    case "atan2": return atan2(x, y)
    case "copysign": return copysign(x, y)
    case "hypot": return hypot(x, y)
    case "logaddexp": return logaddexp(x, y)
    case "maximum": return maximum(x, y)
    case "minimum": return minimum(x, y)
    case "nextafter": return nextafter(x, y)
    case "matmul": return matmul(x, y)
    case "outer": return outer(x, y)
    case "cross": return cross(x, y, axis: attributes.axis ?? -1)
    case "vecdot": return vecdot(x, y, axis: attributes.axis ?? -1)
    case "tensordot":
      guard let first = attributes.axes, let second = attributes.otherAxes else {
        return tensordot(x, y, axes: attributes.count ?? 2)
      }
      return tensordot(x, y, axes: (first, second))
    case "searchsorted": return searchsorted(x, y, right: flag)
    default: return nil
    }
  }
}
