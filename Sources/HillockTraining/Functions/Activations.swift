import Foundation
import Hillock

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
