import Hillock

/// A group of neurons of one kind.
open class NeuGroup: DynamicalSystem {
  /// The shape of the group: `[100]` for a hundred neurons, `[10, 10]` for a sheet of them.
  public final let size: [Int]

  /// The number of neurons; 0 if the shape is invalid.
  public final var count: Int {
    size.reduce(1) { count, extent in
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 0))
      return overflow ? 0 : product
    }
  }

  /// The membrane potential in mV, `f32`.
  public final let V: Variable

  /// Which neurons fired in the last step, `bool`.
  public final let spike: Variable

  /// The external input, in the model's unit. It stays until it is set again.
  public final let input: Variable

  /// A parameter of a group: a number, or an array of the group's shape (or one that is broadcast to it), as `f32`.
  ///
  /// ```swift
  /// let tau = NeuGroup.parameter(NDArray([10.0, 20.0]), "tau", size: [2])
  /// ```
  ///
  /// A parameter of another shape carries a `shape` error that names it, and a run throws this error.
  public static func parameter(_ value: some ArrayConvertible, _ name: String, size: [Int]) -> NDArray {
    let value = value.array
    if value.isWeak || value.error != nil { return value }
    let array = value.asType(.f32)
    if array.broadcast(to: size).error == nil { return array }
    return NDArray(
      failing: HillockError(
        .shape,
        "the parameter \(name) of a group of shape \(size) has shape \(value.shape); give a number, or an array of the "
          + "group's shape"))
  }

  /// The membrane potential at the beginning.
  private final let initialV: NDArray

  /// - Parameters:
  ///   - size: the shape of the group.
  ///   - V: the initial membrane potential in mV: a number, or an array of the group's shape.
  public init(size: [Int], V: some ArrayConvertible) {
    self.size = size
    initialV = NeuGroup.parameter(V, "V", size: size).asType(.f32).broadcast(to: size)
    self.V = Variable(initialV, name: "V")
    spike = Variable(zeros(size, dtype: .bool), name: "spike")
    input = Variable(zeros(size), name: "input")
    super.init()
  }

  open override func reset() throws {
    try super.reset()
    V.value = initialV
    spike.value = zeros(size, dtype: .bool)
    input.value = zeros(size)
  }
}
