import HillockIR

/// The shape and the dtype of an array that is yet to come.
public struct ArrayForm: Hashable, Sendable {
  /// The extent of each axis; none for one number.
  public var shape: [Int]
  /// The type of the elements.
  public var dtype: DType

  /// A form; one that no array can have is an error of the call that uses it.
  public init(_ shape: [Int], dtype: DType = .f32) {
    self.shape = shape
    self.dtype = dtype
  }

  /// The form of an array; a number without a dtype of its own counts as what it is read out with.
  public init(like array: some ArrayConvertible) {
    let type = array.array.type
    self.init(type.shape, dtype: type.dtype)
  }

  var type: ArrayType { ArrayType(dtype, shape) }
}
