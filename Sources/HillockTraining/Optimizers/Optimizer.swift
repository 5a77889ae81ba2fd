import Hillock

/// What changes Variables along their gradients. ``SGD``, ``Adagrad``, ``Adadelta``, ``RMSProp``, ``Adam``, ``AdamW`` and ``Lion`` are optimisers.
///
/// ```swift
/// let w = TrainVar(NDArray([4.0, -2.0]))
/// let optimizer = try SGD([w], rate: 0.25)
/// let train = optimizer.minimize { square(w).sum() }
/// for _ in 0..<10 { _ = try train() }
/// try w.floats()                                     // [4, -2] / 1024
/// ```
///
/// `update` works outside `jit`, inside, and in loops. What an optimiser remembers (moments, the number of updates) are Variables: an
/// object that holds a model and its optimiser saves and loads both, and goes on where it was.
///
/// For a rule of your own, inherit and override ``change(by:at:rate:step:)``.
open class Optimizer: Base {
  /// The Variables that it changes, each once.
  public var variables: [Variable] { trained.variables }

  /// How many updates there were, `i32`.
  public final let step = Variable(NDArray(0, dtype: .i32), name: "step")

  private final let trained: Trained
  private final let rate: any LearningRate
  private final let weightDecay: Double
  private final let decouples: Bool

  /// The Variables belong to the model.
  private struct Trained: Stateless {
    let variables: [Variable]
  }

  /// - Parameters:
  ///   - variables: what is trained, such as `model.trainVars()`.
  ///   - rate: the learning rate: a number, a ``Schedule`` or a Variable.
  ///   - weightDecay: λ, which draws each Variable w towards 0.
  ///   - decoupled: whether w itself shrinks, by rate·λ·w; otherwise λ·w is added to the gradient. (Loshchilov and Hutter, Decoupled weight
  ///     decay regularization, ICLR 2019.)
  /// - Throws: an `argument` error if there is no Variable, or the weight decay is negative; a `dtype` error for a Variable without floats.
  public init(
    _ variables: some VariableSequence, rate: some LearningRate, weightDecay: Double = 0, decoupled: Bool = false
  ) throws(HillockError) {
    let variables = variables.variablesOnce
    guard !variables.isEmpty else {
      throw HillockError(.argument, "an optimiser got no Variable to train; those of a model are its properties of type TrainVar")
    }
    for variable in variables where !variable.dtype.isFloating {
      throw HillockError(.dtype, "\(variable.name) is \(variable.dtype.name), which cannot be trained; give it a dtype of floats")
    }
    guard weightDecay >= 0 else { throw HillockError(.argument, "a weight decay is 0 or more, not \(weightDecay)") }
    trained = Trained(variables: variables)
    self.rate = rate
    self.weightDecay = weightDecay
    decouples = decoupled
    super.init()
  }

  /// Changes the Variables along these gradients, and counts the update.
  ///
  /// - Parameter gradients: of all Variables of this optimiser. Those of others are not used, so two optimisers can share them.
  /// - Throws: an `argument` error that names a Variable without a gradient; nothing is changed then.
  public final func update(_ gradients: Gradients) throws(HillockError) {
    var own: [NDArray] = []
    for variable in variables {
      guard let gradient = gradients[variable] else {
        throw HillockError(
          .argument, "there is no gradient of \(variable.name); differentiate with respect to all Variables that \(name) trains")
      }
      own.append(gradient)
    }
    let count = step.value, rate = self.rate.rate(at: count.asType(.f64)).asType(.f64), number = (count + 1).asType(.f64)
    for (position, variable) in variables.enumerated() {
      var value = variable.value, gradient = own[position]
      if weightDecay > 0 {
        if decouples {
          value = value * (1 - rate * weightDecay).asType(value.dtype)
        } else {
          gradient = gradient + weightDecay * value
        }
      }
      variable.value = value - change(by: gradient, at: position, rate: rate, step: number)
    }
    step.value = count + 1
  }

  /// What an update subtracts from a Variable. It may write Variables of the optimiser.
  ///
  /// - Parameters:
  ///   - gradient: of the Variable, with the weight decay that is not decoupled.
  ///   - position: which one of ``variables`` it is.
  ///   - rate: the learning rate, a scalar `f64`; convert it to the gradient's dtype.
  ///   - step: the number of this update, a scalar `f64`, from 1.
  open func change(by gradient: NDArray, at position: Int, rate: NDArray, step: NDArray) -> NDArray {
    rate.asType(gradient.dtype) * gradient
  }

  /// A Variable of zeros for each of these, of its shape and dtype: what a rule remembers.
  public static func zeros(like variables: some VariableSequence, name: String) -> [Variable] {
    variables.variablesOnce.map { Variable(zerosLike($0.value), name: name) }
  }

  /// A step of training, compiled: it gives the value of the loss, whose gradients have changed the Variables.
  ///
  /// ```swift
  /// let model = Dense(2, 1)
  /// let optimizer = try Adam(model.trainVars())
  /// let train = optimizer.minimize { (x: NDArray, y: NDArray) in squaredError(try model(x), y) }
  /// let loss = try train(ones(8, 2), zeros(8, 1))
  /// ```
  ///
  /// - Parameters:
  ///   - loss: returns a scalar of floats. Variables that it writes, such as running means, have what it wrote.
  ///   - change: what becomes of the gradients first, such as `{ $0.clipped(toNorm: 1) }`.
  public final func minimize<each Input: ArrayTree>(
    clipping change: @escaping (Gradients) -> Gradients = { $0 }, file: String = #fileID, line: Int = #line,
    _ loss: @escaping (repeat each Input) throws -> NDArray
  ) -> Jitted<NDArray, repeat each Input> {
    let derivative = valueAndGrad(loss, of: variables, file: file, line: line)
    let step = { (input: repeat each Input) throws -> NDArray in
      let (value, gradients) = try derivative(repeat each input)
      try self.update(change(gradients))
      return value
    }
    return jit(step, name: "minimize", file: file, line: line)
  }
}

/// A list of Variables: an array, or what an object's `trainVars()` and `vars()` give.
public protocol VariableSequence {
  /// In order, a shared one once.
  var variablesOnce: [Variable] { get }
}

extension Array: VariableSequence where Element: Variable {
  public var variablesOnce: [Variable] {
    var seen: Set<ObjectIdentifier> = []
    return filter { seen.insert(ObjectIdentifier($0)).inserted }
  }
}

extension Collector: VariableSequence where Element: Variable {
  public var variablesOnce: [Variable] { unique().values }
}
