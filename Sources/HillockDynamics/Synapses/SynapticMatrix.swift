import Hillock

/// Connections with their weights, as a receptor takes what they send: stored, or drawn again when they are needed.
enum SynapticMatrix {
  case stored(SparseMatrix)
  case drawn(DrawnMatrix)

  /// An array with one element for each target, with what rows send added.
  func added(_ rows: NDArray, to state: NDArray) -> NDArray {
    switch self {
    case .stored(let matrix): state.adding(rows, along: matrix)
    case .drawn(let matrix): state.adding(rows, along: matrix)
    }
  }

  /// A ring `[slots, targets]`, with what rows send added to a slot.
  ///
  /// - Parameter delays: in steps, of each stored synapse; nil for none.
  func delivered(_ rows: NDArray, to ring: NDArray, slot: NDArray, delays: NDArray?) -> NDArray {
    switch self {
    case .stored(let matrix): ring.delivering(rows, along: matrix, slot: slot, delays: delays)
    case .drawn(let matrix): ring.delivering(rows, along: matrix, slot: slot)
    }
  }
}
