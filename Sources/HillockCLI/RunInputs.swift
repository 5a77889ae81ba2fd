import HillockBytecode
import HillockIR
import HillockRuntime

/// The storages that a program's arguments and Variables have, from the command line and then from run to run.
struct RunInputs {
  private let program: Program
  private var arguments: [Storage] = []
  private var variables: [Storage] = []

  /// Reads `NAME=FILE` pairs; every argument and Variable must be given, with its exact type.
  init(_ program: Program, names argumentNames: [Int: String], _ pairs: [String]) throws(HillockError) {
    self.program = program
    let names = InputNames(program, argumentNames)
    var files: [InputNames.Input: String] = [:]
    for pair in pairs {
      let (input, path) = try names.split(pair)
      guard files.updateValue(path, forKey: input) == nil else {
        throw HillockError(.argument, "--input \(OneLine.name(names.name(input))) is given twice")
      }
    }
    for (index, type) in program.arguments.enumerated() {
      arguments.append(try Self.load(.argument(index), files[.argument(index)], names, type))
    }
    for (slot, variable) in program.variables.enumerated() {
      variables.append(try Self.load(.variable(slot), files[.variable(slot)], names, variable.type))
    }
  }

  private static func load(
    _ input: InputNames.Input, _ path: String?, _ names: InputNames, _ type: ArrayType
  ) throws(HillockError) -> Storage {
    let name = OneLine.name(names.name(input))
    let what =
      switch input {
      case .argument: "argument \(name)"
      case .variable: "Variable \(name)"
      }
    guard let path else { throw HillockError(.argument, "\(what) is missing: give it with --input \(name)=FILE.npy (\(type))") }
    let (storage, header) = try NumPyStorage.read(path: path)
    guard header.type == type else {
      let code: ErrorCode = header.dtype == type.dtype ? .shape : .dtype
      throw HillockError(code, "\(OneLine.name(path)): \(what) is \(type), the file holds \(header.type)")
    }
    return storage
  }

  func bind(to frame: Frame) {
    for (index, storage) in arguments.enumerated() { frame.setArgument(index, storage) }
    for (slot, storage) in variables.enumerated() { frame.setVariable(slot, storage) }
  }

  /// Commits the Variables of these slots, and returns the results.
  mutating func takeOutputs(from frame: Frame, storedSlots: [Int]) -> [Storage] {
    for slot in storedSlots {
      if let storage = frame.takeStored(slot) { variables[slot] = storage }
    }
    guard case .return(let registers) = program.code.last else { return [] }
    return registers.indices.map(frame.takeResult)
  }

  func variable(_ slot: Int) -> Storage { variables[slot] }
}

/// What the names before the `=` of `--input` mean: `variable:0` and `argument:0` any slot and any position, `w` the Variable of this
/// name, `0` the argument at this position, `x` the argument of this name. A word that could mean several means the first of these.
private struct InputNames {
  enum Input: Hashable {
    case argument(Int)
    case variable(Int)
  }

  private var meanings: [String: Input] = [:]
  /// The shortest name of each.
  private var names: [Input: String] = [:]

  init(_ program: Program, _ argumentNames: [Int: String]) {
    let arguments = program.arguments.indices, slots = program.variables.indices
    // The last name that means an input is the one that messages use.
    for slot in slots { add("variable:\(slot)", .variable(slot)) }
    for index in arguments { add("argument:\(index)", .argument(index)) }
    for slot in slots { add(program.variables[slot].name, .variable(slot)) }
    for index in arguments { add("\(index)", .argument(index)) }
    for index in arguments { if let name = argumentNames[index] { add(name, .argument(index)) } }
  }

  private mutating func add(_ name: String, _ input: Input) {
    guard meanings[name, default: input] == input else { return }
    meanings[name] = input
    names[input] = name
  }

  func name(_ input: Input) -> String { names[input] ?? "" }

  /// Names may hold `=`: the longest one is meant that the pair begins with.
  func split(_ pair: String) throws(HillockError) -> (input: Input, path: String) {
    let places = pair.indices.filter { pair[$0] == "=" }
    for place in places.reversed() {
      if let input = meanings[String(pair[..<place])] { return (input, String(pair[pair.index(after: place)...])) }
    }
    guard let first = places.first, first != pair.startIndex else {
      throw HillockError(.argument, "--input \(OneLine.name(pair)): write it as NAME=FILE.npy")
    }
    let known = names.sorted { Self.order($0.key) < Self.order($1.key) }.map { OneLine.name($0.value) }
    throw HillockError(
      .argument,
      "--input \(OneLine.name(pair[..<first])): the program has no such input; it takes "
        + "\(known.isEmpty ? "none" : known.joined(separator: ", "))")
  }

  /// Arguments first.
  private static func order(_ input: Input) -> (Int, Int) {
    switch input {
    case .argument(let index): (0, index)
    case .variable(let slot): (1, slot)
    }
  }
}
