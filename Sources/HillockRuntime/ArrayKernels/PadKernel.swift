import CHillock
import HillockIR

/// An array with a value around and between its elements. An item is a row of the result along the last axis, which is one of the
/// operand's or all value; units: blocks of rows · panels of their columns.
struct PadKernel: BitwiseCopyable {
  /// For each axis: the operand's extent, the result's, the low edge, and the distance of two elements of the operand in the result.
  var table: UnsafeMutablePointer<Int>
  var rank: Int
  var elementSize: Int
  /// Elements of a row of the result and of the operand.
  var columns: Int
  var operandColumns: Int
  var division: Division

  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    // An array without axes is one row of one element.
    let operand = order.sources[0].shape.isEmpty ? [1] : order.sources[0].shape
    let result = order.destinations[0].shape.isEmpty ? [1] : order.destinations[0].shape
    let low = order.attributes[0].isEmpty ? [0] : order.attributes[0]
    let interior = order.attributes[2].isEmpty ? [0] : order.attributes[2]
    var table: [Int] = []
    for axis in operand.indices { table += [operand[axis], result[axis], low[axis], interior[axis] + 1] }
    let size = order.sources[0].dtype.size, columns = result[result.count - 1]
    var kernel = PadKernel(
      table: order.arena.copy(table).baseAddress.unsafelyUnwrapped, rank: operand.count, elementSize: size, columns: columns,
      operandColumns: operand[operand.count - 1],
      division: Division(
        items: columns == 0 ? 0 : result.dropLast().reduce(1, *), cost: Parameters.callCost + ArrayOrder.copyCost(columns * size))
    )
    kernel.division.sharePanels(columns: columns, elementSize: size)
    return ArrayPlan(
      kernel, in: order.arena,
      [
        ArrayPlan.Phase(units: kernel.division.units, unitCost: kernel.division.unitCost) { context, _, first, last in
          PadKernel.run(ArrayCall(context), first, last)
        }
      ])
  }

  private static func run(_ call: ArrayCall<PadKernel>, _ first: Int, _ last: Int) {
    let kernel = call.parameters, size = kernel.elementSize
    let operand = call.source(0), destination = call.destination()
    for unit in first..<last {
      let (rows, columns) = kernel.division.part(unit, columns: kernel.columns)
      for row in rows {
        let out = destination + row * kernel.columns * size
        guard let source = kernel.operandRow(row) else {
          call.fill(out, columns, size)
          continue
        }
        kernel.write(call, out, operand + source * kernel.operandColumns * size, columns)
      }
    }
  }

  /// The operand's row that a row of the result has; nil where it is all value.
  private func operandRow(_ row: Int) -> Int? {
    var rest = row, place = 0, stride = 1
    for axis in Swift.stride(from: rank - 2, through: 0, by: -1) {
      let (quotient, index) = rest.quotientAndRemainder(dividingBy: table[4 * axis + 1])
      rest = quotient
      let (position, between) = (index - table[4 * axis + 2]).quotientAndRemainder(dividingBy: table[4 * axis + 3])
      guard index >= table[4 * axis + 2], between == 0, position < table[4 * axis] else { return nil }
      place += position * stride
      stride *= table[4 * axis]
    }
    return place
  }

  /// The columns of a row that the operand has elements in.
  private func write(_ call: ArrayCall<PadKernel>, _ out: Run.Pointer, _ source: Run.Pointer, _ columns: Range<Int>) {
    let last = 4 * (rank - 1), low = table[last + 2], step = table[last + 3], size = elementSize
    // The operand's elements whose columns are among these: the first at or behind a column, and the one before which those end.
    func element(_ column: Int) -> Int {
      let distance = column - low
      return distance <= 0 ? 0 : Swift.min((distance - 1) / step + 1, operandColumns)
    }
    let elements = element(columns.lowerBound)..<element(columns.upperBound)
    guard step == 1, !elements.isEmpty else {
      call.fill(out, columns, size)
      for element in elements { copyRow(out + (low + element * step) * size, source + element * size, size) }
      return
    }
    let start = low + elements.lowerBound, end = low + elements.upperBound
    call.fill(out, columns.lowerBound..<start, size)
    (out + start * size).copyMemory(from: source + elements.lowerBound * size, byteCount: elements.count * size)
    call.fill(out, end..<columns.upperBound, size)
  }
}

extension ArrayCall<PadKernel> {
  /// Columns of a row that hold the value.
  fileprivate func fill(_ row: Run.Pointer, _ columns: Range<Int>, _ size: Int) {
    hk_load_strided(Int64(columns.count), row + columns.lowerBound * size, source(1), 0, 0, nil, nil, Int64(size))
  }
}
