/// A while loop with what its pullback needs. How many steps it takes is known when it has run, so it runs three times: it counts its
/// steps, it keeps what every so many steps begin with, in a fixed number of slots; and backwards, each step is computed again from
/// the slot before it.
struct WhilePullback {
  /// How many steps' beginnings are kept.
  static let slots = 64

  private let body: Graph
  private let count: Int
  private let operands: [ValueID]
  private let isActive: [Bool]
  private let steps: ValueID
  /// Steps from one slot to the next.
  private let stride: ValueID
  private let kept: [ValueID]
  /// What the loop's results are.
  let values: [ValueID]

  init(
    condition: Graph, body: Graph, carried count: Int, _ operands: [ValueID], isActive: [Bool], _ builder: inout GraphBuilder
  ) throws(HillockError) {
    let first = (condition: condition, body: body), condition = try condition.again(), body = try body.again()
    self.body = body
    self.count = count
    self.operands = operands
    self.isActive = Activity.whileLoop(body, count, isActive) + isActive.dropFirst(count)
    let carried = Array(operands[..<count]), captured = Array(operands[count...])
    let integer = ArrayType(.i64, [])
    let zero = try builder.integer(0)

    // Counted.
    var test = GraphBuilder(name: condition.name)
    _ = test.argument(integer)
    let tested = body.arguments.map { test.argument($0) }
    for result in try test.inline(first.condition, tested) { test.result(result) }
    var counting = GraphBuilder(name: body.name)
    let counter = counting.argument(integer), given = body.arguments.map { counting.argument($0) }
    counting.result(try counting.elementwise(.add, [counter, try counting.integer(1)]))
    for result in try counting.inline(first.body, given) { counting.result(result) }
    let counted = try builder.whileLoop(
      condition: test.graph, body: counting.graph, carried: [zero] + carried, captured: captured)
    let elements = builder.elements(of: counted)
    steps = elements[0]
    values = Array(elements[1...])
    let rounded = try builder.elementwise(.add, [steps, try builder.integer(Self.slots - 1)])
    let divided = try builder.elementwise(.floordiv, [rounded, try builder.integer(Self.slots)])
    stride = try builder.elementwise(.max, [divided, try builder.integer(1)])

    // Kept. (number of the step; slots; carried values), captured: stride, steps, captured values
    var bounded = GraphBuilder(name: "the steps of \(condition.name)")
    var keeping = GraphBuilder(name: body.name)
    var slots: [ValueID] = []
    for value in carried {
      let type = builder.type(value)
      slots.append(try builder.zeros(ArrayType(type.dtype, [Self.slots] + type.shape)))
    }
    let slotTypes = slots.map { builder.type($0) }
    func declare(_ inner: inout GraphBuilder) -> (
      step: ValueID, slots: [ValueID], carried: [ValueID], stride: ValueID, steps: ValueID, captured: [ValueID]
    ) {
      let step = inner.argument(integer), slots = slotTypes.map { inner.argument($0) }
      let carried = body.arguments[..<count].map { inner.argument($0) }
      let stride = inner.argument(integer), steps = inner.argument(integer)
      return (step, slots, carried, stride, steps, body.arguments[count...].map { inner.argument($0) })
    }
    let head = declare(&bounded)
    bounded.result(try bounded.elementwise(.lt, [head.step, head.steps]))
    let kept = declare(&keeping)
    keeping.result(try keeping.elementwise(.add, [kept.step, try keeping.integer(1)]))
    // A step that has no slot writes beyond the end, which drops it.
    let place = try keeping.elementwise(.floordiv, [kept.step, kept.stride])
    let isFirst = try keeping.elementwise(
      .eq, [try keeping.elementwise(.mod, [kept.step, kept.stride]), try keeping.integer(0)])
    let slot = try keeping.elementwise(.select, [isFirst, place, try keeping.integer(Self.slots)])
    for (slots, value) in zip(kept.slots, kept.carried) { keeping.result(try keeping.scatter(slots, slot, value)) }
    for result in try keeping.inline(body, kept.carried + kept.captured) { keeping.result(result) }
    let filled = try builder.whileLoop(
      condition: bounded.graph, body: keeping.graph, carried: [zero] + slots + carried, captured: [stride, steps] + captured)
    self.kept = Array(builder.elements(of: filled)[1..<1 + count])
  }

