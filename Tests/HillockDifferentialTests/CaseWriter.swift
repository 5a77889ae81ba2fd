import HillockConformanceKit
import HillockIR

/// Writes a case in the format that `CaseParser` reads. Arrays go into files of their own, so that every bit is kept.
enum CaseWriter {
  /// The case file, NAME.case, and the .npy files that it names.
  static func files(_ test: ConformanceCase, name: String) -> [(name: String, bytes: [UInt8])] {
    var arrays: [(name: String, bytes: [UInt8])] = []
    var lines = ["hillock cases 1", "", "case \(test.name)", "program"]
    lines.append(test.program.hasSuffix("\n") ? String(test.program.dropLast()) : test.program)
    lines.append("end")
    func add(_ what: String, _ key: String, _ value: ConstantData, _ tolerance: String = "") {
      let file = "\(name)-\(what)-\(arrays.count).npy"
      arrays.append((file, NumPyFile.encode(value)))
      lines.append("\(what) \(key) \(value.type)\(tolerance) = file \"\(file)\"")
    }
    for (position, value) in test.arguments.enumerated() { add("argument", "\(position)", value) }
    for (key, value) in test.variables.sorted(by: { $0.key < $1.key }) { add("variable", key, value) }
    for (position, expected) in test.results.enumerated() {
      add("result", "\(position)", expected.value, text(expected.tolerance))
    }
    for (key, expected) in test.stored.sorted(by: { $0.key < $1.key }) {
      add("stored", key, expected.value, text(expected.tolerance))
    }
    if let error = test.error {
      let words = ["error", error.code.rawValue, error.rule, error.containing.map { "\"\($0)\"" }]
      lines.append(words.compactMap { $0 }.joined(separator: " "))
    }
    return [("\(name).case", Array((lines.joined(separator: "\n") + "\n").utf8))] + arrays
  }

  private static func text(_ tolerance: Tolerance) -> String {
    switch tolerance {
    case .exact: " exact"
    case .within(let ulp, let absolute): " within \(ulp) ulp" + (absolute > 0 ? " or \(absolute)" : "")
    }
  }
}
