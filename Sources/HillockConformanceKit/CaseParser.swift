import HillockIR

/// Reads case files. A malformed file is an error that names the file, the line and what was expected there.
package struct CaseParser {
  /// Reads a file that a case names, relative to the case file.
  package typealias FileReader = (String) throws(HillockError) -> [UInt8]

  private let file: String
  private let read: FileReader
  private let lines: [Substring]
  private var position = 0

  private init(_ text: String, file: String, read: @escaping FileReader) {
    self.file = file
    self.read = read
    // (Swift takes "\r\n" for one character.)
    lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
  }

  package static func parse(_ text: String, file: String, read: @escaping FileReader) throws(HillockError) -> [ConformanceCase] {
    var parser = CaseParser(text, file: file, read: read)
    return try parser.cases()
  }

  private func failure(_ message: String, line: Int? = nil) -> HillockError {
    HillockError(.format, message, location: "\(file):\((line ?? position) + 1)")
  }

  // MARK: Structure

  private mutating func cases() throws(HillockError) -> [ConformanceCase] {
    guard lines.first == "hillock cases 1" else {
      throw failure("a case file begins with the line 'hillock cases 1'", line: 0)
    }
    position = 1
    var cases: [ConformanceCase] = []
    while let line = nextLine() {
      guard line.hasPrefix("case ") else { throw failure("expected 'case NAME', found '\(line)'") }
      cases.append(try oneCase(named: line.dropFirst(5)))
    }
    if cases.isEmpty { throw failure("the file holds no case") }
    return cases
  }

  /// The line at the position, past blank lines and comments; it stays the current line.
  private mutating func nextLine() -> Substring? {
    while position < lines.count {
      let line = lines[position]
      if !line.isEmpty, line.first != "#" { return line }
      position += 1
    }
    return nil
  }

  private mutating func oneCase(named name: Substring) throws(HillockError) -> ConformanceCase {
    var result = ConformanceCase(name: String(name), place: "\(file):\(position + 1)", program: "")
    let start = position
    position += 1
    guard nextLine() == "program" else { throw failure("case '\(name)': expected the line 'program'") }
    result.program = try program()
    while let line = nextLine(), !line.hasPrefix("case ") {
      try statement(line, into: &result)
    }
    guard result.error != nil || !result.results.isEmpty || !result.stored.isEmpty else {
      throw failure("case '\(name)' expects nothing: give 'result', 'stored' or 'error' lines", line: start)
    }
    guard result.error == nil || (result.results.isEmpty && result.stored.isEmpty) else {
      throw failure("case '\(name)' expects results and an error: only one of them can come", line: start)
    }
    return result
  }

  private mutating func program() throws(HillockError) -> String {
    let start = position + 1
    guard let end = lines[start...].firstIndex(of: "end") else { throw failure("the program has no line 'end'") }
    position = end + 1
    return lines[start..<end].joined(separator: "\n") + "\n"
  }

  // MARK: Statements

  private mutating func statement(_ line: Substring, into result: inout ConformanceCase) throws(HillockError) {
    let start = position
    if line.hasPrefix("error ") {
      position += 1
      guard result.error == nil else { throw failure("a second 'error' line", line: start) }
      result.error = try expectedError(line.dropFirst(6), line: start)
      return
    }
    if line.hasPrefix("transform ") {
      position += 1
      guard let transformation = GraphTransformation(line.dropFirst(10).split(separator: " ")) else {
        throw failure(
          "expected 'transform' and grad, jvp, vjp or linearize with arguments (0,1), or vmap 0,- lanes 3; found '\(line)'",
          line: start)
      }
      result.transformations.append(transformation)
      return
    }
    guard let equals = line.firstIndex(of: "=") else {
      throw failure(
        "expected 'argument', 'variable', 'result' or 'stored' with '= VALUES', 'transform' or 'error', found '\(line)'")
    }
    let head = line[..<equals].split(separator: " ")
    guard head.count >= 3 else { throw failure("expected a keyword, a name and a type before '='") }
    let name = String(head[1])
    guard let type = ArrayType(text: head[2]) else {
      throw failure("'\(head[2])' is no type; a type is written like f32[20,10]")
    }
    switch head[0] {
    case "argument", "result":
      let expected = head[0] == "argument" ? result.arguments.count : result.results.count
      guard Int(name) == expected else { throw failure("expected '\(head[0]) \(expected)', found '\(head[0]) \(name)'") }
    case "variable", "stored":
      let known = head[0] == "variable" ? result.variables[name] != nil : result.stored[name] != nil
      guard !known else { throw failure("a second '\(head[0]) \(name)'") }
    default:
      throw failure("'\(head[0])' is unknown here; expected argument, variable, result, stored or error")
    }
    let tolerance = try tolerance(head.dropFirst(3))
    let isExpectation = head[0] == "result" || head[0] == "stored"
    guard isExpectation == (tolerance != nil) else {
      throw failure(isExpectation ? "say 'exact' or 'within N ulp' before '='" : "'\(head[0])' takes no tolerance")
    }
    let value = try values(type, first: line[line.index(after: equals)...])
    switch (head[0], tolerance) {
    case ("argument", _): result.arguments.append(value)
    case ("variable", _): result.variables[name] = value
    case ("result", let tolerance?): result.results.append(Expectation(value: value, tolerance: tolerance))
    case (_, let tolerance?): result.stored[name] = Expectation(value: value, tolerance: tolerance)
    default: break
    }
  }

  /// `exact`, `within 2 ulp` or `within 2 ulp or 1e-7`.
  private func tolerance(_ words: ArraySlice<Substring>) throws(HillockError) -> Tolerance? {
    let words = Array(words)
    if words.isEmpty { return nil }
    if words == ["exact"] { return .exact }
    if words.count >= 3, words[0] == "within", words[2] == "ulp", let ulp = UInt64(words[1]) {
      if words.count == 3 { return .within(ulp: ulp, absolute: 0) }
      if words.count == 5, words[3] == "or", let absolute = Double(words[4]), absolute >= 0 {
        return .within(ulp: ulp, absolute: absolute)
      }
    }
    throw failure("'\(words.joined(separator: " "))' is no tolerance; write 'exact', 'within N ulp' or 'within N ulp or X'")
  }

  /// CODE [RULE] ["part of the message"]
  private func expectedError(_ text: Substring, line: Int) throws(HillockError) -> ExpectedError {
    let quoted = text.split(separator: "\"", maxSplits: 1)
    let words = (text.first == "\"" ? "" : quoted.first ?? "").split(separator: " ")
    guard (1...2).contains(words.count), let code = ErrorCode(rawValue: String(words[0])) else {
      let codes = ErrorCode.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure("expected 'error CODE [RULE] [\"TEXT\"]' with a code of \(codes)", line: line)
    }
    var expected = ExpectedError(code: code, rule: words.count == 2 ? String(words[1]) : nil)
    if quoted.count == 2 {
      guard quoted[1].last == "\"" else { throw failure("the text of the error has no closing quote", line: line) }
      expected.containing = String(quoted[1].dropLast())
    }
    return expected
  }

  // MARK: Values

  /// The words after `=` and on the indented lines that follow: elements, `cycle` and elements to repeat, or `file "x.npy"`.
  private mutating func values(_ type: ArrayType, first: Substring) throws(HillockError) -> ConstantData {
    let start = position
    var words = first.split(separator: " ")
    position += 1
    while position < lines.count, lines[position].first == " " {
      words += lines[position].split(separator: " ")
      position += 1
    }
    if words.first == "file" {
      return try array(from: words, type, line: start)
    }
    let cycles = words.first == "cycle"
    if cycles { words.removeFirst() }
    guard cycles ? (!words.isEmpty && words.count <= max(type.count, 1)) : words.count == type.count else {
      throw failure("\(type) has \(type.count) elements, the case gives \(words.count)", line: start)
    }
    guard type.count <= 1 << 24 else { throw failure("\(type) is too large for a case", line: start) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(type.byteCount)
    for word in words {
      guard ElementText.append(word, type.dtype, to: &bytes) else {
        throw failure("'\(word)' is no value of dtype \(type.dtype.name)", line: start)
      }
    }
    if cycles {
      let period = bytes.count
      bytes.append(contentsOf: (period..<max(type.byteCount, period)).map { bytes[$0 % period] })
    }
    return ConstantData(type: type, bytes: bytes)
  }

  private func array(from words: [Substring], _ type: ArrayType, line: Int) throws(HillockError) -> ConstantData {
    let path = words.dropFirst().joined(separator: " ")
    guard path.count > 2, path.first == "\"", path.last == "\"" else {
      throw failure("expected file \"NAME.npy\"", line: line)
    }
    let name = String(path.dropFirst().dropLast())
    let array: ConstantData
    do {
      array = try NumPyFile.decode(try read(name))
    } catch {
      throw failure("\(name): \(error.message)", line: line)
    }
    guard array.type == type else { throw failure("\(name) holds \(array.type), the case says \(type)", line: line) }
    return array
  }
}
