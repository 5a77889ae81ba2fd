import CHillock

/// The command line of the process.
package enum ProcessArguments {
  /// The name of the executable and what follows it; empty where the system does not tell. (Swift's own list is empty too where
  /// `/proc` is missing.)
  package static let all: [String] = {
    guard let arguments = hk_arguments() else { return CommandLine.arguments }
    var all: [String] = []
    while let argument = arguments[all.count] { all.append(String(cString: argument)) }
    return all
  }()

  /// The last component of the executable's path.
  static var executableName: String { all.first.map { String($0.split(separator: "/").last ?? "") } ?? "" }
}
