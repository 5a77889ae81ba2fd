import Foundation

/// What the programs share: their small form, and the comparison with an answer that is known.
public enum Example {
  /// `--small`: the form that `tools/test` runs, in a second or two without optimisation.
  public static let isSmall = CommandLine.arguments.contains("--small")

  /// `--whole`: the form of the paper, where it takes minutes.
  public static let isWhole = CommandLine.arguments.contains("--whole")

  /// The folder of pictures: the first argument that is no option, else this one.
  public static let folder = CommandLine.arguments.dropFirst().first { !$0.hasPrefix("-") } ?? "."

  /// Prints the value beside the one that is known, and ends the program with exit code 1 where they differ by more than the
  /// tolerance.
  public static func check(_ what: String, _ value: Double, is expected: Double, within tolerance: Double) {
    let isRight = abs(value - expected) <= tolerance
    let text = "\(what): \(short(value)), known: \(short(expected)) ± \(short(tolerance))"
    print(isRight ? "right   \(text)" : "WRONG   \(text)")
    if !isRight { exit(1) }
  }

  /// Prints whether something holds, and ends the program with exit code 1 where it does not.
  public static func check(_ what: String, _ holds: Bool) {
    print(holds ? "right   \(what)" : "WRONG   \(what)")
    if !holds { exit(1) }
  }

  /// The seconds that the body takes.
  public static func seconds(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }

  /// Six significant digits.
  public static func short(_ value: Double) -> String { String(format: "%.6g", value) }
}
