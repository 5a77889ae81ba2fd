import HillockIR

/// Windows of an array whose places are known when the program runs, one for each batch index. An item is a run of elements that lie side
/// by side in the array and in the windows; units: blocks of items · panels of their columns.
struct Windows: BitwiseCopyable {
  /// For each axis behind the batch ones: the array's extent, its stride in elements, and the window's extent.
  var table: UnsafeMutablePointer<Int>
  var rank: Int
  /// Elements of the array for each batch index, and items.
  var arrayCount: Int
  var items: Int
  /// The axes that one item goes along are those from here on.
  var runAxis: Int
  /// Elements of an item.
  var run: Int
  var elementSize: Int
  /// Bytes of a base that is copied first.
  var byteCount: Int
  var division: Division

  init(_ array: ArrayType, sizes: ArraySlice<Int>, batch: Int, arena: Arena) {
    let extents = Array(array.shape[batch...]), sizes = Array(sizes)
    let strides = Shape.rowMajorStrides(extents)
    // Of an axis that the window has as a whole, all lies side by side, and so does what one index of the axis before has of it.
    var axis = Swift.max(extents.count - 1, 0)
    while axis > 0, sizes[axis] == extents[axis] { axis -= 1 }
    rank = extents.count
    runAxis = axis
    run = sizes[Swift.min(axis, sizes.count)...].reduce(1, *)
    items = sizes[..<Swift.min(axis, sizes.count)].reduce(1, *)
    arrayCount = extents.reduce(1, *)
    elementSize = array.dtype.size
    byteCount = array.byteCount
    table = arena.copy(zip(zip(extents, strides), sizes).flatMap { [$0.0, $0.1, $1] } + [0]).baseAddress.unsafelyUnwrapped
    let batches = array.shape[..<batch].reduce(1, *)
    division = Division(
      items: run == 0 ? 0 : batches * items, cost: Parameters.callCost + ArrayOrder.copyCost(run * elementSize))
    division.sharePanels(columns: run, elementSize: elementSize)
  }

  /// The phase of which `body` calls `copy`.
  func phase(_ body: @escaping Team.Body) -> ArrayPlan.Phase {
    ArrayPlan.Phase(units: division.units, unitCost: division.unitCost, body: body)
  }

  /// Calls `copy` with the byte of the array, that of the windows and the number of bytes, for each piece of these units.
  @inline(__always)  // so that the closure costs nothing
  func pieces(_ starts: UnsafePointer<Int64>, _ first: Int, _ last: Int, _ copy: (Int, Int, Int) -> Void) {
    for unit in first..<last {
      let (items, columns) = division.part(unit, columns: run)
      for item in items {
        let place = place(item, starts) + columns.lowerBound
        copy(place * elementSize, (item * run + columns.lowerBound) * elementSize, columns.count * elementSize)
      }
    }
  }

  /// The element of the array at which an item begins.
  private func place(_ item: Int, _ starts: UnsafePointer<Int64>) -> Int {
    let (batch, index) = item.quotientAndRemainder(dividingBy: items)
    let starts = starts + batch * rank
    var place = batch * arrayCount, rest = index
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      let extent = table[3 * axis], size = table[3 * axis + 2]
      var position = Swift.min(Swift.max(Int(starts[axis]), 0), extent - size)
      if axis < runAxis {
        let (quotient, along) = rest.quotientAndRemainder(dividingBy: size)
        position += along
        rest = quotient
      }
      place += position * table[3 * axis + 1]
    }
    return place
  }
}

/// Takes windows out of an array.
enum DynamicSliceKernel {
  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let windows = Windows(
      order.sources[0], sizes: order.attributes[0][...], batch: order.attributes.number(1), arena: order.arena)
    return ArrayPlan(
      windows, in: order.arena,
      [
        windows.phase { context, _, first, last in
          let call = ArrayCall<Windows>(context)
          let source = call.source(0), destination = call.destination()
          call.parameters.pieces(call.source(1).assumingMemoryBound(to: Int64.self), first, last) { place, window, byteCount in
            copyRow(destination + window, source + place, byteCount)
          }
        }
      ])
  }
}

/// Replaces windows: a copy of the base, then the update's runs.
enum DynamicUpdateKernel {
  static func plan(_ order: ArrayOrder) -> ArrayPlan {
    let batch = order.attributes.number(0)
    let windows = Windows(order.sources[0], sizes: order.sources[1].shape[batch...], batch: batch, arena: order.arena)
    return ArrayPlan(
      windows, in: order.arena,
      [
        BaseCopy.phase(windows.byteCount) { context, _, first, last in
          let call = ArrayCall<Windows>(context)
          BaseCopy.run(call, byteCount: call.parameters.byteCount, first, last)
        },
        windows.phase { context, _, first, last in
          let call = ArrayCall<Windows>(context)
          let update = call.source(1), destination = call.destination()
          call.parameters.pieces(call.source(2).assumingMemoryBound(to: Int64.self), first, last) { place, window, byteCount in
            copyRow(destination + place, update + window, byteCount)
          }
        },
      ])
  }
}
