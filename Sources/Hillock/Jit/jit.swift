import HillockIR

/// Wraps a function: it is traced once for each signature of its arguments, and then runs as a program. The program runs at once in
/// the interpreter, and as machine code when it is hot.
///
/// ```swift
/// func gelu(_ x: NDArray) -> NDArray {
///   let s = sqrt(2 / NDArray.pi)
///   return x * 0.5 * (1.0 + tanh(s * (x + 0.044715 * x ** 3)))
/// }
/// let fast = jit(gelu)
/// let y = try fast(linspace(-1, 1, count: 5))
/// ```
///
/// Arguments are any number of array trees (``ArrayTree``) and static values (``StaticArgument``). The Variables that the
/// function reads and writes are found automatically; their new values become visible when the call returns. Everything else
/// that the function refers to is a constant of the program: it has the value that it had during tracing.
///
/// - Parameters:
///   - name: its name in statistics and messages; by default the place of this call.
/// - Returns: a function with the same arguments that may throw.
public func jit<each Input: ArrayTree, Output: ArrayTree>(
  _ function: @escaping (repeat each Input) throws -> Output, name: String? = nil, file: String = #fileID, line: Int = #line
) -> Jitted<Output, repeat each Input> {
  Jitted(Site(name, file, line), function)
}

/// The same for a function that returns nothing or several array trees.
public func jit<each Input: ArrayTree, each Output: ArrayTree>(
  _ function: @escaping (repeat each Input) throws -> (repeat each Output), name: String? = nil, file: String = #fileID,
  line: Int = #line
) -> Jitted<(repeat each Output), repeat each Input> {
  Jitted(Site(name, file, line), function)
}

extension Jitted {
  convenience init(
    _ site: Site, subject: AnyObject? = nil, _ function: @escaping (repeat each Input) throws -> Output
  ) where Output: ArrayTree {
    self.init(name: site.name, site: site.text, subject: subject, outputMap: OutputMap { try $0.map($1) }, function)
  }

  convenience init<each Part: ArrayTree>(
    _ site: Site, subject: AnyObject? = nil, _ function: @escaping (repeat each Input) throws -> (repeat each Part)
  ) where Output == (repeat each Part) {
    let map = OutputMap<(repeat each Part)> { output, transform in (repeat try (each output).map(transform)) }
    self.init(name: site.name, site: site.text, subject: subject, outputMap: map, function)
  }
}

/// Where a function was jitted, or where a loop or branch is.
package struct Site {
  let name: String
  let text: String
  /// `main.swift:12`
  let place: String

  package init(_ name: String?, _ file: String, _ line: Int) {
    let place = "\(file.split(separator: "/").last ?? ""):\(line)"
    self.place = place
    self.name = name ?? "jit(\(place))"
    text = name.map { "\($0) (\(place))" } ?? self.name
  }

  /// The error with this place, if it has no place yet.
  package func located(_ error: any Error) -> any Error {
    guard var located = error as? HillockError, located.location == nil else { return error }
    located.location = place
    return located
  }
}
