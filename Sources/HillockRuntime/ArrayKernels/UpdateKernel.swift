import HillockIR

/// Replaces the elements that a slice would take: a copy of the base, then the update's rows. Units: blocks of these.
struct UpdateKernel: BitwiseCopyable {
  /// The first element's place, then for each axis its extent and its stride in the base.
  var table: UnsafeMutablePointer<Int>
  var rank: Int
  var elementSize: Int
  var rowLength: Int
  var byteCount: Int
  var division: Division

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let base = order.sources[0], update = order.sources[1]
    let starts = order.attributes[0], steps = order.attributes[1]
    // An array without axes is one row of one element.
    let shape = update.shape.isEmpty ? [1] : update.shape
    let strides = base.shape.isEmpty ? [1] : Shape.rowMajorStrides(base.shape)
    var table = [zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }]
    for axis in shape.indices { table += [shape[axis], (steps.isEmpty ? 1 : steps[axis]) * strides[axis]] }
    let size = base.dtype.size, length = shape[shape.count - 1]
    let kernel = UpdateKernel(
      table: order.arena.copy(table).baseAddress.unsafelyUnwrapped, rank: shape.count, elementSize: size, rowLength: length,
      byteCount: base.byteCount,
      division: Division(
        items: length == 0 ? 0 : update.count / length, cost: Parameters.callCost + ArrayOrder.copyCost(length * size)))
    return ArrayPlan(
      kernel, in: order.arena,
      [
        BaseCopy.phase(kernel.byteCount) { context, _, first, last in
          let call = ArrayCall<UpdateKernel>(context)
          BaseCopy.run(call, byteCount: call.parameters.byteCount, first, last)
        },
        ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, _, first, last in
          UpdateKernel.run(ArrayCall(context), first, last)
        },
      ])
  }

  private static func run(_ call: ArrayCall<UpdateKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters
    let table = kernel.table, size = kernel.elementSize, length = kernel.rowLength
    guard length > 0 else { return }
    let destination = call.destination(), update = call.source(1)
    let stride = table[2 * kernel.rank]
    for row in kernel.division.items(first, last) {
      // The row's place: the remaining axes of its linear index, from the last but one to the first.
      var place = table[0]
      var rest = row
      for axis in Swift.stride(from: kernel.rank - 2, through: 0, by: -1) {
        let (quotient, index) = rest.quotientAndRemainder(dividingBy: table[1 + 2 * axis])
        place += index * table[2 + 2 * axis]
        rest = quotient
      }
      let source = update + row * length * size
      if stride == 1 {
        (destination + place * size).copyMemory(from: source, byteCount: length * size)
      } else {
        for element in 0..<length { copyRow(destination + (place + element * stride) * size, source + element * size, size) }
      }
    }
  }
}
