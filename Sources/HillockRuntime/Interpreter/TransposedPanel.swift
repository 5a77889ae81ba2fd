import CHillock
import HillockBytecode
import HillockIR

/// A strided operand whose elements lie side by side along another axis than the innermost one, as `hk_load_transposed` reads
/// it: a panel of several rows of positions at a time, for which each line of memory is read once.
///
/// Read position by position, a line comes from memory again for each of its elements: x + xᵀ of 2048² floats took 40 times a copy.
package struct TransposedPanel {
  /// The operand.
  package var slot: Int
  /// In a worker's scratch, behind what `ScratchLayout` places.
  package var offset: Int
  package var byteCount: Int
  package var elementSize: Int
  /// The index space for this operand: without axes of one index, and neighbours that lie like one axis joined.
  package var shape: [Int]
  package var strides: [Int]
  /// The axis of stride 1, and how many of its indices are in a panel.
  package var axis: Int
  package var rows: Int
  /// Positions of one row: of one index along the axis.
  package var inner: Int

  /// What of the kernel's positions a panel holds.
  package var positions: Int { rows * inner }

  /// The panels of a kernel, by operand, behind what the layout places.
  package static func panels(of kernel: Kernel, registers: [Register], layout: ScratchLayout) -> [Int: TransposedPanel] {
    var panels: [Int: TransposedPanel] = [:]
    var offset = (layout.byteCount + 63) & ~63
    for slot in kernel.operands.indices {
      guard var panel = TransposedPanel(kernel, slot, registers) else { continue }
      panel.offset = offset
      offset += (panel.byteCount + 63) & ~63
      panels[slot] = panel
    }
    return panels
  }

  /// Those of a kernel's native code.
  package static func panels(of kernel: Kernel, registers: [Register]) -> [Int: TransposedPanel] {
    panels(of: kernel, registers: registers, layout: ScratchLayout(kernel) { registers[$0].type.dtype })
  }

  /// Bytes of a worker's scratch that a kernel's native code uses: what `ScratchLayout` places, and the panels behind it.
  package static func scratchByteCount(_ kernel: Kernel, registers: [Register]) -> Int {
    let layout = ScratchLayout(kernel) { registers[$0].type.dtype }
    return end(of: panels(of: kernel, registers: registers, layout: layout), layout)
  }

  static func end(of panels: [Int: TransposedPanel], _ layout: ScratchLayout) -> Int {
    (panels.values.reduce(layout.byteCount) { max($0, $1.offset + $1.byteCount) } + 63) & ~63
  }

  /// nil where the operand is read as it lies: it is small, or a panel would have too few rows.
  package init?(_ kernel: Kernel, _ slot: Int, _ registers: [Register]) {
    let operand = kernel.operands[slot]
    guard case .strided(_, let given) = operand.access, !operand.isWritten else { return nil }
    elementSize = registers[operand.register].type.dtype.size
    // What is repeated is not counted: it stays in the nearer caches.
    let elements = kernel.count == 0 ? 0 : zip(kernel.shape, given).reduce(1) { $1.1 == 0 ? $0 : $0 * $1.0 }
    guard elements * elementSize >= Parameters.leastTransposed else { return nil }
    let limit =
      Parameters.transposedPanels / kernel.operands.filter { if case .strided = $0.access { true } else { false } }.count
    self.slot = slot
    (shape, strides) = Self.joined(kernel.shape, given)
    guard let innermost = strides.last, innermost.magnitude > 1, shape.count <= Int(HK_TRANSPOSED_RANK),
      let axis = strides.firstIndex(of: 1), let columns = shape.last, columns >= Self.leastSide, shape[axis] >= Self.leastSide
    else { return nil }
    self.axis = axis
    inner = shape[(axis + 1)...].reduce(1, *)
    // Few columns: more rows, so that a panel is worth the call.
    var rows = min(max(Self.mostRows, 4096 / inner & ~(Self.mostRows - 1)), shape[axis])
    // Fewer, where they do not fit, or where workers would have nothing to share. Both tiers come to the same number, whatever
    // the number of workers is by then: they share the scratch.
    let leastRows = Int(HK_TRANSPOSED_LEAST_ROWS)
    while rows > leastRows,
      rows * inner * elementSize > limit || kernel.count / (rows * inner) < Self.leastPanels
    { rows = max(rows / 2, leastRows) }
    guard rows >= leastRows, rows * inner * elementSize <= limit else { return nil }
    self.rows = rows
    offset = 0
    byteCount = MemoryLayout<hk_panel>.stride + rows * inner * elementSize
  }

  /// As the C function wants it.
  package var transposition: hk_transposition {
    var result = hk_transposition()
    result.element_size = Int64(elementSize)
    result.rank = Int64(shape.count)
    result.axis = Int64(axis)
    result.rows = Int64(rows)
    result.inner = Int64(inner)
    withUnsafeMutableBytes(of: &result.dims) { $0.copyBytes(from: bytes(of: shape)) }
    withUnsafeMutableBytes(of: &result.strides) { $0.copyBytes(from: bytes(of: strides)) }
    return result
  }

  private func bytes(of numbers: [Int]) -> [UInt8] { numbers.map(Int64.init).withUnsafeBytes(Array.init) }

  /// Two lines of floats lie side by side, and memory likes pairs of lines.
  private static let mostRows = 32
  private static let leastSide = 8
  private static let leastPanels = 8

  private static func joined(_ shape: [Int], _ strides: [Int]) -> ([Int], [Int]) {
    var result: (shape: [Int], strides: [Int]) = ([], [])
    for (extent, stride) in zip(shape, strides) where extent != 1 {
      if let outer = result.strides.last, outer == extent * stride {
        result.shape[result.shape.count - 1] *= extent
        result.strides[result.strides.count - 1] = stride
      } else {
        result.shape.append(extent)
        result.strides.append(stride)
      }
    }
    return result
  }
}

extension hk_transposition {
  /// The numbers it consists of, in order.
  package var words: [Int] {
    withUnsafeBytes(of: self) { $0.bindMemory(to: Int64.self).map(Int.init) }
  }
}
