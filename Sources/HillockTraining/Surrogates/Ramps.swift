import Hillock

// Surrogates whose primitive grows without bound, so that neurons far from the threshold learn too.

extension Surrogate {
  /// Primitive sign(x)·ln(1 + α|x|); slope 1/(1/α + |x|).
  public static func nonzeroSignLog(alpha: Double = 1) -> Surrogate {
    Surrogate("nonzeroSignLog(alpha: \(alpha))") { x in 1 / (1 / alpha + abs(x)) }
  }

  /// Primitive x/(2w) + 1/2 for |x| ≤ w, and beyond a line of slope c that goes on from there; slope 1/(2w) there, c elsewhere. (Wu et al.,
  /// Frontiers in Neuroscience 12, 2018.)
  ///
  /// BrainPy's slope inside is 1/w, which is not the derivative of its primitive.
  public static func piecewiseLeakyReLU(c: Double = 0.01, w: Double = 1) -> Surrogate {
    Surrogate("piecewiseLeakyReLU(c: \(c), w: \(w))") { x in select(abs(x) .<= w, full([], 1 / (2 * w), dtype: x.dtype), c) }
  }

  /// Primitive σ(αx) below 0 and β·ln(x + 1 + ε) + 1/2 from 0 on; slope α·σ(αx)·(1 − σ(αx)) below 0 and β/(x + 1 + ε) from 0 on. (Suetake
  /// et al., S2NN, arXiv 2201.10879.)
  public static func s2nn(alpha: Double = 4, beta: Double = 1, epsilon: Double = 1e-8) -> Surrogate {
    Surrogate("s2nn(alpha: \(alpha), beta: \(beta), epsilon: \(epsilon))") { x in
      let s = Hillock.sigmoid(alpha * x)
      // Kept above 0 on the side that is not taken: a division by 0 there would make the second derivative NaN.
      return select(x .< 0, alpha * s * (1 - s), beta / (maximum(x, 0) + (1 + epsilon)))
    }
  }

  /// Primitive αx below 0 and βx from 0 on; slope α below 0, β from 0 on.
  public static func leakyReLU(alpha: Double = 0.1, beta: Double = 1) -> Surrogate {
    Surrogate("leakyReLU(alpha: \(alpha), beta: \(beta))") { x in select(x .< 0, full([], alpha, dtype: x.dtype), beta) }
  }

  /// Primitive αx up to 0, x up to 1, and ln x + 1 beyond; slope α, 1 and 1/x. (Cai et al., CVPR 2017.)
  public static func logTailedReLU(alpha: Double = 0) -> Surrogate {
    Surrogate("logTailedReLU(alpha: \(alpha))") { x in select(x .<= 0, alpha, 1 / maximum(x, 1)) }
  }
}
