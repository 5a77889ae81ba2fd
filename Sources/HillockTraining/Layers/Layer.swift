import Hillock

/// A function of one array that may hold Variables: a part of a model.
///
/// ```swift
/// final class Residual: Layer {
///   let inner = Dense(8, 8)
///   override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray {
///     x + relu(try inner(x, training: training))
///   }
/// }
/// let y = try Residual()(ones(4, 8))             // f32[4, 8]
/// ```
open class Layer: Base {
  /// The layer's result.
  ///
  /// - Parameters:
  ///   - x: floats; the layers of this module have their features along the last axis, and any axes in front.
  ///   - training: whether the model is being trained, which decides what ``Dropout`` and ``BatchNorm`` do. A jitted function has a program for
  ///     each.
  open func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray { x }
}

/// A function without Variables as a layer.
///
/// ```swift
/// let layer = Activation(relu)
/// ```
public final class Activation: Layer {
  private let function: (NDArray) throws -> NDArray

  public init(_ function: @escaping (NDArray) throws -> NDArray) {
    self.function = function
    super.init()
  }

  public override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray { try function(x) }
}

/// Layers one after the other.
///
/// ```swift
/// let model = Sequential(Dense(784, 512), Activation(relu), Dropout(0.2), Dense(512, 10))
/// try model.trainVars(method: .relative).keys    // ["layers[0].W", "layers[0].b", "layers[3].W", "layers[3].b"]
/// ```
public final class Sequential: Layer {
  public let layers: [Layer]

  public convenience init(_ layers: Layer...) { self.init(layers) }

  /// The same for an array.
  public init(_ layers: [Layer]) {
    self.layers = layers
    super.init()
  }

  public override func callAsFunction(_ x: NDArray, training: Bool = false) throws -> NDArray {
    try layers.reduce(x) { try $1($0, training: training) }
  }
}
