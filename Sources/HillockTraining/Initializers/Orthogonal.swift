import Hillock

extension Initializer {
  /// A matrix whose rows, or columns where there are fewer of them, are orthogonal and of length `gain`; all such matrices are equally
  /// likely. (Saxe, McClelland and Ganguli, ICLR 2014.)
  ///
  /// It is a product of reflections at random vectors (Stewart, SIAM Journal on Numerical Analysis 17, 1980), computed in double precision.
  /// Another shape than that of a matrix gives a `shape` error.
  public static func orthogonal(gain: Double = 1) -> Initializer {
    Initializer { shape, dtype, generator in
      guard shape.count == 2, shape.allSatisfy({ $0 > 0 }) else {
        return NDArray(failing: HillockError(.shape, "an orthogonal matrix has two axes with elements, not the shape \(shape)"))
      }
      do {
        let size = max(shape[0], shape[1]), few = min(shape[0], shape[1]), places = arange(size)
        // Reflection k leaves the axes before k alone and takes axis k, up to its sign, to a random direction of the others.
        let matrix = try forLoop(0..<few, carry: eye(size, few, dtype: .f64).checked(), reverse: true) { k, matrix in
          let x = select(places .>= k, generator.normal([size], dtype: .f64), 0)
          let own = (x * (places .== k).asType(.f64)).sum(), length = sqrt(square(x).sum())
          let sign = select(own .< 0, -1.0, 1.0)
          let v = x + select(places .== k, sign * length, 0)
          let reflected = matrix - v.reshaped(size, 1) * (2 / square(v).sum() * dot(v, matrix))
          return select(arange(few) .== k, -sign, 1.0) * reflected
        }
        return (gain * (shape[0] >= shape[1] ? matrix : matrix.T)).asType(dtype)
      } catch { return NDArray(failing: error as? HillockError ?? HillockError(.system, "\(error)")) }
    }
  }
}
