/// An operation on whole arrays that has a kernel of its own. Everything that is known of it stands in its row.
///
/// The raw values are part of the bytecode's version: never reuse one.
package enum ArrayOp: UInt8, CaseIterable, Hashable, Sendable, BitwiseCopyable {
  case matmul = 1
  case reduce = 2
  case gather = 3
  case scatter = 4
  case update = 5
  case concatenate = 6
  case dynamicSlice = 7
  case dynamicUpdate = 8
  case pad = 9
  case scan = 10
  case argReduce = 11
  case sort = 12
  case deliver = 13
  case rowProducts = 14
  case synapseProducts = 15
  case adapt = 16
  case deliverDrawn = 17
  case drawnProducts = 18
  case randomCounts = 19
  case fft = 20
  case topK = 21
  case places = 22
  case search = 23

  package var row: ArrayOpRow {
    switch self {
    case .matmul: .matmul
    case .reduce: .reduce
    case .gather: .gather
    case .scatter: .scatter
    case .update: .update
    case .concatenate: .concatenate
    case .dynamicSlice: .dynamicSlice
    case .dynamicUpdate: .dynamicUpdate
    case .pad: .pad
    case .scan: .scan
    case .argReduce: .argReduce
    case .sort: .sort
    case .deliver: .deliver
    case .rowProducts: .rowProducts
    case .synapseProducts: .synapseProducts
    case .adapt: .adapt
    case .deliverDrawn: .deliverDrawn
    case .drawnProducts: .drawnProducts
    case .randomCounts: .randomCounts
    case .fft: .fft
    case .topK: .topK
    case .places: .places
    case .search: .search
    }
  }

  /// The name in the text forms, with the choice that an attribute makes: `reduce.sum`.
  package func name(_ attributes: Attributes) -> String { row.name + row.suffix(attributes) }

  /// All names that it has in the text forms.
  package var names: [String] {
    guard let choices = row.choices else { return [row.name] }
    return choices.indices.map { name(Attributes([[$0]])) }
  }

  /// What a name in a text form means: the op, and what its suffix chooses.
  package static func named(_ name: String) -> (op: ArrayOp, choice: Int?)? {
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let op = byName[String(parts[0])] else { return nil }
    guard let choices = op.row.choices else { return parts.count == 1 ? (op, nil) : nil }
    guard parts.count == 2 else { return op.row.attributes[0].defaultValue == nil ? nil : (op, nil) }
    return choices.firstIndex(of: String(parts[1])).map { (op, $0) }
  }

  private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.row.name, $0) })
}
