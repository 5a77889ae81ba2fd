/// Why a function was traced again although it had a program: the first difference that was found.
public struct Retrace: Sendable, Hashable, CustomStringConvertible {
  public enum Cause: String, Sendable, Hashable, CaseIterable {
    /// An argument has another type, structure or static value than at the call before, or a Variable another batch size.
    case signature
    /// There was a program for these arguments, but it was dropped to make room for others.
    case dropped
    /// A property that the program holds as a constant has changed, and the policy is to trace again.
    case staticState
  }

  public let cause: Cause
  /// What differs: `argument 0`, `argument 1.V[2]`, `LIF0.tau`.
  public let path: String
  public let old: String
  public let new: String

  init(_ cause: Cause, path: String, old: String, new: String) {
    self.cause = cause
    self.path = path
    self.old = old
    self.new = new
  }

  public var description: String {
    switch cause {
    case .signature, .staticState: "\(path) changed from \(old) to \(new)"
    case .dropped: "the program for \(path) was dropped earlier: \(old) are held at most"
    }
  }
}

extension Entry {
  /// How the calls that this program is for differ from those of an earlier one.
  func difference(from earlier: Entry) -> Retrace {
    guard signature.isEqual(earlier.signature) else { return signature.difference(from: earlier.signature) }
    for use in program.batches {
      guard let old = earlier.program.batches.first(where: { $0.variable === use.variable }), old.type != use.type else {
        continue
      }
      return Retrace(.signature, path: "Variable \(use.variable.name)", old: "\(old.type)", new: "\(use.type)")
    }
    return Retrace(.signature, path: "the arguments", old: earlier.text, new: text)
  }
}
