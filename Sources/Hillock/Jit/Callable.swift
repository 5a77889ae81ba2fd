// Swift cannot find an object's `callAsFunction` by itself. These protocols tell it how many arguments the object takes, and it infers
// the rest from the method. (A protocol cannot have a list of associated types, so there is one protocol for each number.) Without them,
// write `jit(model, Model.callAsFunction)`, or the macro `@Jit` before the method.

/// An object that is called without arguments.
public protocol Callable0: AnyObject {
  associatedtype Output
  func callAsFunction() throws -> Output
}

/// An object that is called with one argument.
///
/// ```swift
/// final class Counter: Base, Callable1 {
///   let n = Variable(zeros(1))
///   func callAsFunction(_ x: NDArray) { n += x }
/// }
/// let counter = Counter()
/// let count = jit(counter)
/// try count(ones(1))                // counter.n: [1]
/// ```
public protocol Callable1: AnyObject {
  associatedtype Input: ArrayTree
  associatedtype Output
  func callAsFunction(_ input: Input) throws -> Output
}

/// An object that is called with two arguments.
public protocol Callable2: AnyObject {
  associatedtype Input1: ArrayTree
  associatedtype Input2: ArrayTree
  associatedtype Output
  func callAsFunction(_ input1: Input1, _ input2: Input2) throws -> Output
}

/// An object that is called with three arguments.
public protocol Callable3: AnyObject {
  associatedtype Input1: ArrayTree
  associatedtype Input2: ArrayTree
  associatedtype Input3: ArrayTree
  associatedtype Output
  func callAsFunction(_ input1: Input1, _ input2: Input2, _ input3: Input3) throws -> Output
}

/// An object that is called with four arguments.
public protocol Callable4: AnyObject {
  associatedtype Input1: ArrayTree
  associatedtype Input2: ArrayTree
  associatedtype Input3: ArrayTree
  associatedtype Input4: ArrayTree
  associatedtype Output
  func callAsFunction(_ input1: Input1, _ input2: Input2, _ input3: Input3, _ input4: Input4) throws -> Output
}

/// An object that is called with five arguments.
public protocol Callable5: AnyObject {
  associatedtype Input1: ArrayTree
  associatedtype Input2: ArrayTree
  associatedtype Input3: ArrayTree
  associatedtype Input4: ArrayTree
  associatedtype Input5: ArrayTree
  associatedtype Output
  func callAsFunction(_ input1: Input1, _ input2: Input2, _ input3: Input3, _ input4: Input4, _ input5: Input5) throws -> Output
}

/// An object that is called with six arguments.
public protocol Callable6: AnyObject {
  associatedtype Input1: ArrayTree
  associatedtype Input2: ArrayTree
  associatedtype Input3: ArrayTree
  associatedtype Input4: ArrayTree
  associatedtype Input5: ArrayTree
  associatedtype Input6: ArrayTree
  associatedtype Output
  func callAsFunction(_ input1: Input1, _ input2: Input2, _ input3: Input3, _ input4: Input4, _ input5: Input5, _ input6: Input6)
    throws -> Output
}

/// Wraps the call of an object. Its Variables are found as for any function. At each call its stored properties are compared with what
/// they were when the function was traced (``StaticStatePolicy``).
public func jit<Model: Callable0>(_ model: Model, file: String = #fileID, line: Int = #line) -> Jitted<Void>
where Model.Output == Void {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable0>(_ model: Model, file: String = #fileID, line: Int = #line) -> Jitted<Model.Output>
where Model.Output: ArrayTree {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable1>(_ model: Model, file: String = #fileID, line: Int = #line) -> Jitted<Void, Model.Input>
where Model.Output == Void {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable1>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Model.Output, Model.Input> where Model.Output: ArrayTree {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable2>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Void, Model.Input1, Model.Input2> where Model.Output == Void {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable2>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Model.Output, Model.Input1, Model.Input2> where Model.Output: ArrayTree {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable3>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Void, Model.Input1, Model.Input2, Model.Input3> where Model.Output == Void {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable3>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Model.Output, Model.Input1, Model.Input2, Model.Input3> where Model.Output: ArrayTree {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable4>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Void, Model.Input1, Model.Input2, Model.Input3, Model.Input4> where Model.Output == Void {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable4>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Model.Output, Model.Input1, Model.Input2, Model.Input3, Model.Input4> where Model.Output: ArrayTree {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable5>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Void, Model.Input1, Model.Input2, Model.Input3, Model.Input4, Model.Input5> where Model.Output == Void {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable5>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Model.Output, Model.Input1, Model.Input2, Model.Input3, Model.Input4, Model.Input5> where Model.Output: ArrayTree {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable6>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Void, Model.Input1, Model.Input2, Model.Input3, Model.Input4, Model.Input5, Model.Input6> where Model.Output == Void {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

public func jit<Model: Callable6>(
  _ model: Model, file: String = #fileID, line: Int = #line
) -> Jitted<Model.Output, Model.Input1, Model.Input2, Model.Input3, Model.Input4, Model.Input5, Model.Input6>
where Model.Output: ArrayTree {
  Jitted(Site(Site.name(of: model), file, line), subject: model, model.callAsFunction)
}

extension Site {
  static func name(of model: AnyObject) -> String { (model as? Base)?.name ?? "\(type(of: model))" }
}
