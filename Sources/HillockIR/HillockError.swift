/// What went wrong, as a stable code. The page for each code is in `Spec/errors.md`.
public enum ErrorCode: String, Sendable, Hashable, CaseIterable {
  /// Shapes do not fit each other or the operation.
  case shape
  /// The dtype is not one the operation takes, or not the dtype of the Variable.
  case dtype
  /// An axis or an index is out of range.
  case index
  /// An argument has a value the operation cannot take.
  case argument
  /// A text or binary program, an array file or a case file is malformed.
  case format
  /// A program breaks a rule of the verifier or of the barrier.
  case verification
  /// Two runs want the same Variable at once.
  case conflict
  /// A traced value was used where its trace does not reach.
  case trace
  /// A function outside the program that it calls, a Swift closure or a C function, failed.
  case call
  /// A property has changed that a compiled program holds as a constant.
  case stale
  /// The system refused: a file, memory, a thread.
  case system
}

/// The one error type of the library.
///
/// `message` says what was expected, what came and how to mend it; `rule` is the verifier's rule where there is one;
/// `location` is the place in the program that uses the library, where it is known; `underlyingError` what a function that a
/// program called has thrown. A message is one line that can be printed anywhere: control characters in names and paths are shown as
/// escapes, and of very long ones the middle is left out.
public struct HillockError: Error, Sendable, Hashable, CustomStringConvertible {
  public var code: ErrorCode
  public var message: String
  public var rule: String?
  public var location: String?
  private var cause: Cause?

  /// Two causes are alike where they read alike: errors in general cannot be compared.
  private struct Cause: Sendable, Hashable {
    let error: any Error
    static func == (a: Cause, b: Cause) -> Bool { "\(a.error)" == "\(b.error)" }
    func hash(into hasher: inout Hasher) { hasher.combine("\(error)") }
  }

  /// The error that this one was made of, as it was thrown.
  public var underlyingError: (any Error)? { cause?.error }

  public init(
    _ code: ErrorCode, _ message: String, rule: String? = nil, location: String? = nil, underlying: (any Error)? = nil
  ) {
    self.code = code
    self.message = OneLine.message(message)
    self.rule = rule
    self.location = location.map { OneLine.message($0) }
    cause = underlying.map(Cause.init)
  }

  /// The same error, its message led by what it is about, such as a file.
  package func about(_ what: String) -> HillockError {
    HillockError(code, "\(OneLine.name(what)): \(message)", rule: rule, location: location)
  }

  public var description: String {
    let place = location.map { " (at \($0))" } ?? ""
    let name = rule.map { "\(code.rawValue) error [\($0)]" } ?? "\(code.rawValue) error"
    return "\(name): \(message)\(place)"
  }
}
