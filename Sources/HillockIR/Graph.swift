/// A value of a graph: the index of the node that makes it.
package struct ValueID: Hashable, Sendable, Comparable {
  package let index: Int32
  package init(_ index: Int) { self.index = Int32(index) }
  package static func < (a: ValueID, b: ValueID) -> Bool { a.index < b.index }
}

package enum ReduceKind: UInt8, CaseIterable, Hashable, Sendable {
  case sum = 0
  case max, min, product, any, all
  package var name: String { String(describing: self) }
}

/// What a node does. The types of its operands and its own type complete it.
package enum Operation: Hashable, Sendable {
  /// The call's argument at this position.
  case argument(Int)
  /// The value the Variable in this slot has when the run starts.
  case variable(Int)
  /// `graph.constants[i]`.
  case constant(Int)
  /// All operands have the node's shape.
  case elementwise(ElementwiseOp)
  /// Conversion to the node's dtype; to bool: x ≠ 0.
  case convert
  /// Broadcasting to the node's shape, right-aligned.
  case broadcast
  /// The same elements in row-major order under the node's shape.
  case reshape
  /// Axis i of the result is axis `permutation[i]` of the operand.
  case transpose([Int])
  /// Elements `starts[k] + i * steps[k]` for i below the node's extent; steps may be negative.
  case slice(starts: [Int], steps: [Int])
  /// Reduction over these axes (sorted), which disappear; the tree is in Spec/numerics.md.
  case reduce(ReduceKind, axes: [Int])
  /// a[batch…, rows…, k] · b[batch…, k, columns…] → [batch…, rows…, columns…]; `batch`: the number of the leading axes that both share.
  case dot(batch: Int)
  /// 0, 1, 2, … along the axis, at the node's dtype.
  case iota(axis: Int)
  /// An op that has a kernel of its own; its row says everything else.
  case array(ArrayOp, Attributes)
  /// (key): one Threefry-2x32-20 block for each element, the one of its linear index plus `first`; u32 takes the first word, u64
  /// both. key is u32[2].
  case randomBits(first: Int)
  /// (carried…, sliced…, captured…): the region runs `trips` times. Region: (index, carried…, a row of each sliced value,
  /// captured…) → (carried…, stacked…). The node stands for the carried values after the loop and the stacked rows;
  /// `element` takes one.
  case loop(Loop)
  /// (carried…, captured…): the body region runs while the condition region, both (carried…, captured…), gives true.
  case whileLoop(condition: Int, body: Int, carried: Int)
  /// (selector, captured…): runs one of the regions, (captured…) → (results…); a selector beyond the ends takes the nearest.
  case branch(regions: [Int])
  /// (operands…): a part of the program with a derivative of its own. The node stands for the results of the part's body; the passes
  /// write the body in its place.
  case part(Part)
  /// Calls one of the program's functions. A pure call is made when its results are needed. Other calls are made each time the program comes
  /// to the node, in the order of their nodes. The node stands for the function's results.
  case call(Call)
  /// One of the values that a node stands for which has several: a control-flow node or a call.
  case element(Int)

  package struct Call: Hashable, Sendable {
    /// `graph.functions[i]` of the outermost graph.
    package var function: Int
    package var results: [ArrayType]
    /// Whether it only gives results, which depend on the operands alone: then it may be left out, made once for two, made again, and
    /// made for each lane.
    package var isPure: Bool

    package init(function: Int, results: [ArrayType], isPure: Bool = false) {
      self.function = function
      self.results = results
      self.isPure = isPure
    }
  }

  package struct Part: Hashable, Sendable {
    /// (operands…) → (results…)
    package var body: Int
    package var rule: Rule

    /// How the derivative is had. A region takes what it says after (operands…, results…).
    package enum Rule: Hashable, Sendable {
      /// That of the body, of which nothing is kept: it is computed again on the way back.
      case again
      /// The region makes of cotangents of the results that are floats those of the first `inputs` operands, as far as these are floats.
      case vjp(Int, inputs: Int)
      /// The region makes of tangents of the first `inputs` operands, as far as these are floats, those of the results that are floats;
      /// it is linear in them.
      case jvp(Int, inputs: Int)

      /// The name in the text form.
      package var name: String {
        switch self {
        case .again: "checkpoint"
        case .vjp: "customvjp"
        case .jvp: "customjvp"
        }
      }

      package var region: Int? {
        switch self {
        case .again: nil
        case .vjp(let region, _), .jvp(let region, _): region
        }
      }

      /// The same with its region under another number.
      func with(region: Int) -> Rule {
        switch self {
        case .again: self
        case .vjp(_, let inputs): .vjp(region, inputs: inputs)
        case .jvp(_, let inputs): .jvp(region, inputs: inputs)
        }
      }
    }

    package init(body: Int, rule: Rule) {
      self.body = body
      self.rule = rule
    }
  }

  package struct Loop: Hashable, Sendable {
    package var region: Int
    package var trips: Int
    package var carried: Int
    package var sliced: Int
    /// Whether the index runs from `trips - 1` down to 0.
    package var isReversed: Bool
    /// How many steps' beginnings its pullback may keep at a time; nil leaves that to the pullback.
    package var slots: Int?

    package init(region: Int, trips: Int, carried: Int, sliced: Int, isReversed: Bool, slots: Int? = nil) {
      self.region = region
      self.trips = trips
      self.carried = carried
      self.sliced = sliced
      self.isReversed = isReversed
      self.slots = slots
    }
  }

  /// The regions that the node has.
  package var regions: [Int] {
    switch self {
    case .loop(let loop): [loop.region]
    case .whileLoop(let condition, let body, _): [condition, body]
    case .branch(let regions): regions
    case .part(let part): [part.body] + (part.rule.region.map { [$0] } ?? [])
    case .argument, .variable, .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota,
      .randomBits, .array, .call, .element:
      []
    }
  }

  /// Those that run where the program is not differentiated.
  package var regionsThatRun: [Int] {
    if case .part(let part) = self { return [part.body] }
    return regions
  }

  /// Whether the node stands for several values, of which `element` takes one.
  package var hasElements: Bool {
    switch self {
    case .loop, .whileLoop, .branch, .part, .call: true
    case .array(let op, _): op.row.hasSeveralResults
    case .argument, .variable, .constant, .elementwise, .convert, .broadcast, .reshape, .transpose, .slice, .reduce, .dot, .iota,
      .randomBits, .element:
      false
    }
  }

  /// The numbers that random blocks may be counted from.
  package static let randomBlocks = 0..<(1 << 40) - 1

  /// The name in the text form.
  package var name: String {
    switch self {
    case .argument: "argument"
    case .variable: "variable"
    case .constant: "constant"
    case .elementwise(let op): op.row.name
    case .convert: "convert"
    case .broadcast: "broadcast"
    case .reshape: "reshape"
    case .transpose: "transpose"
    case .slice: "slice"
    case .reduce(let kind, _): "reduce.\(kind.name)"
    case .dot: "dot"
    case .iota: "iota"
    case .array(let op, let attributes): op.name(attributes)
    case .randomBits: "randombits"
    case .loop: "loop"
    case .whileLoop: "while"
    case .branch: "branch"
    case .part(let part): part.rule.name
    case .call: "call"
    case .element: "element"
    }
  }
}

