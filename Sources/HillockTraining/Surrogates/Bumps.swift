import Foundation
import Hillock

// Surrogates that are known by their slope, a bump around the threshold.

extension Surrogate {
  /// Slope max(α·(w − |x|), 0). (Neftci, Mostafa and Zenke, 2019.)
  public static func reluGrad(alpha: Double = 0.3, width w: Double = 1) -> Surrogate {
    Surrogate("reluGrad(alpha: \(alpha), width: \(w))") { x in maximum(alpha * (w - abs(x)), 0) }
  }

  /// Slope α·N(x; 0, σ²), the density of a normal distribution. (Yin, Corradi and Bohté, Nature Machine Intelligence 3, 2021.)
  public static func gaussianGrad(sigma: Double = 0.5, alpha: Double = 0.5) -> Surrogate {
    Surrogate("gaussianGrad(sigma: \(sigma), alpha: \(alpha))") { x in alpha * normalDensity(x, mean: 0, sigma: sigma) }
  }

  /// Slope scale·((1 + h)·N(x; 0, σ²) − h·N(x; σ, (sσ)²) − h·N(x; −σ, (sσ)²)). (Yin, Corradi and Bohté, 2021.)
  public static func multiGaussianGrad(
    h: Double = 0.15, s: Double = 6, sigma: Double = 0.5, scale: Double = 0.5
  ) -> Surrogate {
    Surrogate("multiGaussianGrad(h: \(h), s: \(s), sigma: \(sigma), scale: \(scale))") { x in
      let centre = (1 + h) * normalDensity(x, mean: 0, sigma: sigma)
      let sides = normalDensity(x, mean: sigma, sigma: s * sigma) + normalDensity(x, mean: -sigma, sigma: s * sigma)
      return scale * (centre - h * sides)
    }
  }

  /// Slope 1/(α|x| + 1)². (Zenke and Ganguli, Neural Computation 30, 2018.)
  public static func invSquareGrad(alpha: Double = 100) -> Surrogate {
    Surrogate("invSquareGrad(alpha: \(alpha))") { x in 1 / square(alpha * abs(x) + 1) }
  }

  /// Slope e^(−α|x|). (Shrestha and Orchard, SLAYER, NeurIPS 2018.)
  public static func slayerGrad(alpha: Double = 1) -> Surrogate {
    Surrogate("slayerGrad(alpha: \(alpha))") { x in exp(-alpha * abs(x)) }
  }

  private static func normalDensity(_ x: NDArray, mean: Double, sigma: Double) -> NDArray {
    exp(-0.5 * square((x - mean) / sigma)) / (sigma * (2 * Double.pi).squareRoot())
  }
}
