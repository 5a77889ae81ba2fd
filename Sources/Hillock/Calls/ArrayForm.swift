import HillockIR

/// The shape and the dtype of a future array.
public struct ArrayForm: Hashable, Sendable {
  /// The extent of each axis; empty for one number.
  public var shape: [Int]
  /// The type of the elements.
  public var dtype: DType

  /// A form. If no array can have it, the call that uses it gets an error.
  public init(_ shape: [Int], dtype: DType = .f32) {
    self.shape = shape
    self.dtype = dtype
  }

  /// The form of an array. A number without a dtype counts with the dtype that it is read out as.
  public init(like array: some ArrayConvertible) {
    let type = array.array.type
    self.init(type.shape, dtype: type.dtype)
  }

  var type: ArrayType { ArrayType(dtype, shape) }
}
