/// What happens when a property that a compiled program holds as a constant has changed since.
///
/// Only Variables and arguments are read anew at each call; whatever else a function reads is as it was when the function was
/// traced. The stored properties of the objects it works on (the object given to `jit`, objects among the arguments, and the
/// objects these hold) are therefore compared at each call with what they were then.
public enum StaticStatePolicy: String, Sendable, Hashable, CaseIterable {
  /// Each change is reported once by ``Engine/warningHandler``; the program goes on with the old value.
  case warn
  /// The function is traced again with the new value.
  case retrace
  /// The call throws a `stale` error, until the old value is put back or ``Jitted/forget()`` is called.
  case error
  /// Nothing is compared.
  case off
}

extension StaticStatePolicy {
  /// For settings that every call reads: 1 and up.
  var code: UInt8 {
    switch self {
    case .warn: 1
    case .retrace: 2
    case .error: 3
    case .off: 4
    }
  }

  /// nil for 0, a setting that was not made.
  init?(code: UInt8) {
    switch code {
    case 1: self = .warn
    case 2: self = .retrace
    case 3: self = .error
    case 4: self = .off
    default: return nil
    }
  }
}

/// A property that is not what it was when a function was traced.
public struct StaticChange: Sendable, Hashable, CustomStringConvertible {
  /// The name of the object, such as `LIF0`.
  public let object: String
  /// The property, with positions and keys inside it: `tau`, `rates[2]`.
  public let property: String
  /// The value that the program goes on with.
  public let old: String
  public let new: String
  /// Whether the function itself changed it while it was traced: later calls will not.
  public let isByFunction: Bool

  /// `LIF0.tau`
  public var path: String { "\(object).\(property)" }

  public var description: String {
    isByFunction
      ? "\(path) was changed from \(old) to \(new) by the function itself; that happens while it is traced and not in later calls"
      : "\(path) was \(old) when the function was traced and is \(new) now"
  }

  /// The whole message, with what can be done.
  func message(_ function: String) -> String {
    isByFunction
      ? "\(function): \(self). Make it a Variable, or mark it @Untracked"
      : "\(function): \(self); the compiled program goes on with \(old). Make it a Variable, pass it as an argument, or choose "
        + "the policy .retrace"
  }
}

/// A property that compiled programs do not depend on: counters, logs, caches. It is not compared.
///
/// ```swift
/// final class Model: Base {
///   @Untracked var log: [String] = []
/// }
/// ```
@propertyWrapper
public struct Untracked<Value>: UntrackedState {
  public var wrappedValue: Value
  public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }
}

extension Untracked: Sendable where Value: Sendable {}

/// Types whose values are not compared.
protocol UntrackedState {}
extension Jitted: UntrackedState {}
extension Optional: UntrackedState where Wrapped: UntrackedState {}
extension Array: UntrackedState where Element: UntrackedState {}
extension Dictionary: UntrackedState where Value: UntrackedState {}
