import Hillock

extension Stimulus {
  /// White noise: σ·ξ/√dt with a normal ξ in each step. A current of it moves a quantity as σ·dW does in a stochastic differential
  /// equation: its variance grows by σ²·t whatever dt is. (BrainPy's `wiener_process` gives σ·√dt·ξ, the increments.)
  ///
  /// - Parameters:
  ///   - sigma: in the unit of the input times √ms: a number, an array or a Variable.
  ///   - size: the shape of the noise; `[]` for one number that all neurons share.
  ///   - seed: of its own generator.
  public static func whiteNoise(sigma: some ArrayConvertible, size: [Int] = [], seed: UInt64, dtype: DType = .f32) -> Stimulus {
    let generator = RandomState(seed: seed, name: "generator")
    return Stimulus(state: [generator], initial: [nil]) { step in
      sigma.array * (1 / step.dt.squareRoot()) * generator.normal(size, dtype: dtype)
    }
  }

  /// An Ornstein–Uhlenbeck process: noise with a mean, a standard deviation and a correlation time,
  /// τ·dx = (μ − x)·dt + std·√(2τ)·dW.
  ///
  /// Its steps are exact for any dt (Gillespie, Phys. Rev. E 54, 1996), and it begins as a draw of its stationary distribution. BrainPy's σ is
  /// std·√(2/τ).
  ///
  /// - Parameters:
  ///   - mean: in the unit of the input.
  ///   - std: the standard deviation over time.
  ///   - tau: the correlation time in ms, above 0.
  ///   - size: the shape of the noise; `[]` for one number that all neurons share.
  ///   - seed: of its own generator.
  public static func ou(
    mean: Double = 0, std: Double, tau: Double, size: [Int] = [], seed: UInt64, dtype: DType = .f32
  ) -> Stimulus {
    let generator = RandomState(seed: seed, name: "generator")
    let start = generator.normal(size, dtype: dtype), x = Variable(start, name: "x")
    return Stimulus(state: [generator, x], initial: [nil, start]) { step in
      guard tau > 0, std >= 0 else {
        throw HillockError(
          .argument, "an Ornstein–Uhlenbeck process has a tau above 0 ms and a std of 0 or more; not \(tau) and \(std)")
      }
      let now = x.value, decay = Scalar.exp(-step.dt / tau)
      x.value = decay * now + (1 - decay * decay).squareRoot() * generator.normal(size, dtype: dtype)
      return mean + std * now
    }
  }
}
