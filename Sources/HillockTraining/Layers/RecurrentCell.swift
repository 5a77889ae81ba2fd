import Hillock

/// A layer with a state that goes from step to step. ``RNNCell``, ``GRUCell`` and ``LSTMCell`` are recurrent cells.
///
/// ```swift
/// let cell = GRUCell(3, 16)
/// let (outputs, last) = try cell.run(ones(20, 8, 3))      // 20 steps of a batch of 8: f32[20, 8, 16], and the state after them
/// ```
///
/// The work is in two parts, so that a run can do the first one for all steps at once.
public protocol RecurrentCell: Base {
  /// What goes from step to step.
  associatedtype State: ArrayTree

  /// The number of outputs.
  var outputs: Int { get }

  /// The part of a step that does not depend on the state: [… , inputs] to whatever ``step(_:_:)`` takes.
  func project(_ x: NDArray) -> NDArray

  /// The rest of the step: the next state.
  func step(_ projected: NDArray, _ state: State) -> State

  /// What others see of the state.
  func output(of state: State) -> NDArray

  /// The state before the first step: zeros.
  ///
  /// - Parameters:
  ///   - batch: the extents of the axes in front of the features, `[8]` for a batch of 8.
  ///   - dtype: of the state.
  func initialState(batch: [Int], dtype: DType) -> State
}

extension RecurrentCell {
  /// One step: the output and the next state.
  ///
  /// - Parameters:
  ///   - x: [inputs], or with axes in front, [batch, inputs].
  ///   - state: from the step before, or ``initialState(batch:dtype:)``.
  public func callAsFunction(_ x: NDArray, _ state: State) -> (output: NDArray, state: State) {
    let next = step(project(x), state)
    return (output(of: next), next)
  }

  /// All steps, as one loop.
  ///
  /// - Parameters:
  ///   - xs: [steps, …, inputs]: time is the first axis.
  ///   - state: before the first step; zeros by default.
  ///   - reverse: whether the steps go from the last to the first; each output is where its input is.
  /// - Returns: the outputs, [steps, …, outputs], and the state at the end.
  /// - Throws: a `shape` error for inputs that do not fit.
  public func run(
    _ xs: NDArray, from state: State? = nil, reverse: Bool = false, file: String = #fileID, line: Int = #line
  ) throws -> (outputs: NDArray, state: State) {
    let xs = try xs.checked()
    guard xs.rank > 1 else {
      throw HillockError(.shape, "a run of \(name) takes inputs of shape [steps, …, inputs], not \(xs.shape)")
    }
    let first = state ?? initialState(batch: Array(xs.shape.dropFirst().dropLast()), dtype: xs.dtype)
    let (last, outputs) = try scan(project(xs).checked(), init: first, reverse: reverse, file: file, line: line) { state, x in
      let next = step(x, state)
      return (next, output(of: next))
    }
    return (outputs, last)
  }
}

extension RecurrentCell where State == NDArray {
  public func output(of state: NDArray) -> NDArray { state }

  public func initialState(batch: [Int], dtype: DType) -> NDArray { zeros(batch + [outputs], dtype: dtype) }
}
