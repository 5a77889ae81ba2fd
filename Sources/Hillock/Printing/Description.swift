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
      return Self.description(type, dtype: type.dtype.numpyName, prefix: prefix, suffix: suffix, options) {
        ArrayFormatter(storage.base, type, options)
      }
    }
  }

  fileprivate static func description(
    _ type: ArrayType, dtype name: String, prefix: String, suffix: String, _ options: PrintOptions,
    _ formatter: () -> ArrayFormatter
  ) -> String {
    // Abbreviated and empty arrays do not show their shape: print it.
    let showsShape = type.count == 0 ? type.shape != [0] : type.count > options.threshold
    let extents = type.shape.map(String.init).joined(separator: ", ") + (type.rank == 1 ? "," : "")
    let dtype = (showsShape ? "shape=(\(extents)), " : "") + "dtype=\(name)\(suffix)"
    if type.count == 0 { return "\(prefix)[], \(dtype)" }
    let text = prefix + formatter().string(prefix: prefix, suffix: ",") + ","
    let lastLine = text.split(separator: "\n", omittingEmptySubsequences: false).last?.count ?? 0
    let isTooWide = lastLine + dtype.count + 1 > options.lineWidth
    return text + (isTooWide ? "\n" + String(repeating: " ", count: prefix.count) : " ") + dtype
  }
}

extension ComplexArray: CustomStringConvertible {
  /// The numbers as NumPy writes them: `ComplexArray([1.+2.j, 0.-1.j], dtype=complex64)`.
  public var description: String {
    guard error == nil, let (a, type) = try? real.concrete(), let (b, other) = try? imaginary.concrete(), type == other else {
      return real.description(prefix: "ComplexArray(", suffix: ")")
    }
    let options = PrintOptions.current, name = type.dtype == .f32 ? "complex64" : "complex128"
    return withExtendedLifetime((a, b)) {
      NDArray.description(type, dtype: name, prefix: "ComplexArray(", suffix: ")", options) {
        ArrayFormatter(real: a.base, imaginary: b.base, type, options)
      }
    }
  }
}
