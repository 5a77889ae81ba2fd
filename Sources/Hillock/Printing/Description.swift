import HillockIR
import HillockRuntime

extension NDArray: CustomStringConvertible, CustomDebugStringConvertible {
  /// The elements and the dtype as NumPy writes them: `NDArray([0, 1, 2], dtype=int32)`. An array that carries an error
  /// shows it; a value that is being traced shows its type.
  public var description: String { description(prefix: "NDArray(", suffix: ")") }

  public var debugDescription: String { description }

  func description(prefix: String, suffix: String) -> String {
    switch content {
    case .failure(let failure): return "\(prefix)\(failure.error)\(suffix)"
    case .traced(let value):
      if let known = value.trace.knownValue(value) { return known.description(prefix: prefix, suffix: suffix) }
      return "\(prefix)\(type) traced in \(value.trace.name)\(suffix)"
    case .concrete, .weak, .ranged:
      guard let (storage, type) = try? concrete() else { return "\(prefix)\(type)\(suffix)" }
      let options = PrintOptions.current
      // Abbreviated and empty arrays do not show their shape: print it.
      let showsShape = type.count == 0 ? type.shape != [0] : type.count > options.threshold
      let extents = type.shape.map(String.init).joined(separator: ", ") + (type.rank == 1 ? "," : "")
      let dtype = (showsShape ? "shape=(\(extents)), " : "") + "dtype=\(type.dtype.numpyName)\(suffix)"
      if type.count == 0 { return "\(prefix)[], \(dtype)" }
      let text = prefix + ArrayFormatter(storage.base, type, options).string(prefix: prefix, suffix: ",") + ","
      let lastLine = text.split(separator: "\n", omittingEmptySubsequences: false).last?.count ?? 0
      let isTooWide = lastLine + dtype.count + 1 > options.lineWidth
      return text + (isTooWide ? "\n" + String(repeating: " ", count: prefix.count) : " ") + dtype
    }
  }
}