  /// The cotangents of the operands.
  func pullback(_ changes: [ValueID?], _ builder: inout GraphBuilder) throws(HillockError) -> [ValueID?] {
    let active = (0..<count).filter { isActive[$0] }, captured = (count..<operands.count).filter { isActive[$0] }
    let integer = ArrayType(.i64, []), keptTypes = kept.map { builder.type($0) }
    func declare(_ inner: inout GraphBuilder) -> (
      remaining: ValueID, changes: [ValueID], sums: [ValueID], stride: ValueID, kept: [ValueID], captured: [ValueID]
    ) {
      let remaining = inner.argument(integer)
      let changes = active.map { inner.argument(body.arguments[$0]) }, sums = captured.map { inner.argument(body.arguments[$0]) }
      let stride = inner.argument(integer), kept = keptTypes.map { inner.argument($0) }
      return (remaining, changes, sums, stride, kept, body.arguments[count...].map { inner.argument($0) })
    }
    var test = GraphBuilder(name: "the steps of \(body.name)")
    test.result(try test.elementwise(.gt, [declare(&test).remaining, try test.integer(0)]))

    var inner = GraphBuilder(name: "the pullback of \(body.name)")
    let given = declare(&inner)
    let step = try inner.elementwise(.sub, [given.remaining, try inner.integer(1)])
    let carried = try again(step, given.stride, given.kept, given.captured, &inner)
    let mode = try ReverseMode(body, into: &inner, carried + given.captured, isActive: isActive)
    var cotangents = [ValueID?](repeating: nil, count: count)
    for (place, change) in zip(active, given.changes) { cotangents[place] = change }
    let result = try mode.pullback(cotangents, &inner)
    inner.result(step)
    for place in active { inner.result(try inner.change(result[place], of: carried[place])) }
    for (place, sum) in zip(captured, given.sums) { inner.result(try inner.sum(sum, result[place]) ?? sum) }

    var initial = [steps]
    for place in active { initial.append(try builder.change(changes[place], of: values[place])) }
    for place in captured { initial.append(try builder.zeros(body.arguments[place])) }
    let node = try builder.whileLoop(
      condition: test.graph, body: DeadCode.eliminate(inner.graph), carried: initial,
      captured: [stride] + kept + operands[count...])
    let elements = builder.elements(of: node)
    var all = [ValueID?](repeating: nil, count: operands.count)
    for (offset, place) in (active + captured).enumerated() { all[place] = elements[1 + offset] }
    return all
  }

  /// What a step begins with: the slot before it, and the steps in between.
  private func again(
    _ step: ValueID, _ stride: ValueID, _ kept: [ValueID], _ captured: [ValueID], _ builder: inout GraphBuilder
  ) throws(HillockError) -> [ValueID] {
    let slot = try builder.elementwise(.floordiv, [step, stride]), rest = try builder.elementwise(.mod, [step, stride])
    var carried: [ValueID] = []
    for slots in kept { carried.append(try builder.gather(slots, slot)) }
    var test = GraphBuilder(name: "the steps of \(body.name)"), inner = GraphBuilder(name: body.name)
    let remaining = test.argument(ArrayType(.i64, []))
    for type in body.arguments { _ = test.argument(type) }
    test.result(try test.elementwise(.gt, [remaining, try test.integer(0)]))
    let counter = inner.argument(ArrayType(.i64, [])), given = body.arguments.map { inner.argument($0) }
    inner.result(try inner.elementwise(.sub, [counter, try inner.integer(1)]))
    for result in try inner.inline(body, given) { inner.result(result) }
    let node = try builder.whileLoop(condition: test.graph, body: inner.graph, carried: [rest] + carried, captured: captured)
    return Array(builder.elements(of: node)[1...])
  }
}

extension GraphBuilder {
  /// An i64 scalar.
  mutating func integer(_ value: Int) throws(HillockError) -> ValueID { try scalar(UInt64(bitPattern: Int64(value)), .i64) }
}
