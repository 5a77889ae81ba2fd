import Hillock

extension SpikeList {
  /// The mean of Pearson's correlation of spike counts, over all pairs of neurons. Those whose count never changes (silent ones) have no
  /// correlation and do not count. NaN where fewer than two are left.
  ///
  /// Σ_{i≠j} c_ij is (Σ_i z_i)² − Σ_i z_i² averaged over bins, for counts z of mean 0 and variance 1. So the work is in proportion to spikes
  /// and bins, not to pairs.
  ///
  /// - Parameters:
  ///   - window: the times in ms. It and the bins are open at their beginnings.
  ///   - bin: in ms. The window is a whole number of bins.
  /// - Throws: an `argument` error for no neurons, a window without length, or one that is no whole number of bins.
  public func meanCorrelation(of neurons: Range<Int>, over window: ClosedRange<Double>, bin: Double) throws(HillockError)
    -> Double
  {
    let trains = try SpikeTrains(self, of: neurons, over: window), bins = try trains.bins(bin)
    var sums = [Double](repeating: 0, count: bins), offset = 0.0, kept = 0
    for neuron in 0..<trains.count {
      let filled = trains.filled(trains[neuron], bin: bin, of: bins)
      let mean = Double(trains[neuron].count) / Double(bins)
      let variance = filled.reduce(0) { $0 + Double($1.count * $1.count) } / Double(bins) - mean * mean
      guard variance > 1e-12 * mean * mean, mean > 0 else { continue }
      let deviation = variance.squareRoot()
      for (place, count) in filled { sums[place] += Double(count) / deviation }
      offset += mean / deviation
      kept += 1
    }
    guard kept >= 2 else { return .nan }
    let all = sums.reduce(0) { $0 + ($1 - offset) * ($1 - offset) } / Double(bins)
    return (all - Double(kept)) / Double(kept * (kept - 1))
  }

  /// Pearson's correlation of the spike counts of each pair of neurons, `f64[neurons, neurons]`. NaN beside neurons whose count never
  /// changes. The work is in proportion to pairs times bins.
  ///
  /// - Throws: an `argument` error for no neurons, a window without length, or one that is no whole number of bins.
  public func correlations(of neurons: Range<Int>, over window: ClosedRange<Double>, bin: Double) throws(HillockError) -> NDArray
  {
    let counts = try counts(of: neurons, over: window, bin: bin).asType(.f64)
    let deviations = counts - counts.mean(axis: 0)
    let lengths = sqrt((deviations * deviations).sum(axis: 0))
    return dot(deviations.T, deviations) / (lengths[.all, .newAxis] * lengths)
  }

  /// How much neurons fire together: the mean over all pairs of those that fired of Σ sᵢ sⱼ / √(Σ sᵢ · Σ sⱼ), where s is whether a neuron
  /// fires in a bin. (Wang and Buzsáki, J. Neurosci. 16, 1996.) 1 if all fire in the same bins. NaN where fewer than two fired.
  ///
  /// - Parameters:
  ///   - window: the times in ms. It and the bins are open at their beginnings.
  ///   - bin: in ms. The window is a whole number of bins.
  /// - Throws: an `argument` error for no neurons, a window without length, or one that is no whole number of bins.
  public func coherence(of neurons: Range<Int>, over window: ClosedRange<Double>, bin: Double) throws(HillockError) -> Double {
    let trains = try SpikeTrains(self, of: neurons, over: window), bins = try trains.bins(bin)
    var sums = [Double](repeating: 0, count: bins), fired = 0
    for neuron in 0..<trains.count {
      let filled = trains.filled(trains[neuron], bin: bin, of: bins)
      guard !filled.isEmpty else { continue }
      let weight = 1 / Double(filled.count).squareRoot()
      for (place, _) in filled { sums[place] += weight }
      fired += 1
    }
    guard fired >= 2 else { return .nan }
    // Each neuron with itself gives 1.
    return (sums.reduce(0) { $0 + $1 * $1 } - Double(fired)) / Double(fired * (fired - 1))
  }

  /// The cross-correlogram of two neurons: how many pairs of spikes have each difference of times, t of `second` − t of `first`, `f64`.
  /// `times` are the middles of the bins, from −`lag` to `lag`; the middle bin is around 0. With one neuron twice it is the
  /// autocorrelogram, without pairs of a spike and itself.
  ///
  /// - Parameters:
  ///   - lag: the largest difference in ms: a whole number of bins.
  ///   - bin: in ms.
  /// - Throws: an `argument` error for a window without length, a negative neuron, or a lag that is no whole number of bins.
  public func correlogram(
    of first: Int, with second: Int, over window: ClosedRange<Double>, lag: Double, bin: Double
  ) throws(HillockError) -> TimeCourse {
    guard first >= 0, second >= 0, first < Int.max, second < Int.max else {
      throw HillockError(.argument, "neurons are counted from 0; not \(first) and \(second)")
    }
    let exact = lag / bin, whole = exact.rounded()
    guard bin > 0, lag >= 0, let reach = Int(exactly: whole), reach < 1 << 30, (exact - whole).magnitude <= 1e-6 else {
      throw HillockError(
        .argument, "a lag of \(lag) ms is \(exact) bins of \(bin) ms; give lengths so that it is a whole number of them")
    }
    let a = try SpikeTrains(self, of: first..<first + 1, over: window).times
    let b = try SpikeTrains(self, of: second..<second + 1, over: window).times
    var counts = [Double](repeating: 0, count: 2 * reach + 1), start = 0
    let width = (Double(reach) + 0.5 + 1e-6) * bin
    for (place, time) in a.enumerated() {
      while start < b.count, b[start] < time - width { start += 1 }
      for other in start..<b.count {
        if b[other] - time > width { break }
        if first == second, other == place { continue }
        // A difference between two bins belongs to the later one, within 10⁻⁶ of a bin.
        let shift = Int(((b[other] - time) / bin + 0.5 + 1e-6).rounded(.down))
        if shift.magnitude <= reach { counts[shift + reach] += 1 }
      }
    }
    return TimeCourse(
      times: NDArray((-reach...reach).map { Double($0) * bin }, dtype: .f64), values: NDArray(counts, dtype: .f64))
  }
}

/// How much potentials go together, χ² of Golomb and Rinzel (Physica D 72, 1994): the variance over time of the mean of all neurons,
/// divided by the mean of the variances of each. 1 if all are the same, about 1/N if they are independent, `f64[]`. NaN where none changes.
///
/// ```swift
/// let group = HH(4)
/// group.input.value = NDArray([8.0, 9, 10, 11])
/// let record = try group.run(50, dt: 0.01, monitors: ["V": group.V])
/// let chi2 = record["V"].map(synchrony)
/// ```
///
/// - Parameter potentials: times on the first axis; the other axes are the group's.
public func synchrony(_ potentials: NDArray) -> NDArray {
  let V = potentials.asType(.f64).reshaped(potentials.shape.first ?? 0, -1)
  return V.mean(axis: 1).variance() / V.variance(axis: 0).mean()
}
