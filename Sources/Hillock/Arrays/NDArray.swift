import HillockIR
import HillockRuntime

/// An array of numbers or truth values: a value type over immutable shared memory.
///
/// Copies are free and an array never changes: after `let b = a`, `b` stays the same. State that changes is a
/// ``Variable``. An `NDArray` may be used from any thread.
///
/// ```swift
/// let x = arange(6).reshaped(2, 3)
/// print(x + 1)        // NDArray([[1, 2, 3],
///                     //          [4, 5, 6]], dtype=int32)
/// ```
///
/// Inside a function that `jit` traces, an array stands for a value that is yet to be computed: its ``shape`` and
/// ``dtype`` are known, its elements are not.
///
/// No operation traps. An operation that cannot be done gives an array that carries the error and its place
/// (``error``). The error is thrown when values are read, saved, or passed to or from a jitted function.
public struct NDArray: Sendable {
  package let content: Content

  package enum Content: Sendable {
    /// Elements in row-major order.
    case concrete(Storage, ArrayType)
    /// A number without a dtype: it takes the dtype of the array it meets.
    case weak(WeakScalar)
    /// A whole number without a dtype, computed from the index of a loop that runs plainly. Its value is known here, while a compiled loop
    /// would know only its bounds. It gets the same dtypes as there.
    case ranged(Int64, IntegerBounds)
    /// A value of a graph that is being traced.
    case traced(TracedValue)
    case failure(Failure)
  }

  package init(_ content: Content) { self.content = content }

  package init(_ storage: Storage, _ type: ArrayType) { content = .concrete(storage, type) }

  /// An array that carries an error. The place in the user's code is found from the stack.
  package init(failing error: HillockError) { content = .failure(Failure(error)) }

  package init(catching body: () throws(HillockError) -> NDArray) {
    do { self = try body() } catch { self.init(failing: error) }
  }

  /// The type that the value has, or will have when it is read out: a weak scalar is `f32` or `i32`, or `i64` if it may not fit
  /// `i32`.
  package var type: ArrayType {
    switch content {
    case .concrete(_, let type): type
    case .weak(let scalar): ArrayType(scalar.readOutDType, [])
    case .ranged(_, let bounds): ArrayType(bounds.readOutDType, [])
    case .traced(let value): value.readOutType
    case .failure: ArrayType(.f32, [])
    }
  }

  /// The type of the elements. `f32` if the array carries an error.
  public var dtype: DType { type.dtype }

  /// The extent of each axis; empty for a scalar.
  ///
  /// An array that carries an error has no shape, and a property cannot throw. It answers with sixteen ones, as many as an array may have
  /// axes, so that `x.shape[1]` does not end the program. Who asks such an array for its shape, ``rank`` or ``count`` is about to go on
  /// without seeing the error: it goes to the handler of warnings then, with its place, once.
  public var shape: [Int] { shapeTellingOfErrors }

  /// The number of axes; that of ``shape``, also where the array carries an error.
  public var rank: Int { shapeTellingOfErrors.count }

  /// The number of elements; 1 where the array carries an error.
  public var count: Int { shapeTellingOfErrors.reduce(1, *) }

  /// The shape for users; the library itself reads `type`, which says nothing.
  private var shapeTellingOfErrors: [Int] {
    guard case .failure(let failure) = content else { return type.shape }
    failure.tellOnce()
    return Array(repeating: 1, count: Shape.maximumRank)
  }

  /// The error this array carries, if the expression that made it could not be evaluated.
  public var error: HillockError? {
    if case .failure(let failure) = content { return failure.error }
    return nil
  }

  /// The array that a body gives, or its error as an array that carries it.
  package init(orErrorOf body: () throws -> NDArray) {
    do { self = try body() } catch { self.init(failing: error as? HillockError ?? HillockError(.argument, "\(error)")) }
  }

  /// The code of the error, without its place.
  package var errorCode: ErrorCode? {
    if case .failure(let failure) = content { return failure.code }
    return nil
  }

  /// Whether it is a number without a dtype, such as a literal.
  package var isWeak: Bool {
    switch content {
    case .weak, .ranged: true
    case .traced(let value): value.isWeak
    default: false
    }
  }
}

extension DType {
  /// The dtype of a weak scalar that never met an array, from the dtype in which it is computed.
  package var weakReadOut: DType { self == .f64 ? .f32 : self == .i64 ? .i32 : self }
}
