import Hillock

/// h ← f(x·W + h·U + b), where f is tanh by default. (Elman, Cognitive Science 14, 1990.)
public final class RNNCell: Base, RecurrentCell {
  public let outputs: Int
  /// [inputs, outputs] and [outputs, outputs].
  public let W: TrainVar, U: TrainVar
  /// [outputs].
  public let b: TrainVar
  private let activation: (NDArray) -> NDArray

  /// - Parameters:
  ///   - inputs: the features of an input.
  ///   - outputs: the number of units.
  ///   - activation: f.
  ///   - weights: how W begins.
  ///   - recurrent: how U begins.
  ///   - generator: where the random numbers come from.
  ///   - dtype: of all weights.
  public init(
    _ inputs: Int, _ outputs: Int, activation: @escaping (NDArray) -> NDArray = { tanh($0) },
    weights: Initializer = .xavierUniform(), recurrent: Initializer = .orthogonal(), using generator: RandomState = random,
    dtype: DType = .f32
  ) {
    self.outputs = outputs
    self.activation = activation
    W = TrainVar(weights([inputs, outputs], using: generator, dtype: dtype), name: "W")
    U = TrainVar(recurrent([outputs, outputs], using: generator, dtype: dtype), name: "U")
    b = TrainVar(zeros([outputs], dtype: dtype), name: "b")
    super.init()
  }

  public func project(_ x: NDArray) -> NDArray { dot(x, W) + b }

  public func step(_ projected: NDArray, _ h: NDArray) -> NDArray { activation(projected + dot(h, U)) }
}

/// A gated recurrent unit:
///
///     r = σ(x·W_r + h·U_r + b_r),   z = σ(x·W_z + h·U_z + b_z)
///     n = tanh(x·W_n + b_n + r·(h·U_n + c_n)),   h ← (1 − z)·n + z·h
///
/// (Cho et al., EMNLP 2014, in the form of PyTorch and cuDNN, where r is applied after the product.)
public final class GRUCell: Base, RecurrentCell {
  public let outputs: Int
  /// The weights of r, z and n side by side: [inputs, 3 · outputs] and [outputs, 3 · outputs].
  public let W: TrainVar, U: TrainVar
  /// b_r, b_z and b_n side by side, [3 · outputs]; and c_n, [outputs].
  public let b: TrainVar, c: TrainVar

  /// Parameters are those of ``RNNCell``.
  public init(
    _ inputs: Int, _ outputs: Int, weights: Initializer = .xavierUniform(), recurrent: Initializer = .orthogonal(),
    using generator: RandomState = random, dtype: DType = .f32
  ) {
    self.outputs = outputs
    W = TrainVar(Gates.weights(weights, inputs, outputs, gates: 3, generator, dtype), name: "W")
    U = TrainVar(Gates.weights(recurrent, outputs, outputs, gates: 3, generator, dtype), name: "U")
    b = TrainVar(concatenate((0..<3).map { _ in Hillock.zeros([outputs], dtype: dtype) }), name: "b")
    c = TrainVar(Hillock.zeros([outputs], dtype: dtype), name: "c")
    super.init()
  }

  public func project(_ x: NDArray) -> NDArray { dot(x, W) + b }

  public func step(_ projected: NDArray, _ h: NDArray) -> NDArray {
    let x = Gates.split(projected, outputs, gates: 3), u = Gates.split(dot(h, U), outputs, gates: 3)
    let r = sigmoid(x[0] + u[0]), z = sigmoid(x[1] + u[1])
    let n = tanh(x[2] + r * (u[2] + c))
    return n + z * (h - n)
  }
}

/// A long short-term memory:
///
///     i, f, o = σ(x·W + h·U + b),   g = tanh(x·W_g + h·U_g + b_g),   c ← f·c + i·g,   h ← o·tanh(c)
///
/// (Hochreiter and Schmidhuber, Neural Computation 9, 1997; Gers, Schmidhuber and Cummins, 2000.)
public final class LSTMCell: Base, RecurrentCell {
  /// The output h and the memory c, [… , outputs] each.
  public struct State: ArrayTree {
    public var h: NDArray, c: NDArray

    public init(h: NDArray, c: NDArray) {
      self.h = h
      self.c = c
    }

    public func visit(_ visitor: inout TreeVisitor) {
      h.visit(&visitor)
      c.visit(&visitor)
    }

    public func map(_ transform: (NDArray) throws -> NDArray) rethrows -> State {
      State(h: try h.map(transform), c: try c.map(transform))
    }
  }

  public let outputs: Int
  /// The weights of i, f, g and o side by side: [inputs, 4 · outputs] and [outputs, 4 · outputs].
  public let W: TrainVar, U: TrainVar
  /// The same of the shifts, [4 · outputs].
  public let b: TrainVar

  /// Parameters are those of ``RNNCell``.
  ///
  /// - Parameter forget: where the shift of f begins; 1 lets the memory last at first. (Jozefowicz, Zaremba and Sutskever, ICML 2015.)
  public init(
    _ inputs: Int, _ outputs: Int, weights: Initializer = .xavierUniform(), recurrent: Initializer = .orthogonal(),
    forget: Double = 1, using generator: RandomState = random, dtype: DType = .f32
  ) {
    self.outputs = outputs
    W = TrainVar(Gates.weights(weights, inputs, outputs, gates: 4, generator, dtype), name: "W")
    U = TrainVar(Gates.weights(recurrent, outputs, outputs, gates: 4, generator, dtype), name: "U")
    b = TrainVar(
      concatenate([0, forget, 0, 0].map { full([outputs], $0, dtype: dtype) }), name: "b")
    super.init()
  }

  public func project(_ x: NDArray) -> NDArray { dot(x, W) + b }

  public func step(_ projected: NDArray, _ state: State) -> State {
    let gates = Gates.split(projected + dot(state.h, U), outputs, gates: 4)
    let c = sigmoid(gates[1]) * state.c + sigmoid(gates[0]) * tanh(gates[2])
    return State(h: sigmoid(gates[3]) * tanh(c), c: c)
  }

  public func output(of state: State) -> NDArray { state.h }

  public func initialState(batch: [Int], dtype: DType) -> State {
    let none = zeros(batch + [outputs], dtype: dtype)
    return State(h: none, c: none)
  }
}

/// Several gates' weights side by side, so that one product computes all of them.
private enum Gates {
  /// Each gate begins on its own.
  static func weights(
    _ initializer: Initializer, _ inputs: Int, _ outputs: Int, gates: Int, _ generator: RandomState, _ dtype: DType
  ) -> NDArray {
    concatenate((0..<gates).map { _ in initializer([inputs, outputs], using: generator, dtype: dtype) }, axis: 1)
  }

  static func split(_ x: NDArray, _ outputs: Int, gates: Int) -> [NDArray] {
    let size = min(max(outputs, 0), Int.max / gates)
    return (0..<gates).map { x[..., ($0 * size)..<(($0 + 1) * size)] }
  }
}
