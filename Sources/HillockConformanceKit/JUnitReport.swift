import HillockIR

/// The outcomes as a JUnit XML file, which continuous-integration systems read.
package enum JUnitReport {
  package static func xml(_ outcomes: [CaseOutcome]) -> String {
    let failed = outcomes.count { !$0.passed }
    let seconds = outcomes.reduce(0) { $0 + $1.seconds }
    var lines = [
      #"<?xml version="1.0" encoding="UTF-8"?>"#,
      #"<testsuite name="hillock-conformance" tests="\#(outcomes.count)" failures="\#(failed)" errors="0" time="\#(seconds)">"#,
    ]
    for outcome in outcomes {
      let file = outcome.place.split(separator: ":").first.map(String.init) ?? outcome.place
      let head = #"  <testcase classname="\#(escaped(file))" name="\#(escaped(outcome.name))" time="\#(outcome.seconds)""#
      if outcome.passed {
        lines.append(head + "/>")
      } else {
        lines.append(head + ">")
        lines += outcome.failures.map { "    <failure message=\"\(escaped(outcome.place))\">\(escaped($0))</failure>" }
        lines.append("  </testcase>")
      }
    }
    return (lines + ["</testsuite>"]).joined(separator: "\n") + "\n"
  }

  /// On one line, without the characters that XML does not have (https://www.w3.org/TR/xml/#charsets).
  private static func escaped(_ text: String) -> String {
    OneLine.message(text).unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