package struct Node: Hashable, Sendable {
  package var operation: Operation
  package var operands: [ValueID]
  /// The type of the value; of a node that has elements, that of the first (bool[0] where there is none).
  package var type: ArrayType

  package init(operation: Operation, operands: [ValueID], type: ArrayType) {
    self.operation = operation
    self.operands = operands
    self.type = type
  }
}

/// Elements in row-major order, little-endian, `type.byteCount` bytes.
package struct ConstantData: Hashable, Sendable {
  package var type: ArrayType
  package var bytes: [UInt8]

  package init(type: ArrayType, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }
}

/// A Variable as a program sees it: the name is for messages only.
package struct VariableSlot: Hashable, Sendable {
  package var name: String
  package var type: ArrayType

  package init(name: String, type: ArrayType) {
    self.name = name
    self.type = type
  }
}

/// A function outside the program that it calls: a Swift closure or a C function, which is bound to the slot for each run.
package struct FunctionSlot: Hashable, Sendable {
  package var name: String
  package var operands: [ArrayType]
  package var results: [ArrayType]

  package init(name: String, operands: [ArrayType], results: [ArrayType]) {
    self.name = name
    self.operands = operands
    self.results = results
  }

  /// `"print" (f32[3], i32[]) to (f32[])`
  package var text: String {
    func list(_ types: [ArrayType]) -> String { "(\(types.map(\.description).joined(separator: ", ")))" }
    return "\(TextScanner.quoted(name)) \(list(operands)) to \(list(results))"
  }
}

/// The traced, typed SSA program of one function at one signature. Nodes stand in an order in which operands come first.
package struct Graph: Hashable, Sendable {
  package var name: String
  package var arguments: [ArrayType] = []
  /// The names that the text form gives arguments, by position; for people and tools only.
  package var argumentNames: [Int: String] = [:]
  package var variables: [VariableSlot] = []
  package var constants: [ConstantData] = []
  /// What the program calls outside itself; of the outermost graph, regions have none of their own.
  package var functions: [FunctionSlot] = []
  package var nodes: [Node] = []
  package var results: [ValueID] = []
  /// Variable writes: at most one for each slot, visible when the run commits.
  package var stores: [Store] = []
  /// The bodies of control-flow nodes: graphs without Variables, whose arguments are what the node passes in.
  package var regions: [Graph] = []

  package struct Store: Hashable, Sendable {
    package var slot: Int
    package var value: ValueID
    package init(slot: Int, value: ValueID) {
      self.slot = slot
      self.value = value
    }
  }

  package init(name: String) { self.name = name }

  package subscript(_ id: ValueID) -> Node { nodes[Int(id.index)] }

  package func type(_ id: ValueID) -> ArrayType { nodes[Int(id.index)].type }

  /// The values that must be computed: results and stored values.
  package var roots: [ValueID] { results + stores.map(\.value) }

  /// Whether a node does something besides giving values: a call that is not pure, a loop that might never end, or control flow with one in a
  /// region. Such nodes run as often as the program says, in its order.
  package func hasEffect(_ node: Node) -> Bool {
    switch node.operation {
    case .call(let call): return !call.isPure
    case .whileLoop: return true
    default: break
    }
    return node.operation.regionsThatRun.contains { region in
      regions.indices.contains(region) && regions[region].nodes.contains(where: regions[region].hasEffect)
    }
  }
}
