import Hillock

/// Spikes that all take one time to the synapses: the spikes of the last steps, a row for each.
final class SpikeDelay: Base {
  /// `bool[steps, neurons]`, behind the batch axis if there is one: those of step i in row i mod steps.
  private(set) var rows = Variable(zeros([1, 0], dtype: .bool), name: "rows")
  private(set) var steps = 1

  /// Makes room for a delay of so many steps, 1 or more, of a source of this shape. Spikes under way are lost where the delay changes.
  func reserve(steps: Int, shape: [Int]) throws(HillockError) {
    let needed: [Int] = Array(shape.dropLast()) + [steps, shape.last ?? 0]
    if rows.shape != needed { rows = Variable(try zeros(needed, dtype: .bool).checked(), name: "rows") }
    self.steps = steps
  }

  /// Takes the spikes at the beginning of a step, which left a step ago, and gives those that arrive now.
  func exchange(_ spikes: NDArray, _ step: TimeStep) -> NDArray {
    guard steps > 1 else { return spikes }
    let now = step.index % steps, oldest = (step.index + 1) % steps
    if rows.rank == 2 {
      rows[now] = spikes
      return rows.value[oldest]
    }
    rows[.all, now] = spikes
    return rows.value[.all, oldest]
  }

  func reset() { rows.value = zerosLike(rows.value) }
}
