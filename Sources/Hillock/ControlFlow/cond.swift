import HillockIR

/// Executes one of two branches, chosen by a bool that is known only when the program runs.
///
/// ```swift
/// let x = NDArray([1.0, 3.0])
/// let y = try cond(x.sum() .> 0, then: { x / x.sum() }, else: { x })
/// ```
///
/// Each branch is called once, to trace it. Both must give results of the same structure, dtypes and shapes. Each may read and
/// write ``Variable``s; those that it does not write stay as they are. Outside `jit` the construct is compiled as well.
/// To choose element by element, use `select`.
///
/// - Throws: an error that names the results in which the branches differ, or what the branches throw. Then no Variable is changed.
public func cond<Output: ArrayTree>(
  _ predicate: some ArrayConvertible, file: String = #fileID, line: Int = #line, then: () throws -> Output,
  else other: () throws -> Output
) throws -> Output {
  try withoutActuallyEscaping(then) { then in
    try withoutActuallyEscaping(other) { other in
      try Branches(Site("cond", file, line), [predicate.array], [then, other]).run(
        parts: { [$0] }, arrays: { Trees.arrays($0) }, rebuild: { $0.map(Trees.replacing(with: $1)) })
    }
  }
}

/// The same for branches that return nothing or several array trees.
@_disfavoredOverload
@discardableResult
public func cond<each Output: ArrayTree>(
  _ predicate: some ArrayConvertible, file: String = #fileID, line: Int = #line, then: () throws -> (repeat each Output),
  else other: () throws -> (repeat each Output)
) throws -> (repeat each Output) {
  try withoutActuallyEscaping(then) { then in
    try withoutActuallyEscaping(other) { other in
      try Branches(Site("cond", file, line), [predicate.array], [then, other]).run(
        parts: { Trees.parts(repeat each $0) }, arrays: { Trees.arrays(repeat each $0) },
        rebuild: { output, arrays in
          let next = Trees.replacing(with: arrays)
          return (repeat (each output).map(next))
        })
    }
  }
}

/// Executes the branch of the first condition that is true. There is one branch more than conditions: the last one is executed if no
/// condition is true.
///
/// ```swift
/// let y = try ifelse([x .< -1, x .< 1], [{ -1 - x }, { x * x }, { x - 1 }])     // x: one number
/// ```
///
/// All conditions are evaluated, and one branch is executed. Everything else is as for `cond`.
public func ifelse(
  _ conditions: [NDArray], _ branches: [() throws -> NDArray], file: String = #fileID, line: Int = #line
) throws -> NDArray {
  try Branches(Site("ifelse", file, line), conditions, branches).run(
    parts: { [$0] }, arrays: { Trees.arrays($0) }, rebuild: { $0.map(Trees.replacing(with: $1)) })
}

/// The same for branches that return another array tree: a list, a dictionary, a structure.
public func ifelse<Output: ArrayTree>(
  _ conditions: [NDArray], _ branches: [() throws -> Output], file: String = #fileID, line: Int = #line
) throws -> Output {
  try Branches(Site("ifelse", file, line), conditions, branches).run(
    parts: { [$0] }, arrays: { Trees.arrays($0) }, rebuild: { $0.map(Trees.replacing(with: $1)) })
}

/// The same for branches that return nothing or several array trees.
@_disfavoredOverload
@discardableResult
public func ifelse<each Output: ArrayTree>(
  _ conditions: [NDArray], _ branches: [() throws -> (repeat each Output)], file: String = #fileID, line: Int = #line
) throws -> (repeat each Output) {
  try Branches(Site("ifelse", file, line), conditions, branches).run(
    parts: { Trees.parts(repeat each $0) }, arrays: { Trees.arrays(repeat each $0) },
    rebuild: { output, arrays in
      let next = Trees.replacing(with: arrays)
      return (repeat (each output).map(next))
    })
}

/// Conditions, and one branch more than conditions.
struct Branches<Output> {
  private let site: Site
  private let name: String
  private let conditions: [NDArray]
  private let bodies: [() throws -> Output]

  init(_ site: Site, _ conditions: [NDArray], _ bodies: [() throws -> Output]) {
    self.site = site
    name = site.name
    self.conditions = conditions
    self.bodies = bodies
  }

  private func checkedConditions() throws(HillockError) -> [NDArray] {
    guard bodies.count == conditions.count + 1 else {
      throw HillockError(
        .argument,
        "\(name) takes one branch more than conditions, the last for when none is true; it got \(conditions.count) conditions "
          + "and \(bodies.count) branches")
    }
    return try conditions.enumerated().map { (position, condition) throws(HillockError) in
      try Condition.checked(condition, conditions.count == 1 ? "the condition of \(name)" : "condition \(position) of \(name)")
    }
  }

