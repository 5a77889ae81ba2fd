/// The attribute `lanes`: for each operand 1 where it has a leading axis of lanes, or empty where none has. The first operand has them
/// where any has.
enum LaneFlags {
  /// Takes the axes of lanes from the types; how many lanes there are, or nil.
  static func strip(_ name: String, _ types: inout [ArrayType], _ flags: [Int]) throws(HillockError) -> Int? {
    guard flags.isEmpty || (flags.count == types.count && flags.allSatisfy { $0 == 0 || $0 == 1 } && flags[0] == 1) else {
      throw HillockError(.format, "\(name): lanes are a 0 or a 1 for each operand, 1 for the first, not \(flags)")
    }
    var lanes: Int?
    for (place, flag) in flags.enumerated() where flag == 1 {
      guard let extent = types[place].shape.first, extent == lanes ?? extent else {
        throw HillockError(.shape, "\(name): operand \(place) of type \(types[place]) has not the lanes of the first")
      }
      lanes = extent
      types[place] = ArrayType(types[place].dtype, Array(types[place].shape.dropFirst()))
    }
    return lanes
  }
}

extension ArrayOpRow {
  private var lanesPlace: Int? { attributes.firstIndex { $0.name == "lanes" } }

  /// Which operands have lanes, of an op that has the attribute.
  package func lanes(_ given: Attributes) -> [Int] { lanesPlace.map { given[$0] } ?? [] }

  /// The attributes with other lanes.
  func attributes(_ given: Attributes, lanes: [Int]) -> Attributes {
    var given = given
    if let lanesPlace { given.values[lanesPlace] = lanes }
    return given
  }
}
