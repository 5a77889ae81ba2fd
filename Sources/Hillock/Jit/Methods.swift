import HillockIR

// `jit(model.update)` wraps a bound method like any function: Swift does not say which object it belongs to. The functions here get the
// object.

/// Wraps a method of an object.
///
/// ```swift
/// final class Model: Base {
///   let v = Variable(zeros(3))
///   func update(_ x: NDArray) -> NDArray {
///     v += x
///     return v.value
///   }
/// }
/// let model = Model()
/// let step = jit(model, Model.update)
/// ```
/// The method takes any number of arguments. For an object that is called itself, write `jit(model, Model.callAsFunction)`.
/// This does the same as `jit(model.update)`, and also compares the object's stored properties at each call with what they were when
/// the method was traced (``StaticStatePolicy``).
public func jit<Model: AnyObject, each Input: ArrayTree, Output: ArrayTree>(
  _ model: Model, _ method: @escaping (Model) -> (repeat each Input) throws -> Output, name: String? = nil,
  file: String = #fileID, line: Int = #line
) -> Jitted<Output, repeat each Input> {
  Jitted(Site(name ?? Site.name(of: model), file, line), subject: model, method(model))
}

/// The same for a method that returns nothing or several array trees.
public func jit<Model: AnyObject, each Input: ArrayTree, each Output: ArrayTree>(
  _ model: Model, _ method: @escaping (Model) -> (repeat each Input) throws -> (repeat each Output), name: String? = nil,
  file: String = #fileID, line: Int = #line
) -> Jitted<(repeat each Output), repeat each Input> {
  Jitted(Site(name ?? Site.name(of: model), file, line), subject: model, method(model))
}

/// The compiled form of a method. The object keeps it: the first call makes it, later calls find it, and it goes with the
/// object. It does not keep the object, so there is no cycle. The macro `@Jit` of HillockMacros writes this call. By hand it is:
///
/// ```swift
/// final class Model: Base {
///   let v = Variable(zeros(3))
///   func update(_ x: NDArray) throws -> NDArray { try compiledMethod(of: self, "update") { $0.plainUpdate }(x) }
///   private func plainUpdate(_ x: NDArray) -> NDArray {
///     v += x
///     return v.value
///   }
/// }
/// ```
///
/// - Parameters:
///   - name: the method's name in statistics and messages, after the object's. It must be a literal: its address finds the method again.
public func compiledMethod<Model: Base, each Input: ArrayTree, Output: ArrayTree>(
  of model: Model, _ name: StaticString, file: String = #fileID, line: Int = #line,
  _ method: @escaping (Model) -> (repeat each Input) throws -> Output
) -> Jitted<Output, repeat each Input> {
  model.compiled(name) {
    Jitted(Site(Site.name(of: model, name), file, line), subject: model) {
      [weak model] (input: repeat each Input) throws -> Output in
      guard let model else { throw Site.gone("\(name)") }
      return try method(model)(repeat each input)
    }
  }
}

/// The same for a method that returns nothing or several array trees.
public func compiledMethod<Model: Base, each Input: ArrayTree, each Output: ArrayTree>(
  of model: Model, _ name: StaticString, file: String = #fileID, line: Int = #line,
  _ method: @escaping (Model) -> (repeat each Input) throws -> (repeat each Output)
) -> Jitted<(repeat each Output), repeat each Input> {
  model.compiled(name) {
    Jitted(Site(Site.name(of: model, name), file, line), subject: model) {
      [weak model] (input: repeat each Input) throws -> (repeat each Output) in
      guard let model else { throw Site.gone("\(name)") }
      return try method(model)(repeat each input)
    }
  }
}

extension Base {
  /// What has been compiled for the object's compiled methods (`compiledMethod`).
  public final func explainMethods() -> [Explanation] { programs.withLock { $0.explanations } }

  /// Tells the holder when the object is gone.
  final func whenGone(_ holder: any ProgramHolder) { programs.withLock { $0.add(holder) } }

  fileprivate final func compiled<Function: AnyObject & Sendable>(_ name: StaticString, _ make: () -> Function) -> Function {
    programs.withLock { $0.method(name.key, make) }
  }
}

protocol Explainable { func explain() -> Explanation }
extension Jitted: Explainable {}

extension Site {
  /// `Counter0.count`, also if the name contains the class. The macro's names do: they differ from class to class, so that an
  /// override is another method.
  static func name(of model: Base, _ method: StaticString) -> String {
    "\(model.name).\("\(method)".split(separator: ".").last ?? "")"
  }

  static func gone(_ method: String) -> HillockError {
    HillockError(.argument, "the object whose method \(method) this is no longer lives; keep it while its methods are called")
  }
}

extension StaticString {
  /// The same for the same literal at the same place.
  fileprivate var key: UInt {
    hasPointerRepresentation ? UInt(bitPattern: utf8Start) : UInt(unicodeScalar.value)
  }
}
