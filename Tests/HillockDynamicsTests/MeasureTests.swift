import Foundation
import Hillock
import HillockDynamics
import Testing

@Suite struct MeasureTests {
  /// Written by tools/oracle/measures.py.
  struct Reference: Decodable {
    var times: [[Double]]
    var rate: Double
    var rates: [Double], binned: [Double], gaussian: [Double], rectangular: [Double]
    var cv: [Double?], cv2: [Double?], lv: [Double?], fano: [Double?]
    var meanCorrelation: Double, coherence: Double
    var correlogram: [Double], autocorrelogram: [Double], power: [Double]

    static func load() throws -> Reference {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      return try JSONDecoder().decode(
        Reference.self, from: Data(contentsOf: folder.appendingPathComponent("Oracle/measures.json")))
    }

    var spikes: SpikeList {
      get throws {
        try SpikeList(
          times: times.flatMap { $0 }, neurons: times.enumerated().flatMap { neuron, train in train.map { _ in neuron } })
      }
    }
  }

  private let neurons = 0..<6, window = 100.0...1100.0

  private func expect(
    _ values: NDArray, _ expected: [Double?], within tolerance: Double = 1e-9, _ location: SourceLocation = #_sourceLocation
  ) throws {
    let values = try values.scalars(as: Double.self)
    #expect(values.count == expected.count, sourceLocation: location)
    for (place, (value, expected)) in zip(values, expected).enumerated() {
      if let expected {
        #expect(
          (value - expected).magnitude <= tolerance * max(1, expected.magnitude), "at \(place): \(value), not \(expected)",
          sourceLocation: location)
      } else {
        #expect(value.isNaN, "at \(place): \(value), not NaN", sourceLocation: location)
      }
    }
  }

  @Test func ratesAreNumPys() throws {
    let reference = try Reference.load(), spikes = try reference.spikes
    #expect((try spikes.rate(of: neurons, over: window) - reference.rate).magnitude < 1e-9)
    try expect(spikes.rates(of: neurons, over: window), reference.rates)
    let binned = try spikes.rate(of: neurons, over: window, bin: 10)
    try expect(binned.values, reference.binned)
    try expect(binned.times, (0..<100).map { 105 + 10 * Double($0) })
    try expect(spikes.rate(of: neurons, over: window, bin: 1, smoothing: .gaussian(sigma: 4)).values, reference.gaussian)
    try expect(spikes.rate(of: neurons, over: window, bin: 1, smoothing: .rectangular(width: 8)).values, reference.rectangular)
  }

  @Test func irregularityIsNumPys() throws {
    let reference = try Reference.load(), spikes = try reference.spikes
    try expect(spikes.cv(of: neurons, over: window), reference.cv)
    try expect(spikes.cv2(of: neurons, over: window), reference.cv2)
    try expect(spikes.localVariation(of: neurons, over: window), reference.lv)
    try expect(spikes.fanoFactor(of: neurons, over: window, bin: 10), reference.fano)
  }

  @Test func correlationsAreNumPysOfAllPairs() throws {
    let reference = try Reference.load(), spikes = try reference.spikes
    #expect((try spikes.meanCorrelation(of: neurons, over: window, bin: 10) - reference.meanCorrelation).magnitude < 1e-10)
    #expect((try spikes.coherence(of: neurons, over: window, bin: 1) - reference.coherence).magnitude < 1e-10)
    let matrix = try spikes.correlations(of: neurons, over: window, bin: 10).scalars(as: Double.self)
    let pairs = matrix.indices.filter { $0 / 6 != $0 % 6 && !matrix[$0].isNaN }.map { matrix[$0] }
    #expect((pairs.reduce(0, +) / Double(pairs.count) - reference.meanCorrelation).magnitude < 1e-10)
    #expect(
      (0..<6).filter { matrix[7 * $0].isNaN }
        == reference.cv.indices.filter { reference.fano[$0] == nil || reference.fano[$0] == 0 })
    try expect(spikes.correlogram(of: 0, with: 2, over: window, lag: 20, bin: 1).values, reference.correlogram)
    let own = try spikes.correlogram(of: 1, with: 1, over: window, lag: 20, bin: 1)
    try expect(own.values, reference.autocorrelogram)
    try expect(own.times, (-20...20).map(Double.init))
  }

  @Test func theSpectrumIsNumPys() throws {
    let reference = try Reference.load()
    let spectrum = try reference.spikes.spectrum(of: neurons, over: window, upTo: 200, segment: 250)
    try expect(spectrum.power, reference.power, within: 1e-8)
    try expect(spectrum.frequencies, (1...50).map { 4 * Double($0) })
  }

  /// Times as a run has them: products of 0.1 that are rounded.
  @Test func windowsAndBinsAreOpenAtTheirBeginning() throws {
    let times = (1...30).map { Double($0) * 0.1 }
    let spikes = try SpikeList(times: times, neurons: times.map { _ in 0 })
    #expect(try spikes.rate(of: 0..<1, over: 0...1) == 10_000)
    #expect(try spikes.rate(of: 0..<1, over: 1...2) == 10_000)
    #expect(try spikes.counts(of: 0..<1, over: 0...3, bin: 0.3).ints() == [Int](repeating: 3, count: 10))
    try expect(spikes.intervals(of: 0..<1, over: 0.5...1), [0.1, 0.1, 0.1, 0.1])
  }

  @Test func aConstantRateStaysAtTheEnds() throws {
    let times = (0..<100).map { Double($0) + 0.5 }
    let spikes = try SpikeList(times: times, neurons: times.map { _ in 3 })
    for smoothing in [
      Smoothing.gaussian(sigma: 7), .rectangular(width: 12.5), .rectangular(width: 0.5), .rectangular(width: 1000),
    ] {
      try expect(spikes.rate(of: 3..<5, over: 0...100, bin: 1, smoothing: smoothing).values, .init(repeating: 500, count: 100))
    }
  }

  /// A part of a population is measured as if it were alone.
  @Test func populationsAreRangesOfNeurons() throws {
    let spikes = try Reference.load().spikes
    let rates = try spikes.rates(of: neurons, over: window).scalars(as: Double.self)
    #expect(try spikes.rates(of: 2..<4, over: window).scalars(as: Double.self) == Array(rates[2..<4]))
    #expect(try spikes.counts(of: 1..<3, over: window, bin: 10).sum(axis: 0).ints().map(Double.init) == Array(rates[1..<3]))
    #expect(try spikes.rate(of: 6..<100, over: window) == 0)
    #expect(try spikes.meanCorrelation(of: 4..<6, over: window, bin: 10).isNaN)
    #expect(try spikes.coherence(of: 3..<4, over: window, bin: 10).isNaN)
  }

  @Test func aDenseRecordGivesTheListOfTheMonitor() throws {
    let a = LIF(2, 3), b = LIF(2, 3)
    a.input[...] = 40
    b.input[...] = 40
    let dense = try a.run(20, monitors: ["spike": a.spike]), list = try b.run(20, monitors: ["spike": Monitor(spikesOf: b)])
    let spikes = try SpikeList(#require(dense["spike"]), times: dense.times), expected = try #require(list.spikes("spike"))
    #expect(spikes.count > 6)
    #expect(try spikes.times.scalars(as: Double.self) == expected.times.scalars(as: Double.self))
    #expect(try spikes.neurons.ints() == expected.neurons.ints())
  }

  /// Sines with phases: alike they are one, spread evenly their mean does not change; two of three alike, by hand 5/9.
  @Test func synchronyIsThatOfTheMean() throws {
    let t = linspace(0, 2 * Double.pi, count: 1001, dtype: .f64)[0..<1000][.all, .newAxis]
    func chi(_ phases: [Double]) throws -> Double { try synchrony(sin(t + NDArray(phases, dtype: .f64))).item() }
    let third = 2 * Double.pi / 3
    #expect((try chi([0, 0, 0]) - 1).magnitude < 1e-12)
    #expect(try chi([0, third, 2 * third]).magnitude < 1e-12)
    // |2 + i|² / 9
    #expect((try chi([0, 0, Double.pi / 2]) - 5.0 / 9).magnitude < 1e-12)
  }

  @Test func whatCannotBeMeasuredIsAnError() throws {
    let spikes = try SpikeList(times: [1, 2], neurons: [0, 1])
    for (message, body) in [
      ("one neuron or more", { _ = try spikes.rate(of: 0..<0, over: 0...1) }),
      ("counted from 0", { _ = try spikes.rate(of: -1..<1, over: 0...1) }),
      ("longer than 0 ms", { _ = try spikes.rate(of: 0..<1, over: 1...1) }),
      ("longer than 0 ms", { _ = try spikes.cv(of: 0..<1, over: 0 ... .infinity) }),
      ("bins of 0.3 ms", { _ = try spikes.rate(of: 0..<1, over: 0...1, bin: 0.3) }),
      ("bins of 0.0 ms", { _ = try spikes.counts(of: 0..<1, over: 0...1, bin: 0) }),
      ("deviation of 0.0 ms", { _ = try spikes.rate(of: 0..<1, over: 0...1, bin: 1, smoothing: .gaussian(sigma: 0)) }),
      ("width of -1.0 ms", { _ = try spikes.rate(of: 0..<1, over: 0...1, bin: 1, smoothing: .rectangular(width: -1)) }),
      ("a lag of 1.5 ms", { _ = try spikes.correlogram(of: 0, with: 1, over: 0...3, lag: 1.5, bin: 1) }),
      ("no largest one", { _ = try spikes.spectrum(of: 0..<1, over: 0...100, upTo: 5) }),
      ("one neuron for each", { _ = try SpikeList(times: [1], neurons: []) }),
      ("are finite", { _ = try SpikeList(times: [.nan], neurons: [0]) }),
      ("from 0", { _ = try SpikeList(times: [1], neurons: [-1]) }),
      ("not f32", { _ = try SpikeList(zeros(2, 2), times: arange(2)) }),
      ("one time for each row", { _ = try SpikeList(zeros(2, 2, dtype: .bool), times: arange(3)) }),
    ] as [(String, () throws -> Void)] {
      let error = #expect(throws: HillockError.self, "\(message)") { try body() }
      #expect(error.map { "\($0)".contains(message) } == true, "\(message): \(error.map { "\($0)" } ?? "none")")
    }
  }
}
