import Foundation
import Hillock

// Surrogates whose primitive rises from 0 to 1.

extension Surrogate {
  /// Primitive σ(αx); slope α·σ(αx)·(1 − σ(αx)).
  public static func sigmoid(alpha: Double = 4) -> Surrogate {
    Surrogate("sigmoid(alpha: \(alpha))") { x in
      let s = Hillock.sigmoid(alpha * x)
      return alpha * s * (1 - s)
    }
  }

  /// Primitive x·(α − α²|x|/2) + 1/2 for |x| ≤ 1/α; slope α − α²|x| there, 0 elsewhere. (Esser et al., PNAS 113, 2016; Bellec et al.,
  /// NeurIPS 2018.)
  public static func piecewiseQuadratic(alpha: Double = 1) -> Surrogate {
    Surrogate("piecewiseQuadratic(alpha: \(alpha))") { x in
      let distance = abs(x)
      return select(distance .<= 1 / alpha, alpha - alpha * alpha * distance, 0)
    }
  }

  /// Primitive e^(αx)/2 below 0 and 1 − e^(−αx)/2 from 0 on; slope α/2·e^(−α|x|). (Neftci, Mostafa and Zenke, 2019.)
  public static func piecewiseExp(alpha: Double = 1) -> Surrogate {
    Surrogate("piecewiseExp(alpha: \(alpha))") { x in alpha / 2 * exp(-alpha * abs(x)) }
  }

  /// Primitive (αx/(1 + |αx|) + 1)/2; slope α/2/(1 + |αx|)².
  public static func softSign(alpha: Double = 1) -> Surrogate {
    Surrogate("softSign(alpha: \(alpha))") { x in alpha / 2 / square(1 + abs(alpha * x)) }
  }

  /// Primitive arctan(π/2·αx)/π + 1/2; slope α/2/(1 + (π/2·αx)²).
  public static func arctan(alpha: Double = 1) -> Surrogate {
    Surrogate("arctan(alpha: \(alpha))") { x in alpha / 2 / (1 + square(Double.pi / 2 * alpha * x)) }
  }

  /// Primitive erfc(−αx)/2; slope α/√π·e^(−α²x²). (Yin, Corradi and Bohté, ICONS 2020.)
  public static func erf(alpha: Double = 1) -> Surrogate {
    Surrogate("erf(alpha: \(alpha))") { x in alpha / Double.pi.squareRoot() * exp(-square(alpha * x)) }
  }

  /// Primitive 1/2 + 2/π·Σ sin((2i − 1)·2πx/T)/(2i − 1), the first n terms of the Fourier series of a square wave of period T;
  /// slope 4/T·Σ cos((2i − 1)·2πx/T). n is from 1 to 10000.
  ///
  /// BrainPy's formula is this one, while its code sums n − 1 terms from n = 3 on.
  public static func squarewaveFourierSeries(n: Int = 2, period T: Double = 8) -> Surrogate {
    Surrogate("squarewaveFourierSeries(n: \(n), period: \(T))") { x in
      guard (1...10_000).contains(n) else {
        return NDArray(failing: HillockError(.argument, "a Fourier series has 1 to 10000 terms, not \(n)"))
      }
      let terms = (0..<n).map { i in cos(Double(2 * i + 1) * 2 * Double.pi / T * x) }
      return 4 / T * terms.dropFirst().reduce(terms[0]) { $0 + $1 }
    }
  }

  /// Primitive (1 − 2x/(α − 1))^(1 − α)/2 below 0 and 1 − (1 + 2x/(α − 1))^(1 − α)/2 from 0 on; slope (1 + 2|x|/(α − 1))^(−α), for α > 1.
  /// (Herranz-Celotti and Rouat, Surrogate gradients design, arXiv 2202.00282.)
  ///
  /// BrainPy's formula is this one, while its code has α + 1 for α − 1.
  public static func qPseudoSpike(alpha: Double = 2) -> Surrogate {
    Surrogate("qPseudoSpike(alpha: \(alpha))") { x in
      guard alpha > 1 else {
        return NDArray(failing: HillockError(.argument, "the alpha of qPseudoSpike is above 1, not \(alpha)"))
      }
      return pow(1 + 2 / (alpha - 1) * abs(x), -alpha)
    }
  }
}
