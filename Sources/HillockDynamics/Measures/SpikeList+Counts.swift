import Hillock

extension SpikeList {
  /// How many spikes each neuron has in each bin, `i32[bins, neurons]`: a dense array, for other measures.
  ///
  /// - Parameters:
  ///   - window: the times in ms. It and the bins are open at their beginnings.
  ///   - bin: in ms. The window is a whole number of bins.
  /// - Throws: an `argument` error for no neurons, a window without length, or one that is no whole number of bins.
  public func counts(of neurons: Range<Int>, over window: ClosedRange<Double>, bin: Double) throws(HillockError) -> NDArray {
    let trains = try SpikeTrains(self, of: neurons, over: window), bins = try trains.bins(bin)
    guard bins * trains.count <= Int(Int32.max) else {
      throw HillockError(
        .argument,
        "\(bins) bins of \(trains.count) neurons are more than 2^31 − 1 counts; give longer bins, a shorter window or fewer "
          + "neurons")
    }
    var counts = [Int32](repeating: 0, count: bins * trains.count)
    for neuron in 0..<trains.count {
      for time in trains[neuron] { counts[trains.bin(of: time, length: bin, count: bins) * trains.count + neuron] += 1 }
    }
    return NDArray(counts).reshaped(bins, trains.count)
  }

  /// The Fano factor of each neuron, `f64[neurons]`: the variance of its counts in the bins, divided by their mean. 1 for a Poisson
  /// process, smaller for a regular one. NaN for a neuron without spikes.
  ///
  /// - Parameters:
  ///   - window: the times in ms. It and the bins are open at their beginnings.
  ///   - bin: in ms: the length of time in which spikes are counted. The window is a whole number of bins.
  /// - Throws: an `argument` error for no neurons, a window without length, or one that is no whole number of bins.
  public func fanoFactor(of neurons: Range<Int>, over window: ClosedRange<Double>, bin: Double) throws(HillockError) -> NDArray {
    let trains = try SpikeTrains(self, of: neurons, over: window), bins = try trains.bins(bin)
    return trains.each { train in
      guard !train.isEmpty else { return .nan }
      let mean = Double(train.count) / Double(bins)
      let squares = trains.filled(train, bin: bin, of: bins).reduce(0) { $0 + Double($1.count * $1.count) }
      return squares / Double(bins) / mean - mean
    }
  }
}

extension SpikeTrains {
  /// The bins in which a train has spikes, with their counts: work in proportion to the spikes.
  func filled(_ train: ArraySlice<Double>, bin: Double, of bins: Int) -> [(bin: Int, count: Int)] {
    var filled: [(bin: Int, count: Int)] = []
    for time in train {
      let place = self.bin(of: time, length: bin, count: bins)
      if let last = filled.last, last.bin == place {
        filled[filled.count - 1].count += 1
      } else {
        filled.append((place, 1))
      }
    }
    return filled
  }
}
