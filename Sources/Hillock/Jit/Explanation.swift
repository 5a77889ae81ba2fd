import HillockIR
import HillockRuntime

/// A jitted function's programs, and what each was made from. Print it to get a report.
///
/// ```swift
/// let count = jit(counter)
/// try count(ones(1))
/// print(count.explain())
/// ```
public struct Explanation: Sendable, CustomStringConvertible {
  /// The function.
  public let name: String
  /// Its programs, in the order in which they were traced.
  public let programs: [Program]
  /// How many programs are kept at most.
  public let capacity: Int
  /// How many programs were dropped to make room for others.
  public let dropped: Int
  /// Why it was last traced again.
  public let lastRetrace: Retrace?

  /// One program: the function at one signature.
  public struct Program: Sendable {
    /// The types of the arguments, the static values, and the sizes of Variables with a batch axis.
    public let signature: String
    /// `interpreter` or `native`.
    public let tier: String
    /// Why it is in its tier: a stable code of Spec/tiers.
    public let reason: String
    /// The number of calls so far.
    public let calls: Int
    /// The Variables whose value it starts from.
    public let reads: [VariableUse]
    /// The Variables that it changes.
    public let writes: [VariableUse]
    /// What was fixed when it was traced, in the order of first use.
    public let constants: [Constant]
    /// Why it was traced although the function already had a program; nil for the first one.
    public let retrace: Retrace?
    /// Properties that now differ from what the program holds.
    public let changes: [StaticChange]
  }

  /// A Variable that a program reads or writes.
  public struct VariableUse: Sendable, Hashable, CustomStringConvertible {
    /// The given name, or `Variable`.
    public let name: String
    /// The property that holds it, such as `LIF0.V`, if the function's objects are known.
    public let property: String?
    public let dtype: DType
    public let shape: [Int]

    public var description: String { "\(property ?? name) \(ArrayType(dtype, shape))" }
  }

  /// A value that was fixed when the function was traced.
  public struct Constant: Sendable, CustomStringConvertible {
    public let dtype: DType
    public let shape: [Int]
    /// The elements, if it is small.
    public let value: String?
    /// Where the function first used it: `model.swift:12`. Looked up in the debug information when you ask for it.
    public var location: String? { place?.location }
    /// The property that holds this array, or the only property with this number.
    public let property: String?
    let place: CallPlace?

    public var description: String {
      let origin = [property.map { "from \($0)" }, location.map { "at \($0)" }].compactMap { $0 }.joined(separator: " ")
      let text = "\(ArrayType(dtype, shape))\(value.map { " \($0)" } ?? "")"
      return origin.isEmpty ? text : "\(text) \(origin)"
    }
  }

  public var description: String {
    var lines = ["\(name): \(programs.count) of at most \(capacity) programs, \(dropped) dropped"]
    if let lastRetrace { lines.append("  last traced again because \(lastRetrace)") }
    for program in programs {
      lines.append("  \(program.signature): \(program.tier) (\(program.reason)), \(program.calls) calls")
      if let retrace = program.retrace { lines.append("    traced because \(retrace)") }
      if !program.reads.isEmpty { lines.append("    reads \(program.reads.map(\.description).joined(separator: ", "))") }
      if !program.writes.isEmpty { lines.append("    writes \(program.writes.map(\.description).joined(separator: ", "))") }
      lines += program.constants.map { "    constant \($0)" }
      lines += program.changes.map { "    stale: \($0)" }
    }
    return lines.joined(separator: "\n")
  }
}

extension Explanation.Program {
  init(_ entry: Entry) {
    let snapshot = entry.executable.statistics.snapshot
    signature = entry.text
    tier = snapshot.tier.name
    reason = snapshot.reason
    calls = Int(clamping: snapshot.calls)
    retrace = entry.retrace
    changes = entry.watch?.stale ?? []
    let names = entry.watch?.names() ?? PropertyNames()
    let uses = zip(entry.program.variables, entry.graph.variables).map { variable, slot in
      Explanation.VariableUse(
        name: variable.name, property: names.path(of: variable), dtype: slot.type.dtype, shape: slot.type.shape)
    }
    let read = entry.graph.readVariables
    reads = uses.indices.filter(read.contains).map { uses[$0] }
    writes = zip(uses, entry.program.isWritten).filter(\.1).map(\.0)
    constants = entry.constants.map { origin in
      Explanation.Constant(
        dtype: origin.type.dtype, shape: origin.type.shape, value: origin.text,
        property: names.path(ofStorage: origin.storage) ?? origin.number.flatMap(names.path(ofNumber:)), place: origin.place)
    }
  }
}

extension ConstantOrigin {
  /// The elements as text, if they are few.
  fileprivate var text: String? {
    guard type.count <= 8, let bytes, let array = try? NDArray(ConstantData(type: type, bytes: bytes)),
      let (storage, type) = try? array.concrete()
    else { return nil }
    return type.count == 0 ? "[]" : ArrayFormatter(storage.base, type, PrintOptions()).string(prefix: "", suffix: "")
  }
}

extension Graph {
  /// The slots of the Variables whose initial value is used.
  fileprivate var readVariables: Set<Int> {
    let used = Set(nodes.flatMap(\.operands) + roots)
    return Set(
      used.compactMap { id -> Int? in if case .variable(let slot) = self[id].operation { slot } else { nil } })
  }
}
