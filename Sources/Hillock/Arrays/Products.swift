/// The product of vectors and matrices: 1-D·1-D gives a scalar, 2-D·1-D and 1-D·2-D a vector, 2-D·2-D a matrix. The last
/// axis of `a` is contracted with the first of `b`. Different extents give a `shape` error.
///
/// ```swift
/// dot(X, w)        // f32[20,10] · f32[10] → f32[20]
/// ```
public func dot(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray { .evaluate(.dot, [a.array, b.array]) }

/// The same as ``dot(_:_:)`` for vectors and matrices.
public func matmul(_ a: some ArrayConvertible, _ b: some ArrayConvertible) -> NDArray { dot(a, b) }
