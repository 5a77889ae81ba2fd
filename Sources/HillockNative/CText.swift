/// What a vector function consists of beside the text: it is copied to where the text has left room for it.
struct PlacedBytes {
  /// The symbol at which the bytes begin.
  var symbol: String
  var bytes: [UInt8]
}

/// How vector code stands in C text.
enum CodeForm {
  /// The text leaves room for it, which saves writing and parsing it.
  case placed
  /// As data.
  case embedded
  /// As data to look at: addresses of C functions, which differ from process to process, are 0.
  case shown
}

/// C text, line by line.
struct CText {
  private(set) var text = ""
  let form: CodeForm
  private(set) var placed: [PlacedBytes] = []

  init(form: CodeForm) { self.form = form }

  mutating func line(_ depth: Int, _ text: String) {
    for _ in 0..<depth { self.text += "  " }
    self.text += text
    self.text += "\n"
  }

  /// Machine code, its constants as `NAME_constants`, and the declaration by which C calls it.
  mutating func vectorFunction(_ name: String, _ function: VectorFunction, parameters: String, of iteration: String) {
    line(
      0,
      "// as \(function.level) code: \(function.positions) positions a vector, \(function.unroll) vectors \(iteration), "
        + "\(function.spills) spills, \(function.code.count) bytes")
    line(0, "void \(name)(\(parameters));")
    switch form {
    case .placed: place(name, function)
    case .embedded: embed(name, function.code, function.constants)
    case .shown: embed(name, function.codeWithoutAddresses, function.constants)
    }
  }

  private mutating func place(_ name: String, _ function: VectorFunction) {
    let code = function.code, constants = function.constants.isEmpty ? [0] : function.constants
    let words = constants.withUnsafeBytes { Array($0) }
    line(
      0,
      "__asm__(\".balign 64\\n.globl \(name)\\n\(name):\\n.skip \(code.count)\\n"
        + ".balign 64\\n.globl \(name)_constants\\n\(name)_constants:\\n.skip \(words.count)\\n\");")
    line(0, "extern const unsigned \(name)_constants[];")
    placed.append(PlacedBytes(symbol: name, bytes: code))
    placed.append(PlacedBytes(symbol: "\(name)_constants", bytes: words))
  }

  private mutating func embed(_ name: String, _ code: [UInt8], _ constants: [UInt32]) {
    line(0, "__asm__(\".balign 64\\n.globl \(name)\\n\(name):\\n\"")
    // As words of 64 bits, little-endian: far fewer numbers to parse than bytes.
    let words = stride(from: 0, to: code.count, by: 8).map { at in
      code[at..<Swift.min(at + 8, code.count)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }
    // The code has ended with a return: what fills the last word is never reached.
    for row in stride(from: 0, to: words.count, by: 4) {
      let quads = words[row..<Swift.min(row + 4, words.count)].map { "0x" + String($0, radix: 16) }
      line(0, "  \".quad \(quads.joined(separator: ", "))\\n\"")
    }
    line(0, ");")
    let constants = constants.isEmpty ? [0] : constants
    line(0, "static const unsigned \(name)_constants[] __attribute__((aligned(64))) = {")
    for row in stride(from: 0, to: constants.count, by: 8) {
      let words = constants[row..<Swift.min(row + 8, constants.count)].map { "0x" + String($0, radix: 16) }
      line(1, words.joined(separator: ", ") + ",")
    }
    line(0, "};")
  }
}
