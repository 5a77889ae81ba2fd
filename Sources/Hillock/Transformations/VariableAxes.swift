import HillockIR

/// The Variables that have lanes inside `vmap`, with the axis of the lanes of each.
///
/// ```swift
/// let w = Variable(zeros(8, 3)), b = Variable(zeros(3, 8))
/// let both: VariableAxes = [w: 0, b: 1]
/// let first: VariableAxes = [w]                    // axis 0
/// ```
/// `VariableAxes(try model.vars())` are all of a model, along axis 0.
public struct VariableAxes: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
  private(set) var entries: [(variable: Variable, axis: Int)]

  public init(dictionaryLiteral elements: (Variable, Int)...) { entries = elements.map { (variable: $0.0, axis: $0.1) } }

  public init(arrayLiteral elements: Variable...) { entries = elements.map { (variable: $0, axis: 0) } }

  /// These Variables, with their lanes along one axis; a negative one counts from the last.
  public init(_ variables: some VariableGroup, axis: Int = 0) {
    entries = variables.keyedVariables.map { (variable: $0.variable, axis: axis) }
  }

  /// A Variable of this list, with the type of a lane, and the number of lanes.
  struct Lanes {
    let variable: Variable
    let axis: Int
    let type: ArrayType
    let size: Int
  }

  /// - Throws: an `argument` error for a Variable that is named twice, an `index` error for an axis that it does not have.
  func lanes() throws(HillockError) -> [Lanes] {
    var seen: Set<ObjectIdentifier> = [], lanes: [Lanes] = []
    for (variable, given) in entries {
      guard seen.insert(ObjectIdentifier(variable)).inserted else {
        throw HillockError(.argument, "vmap: Variable \(variable.name) is given an axis of lanes twice")
      }
      var type = variable.type
      let axis = given < 0 ? given + type.rank : given
      guard type.shape.indices.contains(axis) else {
        throw HillockError(
          .index, "vmap: Variable \(variable.name) is \(type), which has no axis \(given) for the lanes")
      }
      let size = type.shape.remove(at: axis)
      lanes.append(Lanes(variable: variable, axis: axis, type: type, size: size))
    }
    return lanes
  }
}
