import HillockIR
import Synchronization

/// The root class of objects that hold ``Variable``s: models, neurons, optimisers.
///
/// ```swift
/// final class Counter: Base {
///   let n = Variable(NDArray(0))
///   func callAsFunction() { n += 1 }
/// }
/// let counter = Counter()
/// print(counter.name)              // Counter0
/// print(try counter.vars().keys)   // ["Counter0.n"]
/// ```
///
/// What an object holds is found by looking at its stored properties, also inside arrays, dictionaries, optionals, tuples,
/// structs, enums with payloads and `Any`, at any depth. It is an error, which names the path, if a class that does not inherit from
/// `Base` holds Variables, or a `Set` does. What closures capture cannot be seen, nor a lazy property before its
/// first use. Declare what they hide with ``register(_:as:)-(Variable,_)``.
open class Base {
  /// Unique among live objects: the class's name with a number, or the given name.
  public private(set) final var name = ""
  /// The programs of its methods go with it; programs of functions that took it as an argument are dropped.
  final let programs = Mutex(OwnedPrograms())

  /// What was registered at run time.
  private final let registrations = Mutex<[Discovery.Child]>([])

  /// An object with an automatic name.
  public init() { name = NameRegistry.automatic(type(of: self)) }

  /// An object with this name.
  ///
  /// - Throws: an `argument` error if the name is not an identifier, or if a live object has it.
  public init(name: String) throws(HillockError) {
    try NameRegistry.claim(name)
    self.name = name
  }

  deinit {
    for holder in programs.withLock({ $0.holders }) { holder.objectIsGone() }
    NameRegistry.release(name)
  }

  /// Starts automatic names at 0 again, for one class or for all. Names of live objects are skipped.
  public static func resetNameCounters(of type: Base.Type? = nil) { NameRegistry.resetCounters(of: type) }

  /// How found objects are named: by the name of the object that holds them, or by the path from this object.
  public enum KeyMethod: Sendable { case absolute, relative }

  /// This object and the objects it holds, directly or through others, each once under its shortest path. First comes the object itself,
  /// then what it holds, then what those hold. Cycles are followed once. The relative key of the object itself is empty.
  ///
  /// - Parameters:
  ///   - method: whether keys are names (`LIF0`) or paths (`layers[2].cell`).
  ///   - level: how deep to look: 0 for the object itself, 1 for what it holds, nil for everything.
  ///   - includeSelf: whether the object itself is among them.
  /// - Throws: an `argument` error that names the path of what cannot be looked into.
  public final func nodes(
    method: KeyMethod = .absolute, level: Int? = nil, includeSelf: Bool = true
  ) throws(HillockError) -> NodeCollection {
    var result = NodeCollection()
    try walk(level: level, includeSelf: includeSelf) { (path, node, _) throws(HillockError) in
      try result.append(method == .absolute ? node.name : path, node)
    }
    return result
  }

  /// The Variables of this object and of the objects it holds, in the order of ``nodes(method:level:includeSelf:)`` and of
  /// declaration. A Variable that is held twice is found under both keys; see ``Collector/unique()``. Views (``VariableView``)
  /// are not among them.
  ///
  /// ```swift
  /// try net.vars().keys                       // ["Net0.bias", "LIF0.V", …]
  /// try net.vars(method: .relative).keys      // ["bias", "cells[0].V", …]
  /// ```
  ///
  /// - Parameters: as for ``nodes(method:level:includeSelf:)``; `level: 0` gives the object's own Variables.
  /// - Throws: an `argument` error that names the path of what cannot be looked into.
  public final func vars(
    method: KeyMethod = .absolute, level: Int? = nil, includeSelf: Bool = true
  ) throws(HillockError) -> VariableCollection {
    var result = VariableCollection()
    try walk(level: level, includeSelf: includeSelf) { (path, node, held) throws(HillockError) in
      let owner = method == .absolute ? node.name : path
      for child in held {
        guard case .variable(let variable) = child.object else { continue }
        try result.append(owner.isEmpty ? child.key : "\(owner).\(child.key)", variable)
      }
    }
    return result
  }

  /// The Variables that training changes: ``vars(method:level:includeSelf:)`` of the kind ``TrainVar``.
  public final func trainVars(
    method: KeyMethod = .absolute, level: Int? = nil, includeSelf: Bool = true
  ) throws(HillockError) -> Collector<TrainVar> {
    try vars(method: method, level: level, includeSelf: includeSelf).subset(TrainVar.self)
  }

  /// Adds a Variable that is in no stored property, under this key.
  ///
  /// ```swift
  /// for i in 0..<3 { try model.register(Variable(zeros(2)), as: "trace\(i)") }
  /// ```
  /// - Throws: an `argument` error if the key is not an identifier, if another object is registered under it, or if the Variable
  ///   is a ``VariableView``, which has no state itself.
  public final func register(_ variable: Variable, as key: String) throws(HillockError) {
    if variable is VariableView {
      throw HillockError(
        .argument, "\(variable.name) is a view of a part of a Variable and no state of its own; register the Variable behind it")
    }
    try register(Discovery.Child(key: key, object: .variable(variable)))
  }

  /// Adds an object that is in no stored property, under this key.
  ///
  /// - Throws: an `argument` error if the key is not an identifier, or if another object is registered under it.
  public final func register(_ node: Base, as key: String) throws(HillockError) {
    try register(Discovery.Child(key: key, object: .node(node)))
  }

  private func register(_ child: Discovery.Child) throws(HillockError) {
    try NameRegistry.checkIdentifier(child.key)
    let isFree = registrations.withLock { registrations in
      if let known = registrations.first(where: { $0.key == child.key }) { return known.identity == child.identity }
      registrations.append(child)
      return true
    }
    guard isFree else {
      throw HillockError(.argument, "\(name) has another object registered as \(child.key); choose another key")
    }
  }

  final var registered: [Discovery.Child] { registrations.withLock { $0 } }

  /// Calls the body for each node, nearest first, with its relative path and what it holds.
  private func walk(
    level: Int?, includeSelf: Bool,
    _ body: (String, Base, [Discovery.Child]) throws(HillockError) -> Void
  ) throws(HillockError) {
    if let level, level < 0 { throw HillockError(.argument, "a level is 0 or more, or nil for all, not \(level)") }
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    var layer: [(path: String, node: Base)] = [("", self)]
    var depth = 0
    while !layer.isEmpty {
      var next: [(path: String, node: Base)] = []
      for (path, node) in layer {
        let held = try Discovery.children(of: node)
        if depth > 0 || includeSelf { try body(path, node, held) }
        for child in held {
          guard case .node(let below) = child.object, seen.insert(child.identity).inserted else { continue }
          next.append((path.isEmpty ? child.key : "\(path).\(child.key)", below))
        }
      }
      if depth == level { break }
      depth += 1
      layer = next
    }
  }
}
