import HillockIR

/// The types of the registers of program-level instructions.
extension Rule {
  static let shapeRules: [Rule] = [
    eachInstruction(
      "matmul-shape", .shapes,
      "matmul takes a[m,k] and b[k,n] to [m,n], or a[k] and b[k,n] to [n], all of one dtype that is not bool."
    ) { program, _, instruction in
      guard case .matmul(let destination, let a, let b) = instruction else { return nil }
      let (d, x, y) = (program.registers[destination].type, program.registers[a].type, program.registers[b].type)
      let fits =
        (1...2).contains(x.rank) && y.rank == 2 && x.shape.last == y.shape[0] && d.shape == x.shape.dropLast() + [y.shape[1]]
      return fits && x.dtype == y.dtype && d.dtype == x.dtype && d.dtype != .bool ? nil : "\(x) and \(y) to \(d)"
    },
    eachInstruction(
      "reduce-shape", .shapes,
      "reduce takes outer · extent · inner elements to outer · inner of the same dtype: bool for any and all, no "
        + "bool for the others."
    ) { program, _, instruction in
      guard case .reduce(let kind, let destination, let source, let outer, let extent, let inner) = instruction else {
        return nil
      }
      let (d, x) = (program.registers[destination].type, program.registers[source].type)
      guard kind.exists(at: x.dtype), d.dtype == x.dtype else { return "\(kind.name) of \(x.dtype.name) to \(d.dtype.name)" }
      let limit = 0...Shape.maximumCount
      guard limit.contains(outer), limit.contains(extent), limit.contains(inner), let results = checkedProduct(outer, inner),
        let terms = checkedProduct(results, extent), results == d.count, terms == x.count
      else { return "[\(outer), \(extent), \(inner)] does not fit \(x) to \(d)" }
      return nil
    },
    eachInstruction(
      "gather-shape", .shapes,
      "gather takes source[n, …] and i64 indices[…] to indices' shape + source's rows, of the source's dtype; n = 0 "
        + "only where there are no indices."
    ) { program, _, instruction in
      guard case .gather(let destination, let source, let indices) = instruction else { return nil }
      let (d, x) = (program.registers[destination].type, program.registers[source].type)
      let i = program.registers[indices].type
      guard x.rank >= 1, i.dtype == .i64, d == ArrayType(x.dtype, i.shape + x.shape.dropFirst()) else {
        return "\(x) at \(i) to \(d)"
      }
      return x.shape[0] == 0 && i.count > 0 ? "an empty axis has no element to take" : nil
    },
    eachInstruction(
      "scatter-shape", .shapes,
      "scatter takes base[n, …], i64 indices[…] and updates of indices' shape + base's rows to the base's type."
    ) { program, _, instruction in
      guard case .scatter(let destination, let base, let indices, let updates) = instruction else { return nil }
      let (d, x) = (program.registers[destination].type, program.registers[base].type)
      let (i, u) = (program.registers[indices].type, program.registers[updates].type)
      guard x.rank >= 1, d == x, i.dtype == .i64, u == ArrayType(x.dtype, i.shape + x.shape.dropFirst()) else {
        return "\(x) at \(i) with \(u) to \(d)"
      }
      return nil
    },
    eachInstruction(
      "update-shape", .shapes,
      "update takes base and an update of its dtype to the base's type; elements starts + i · steps of each axis lie "
        + "in the base; a start is at most the extent, a step is not 0 and no longer than the axis."
    ) { program, _, instruction in
      guard case .updateSlice(let destination, let base, let update, let starts, let steps) = instruction else { return nil }
      let (d, x, u) = (program.registers[destination].type, program.registers[base].type, program.registers[update].type)
      guard d == x, u.dtype == x.dtype, u.rank == x.rank, starts.count == x.rank, steps.count == x.rank else {
        return "\(x) with \(u) at \(starts) in steps \(steps) to \(d)"
      }
      for (axis, extent) in x.shape.enumerated() {
        let reach = Swift.max(extent, 1)
        guard (0...extent).contains(starts[axis]), (-reach...reach).contains(steps[axis]), steps[axis] != 0 else {
          return "axis \(axis): start \(starts[axis]), step \(steps[axis])"
        }
        if u.shape[axis] == 0 { continue }
        guard starts[axis] < extent, let span = checkedProduct(steps[axis], u.shape[axis] - 1),
          (0..<extent).contains(starts[axis] + span)
        else { return "axis \(axis): \(u.shape[axis]) elements from \(starts[axis]) in steps of \(steps[axis]) leave \(x)" }
      }
      return nil
    },
    eachInstruction(
      "concatenate-shape", .shapes,
      "concatenate takes one array or more that differ at most along its axis to the type that joins them."
    ) { program, _, instruction in
      guard case .concatenate(let destination, let sources, let axis) = instruction else { return nil }
      let d = program.registers[destination].type
      guard !sources.isEmpty, d.shape.indices.contains(axis) else { return "\(sources.count) arrays along axis \(axis) of \(d)" }
      var extent = 0
      for source in sources {
        var type = program.registers[source].type
        guard type.rank == d.rank, let sum = checkedSum(extent, type.shape[axis]) else { return "\(type) does not fit \(d)" }
        extent = sum
        type.shape[axis] = d.shape[axis]
        guard type == d else { return "\(program.registers[source].type) does not fit \(d)" }
      }
      return extent == d.shape[axis] ? nil : "the arrays have \(extent) elements along axis \(axis), the result \(d.shape[axis])"
    },
    eachInstruction("call-type", .shapes, "A call passes and takes registers of exactly the types that its function has.") {
      program, _, instruction in
      guard case .call(let index, let operands, let results) = instruction else { return nil }
      let function = program.functions[index]
      let given = FunctionSlot(
        name: function.name, operands: operands.map { program.registers[$0].type },
        results: results.map { program.registers[$0].type })
      return given == function ? nil : "function \(index) is \(function.text), not \(given.text)"
    },
  ]
}
