import Hillock

/// The spikes of some neurons within a window of time, neuron by neuron.
///
/// A window is open at its beginning: a spike at time t ends a step, so one at the beginning belongs to what was before. Two windows that
/// follow each other count each spike once.
struct SpikeTrains {
  let window: ClosedRange<Double>
  /// Where the spikes of each neuron begin, and the end of the last.
  private let starts: [Int]
  /// The times in ms, ascending for each neuron.
  let times: [Double]

  /// The number of neurons.
  var count: Int { starts.count - 1 }
  /// The length of the window in ms.
  var duration: Double { window.upperBound - window.lowerBound }

  /// The times of a neuron of the range, counted from its first.
  subscript(_ neuron: Int) -> ArraySlice<Double> { times[starts[neuron]..<starts[neuron + 1]] }

  /// Takes one pass to count and one to place the spikes.
  ///
  /// - Throws: an `argument` error for no neurons, negative ones, or a window without length.
  init(_ spikes: SpikeList, of neurons: Range<Int>, over window: ClosedRange<Double>) throws(HillockError) {
    guard !neurons.isEmpty, neurons.lowerBound >= 0 else {
      throw HillockError(.argument, "a measure is of one neuron or more, counted from 0; not of \(neurons)")
    }
    guard neurons.count <= Int(Int32.max) else {
      throw HillockError(.argument, "a measure is of at most 2^31 − 1 neurons, not of \(neurons); give a shorter range")
    }
    guard window.lowerBound < window.upperBound, (window.upperBound - window.lowerBound).isFinite else {
      throw HillockError(.argument, "a measure is over a finite window that is longer than 0 ms, not over \(window)")
    }
    self.window = window
    let numbers = try spikes.neurons.scalars(as: Int.self), all = try spikes.times.scalars(as: Double.self)
    // The end of a step is a product that has been rounded.
    let tolerance = 1e-9 * max(1, window.upperBound.magnitude, window.lowerBound.magnitude)
    func isIn(_ spike: Int) -> Bool {
      neurons.contains(numbers[spike]) && all[spike] > window.lowerBound + tolerance
        && all[spike] <= window.upperBound + tolerance
    }
    var places = [Int](repeating: 0, count: neurons.count + 1)
    for spike in numbers.indices where isIn(spike) { places[numbers[spike] - neurons.lowerBound + 1] += 1 }
    for neuron in 0..<neurons.count { places[neuron + 1] += places[neuron] }
    starts = places
    var times = [Double](repeating: 0, count: places[neurons.count])
    for spike in numbers.indices where isIn(spike) {
      let neuron = numbers[spike] - neurons.lowerBound
      times[places[neuron]] = all[spike]
      places[neuron] += 1
    }
    self.times = times
  }

  /// A value for each neuron, `f64[count]`.
  func each(_ value: (ArraySlice<Double>) -> Double) -> NDArray {
    NDArray((0..<count).map { value(self[$0]) }, dtype: .f64)
  }

  /// How many bins of this length the window has.
  ///
  /// - Throws: an `argument` error if it has no whole number of them, within 10⁻⁶ of one.
  func bins(_ length: Double, _ name: String = "bins") throws(HillockError) -> Int {
    let exact = duration / length, whole = exact.rounded()
    guard length > 0, let count = Int(exactly: whole), count >= 1, count <= Int(Int32.max), (exact - whole).magnitude <= 1e-6
    else {
      throw HillockError(
        .argument,
        "a window of \(duration) ms is \(exact) \(name) of \(length) ms; give lengths so that it is a whole number of them")
    }
    return count
  }

  /// The bin of a time. Bins are open at their beginning, too, within 10⁻⁶ of a bin.
  func bin(of time: Double, length: Double, count: Int) -> Int {
    let place = ((time - window.lowerBound) / length - 1e-6).rounded(.up)
    return min(max(Int(place) - 1, 0), count - 1)
  }

  /// The middles of bins in ms, `f64[count]`.
  func middles(_ length: Double, _ count: Int) -> NDArray {
    NDArray((0..<count).map { window.lowerBound + (Double($0) + 0.5) * length }, dtype: .f64)
  }
}
