import Hillock

/// A quantity over time, for example a firing rate.
public struct TimeCourse: Sendable {
  /// In ms, `f64[count]`.
  public let times: NDArray
  /// One value for each time, `f64[count]`.
  public let values: NDArray

  public init(times: NDArray, values: NDArray) { (self.times, self.values) = (times, values) }
}

/// How a rate is smoothed. A kernel has the area 1; at the ends of a window it is cut, and made larger so that its area stays 1. So the
/// rate does not fall there.
public enum Smoothing: Sendable, Hashable {
  /// A normal curve with this standard deviation in ms, cut at five of them.
  case gaussian(sigma: Double)
  /// The mean over a window of this width in ms, around each time. Bins that it covers in part count in part.
  case rectangular(width: Double)

  /// The weights of the bins around one, which is in the middle.
  func weights(bin: Double) throws(HillockError) -> [Double] {
    switch self {
    case .gaussian(let sigma):
      let reach = try Smoothing.reach(5 * sigma / bin, sigma, "a standard deviation of \(sigma) ms")
      return (-reach...reach).map { place in
        let z = Double(place) * bin / sigma
        return Scalar.exp(-0.5 * z * z)
      }
    case .rectangular(let width):
      let half = width / bin / 2, reach = try Smoothing.reach(half - 0.5, width, "a width of \(width) ms")
      return (-reach...reach).map { place in
        let low = max(Double(place) - 0.5, -half), high = min(Double(place) + 0.5, half)
        return max(0, high - low)
      }
    }
  }

  private static func reach(_ bins: Double, _ length: Double, _ what: String) throws(HillockError) -> Int {
    guard length > 0, bins.isFinite, bins < 0x1p24 else {
      throw HillockError(.argument, "a rate cannot be smoothed with \(what); give a length above 0 ms, and bins that fit it")
    }
    return max(0, Int(bins.rounded(.up)))
  }
}

extension SpikeList {
  /// The firing rate of a population in Hz: spikes a neuron and second.
  ///
  /// ```swift
  /// let inputs = PoissonGroup(100, rates: 40)
  /// let record = try inputs.run(500, monitors: ["spikes": Monitor(spikesOf: inputs)])
  /// if let spikes = record.spikes("spikes") {
  ///   try spikes.rate(of: 0..<100, over: 0...500)            // about 40
  ///   try spikes.rates(of: 0..<100, over: 0...500)           // f64[100]
  ///   try spikes.rate(of: 0..<100, over: 0...500, bin: 1, smoothing: .gaussian(sigma: 5)).values     // f64[500]
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - neurons: the numbers of the population's neurons, those that never fired included.
  ///   - window: the times in ms. It is open at its beginning: a spike at that time ends a step, and belongs to what was before.
  /// - Throws: an `argument` error for no neurons, or a window without length.
  public func rate(of neurons: Range<Int>, over window: ClosedRange<Double>) throws(HillockError) -> Double {
    let trains = try SpikeTrains(self, of: neurons, over: window)
    return Double(trains.times.count) / Double(trains.count) / trains.duration * 1000
  }

  /// The firing rate of each neuron in Hz, `f64[neurons]`.
  public func rates(of neurons: Range<Int>, over window: ClosedRange<Double>) throws(HillockError) -> NDArray {
    let trains = try SpikeTrains(self, of: neurons, over: window)
    return trains.each { Double($0.count) / trains.duration * 1000 }
  }

  /// The firing rate of a population over time in Hz: in bins, or smoothed. The times are the middles of the bins.
  ///
  /// - Parameters:
  ///   - bin: in ms. The window is a whole number of bins. With smoothing, the length of its steps.
  ///   - smoothing: nil for the rate in each bin.
  /// - Throws: an `argument` error if the window is no whole number of bins, or the smoothing has no length.
  public func rate(
    of neurons: Range<Int>, over window: ClosedRange<Double>, bin: Double, smoothing: Smoothing? = nil
  ) throws(HillockError) -> TimeCourse {
    let trains = try SpikeTrains(self, of: neurons, over: window), count = try trains.bins(bin)
    var spikes = [Double](repeating: 0, count: count)
    for time in trains.times { spikes[trains.bin(of: time, length: bin, count: count)] += 1 }
    let unit = 1000 / bin / Double(trains.count)
    let smooth = try smoothing.map { smoothing throws(HillockError) in SpikeList.convolve(spikes, try smoothing.weights(bin: bin))
    }
    return TimeCourse(
      times: trains.middles(bin, count), values: NDArray((smooth ?? spikes).map { $0 * unit }, dtype: .f64))
  }

  /// Weighted means around each place, with the weights that lie inside.
  private static func convolve(_ x: [Double], _ weights: [Double]) -> [Double] {
    let reach = weights.count / 2
    // The sums of the first weights, for those that are cut.
    var sums = [0.0]
    for weight in weights { sums.append(sums[sums.count - 1] + weight) }
    var result = [Double](repeating: 0, count: x.count)
    for (place, value) in x.enumerated() where value != 0 {
      for other in max(0, place - reach)...min(x.count - 1, place + reach) {
        result[other] += value * weights[other - place + reach]
      }
    }
    for place in result.indices {
      let first = max(0, reach - place), last = min(weights.count, x.count - place + reach)
      result[place] /= sums[last] - sums[first]
    }
    return result
  }
}