  /// The functions take an output apart and put it together.
  func run(
    parts: (Output) -> [any ArrayTree], arrays: @escaping (Output) -> [NDArray],
    rebuild: (Output, [NDArray]) -> Output
  ) throws -> Output {
    do { return try evaluate(parts, arrays, rebuild) } catch { throw site.located(error) }
  }

  private func evaluate(
    _ parts: (Output) -> [any ArrayTree], _ arrays: @escaping (Output) -> [NDArray], _ rebuild: (Output, [NDArray]) -> Output
  ) throws -> Output {
    let conditions = try checkedConditions()
    if Trace.current == nil, PlainMode.isOn {
      let chosen = try conditions.firstIndex { try $0.item(as: Bool.self) }
      let output = try bodies[chosen ?? conditions.count]()
      return rebuild(output, try arrays(output).map { try $0.checked() })
    }
    var templates: [Output] = []
    let results = try ImplicitProgram.evaluate(name, site.text, conditions) { conditions in
      guard let trace = Trace.current else { throw HillockError(.trace, "\(name) is not being traced") }
      templates = []
      // The results of each branch, before numbers without a dtype get one.
      var given: [[NDArray]] = []
      let regions = try bodies.map { body in
        try trace.region(name, []) { _ in
          let output = try body()
          templates.append(output)
          let outputs = try arrays(output).map { try $0.checked() }
          given.append(outputs)
          return try outputs.map { $0.isWeak ? try $0.adopting($0.weakCarrier) : $0 }
        }
      }
      try check(given, templates.map(parts))
      let types = commonTypes(given)
      return try trace.branch(selector: selector(conditions), regions.map { try $0.converted(to: types) })
    }
    guard let template = templates.first else { throw HillockError(.trace, "no branch of \(name) was traced") }
    return rebuild(template, results)
  }

  /// The position of the first condition that is true.
  private func selector(_ conditions: [NDArray]) -> NDArray {
    var selector = NDArray(conditions.count, dtype: .i32)
    for (position, condition) in conditions.enumerated().reversed() {
      selector = select(condition, NDArray(position, dtype: .i32), selector)
    }
    return selector
  }

  /// The common types of the branches. A number without a dtype takes the dtype of the other branches; if there is none either, the
  /// numbers are promoted.
  private func commonTypes(_ given: [[NDArray]]) -> [ArrayType] {
    (given.first ?? []).indices.map { position in
      let values = given.map { $0[position] }
      if let strong = values.first(where: { !$0.isWeak }) { return strong.type }
      return ArrayType(values.map(\.dtype).reduce(.bool, DType.promote), values[0].type.shape)
    }
  }

  private func check(_ given: [[NDArray]], _ templates: [[any ArrayTree]]) throws(HillockError) {
    guard let first = templates.first else { return }
    let expected = Trees.form(first)
    for (position, template) in templates.enumerated() where !Trees.form(template).isEqual(expected) {
      let list = TreeDifference.list("result", first, template).map { difference in
        switch difference {
        case .onlyFirst(let path): "\(path) is in branch 0 and not in branch \(position)"
        case .onlySecond(let path): "\(path) is in branch \(position) and not in branch 0"
        case .other(let path, let old, let new): "\(path) is \(old) in branch 0 and \(new) in branch \(position)"
        }
      }
      throw HillockError(
        .argument,
        "the branches of \(name) must return one structure with the same static values, but \(TreeDifference.shortened(list))")
    }
    let common = commonTypes(given)
    let paths = Trees.paths("result", first)
    var differences: [String] = []
    var isShape = false
    for (position, type) in common.enumerated() {
      let types = given.map { values in
        let value = values[position]
        let isOfItsKind = type.dtype.isFloating || !value.dtype.isFloating && (type.dtype != .bool || value.dtype == .bool)
        let isAdopted = value.isWeak && isOfItsKind && value.integerBounds?.mayExceed(type.dtype) != true
        return isAdopted ? ArrayType(type.dtype, value.type.shape) : value.type
      }
      guard let other = types.firstIndex(where: { $0 != types[0] }) else { continue }
      isShape = isShape || types[other].dtype == types[0].dtype
      differences.append("\(paths[position]): \(types[0]) in branch 0, \(types[other]) in branch \(other)")
    }
    if !differences.isEmpty {
      throw HillockError(
        isShape ? .shape : .dtype,
        "the branches of \(name) must give results of the same types, but \(TreeDifference.shortened(differences)); convert with "
          + ".asType or broadcast(to:)")
    }
  }
}
