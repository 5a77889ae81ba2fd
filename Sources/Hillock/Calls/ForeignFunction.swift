#if Foreign
  import HillockIR

  #if canImport(Glibc)
    import Glibc
  #else
    import Darwin
  #endif

  /// A C function that programs may call with ``foreignCall(_:_:isPure:)``.
  public struct ForeignFunction: Sendable {
    /// What the function returns.
    public enum Returned: Hashable, Sendable {
      /// `void`
      case nothing
      /// `int`: 0 for success; anything else ends the run, and no ``Variable`` is changed.
      case status
      /// A number of this dtype, by value: the first result of the call, without axes. A bool is a `uint8_t`.
      case value(DType)
    }

    /// Its name in messages and in the text form of programs.
    public let name: String
    /// What it returns.
    public let returned: Returned
    let address: UInt

    /// A function by its address. The library cannot check what it does: it must have the signature that the calls use,
    /// stay within the memory it gets, keep no pointer, and be safe to call from any thread.
    public init(unsafePointer pointer: UnsafeRawPointer, name: String, returns returned: Returned = .status) {
      self.name = name
      self.returned = returned
      address = UInt(bitPattern: pointer)
    }

    /// A function by its name, in a shared library, or without one in what the process has already loaded. The library stays loaded.
    /// The function must be as ``init(unsafePointer:name:returns:)`` says.
    ///
    /// - Throws: a `system` error if there is no such library, or no such function in it.
    public init(symbol: String, library: String? = nil, returns returned: Returned = .status) throws(HillockError) {
      func message() -> String { dlerror().map { String(cString: $0) } ?? "no reason was given" }
      // nil stands for the program and everything that it has loaded.
      guard let handle = dlopen(library, RTLD_NOW) else {
        throw HillockError(.system, "the library \(library ?? "of the program") cannot be loaded: \(message())")
      }
      guard let pointer = dlsym(handle, symbol) else {
        throw HillockError(
          .system, "there is no function \(symbol) in \(library ?? "the program and its libraries"): \(message())")
      }
      self.init(unsafePointer: pointer, name: symbol, returns: returned)
    }
  }

  /// An argument of a C function, in the order of its prototype.
  public enum ForeignArgument {
    /// `const T *`: the elements, dense and row-major, on a 64-byte boundary.
    case input(any ArrayConvertible)
    /// `T`: the one element of an array without axes, by value. A literal is a `float` or an `int32_t`, as it is an `f32` or an
    /// `i32`; a `double` is `.value(NDArray(0.5, dtype: .f64))`.
    case value(any ArrayConvertible)
    /// `int64_t`: a constant number, such as a count.
    case integer(Int)
    /// `T *`: memory for a result of the call, dense and row-major, on a 64-byte boundary, filled with zeros. It overlaps
    /// neither an input nor another output.
    case output(ArrayForm)
  }

  /// The status, other than 0, that a C function returned.
  public struct ForeignStatus: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the function returned.
    public let code: Int32
    public var description: String { "it returned status \(code)" }
  }
#endif
