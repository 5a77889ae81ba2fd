import HillockIR

/// max(x, 0). Its slope at 0 is 0.
///
/// ```swift
/// relu(NDArray([-1.0, 2.0]))                     // [0, 2]
/// ```
public func relu(_ x: some ArrayConvertible) -> NDArray {
  let x = x.array.settled
  // Not maximum(x, 0), whose slope at 0 is 1/2. NaN stays NaN.
  return select(x .<= 0, 0, x)
}

/// x where it is above 0, elsewhere `slope` times x.
public func leakyReLU(_ x: some ArrayConvertible, slope: Double = 0.01) -> NDArray {
  let x = x.array.settled
  return select(x .> 0, x, slope * x)
}

/// x where it is above 0, elsewhere α·(e^x − 1). (Clevert, Unterthiner and Hochreiter, ICLR 2016.)
public func elu(_ x: some ArrayConvertible, alpha: Double = 1) -> NDArray {
  let x = x.array.settled
  let isAbove = x .> 0
  // A large x would be infinite on the side that is not taken, and its slope NaN.
  return select(isAbove, x, alpha * expm1(select(isAbove, 0, x)))
}

/// x·σ(x), also called swish.
public func silu(_ x: some ArrayConvertible) -> NDArray {
  let x = x.array.settled
  return x * sigmoid(x)
}

/// x·Φ(x), where Φ is the distribution function of the normal distribution. (Hendrycks and Gimpel, arXiv 1606.08415.)
public func gelu(_ x: some ArrayConvertible) -> NDArray {
  let x = x.array.settled
  return 0.5 * x * (1 + erf(x * 0.5.squareRoot()))
}

/// `gelu(x)`, or with `approximate` 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), as many models that were trained elsewhere have it.
public func gelu(_ x: some ArrayConvertible, approximate: Bool) -> NDArray {
  guard approximate else { return gelu(x) }
  let x = x.array.settled
  let inner = x + 0.044715 * x * x * x
  return 0.5 * x * (1 + tanh(0.7978845608028654 * inner))
}

/// λ·x where x is above 0, elsewhere λ·α·(e^x − 1), with the constants that keep mean and variance. (Klambauer, Unterthiner, Mayr and
/// Hochreiter, NeurIPS 2017.)
public func selu(_ x: some ArrayConvertible) -> NDArray { 1.0507009873554805 * elu(x, alpha: 1.6732632423543772) }

/// α·(e^(x/α) − 1) where x is below 0, elsewhere x: an `elu` whose slope is 1 at 0 for every α. (Barron, arXiv 1704.07483.)
public func celu(_ x: some ArrayConvertible, alpha: Double = 1) -> NDArray {
  let x = x.array.settled
  let isAbove = x .> 0
  return select(isAbove, x, alpha * expm1(select(isAbove, 0, x) * (1 / alpha)))
}

/// x / (1 + |x|).
public func softsign(_ x: some ArrayConvertible) -> NDArray {
  let x = x.array.settled
  return x / (1 + abs(x))
}

/// x between `low` and `high`, elsewhere the nearer of them, with a slope of 0.
public func hardTanh(_ x: some ArrayConvertible, low: Double = -1, high: Double = 1) -> NDArray {
  let x = x.array.settled
  return select(x .<= low, low, select(x .>= high, high, x))
}

/// max(0, min(6, x)), as networks for small numbers have it.
public func relu6(_ x: some ArrayConvertible) -> NDArray { hardTanh(x, low: 0, high: 6) }

/// `relu6(x + 3) / 6`, a sigmoid of straight lines.
public func hardSigmoid(_ x: some ArrayConvertible) -> NDArray { relu6(x.array.settled + 3) * (1 / 6.0) }

/// x·`hardSigmoid(x)`.
public func hardSwish(_ x: some ArrayConvertible) -> NDArray {
  let x = x.array.settled
  return x * hardSigmoid(x)
}

/// x·tanh(softplus(x)). (Misra, arXiv 1908.08681.)
public func mish(_ x: some ArrayConvertible) -> NDArray {
  let x = x.array.settled
  return x * tanh(softplus(x))
}

/// log σ(x), the logarithm of the logistic function, without its rounding.
///
/// ```swift
/// logSigmoid(NDArray([0.0, -1000]))              // [-0.6931472, -1000]
/// ```
public func logSigmoid(_ x: some ArrayConvertible) -> NDArray { -softplus(-x.array.settled) }

/// log(p / (1 − p)), the inverse of the logistic function: ±∞ at 0 and 1, NaN beyond.
public func logit(_ p: some ArrayConvertible) -> NDArray {
  NDArray.floats(p) { p in
    // Near 1/2 the quotient is near 1, whose logarithm would lose digits.
    let isMiddle = abs(p - 0.5) .< 0.25, middle = select(isMiddle, p, 0.5), outer = select(isMiddle, 0.125, p)
    return select(isMiddle, log1p((2 * middle - 1) / (1 - middle)), log(outer) - log1p(-outer))
  }
}

/// Half of each pair gates the other: the first half along the axis times σ of the second. An odd extent gives a `shape` error.
public func glu(_ x: some ArrayConvertible, axis: Int = -1) -> NDArray {
  let halves = split(x, 2, axis: axis)
  return halves.count == 2 ? halves[0] * sigmoid(halves[1]) : halves[0]
}
