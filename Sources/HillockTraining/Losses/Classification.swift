import Hillock

/// The cross entropy of classes that are given by their numbers: −log softmax(logits) at the label.
///
/// ```swift
/// crossEntropy(NDArray([[0.0, 0.0], [9.0, 0.0]]), labels: NDArray([1, 0]), reduction: .none)      // [log 2, log(1 + e⁻⁹)]
/// ```
///
/// The logarithm is taken of the sum of exponentials at once, so no logit is too large.
///
/// - Parameters:
///   - logits: floats, a score for each class along `axis`.
///   - labels: integers from 0 to below the number of classes, of the shape of the logits without `axis`. Another number gives a loss of NaN.
///   - axis: the axis of the classes.
///   - smoothing: the share of the label that is divided evenly among all classes, 0 to 1. (Szegedy et al., CVPR 2016.)
///   - reduction: what becomes of the losses.
/// - Returns: a scalar, or with `.none` the labels' shape. It carries a `shape`, `dtype`, `index` or `argument` error where the arguments do not
///   fit.
public func crossEntropy(
  _ logits: some ArrayConvertible, labels: some ArrayConvertible, axis: Int = -1, smoothing: Double = 0,
  reduction: Reduction = .mean
) -> NDArray {
  NDArray { () throws(HillockError) in
    let logits = try Classes("crossEntropy", logits, axis), labels = try labels.array.settled.checked()
    guard (0...1).contains(smoothing) else {
      throw HillockError(.argument, "crossEntropy: the smoothing is between 0 and 1, not \(smoothing)")
    }
    guard labels.dtype.isInteger else {
      throw HillockError(
        .dtype, "crossEntropy: the labels are \(labels.dtype.name); give integers, or probabilities with `probabilities:`")
    }
    guard labels.shape == logits.shapeOfOne else {
      throw HillockError(
        .shape,
        "crossEntropy: the labels have shape \(labels.shape); for logits of shape \(logits.array.shape) they have shape "
          + "\(logits.shapeOfOne)")
    }
    let total = logSumExp(logits.array, axis: axis)
    let own = logits.array.takeAlong(labels.expandingDims(axis: logits.axis), axis: axis).squeezed(axis: logits.axis)
    let exists = (labels .>= 0) .& (labels .< logits.count)
    let losses = select(exists, total - own, Double.nan)
    guard smoothing > 0 else { return reduction(losses) }
    return reduction((1 - smoothing) * losses + smoothing * (total - logits.array.mean(axis: axis)))
  }
}

/// The cross entropy of probabilities: −Σ p·log softmax(logits) over the classes.
///
/// ```swift
/// crossEntropy(NDArray([0.0, 0.0]), probabilities: NDArray([0.25, 0.75]))      // log 2
/// ```
///
/// - Parameter probabilities: floats of the logits' shape, such as one-hot rows; they are not checked.
///
/// Other parameters and the result are those of `crossEntropy(_:labels:)`.
public func crossEntropy(
  _ logits: some ArrayConvertible, probabilities: some ArrayConvertible, axis: Int = -1, reduction: Reduction = .mean
) -> NDArray {
  NDArray { () throws(HillockError) in
    let classes = try Classes("crossEntropy", logits, axis)
    let pair = try Comparison("crossEntropy", classes.array, probabilities)
    return reduction(-(pair.target * logSoftmax(pair.prediction, axis: axis)).sum(axis: axis))
  }
}

/// The cross entropy of two classes: −y·log σ(z) − (1 − y)·log(1 − σ(z)), where z are log-odds of class 1. It is computed as
/// softplus(z) − y·z, which loses no digits.
///
/// ```swift
/// binaryCrossEntropy(NDArray([0.0, 200.0]), NDArray([1.0, 0.0]), reduction: .none)      // [log 2, 200]
/// ```
///
/// - Parameters:
///   - logits: floats of any shape.
///   - targets: 0, 1, or a probability in between, of the same shape, or a number. Bools and integers are converted.
///   - reduction: what becomes of the losses.
/// - Returns: as `squaredError`.
public func binaryCrossEntropy(
  _ logits: some ArrayConvertible, _ targets: some ArrayConvertible, reduction: Reduction = .mean
) -> NDArray {
  NDArray { () throws(HillockError) in
    let pair = try Comparison("binaryCrossEntropy", logits, targets), z = pair.prediction
    return reduction(softplus(z) - pair.target.asType(z.dtype) * z)
  }
}

/// The Kullback–Leibler divergence of a distribution q = softmax(logits) from a distribution p: Σ p·(log p − log q) over the classes; classes
/// with p = 0 count 0. (Kullback and Leibler, Annals of Mathematical Statistics 22, 1951.)
///
/// ```swift
/// klDivergence(NDArray([0.0, 0.0]), probabilities: NDArray([0.0, 1.0]))      // log 2
/// ```
///
/// Parameters and result are those of `crossEntropy(_:probabilities:)`. The slope with respect to a p of 0 is 0.
public func klDivergence(
  _ logits: some ArrayConvertible, probabilities: some ArrayConvertible, axis: Int = -1, reduction: Reduction = .mean
) -> NDArray {
  NDArray { () throws(HillockError) in
    let classes = try Classes("klDivergence", logits, axis)
    let pair = try Comparison("klDivergence", classes.array, probabilities), p = pair.target
    let isZero = p .== 0
    let logP = log(select(isZero, 1, p).asType(pair.prediction.dtype))
    let terms = p * (logP - logSoftmax(pair.prediction, axis: axis))
    return reduction(select(isZero, 0, terms).sum(axis: axis))
  }
}

/// Logits with an axis of classes.
private struct Classes {
  let array: NDArray
  /// Counted from the first.
  let axis: Int

  var count: Int { array.shape[axis] }

  /// The shape of the losses.
  var shapeOfOne: [Int] {
    var shape = array.shape
    shape.remove(at: axis)
    return shape
  }

  init(_ loss: String, _ logits: some ArrayConvertible, _ axis: Int) throws(HillockError) {
    array = try logits.array.settled.checked()
    guard array.dtype.isFloating else {
      throw HillockError(.dtype, "\(loss): the logits are \(array.dtype.name); convert them to floats with .asType(.f32)")
    }
    let own = axis < 0 ? axis + array.rank : axis
    guard array.shape.indices.contains(own), array.shape[own] > 0 else {
      throw HillockError(.index, "\(loss): logits of shape \(array.shape) have no classes along axis \(axis)")
    }
    self.axis = own
  }
}
