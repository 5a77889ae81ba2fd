import Hillock

// The two programs of the README.

func gelu(_ x: NDArray) -> NDArray {
  let s = sqrt(2 / NDArray.pi)
  let cdf = 0.5 * (1.0 + tanh(s * (x + 0.044715 * (x ** 3))))
  return x * cdf
}

final class LogisticRegression: Base, Callable2 {
  let w: Variable

  init(dimension: Int) {
    w = Variable(2.0 * ones(dimension) - 1.3)
    super.init()
  }

  func callAsFunction(_ X: NDArray, _ Y: NDArray) {
    let u = dot(((1.0 / (1.0 + exp(-Y * dot(X, w))) - 1.0) * Y), X)
    w.value = w - u
  }
}
