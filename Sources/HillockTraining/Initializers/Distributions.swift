import Hillock

extension Initializer {
  /// All 0.
  public static let zeros = Initializer.constant(0)

  /// All 1.
  public static let ones = Initializer.constant(1)

  /// All this number.
  public static func constant(_ value: Double) -> Initializer {
    Initializer { shape, dtype, _ in full(shape, value, dtype: dtype) }
  }

  /// Uniform from `low` to `high`.
  public static func uniform(low: Double = -0.1, high: Double = 0.1) -> Initializer {
    Initializer { shape, dtype, generator in generator.uniform(shape, low: low, high: high, dtype: dtype) }
  }

  /// Normal with this mean and standard deviation.
  public static func normal(mean: Double = 0, std: Double = 0.01) -> Initializer {
    Initializer { shape, dtype, generator in generator.normal(shape, mean: mean, std: std, dtype: dtype) }
  }

  /// Normal, but no number is further from the mean than `limit` times `std`: those that are, are drawn again. (With a limit of 2, the
  /// standard deviation of what remains is 0.88 times `std`.)
  ///
  /// A limit that is not above 0 gives an `argument` error.
  public static func truncatedNormal(mean: Double = 0, std: Double = 0.01, limit: Double = 2) -> Initializer {
    Initializer { shape, dtype, generator in
      guard limit > 0.01 else {
        return NDArray(
          failing: HillockError(.argument, "a truncated normal draw has a limit above 0.01 standard deviations, not \(limit)"))
      }
      let first = generator.normal(shape, dtype: dtype)
      guard first.error == nil else { return first }
      do {
        let z = try whileLoop(carry: first, while: { z in (abs(z) .> limit).any() }) { z in
          select(abs(z) .> limit, generator.normal(shape, dtype: dtype), z)
        }
        return mean + std * z
      } catch { return NDArray(failing: error as? HillockError ?? HillockError(.system, "\(error)")) }
    }
  }

  // MARK: By the size of the layer

  /// Uniform with variance gain²·2/(inputs + outputs). (Glorot and Bengio, AISTATS 2010.)
  public static func xavierUniform(gain: Double = 1) -> Initializer {
    scaled(uniform: true) { gain * (2 / ($0.inputs + $0.outputs)).squareRoot() }
  }

  /// Normal with variance gain²·2/(inputs + outputs). (Glorot and Bengio, AISTATS 2010.)
  public static func xavierNormal(gain: Double = 1) -> Initializer {
    scaled(uniform: false) { gain * (2 / ($0.inputs + $0.outputs)).squareRoot() }
  }

  /// Uniform with variance gain²/inputs; a gain of √2 is the one for ReLU. (He et al., ICCV 2015.)
  public static func kaimingUniform(gain: Double = 2.0.squareRoot()) -> Initializer {
    scaled(uniform: true) { gain / $0.inputs.squareRoot() }
  }

  /// Normal with variance gain²/inputs; a gain of √2 is the one for ReLU. (He et al., ICCV 2015.)
  public static func kaimingNormal(gain: Double = 2.0.squareRoot()) -> Initializer {
    scaled(uniform: false) { gain / $0.inputs.squareRoot() }
  }

  /// Uniform with variance 1/inputs. (LeCun et al., Efficient backprop, 1998.)
  public static func lecunUniform() -> Initializer { scaled(uniform: true) { 1 / $0.inputs.squareRoot() } }

  /// Normal with variance 1/inputs. (LeCun et al., Efficient backprop, 1998.)
  public static func lecunNormal() -> Initializer { scaled(uniform: false) { 1 / $0.inputs.squareRoot() } }

  /// Numbers with the standard deviation that the layer's size gives. A uniform number between ±a has a/√3.
  private static func scaled(uniform: Bool, _ std: @escaping @Sendable (Fans) -> Double) -> Initializer {
    Initializer { shape, dtype, generator in
      let std = std(Fans(shape)), bound = 3.0.squareRoot() * std
      return uniform
        ? generator.uniform(shape, low: -bound, high: bound, dtype: dtype) : generator.normal(shape, std: std, dtype: dtype)
    }
  }
}
