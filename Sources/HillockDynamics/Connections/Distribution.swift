import Hillock

/// Values that are drawn once, with the default generator `random`: for weights, delays and parameters that differ from element to element.
///
/// ```swift
/// random.seed(3)
/// let group = LIF(1000, tau: Distribution.normal(mean: 10, std: 1, between: 5...15))
/// ```
public struct Distribution: ParameterConvertible, Sendable {
  private let draw: @Sendable (_ shape: [Int]) -> NDArray

  /// Uniform between two bounds.
  public static func uniform(_ low: Double, _ high: Double) -> Distribution {
    Distribution { random.uniform($0, low: low, high: high, dtype: .f64) }
  }

  /// Normal.
  public static func normal(mean: Double, std: Double) -> Distribution {
    Distribution { random.normal($0, mean: mean, std: std, dtype: .f64) }
  }

  /// Normal, where values outside are drawn again until all are within.
  ///
  /// If fewer than one in a thousand of the normal numbers lie within, the draw carries an `argument` error.
  public static func normal(mean: Double, std: Double, between range: ClosedRange<Double>) -> Distribution {
    Distribution { shape in
      NDArray(orErrorOf: {
        var values = random.normal(shape, mean: mean, std: std, dtype: .f64)
        for _ in 0..<10_000 {
          let isOutside = (values .< range.lowerBound) .| (values .> range.upperBound)
          guard try isOutside.any().item(as: Bool.self) else { return values }
          values = select(isOutside, random.normal(shape, mean: mean, std: std, dtype: .f64), values)
        }
        throw HillockError(
          .argument, "too few normal numbers of mean \(mean) and standard deviation \(std) lie in \(range); give a wider range")
      })
    }
  }

  /// The exponential of normal numbers with this mean and standard deviation.
  public static func logNormal(mean: Double, std: Double) -> Distribution {
    Distribution { exp(random.normal($0, mean: mean, std: std, dtype: .f64)) }
  }

  /// The same values, rounded to whole multiples of a step: delays on the grid of dt.
  public func rounded(to step: Double) -> Distribution {
    Distribution { shape in round(draw(shape) / step) * step }
  }

  public func parameter(_ name: String, size: [Int], dtype: DType) -> GroupParameter {
    draw(size).parameter(name, size: size, dtype: dtype)
  }
}
