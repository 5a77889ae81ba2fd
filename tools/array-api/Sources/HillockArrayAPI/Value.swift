import Hillock

/// What a handle stands for.
enum Value {
  case real(NDArray)
  case complex(ComplexArray)

  var shape: [Int] {
    switch self {
    case .real(let array): array.shape
    case .complex(let array): array.shape
    }
  }

  /// Hillock's number of the dtype; 100 and 101 are complex numbers with parts of `f32` and `f64`.
  var dtypeCode: Int32 {
    switch self {
    case .real(let array): Int32(array.dtype.rawValue)
    case .complex(let array): array.dtype == .f64 ? 101 : 100
    }
  }

  var error: String? {
    switch self {
    case .real(let array): array.error.map { "\($0)" }
    case .complex(let array): array.error.map { "\($0)" }
    }
  }

  /// The elements in row-major order; the parts of a complex number stand side by side.
  var elements: NDArray {
    switch self {
    case .real(let array): array
    case .complex(let array): stack([array.real, array.imaginary], axis: array.rank)
    }
  }
}

/// What a pointer of the C functions points to.
final class Handle: Sendable {
  let content: Result<Box, CallError>

  init(_ value: Value) { content = .success(Box(value: value)) }
  init(failing error: CallError) { content = .failure(error) }

  struct Box: @unchecked Sendable { let value: Value }

  var retained: UnsafeMutableRawPointer { Unmanaged.passRetained(self).toOpaque() }

  static func at(_ pointer: UnsafeRawPointer) -> Handle { Unmanaged<Handle>.fromOpaque(pointer).takeUnretainedValue() }

  var value: Value? { try? content.get().value }

  var error: String? {
    switch content {
    case .success(let box): box.value.error
    case .failure(let error): error.text
    }
  }
}

/// Why a call gives nothing.
struct CallError: Error {
  let text: String
  init(_ text: String) { self.text = text }
}
