import HillockIR
import HillockRuntime

/// What a loading found.
public struct LoadedStates: Sendable, Equatable {
  /// The keys whose Variables have the file's values now.
  public var loaded: [String] = []
  /// Keys of Variables that the file has no values for: they kept theirs.
  public var missing: [String] = []
  /// Keys in the file that no Variable has.
  public var unexpected: [String] = []
}

extension Base {
  /// Writes the values of the object's Variables, all of one moment, each once.
  ///
  /// ```swift
  /// try net.saveStates(to: "net.safetensors")
  /// try twin.loadStates(from: "net.safetensors")
  /// ```
  /// Keys are paths from this object, so that they fit a twin of another name; or names, with `.absolute`. The file appears
  /// complete or not at all: a process that is killed leaves the old file or the new one.
  ///
  /// - Parameter format: by default what the path ends with: `.npz` or `.safetensors`.
  /// - Throws: an `argument` error where discovery cannot see through a property, the error of a refused write to a Variable,
  ///   or `system` where the file cannot be written.
  public final func saveStates(
    to path: String, keys: KeyMethod = .relative, format: ArrayFileFormat? = nil
  ) throws(HillockError) {
    try vars(method: keys).saveStates(to: path, format: format)
  }

  /// Gives the object's Variables the values in a file, all of them or, with any error, none.
  ///
  /// Before anything changes, keys, dtypes and shapes are checked. Other runs see all old values or all new ones. A Variable with
  /// a batch axis takes the file's batch size.
  ///
  /// - Parameters:
  ///   - keys: as they were when saving.
  ///   - strict: whether missing and unexpected keys are an error; otherwise what fits is loaded.
  /// - Returns: which keys were loaded, which are missing in the file, and which of it were not expected.
  /// - Throws: `argument` where keys do not fit, `dtype` or `shape` where a value does not, `format` where the file is malformed,
  ///   `system` where it cannot be read, `conflict` where a run on another thread uses one of the Variables.
  @discardableResult
  public final func loadStates(
    from path: String, keys: KeyMethod = .relative, strict: Bool = true, format: ArrayFileFormat? = nil
  ) throws(HillockError) -> LoadedStates {
    try vars(method: keys).loadStates(from: path, strict: strict, format: format)
  }
}

extension Collector where Element: Variable {
  /// Writes the values of these Variables, as ``Base/saveStates(to:keys:format:)`` does for those of an object.
  public func saveStates(to path: String, format: ArrayFileFormat? = nil) throws(HillockError) {
    let format = try ArrayFileFormat.of(path, format)
    let variables = unique()
    let cells = try Self.cells(variables.values, to: "saved")
    var arrays: [(key: String, type: ArrayType, storage: Storage)] = []
    for (key, value) in zip(variables.keys, VariableCell.snapshotTyped(cells)) { arrays.append((key, value.type, value.storage)) }
    try format.write(arrays, to: AtomicFile(path))
  }

  /// Gives these Variables the values in a file, as ``Base/loadStates(from:keys:strict:format:)`` does for those of an object.
  @discardableResult
  public func loadStates(
    from path: String, strict: Bool = true, format: ArrayFileFormat? = nil
  ) throws(HillockError) -> LoadedStates {
    do throws(HillockError) {
      return try load(ArrayFileFormat.of(path, format).open(ByteSource(path: path)), strict: strict, from: path)
    } catch {
      throw error.message.hasPrefix(OneLine.name(path)) ? error : error.about(path)
    }
  }

  private func load(_ file: ArrayFile, strict: Bool, from path: String) throws(HillockError) -> LoadedStates {
    let inFile = try self.entries(of: file)
    var found: [(variable: Element, keys: [String])] = []
    var report = LoadedStates()
    var byVariable: [ObjectIdentifier: [String]] = [:]
    for (key, variable) in self { byVariable[ObjectIdentifier(variable), default: []].append(key) }
    for (key, variable) in unique() {
      // A Variable of several keys is there under any of them.
      let known = (byVariable[ObjectIdentifier(variable)] ?? [key]).filter { inFile[$0] != nil }
      if known.isEmpty { report.missing.append(key) } else { found.append((variable, known)) }
      report.loaded += known.prefix(1)
    }
    report.unexpected = file.entries.map(\.key).filter { key in
      self[key] == nil || inFile[key].map { ExactKey($0.key) != ExactKey(key) } ?? true
    }
    guard !strict || report.missing.isEmpty && report.unexpected.isEmpty else {
      throw HillockError(
        .argument,
        "the keys do not fit; missing in the file: \(Listing.of(report.missing)); in the file but not expected: "
          + "\(Listing.of(report.unexpected)); with strict: false what fits is loaded")
    }
    try Self.checkTypes(found, inFile)
    let cells = try Self.cells(found.map(\.variable), to: "loaded")
    var values: [(storage: Storage, type: ArrayType)] = []
    for (_, keys) in found { values.append(try Self.value(keys, inFile)) }
    let plan = LeasePlan(cells, isWritten: cells.map { _ in true })
    try plan.acquire(site: "loading \(path)").commit(values)
    return report
  }

  /// The file's entries by key. Of two keys that differ in their bytes and are equal to Swift (é as one character and as two) a Variable
  /// takes the one that is written as its own, and the other is not expected.
  private func entries(of file: ArrayFile) throws(HillockError) -> [String: ArrayFile.Entry] {
    let own = Set(map { ExactKey($0.key) })
    var result: [String: ArrayFile.Entry] = [:]
    for entry in file.entries where result[entry.key] == nil || own.contains(ExactKey(entry.key)) { result[entry.key] = entry }
    return result
  }

  /// All that do not fit are named at once.
  private static func checkTypes(
    _ found: [(variable: Element, keys: [String])], _ inFile: [String: ArrayFile.Entry]
  ) throws(HillockError) {
    var misfits: [String] = [], code: ErrorCode?
    for (variable, keys) in found {
      for key in keys {
        guard let entry = inFile[key] else { continue }
        let type = try entry.type.get()
        if variable.form.admits(type) { continue }
        code = code ?? (variable.form.admits(ArrayType(variable.dtype, type.shape)) ? .dtype : .shape)
        misfits.append("\(key) is \(variable.type)\(variable.form.note), in the file \(type)")
      }
    }
    if let code { throw HillockError(code, "values do not fit their Variables: \(Listing.of(misfits))") }
  }

  private static func value(_ keys: [String], _ inFile: [String: ArrayFile.Entry]) throws(HillockError) -> (
    storage: Storage, type: ArrayType
  ) {
    var result: (storage: Storage, type: ArrayType)?
    for key in keys {
      guard let entry = inFile[key] else { continue }
      let (storage, type) = (try entry.read(), try entry.type.get())
      if let known = result, known.type != type || !known.storage.bytes.elementsEqual(storage.bytes) {
        throw HillockError(.argument, "\(keys[0]) and \(key) are one Variable, and the file has two values for it")
      }
      result = (storage, type)
    }
    guard let result else { throw HillockError(.argument, "\(keys) are not in the file") }
    return result
  }

  private static func cells(_ variables: [Element], to purpose: String) throws(HillockError) -> [VariableCell] {
    if let trace = Trace.current {
      throw HillockError(.trace, "states cannot be \(purpose) while \(trace.name) is traced; do it before or after the call")
    }
    var cells: [VariableCell] = []
    for variable in variables {
      if let failure = variable.pendingFailure { throw failure.thrownError() }
      cells.append(try variable.ownCell())
    }
    return cells
  }
}
