import Hillock

/// A spectrum of power.
public struct Spectrum: Sendable {
  /// In Hz, `f64[count]`.
  public let frequencies: NDArray
  /// The power at each frequency, `f64[count]`.
  public let power: NDArray
}

extension SpikeList {
  /// The power spectrum of the population's spikes, from the times themselves, without bins: |Σₖ exp(−2πi f tₖ)|² / (neurons · duration), in
  /// Hz, averaged over segments (Bartlett's method). A Poisson process of constant rate has its rate at all frequencies; a population
  /// that fires together has a peak at the frequency of the rhythm, up to as many times larger as there are neurons.
  ///
  /// ```swift
  /// let neurons = LIF(10)
  /// neurons.input[...] = 30
  /// let record = try neurons.run(1000, monitors: ["spikes": Monitor(spikesOf: neurons)])
  /// let spectrum = try record.spikes("spikes")?.spectrum(of: 0..<10, over: 0...1000, upTo: 200, segment: 500)
  /// ```
  ///
  /// The work is in proportion to spikes times frequencies.
  ///
  /// - Parameters:
  ///   - window: the times in ms. It is open at its beginning.
  ///   - upTo: the largest frequency in Hz.
  ///   - segment: in ms. The frequencies are the multiples of 1/segment from the first one, at which a constant rate gives nothing. The
  ///     window is a whole number of segments; nil for one.
  /// - Throws: an `argument` error for no neurons, a window without length or that is no whole number of segments, or a largest frequency
  ///   below the first.
  public func spectrum(
    of neurons: Range<Int>, over window: ClosedRange<Double>, upTo largest: Double, segment: Double? = nil
  ) throws(HillockError) -> Spectrum {
    let trains = try SpikeTrains(self, of: neurons, over: window), length = segment ?? trains.duration
    let segments = try trains.bins(length, "segments"), first = 1000 / length
    let exact = (largest / first * (1 + 1e-12)).rounded(.down)
    guard let count = Int(exactly: exact), count >= 1, count <= 1 << 24 else {
      throw HillockError(
        .argument, "segments of \(length) ms have the frequencies from \(first) Hz on; \(largest) Hz is no largest one of them")
    }
    var parts = [[Double]](repeating: [], count: segments)
    for time in trains.times { parts[trains.bin(of: time, length: length, count: segments)].append(time - window.lowerBound) }
    var power = [Double](repeating: 0, count: count)
    for times in parts {
      for place in 0..<count {
        var real = 0.0, imaginary = 0.0
        for time in times {
          // Whole turns are taken off, so that the angle keeps its digits.
          let turns = time / length * Double(place + 1)
          let angle = 2 * Double.pi * (turns - turns.rounded())
          real += Scalar.cos(angle)
          imaginary += Scalar.sin(angle)
        }
        power[place] += real * real + imaginary * imaginary
      }
    }
    let unit = 1000 / (Double(trains.count) * trains.duration)
    return Spectrum(
      frequencies: NDArray((1...count).map { Double($0) * first }, dtype: .f64),
      power: NDArray(power.map { $0 * unit }, dtype: .f64))
  }
}
