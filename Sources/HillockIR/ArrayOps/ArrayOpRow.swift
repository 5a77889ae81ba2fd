/// What is known of an array op. The builder, the text forms, the encoding, lowering, the verifier, strict mode and the tests all
/// read it here; how the op runs stands in `HillockRuntime/ArrayKernels`.
package struct ArrayOpRow: Sendable {
  /// Where the op may stand.
  package enum Languages: Sendable {
    /// In graphs and in programs.
    case both
    /// In programs alone: lowering makes it of another node.
    case programs
  }

  /// The types of the results, or an error that says what does not fit. Builder and verifier ask this one function, so it checks
  /// everything: numbers may come from a file.
  package typealias Types = @Sendable (_ operands: [ArrayType], _ attributes: Attributes) throws(HillockError) -> [ArrayType]
  /// Makes operands of what a user gives: converts dtypes, broadcasts.
  package typealias Fit =
    @Sendable (_ builder: inout GraphBuilder, _ operands: [ValueID], _ attributes: Attributes) throws(HillockError) -> [ValueID]

  /// The rule for narrow dtypes; `dtype` is that of the first operand.
  package typealias Narrow = @Sendable (_ attributes: Attributes, _ dtype: DType) -> NarrowRule

  package typealias Work = @Sendable (_ operands: [ArrayType], _ results: [ArrayType], _ attributes: Attributes) -> Int

  package let name: String
  /// One sentence for `Spec/bytecode.md`: what it takes and gives.
  package let summary: String
  package let languages: Languages
  package let operandCount: ClosedRange<Int>
  package let attributes: [Attribute]
  /// Whether a node stands for several values, of which `element` takes one.
  package let hasSeveralResults: Bool
  /// The operand in whose memory the first result may be written.
  package let overwrites: Int?
  /// Why it is a step of its own.
  package let reason: StepReason
  /// What it does with narrow dtypes.
  package let narrow: Narrow
  package let derivative: ArrayDerivative
  package let fit: Fit
  /// What it weighs beside kernels, which count tile instructions times positions.
  package let work: Work
  /// Asked through `types(of:_:)` alone.
  private let resultTypes: Types

  package init(
    _ name: String, _ summary: String, in languages: Languages = .both, operands: ClosedRange<Int>, attributes: [Attribute] = [],
    hasSeveralResults: Bool = false, overwrites: Int? = nil, reason: StepReason, narrow: @escaping Narrow,
    derivative: ArrayDerivative, fit: @escaping Fit = { (_, operands, _) throws(HillockError) in operands },
    types: @escaping Types,
    work: @escaping Work = { _, results, _ in results.reduce(0) { $0 &+ $1.count } }
  ) {
    self.name = name
    self.summary = summary
    self.languages = languages
    operandCount = operands
    self.attributes = attributes
    self.hasSeveralResults = hasSeveralResults
    self.overwrites = overwrites
    self.reason = reason
    self.narrow = narrow
    self.derivative = derivative
    self.fit = fit
    self.work = work
    resultTypes = types
  }

  /// The types of the results of these operands.
  package func types(of operands: [ArrayType], _ given: Attributes) throws(HillockError) -> [ArrayType] {
    guard operandCount.contains(operands.count) else { throw wrongCount(operands.count) }
    guard given.values.count == attributes.count, zip(attributes, given.values).allSatisfy({ $0.takes($1) }) else {
      throw HillockError(.format, "\(name): its attributes are \(attributes.map(\.name)), not \(given.values)")
    }
    for operand in operands where operand.dtype.isNarrow && !narrow(given, operands[0].dtype).takes(operand.dtype) {
      throw .narrow(name + suffix(given), operand.dtype)
    }
    let results = try resultTypes(operands, given)
    for type in results where Shape.checkedCount(type.shape) == nil {
      throw HillockError(.shape, "\(name): the result's shape \(type.shape) is too large")
    }
    return results
  }

  package func wrongCount(_ count: Int) -> HillockError {
    let expected =
      operandCount.lowerBound == operandCount.upperBound ? "\(operandCount.lowerBound)" : "\(operandCount.lowerBound) or more"
    return HillockError(
      .format, "\(name) takes \(expected) operand\(operandCount.upperBound == 1 ? "" : "s"), found \(count)")
  }

  /// The attributes as the table of `Spec/bytecode.md` gives them.
  package var attributeText: String {
    attributes.map { attribute in
      let value = attribute.defaultValue.map { value in
        if case .numbers = attribute.form { return " (\(value))" }
        if case .choice(let words) = attribute.form { return " (`\(words[value[0]])`)" }
        return value == [0] && attribute.form == .flag ? "" : " (\(value[0]))"
      }
      switch attribute.form {
      case .number: return "`\(attribute.name)` number\(value ?? "")"
      case .numbers: return "`\(attribute.name)` list\(value ?? "")"
      case .flag: return "`\(attribute.name)` flag"
      case .choice(let words): return "\(attribute.name) \(words.map { "`\($0)`" }.joined(separator: ", "))\(value ?? "")"
      }
    }.joined(separator: "; ")
  }

  /// The words of the attribute that is part of the name.
  var choices: [String]? {
    guard case .choice(let words)? = attributes.first?.form else { return nil }
    return words
  }

  func suffix(_ given: Attributes) -> String {
    guard let choices, let first = attributes.first, first.defaultValue != given[0] else { return "" }
    return "." + (choices.indices.contains(given.number(0)) ? choices[given.number(0)] : "\(given.number(0))")
  }

  /// The attributes as the text forms give them, without what is in the name and what is said by saying nothing.
  package func text(_ given: Attributes) -> String {
    var words: [String] = []
    for (attribute, value) in zip(attributes, given.values) where value != attribute.defaultValue {
      switch attribute.form {
      case .number: words.append("\(attribute.name) \(value.first ?? 0)")
      case .numbers: words.append("\(attribute.name) \(value)")
      case .flag: words.append(attribute.name)
      case .choice: break
      }
    }
    return words.joined(separator: " ")
  }

  /// The attributes from what a line of text says.
  package func attributes(_ given: [String: [Int]], choice: Int?) throws(HillockError) -> Attributes {
    var values: [[Int]] = []
    for attribute in attributes {
      if case .choice = attribute.form, let choice {
        values.append([choice])
      } else if let value = given[attribute.name] ?? attribute.defaultValue {
        values.append(value)
      } else {
        throw HillockError(.format, "\(name) needs `\(attribute.name)`")
      }
    }
    return Attributes(values)
  }
}

/// Why an instruction is a step of its own and no part of a kernel. The raw values are stable: `hillock disasm` prints them,
/// `Spec/bytecode.md` lists them.
package enum StepReason: String, CaseIterable, Sendable {
  case matrixProduct = "matrix-product"
  case axisReduction = "axis-reduction"
  case byIndex = "by-index"
  case partialUpdate = "partial-update"
  case concatenation
  case wholeLines = "whole-lines"
  case controlFlow = "control-flow"
  case call

  /// One sentence for readers.
  package var meaning: String {
    switch self {
    case .matrixProduct: "an element of it needs a whole row and a whole column"
    case .axisReduction: "it keeps some axes, so the positions of one result are not those of one tile"
    case .byIndex: "which elements belong to a position is known only with the indices"
    case .partialUpdate: "it writes some positions of an array and keeps the others"
    case .concatenation: "its positions belong to several arrays"
    case .wholeLines: "an element of it needs other elements of its line along an axis"
    case .controlFlow: "which block runs is known only with the selector"
    case .call: "it runs outside the program"
    }
  }
}
