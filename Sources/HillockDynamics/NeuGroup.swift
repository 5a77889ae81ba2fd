import Hillock

/// A group of neurons of one kind.
open class NeuGroup: DynamicalSystem {
  /// The shape of the group: `[100]` for a hundred neurons, `[10, 10]` for a sheet of them.
  public final let size: [Int]

  /// The number of neurons.
  public final var count: Int { size.reduce(1, *) }

  /// The membrane potential in mV, `f32`.
  public final let V: Variable

  /// Which neurons fired in the last step, `bool`.
  public final let spike: Variable

  /// The external input, in the unit of the model; it stays until it is set again.
  public final let input: Variable

  /// The potential with which the group begins.
  private final let initialV: NDArray

  /// - Parameters:
  ///   - size: the shape of the group.
  ///   - V: the initial membrane potential in mV: a number, or an array of the group's shape.
  public init(size: [Int], V: some ArrayConvertible) {
    self.size = size
    initialV = V.array.astype(.f32).broadcast(to: size)
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
