extension ArrayOpRow {
  /// Replaces the elements that a slice would take.
  static let update = ArrayOpRow(
    "update",
    "(base, update): base with the elements starts + i · steps of each axis replaced by the update's, which lie in the base; a start "
      + "is at most the extent, a step is not 0 and no longer than the axis.",
    operands: 2...2, attributes: [.numbers("starts"), .numbers("steps")], overwrites: 0, reason: .partialUpdate,
    narrow: { _, _ in .moves },
    derivative: .rules(
      pushforward: { (builder, use, tangents) throws(HillockError) in
        guard tangents[0] != nil || tangents[1] != nil else { return [nil] }
        var changes: [ValueID] = []
        for (tangent, operand) in zip(tangents, use.operands) {
          if let tangent { changes.append(tangent) } else { changes.append(try builder.zeros(builder.type(operand))) }
        }
        return [try builder.array(.update, changes, use.attributes)]
      },
      pullback: { (builder, use, cotangents, wanted) throws(HillockError) in
        guard let cotangent = cotangents[0] else { return [nil, nil] }
        let update = builder.type(use.operands[1])
        let kept =
          wanted[0] ? try builder.array(.update, [cotangent, try builder.zeros(update)], use.attributes) : nil
        let taken =
          wanted[1]
          ? try builder.slice(cotangent, starts: use.attributes[0], steps: use.attributes[1], sizes: update.shape) : nil
        return [kept, taken]
      }),
    types: { (operands, attributes) throws(HillockError) in
      let (base, update) = (operands[0], operands[1])
      let (starts, steps) = (attributes[0], attributes[1])
      guard update.dtype == base.dtype, update.rank == base.rank, starts.count == base.rank, steps.count == base.rank else {
        throw HillockError(.shape, "update: \(update) at \(starts) in steps of \(steps) does not fit \(base)")
      }
      for (axis, extent) in base.shape.enumerated() {
        let reach = Swift.max(extent, 1)
        guard (0...extent).contains(starts[axis]), (-reach...reach).contains(steps[axis]), steps[axis] != 0 else {
          throw HillockError(.index, "update: axis \(axis) of \(base) has no start \(starts[axis]) with step \(steps[axis])")
        }
        if update.shape[axis] == 0 { continue }
        let (span, overflow) = steps[axis].multipliedReportingOverflow(by: update.shape[axis] - 1)
        guard starts[axis] < extent, !overflow, (0..<extent).contains(starts[axis] &+ span) else {
          throw HillockError(
            .index,
            "update: axis \(axis): \(update.shape[axis]) elements from \(starts[axis]) in steps of \(steps[axis]) leave \(base)")
        }
      }
      return [base]
    })
}

extension GraphBuilder {
  /// The update is converted to the base's dtype and broadcast to `sizes`.
  package mutating func updateSlice(
    _ base: ValueID, _ update: ValueID, starts: [Int], steps: [Int], sizes: [Int]
  ) throws(HillockError) -> ValueID {
    let type = type(base)
    let region = try checkRegion(type.shape, starts: starts, steps: steps, sizes: sizes)
    let fitted = try broadcast(try convert(update, to: type.dtype), to: sizes)
    return try array(.update, [base, fitted], [region.starts, region.steps])
  }
}
