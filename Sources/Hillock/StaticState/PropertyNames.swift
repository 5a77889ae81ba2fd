import HillockIR

/// Which stored property holds a Variable, an array, or a number: how `explain` says where things come from.
struct PropertyNames {
  private var objects: [ObjectIdentifier: String] = [:]
  private var storages: [ObjectIdentifier: String] = [:]
  /// By the bits of the number; nil where several properties hold it.
  private var numbers: [UInt64: String?] = [:]

  mutating func add(_ value: Fingerprint, path: String) {
    switch value {
    case .object(let object): if objects[ObjectIdentifier(object)] == nil { objects[ObjectIdentifier(object)] = path }
    case .array(let array):
      if case .concrete(let storage, _) = array.content { storages[ObjectIdentifier(storage)] = path }
    case .parts(let parts): for part in parts { add(part.value, path: path + part.label) }
    case .floating(_, let text): if let number = Double(text) { add(number, path) }
    case .value(let value, _): if let number = value.base as? Int { add(Double(number), path) }
    case .opaque, .untracked: break
    }
  }

  private mutating func add(_ number: Double, _ path: String) {
    numbers[number.bitPattern] = numbers[number.bitPattern] == nil ? .some(path) : .some(nil)
  }

  func path(of variable: Variable) -> String? { objects[ObjectIdentifier(variable)] }
  func path(ofStorage storage: ObjectIdentifier) -> String? { storages[storage] }
  func path(ofNumber number: Double) -> String? { numbers[number.bitPattern] ?? nil }
}
