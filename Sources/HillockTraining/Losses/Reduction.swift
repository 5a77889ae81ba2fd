import Hillock

/// How a loss makes one number of the losses of all elements.
public enum Reduction: Hashable, Sendable {
  /// The losses as they are.
  case none
  /// Their mean.
  case mean
  /// Their sum.
  case sum

  func callAsFunction(_ losses: NDArray) -> NDArray {
    switch self {
    case .none: losses
    case .mean: losses.mean()
    case .sum: losses.sum()
    }
  }
}

/// A prediction and what it should be, once it is known that they fit. A difference of shapes that can be broadcast, such as [n, 1] and [n],
/// is mostly a mistake that shows only in the results; so the shapes are equal, or the target is a number.
struct Comparison {
  let prediction: NDArray
  let target: NDArray

  /// - Throws: what is wrong, in words that begin with the loss's name.
  init(_ loss: String, _ prediction: some ArrayConvertible, _ target: some ArrayConvertible) throws(HillockError) {
    self.prediction = try prediction.array.settled.checked()
    self.target = target.array
    if let error = self.target.error { throw error }
    guard self.prediction.dtype.isFloating else {
      throw HillockError(
        .dtype, "\(loss): the prediction is \(self.prediction.dtype.name); convert it to floats with .asType(.f32)")
    }
    guard self.target.isWeak || self.target.shape == self.prediction.shape else {
      throw HillockError(
        .shape,
        "\(loss): the prediction has shape \(self.prediction.shape) and the target \(self.target.shape); they are to be equal, so "
          + "reshape one of them")
    }
  }
}
