import HillockIR
import HillockRuntime
import Runtime
import Synchronization

/// The first error of an expression, and the place in the user's code where it arose.
///
/// The stack is captured when the error arises and looked up in the debug information when somebody asks: a failing
/// expression inside a loop stays cheap.
package final class Failure: Sendable {
  private struct State {
    var error: HillockError
    var place: CallPlace?
  }

  private let state: Mutex<State>
  /// Whether the error has been thrown at a boundary. A Variable that was given a bad value is usable again afterwards.
  private let thrown = Atomic<Bool>(false)
  private let told = Atomic<Bool>(false)

  package init(_ error: HillockError) {
    state = Mutex(State(error: error, place: error.location == nil ? CallPlace() : nil))
  }

  package var error: HillockError {
    state.withLock { state in
      if let place = state.place {
        state.error.location = place.location
        state.place = nil
      }
      return state.error
    }
  }

  /// The code alone: the place, whose look-up takes long, is not asked for.
  package var code: ErrorCode { state.withLock { $0.error.code } }

  package var wasThrown: Bool { thrown.load(ordering: .relaxed) }

  /// Warns of the error where it would go unseen, the first time only.
  func tellOnce() {
    guard !wasThrown, !told.exchange(true, ordering: .relaxed) else { return }
    Warnings.handler("the shape of an array that carries an error is asked for, and it has none: \(error)")
  }

  package func thrownError() -> HillockError {
    thrown.store(true, ordering: .relaxed)
    return error
  }
}

/// A place of the stack, where it is in the user's code and not in the library's own.
struct UserFrame: Sendable {
  private static let ownModules: Set<String> = [
    "Hillock", "HillockIR", "HillockBytecode", "HillockRuntime", "HillockNative", "HillockDynamics", "HillockTraining",
    "HillockLinearAlgebra", "HillockPictures", "HillockMacros", "Runtime", "Swift", "_Concurrency",
  ]

  /// The file and line.
  private(set) var location: String?
  /// The function, where it has no line.
  private(set) var function: String?

  /// The innermost of the functions at one return address that is the user's: several where they were inlined.
  init(_ backtrace: Backtrace, in images: ImageMap) {
    for frame in backtrace.symbolicated(with: images)?.frames ?? [] {
      guard let symbol = frame.symbol, let module = Self.module(of: symbol.rawName), !Self.ownModules.contains(module) else {
        continue
      }
      // Code that the compiler made, such as a specialisation, has no line of its own: who called it has.
      guard let place = symbol.sourceLocation, !place.path.isEmpty, place.line > 0 else {
        function = function ?? Self.functionName(symbol.name)
        continue
      }
      let file = place.path.split(separator: "/").last.map(String.init) ?? place.path
      location = "\(file):\(place.line)"
      return
    }
  }

  /// What the source calls a function, without what the compiler says of its copies: of `specialized attempt(_:_:)` and of
  /// `closure #2 in attempt(_:_:)`, `attempt(_:_:)`.
  static func functionName(_ symbol: String) -> String {
    let inner = symbol.ranges(of: " in ").last.map { symbol[$0.upperBound...] } ?? Substring(symbol)
    let words = ["specialized", "partial apply for", "merged", "outlined", "static"]
    var name = inner
    while let word = words.first(where: { name.hasPrefix("\($0) ") }) { name = name.dropFirst(word.count + 1) }
    return name.isEmpty ? symbol : String(name)
  }

  /// The module of a mangled Swift name, whose first identifier it is: `$s3Foo…` is of module `Foo`.
  static func module(of mangled: String) -> String? {
    guard mangled.hasPrefix("$s") || mangled.hasPrefix("$S") else { return mangled == "main" ? "main" : nil }
    var rest = mangled.dropFirst(2)
    // An extension of a standard type names that type first (`$sSd7HillockE…`).
    if rest.first == "S" { rest = rest.drop { !$0.isNumber } }
    let digits = rest.prefix { $0.isNumber }
    guard let length = Int(digits) else { return nil }
    return String(rest.dropFirst(digits.count).prefix(length))
  }
}
