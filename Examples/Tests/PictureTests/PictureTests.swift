import Foundation
import Hillock
import HillockDynamics
import HillockPictures
import Testing

/// The folder where the figures are kept if the variable PICTURES names one, so that they can be looked at.
private let kept = ProcessInfo.processInfo.environment["PICTURES"]

@Suite struct PictureTests {
  /// Writes the figure as SVG and PNG, checks what every file must be, and gives the PNG's pixels.
  private func draw(_ figure: Figure, _ name: String, dotsPerInch: Double = 100) throws -> Pixels {
    let svg = try figure.svg(), png = try figure.png(dotsPerInch: dotsPerInch)
    if let kept {
      try figure.write(to: "\(kept)/\(name).svg")
      try figure.write(to: "\(kept)/\(name).png", dotsPerInch: 150)
    }
    #expect(fault(ofXML: svg) == nil, "\(name).svg")
    let pixels = try Pixels(png: png)
    #expect(
      pixels.width == Int((figure.width / 2.54 * dotsPerInch).rounded())
        && pixels.height == Int((figure.height / 2.54 * dotsPerInch).rounded()))
    return pixels
  }

  private let spikes: SpikeList

  init() throws {
    spikes = try SpikeList(times: (0..<200).map { Double($0) * 0.5 + 0.25 }, neurons: (0..<200).map { $0 * 7 % 50 })
  }

  @Test func aRasterHasAStrokeForEachSpike() throws {
    // One neuron and one spike in the middle, far from the axes.
    let one = try SpikeList(times: [50], neurons: [5])
    let pixels = try draw(
      Figure(width: 8, height: 6, try .raster(one, of: 0..<11, over: 0...100, color: .vermilion)), "raster-one")
    let red = pixels.places { $0.red > 150 && $0.green < 160 && $0.blue < 120 }
    let xs = red.map(\.x), ys = red.map(\.y)
    #expect(try #require(xs.max()) - #require(xs.min()) <= 3, "one stroke")
    #expect(try (5...30).contains(#require(ys.max()) - #require(ys.min())), "as high as its row lets it")
    let whole = try draw(Figure(try .raster(spikes, of: 0..<50, over: 0...100)), "raster")
    #expect(whole.ink > 600)
  }

  @Test func panelsOfAllKinds() throws {
    let t = linspace(0, 100, count: 1001, dtype: .f64)
    let waves = stack([sin(t / 5), 0.5 * cos(t / 8)], axis: 1)
    var traces = try Panel.lines(waves, at: t, labels: ["sin", "cos"], x: "t (ms)", y: "V (mV)")
    traces = traces.adding(.span(20...40, label: "stimulus"), .rule(at: 0.8, style: .dashed))
    traces.title = "Traces"
    var raster = try Panel.raster(spikes, of: 0..<25, over: 0...100, label: "E", color: .blue)
      .adding(try .raster(spikes, of: 25..<50, over: 0...100, label: "I", color: .vermilion))
    raster.y.range = -0.5...49.5
    raster.x.isLabelled = false
    let rate = try Panel.rate(spikes.rate(of: 0..<50, over: 0...100, bin: 0.5, smoothing: .gaussian(sigma: 4)))
    let x = linspace(-2, 2, count: 60), map = exp(-(x[.all, .newAxis] * x[.all, .newAxis] + x * x))
    let heat = try Panel.heatMap(map, x: -2...2, y: -2...2, xLabel: "x (mm)", yLabel: "y (mm)", label: "rate (Hz)")
    let matrix = try Panel.heatMap(
      NDArray([[1.0, 0.5, -0.2], [0.5, 1, 0.1], [-0.2, 0.1, 1]]), limits: -1...1, palette: .twoSided, label: "correlation",
      isFirstRowOnTop: true)
    let values = linspace(-3, 3, count: 500)
    let histogram = try Panel.histogram(values * values * values, bins: 25, x: "interval (ms)")
    let correlogram = try Panel.bars(
      spikes.correlogram(of: 0, with: 7, over: 0...100, lag: 20, bin: 1), x: "lag (ms)", y: "pairs")
    var log = try Panel.lines(exp(-t / 10), at: t, x: "t (ms)", y: "current (pA)")
    log.y.isLogarithmic = true
    let scatter = try Panel.points(
      x: 1e6 * linspace(0, 1, count: 40), y: square(linspace(-1, 1, count: 40)), xLabel: "N", yLabel: "error", color: .green)
    var figure = Figure(
      width: 17, height: 26,
      [[raster, traces], [rate, histogram], [heat, matrix], [correlogram, log], [scatter, Panel(x: Axis("empty"))]])
    figure.hasLetters = true
    figure.title = "Panels of all kinds"
    let pixels = try draw(figure, "panels")
    // Something of each colour is there.
    for color in [Color.blue, .vermilion, .green] {
      #expect(pixels.places { $0.isNear(color, within: 0.15) }.count > 20, "\(color)")
    }
    #expect(pixels.ink > 5000)
  }

  /// A constant at a quarter of the y axis is a horizontal line, a quarter of the plot above its bottom.
  @Test func linesLieWhereTheirValuesAre() throws {
    var panel = try Panel.lines(NDArray([0.25, 0.25]), at: NDArray([0.0, 1]), style: .thick, colors: [.vermilion])
    panel.y.range = 0...1
    panel.x.range = 0...1
    let pixels = try draw(Figure(width: 8, height: 6, panel), "level", dotsPerInch: 300)
    let red = pixels.places { $0.isNear(.vermilion) }, ys = red.map(\.y)
    let low = try #require(ys.min()), high = try #require(ys.max())
    #expect(high - low <= 8)
    // The axes are the row and the column with the most dark pixels.
    let bottom = try #require(pixels.darkestRow)
    let top = try #require(pixels.darkestColumn)
    let height = Double(bottom - top.first)
    #expect((Double(bottom - (low + high) / 2) / height - 0.25).magnitude < 0.02)
  }

  @Test func aHeatMapHasItsColoursInPlace() throws {
    let matrix = NDArray([[0.0, 1], [1, 0]])
    for isTop in [false, true] {
      var panel = try Panel.heatMap(matrix, palette: Palette(stops: [.blue, .orange]), label: nil, isFirstRowOnTop: isTop)
      panel.x.isLabelled = false
      panel.y.isLabelled = false
      let pixels = try draw(Figure(width: 6, height: 6, panel), "matrix-\(isTop)")
      func color(_ x: Double, _ y: Double) -> Pixels.Pixel {
        pixels[Int(x * Double(pixels.width)), Int(y * Double(pixels.height))]
      }
      #expect(color(0.3, 0.3).isNear(isTop ? .blue : .orange), "\(color(0.3, 0.3))")
      #expect(color(0.7, 0.7).isNear(isTop ? .blue : .orange))
      #expect(color(0.7, 0.3).isNear(isTop ? .orange : .blue))
      #expect(color(0.3, 0.7).isNear(isTop ? .orange : .blue))
    }
  }

  /// What has too many strokes for an SVG file is an image in it, and looks the same.
  @Test func manySpikesStayASmallFile() throws {
    let count = 60_000
    let many = try SpikeList(times: (0..<count).map { Double($0) * 0.01 }, neurons: (0..<count).map { $0 * 37 % 500 })
    let figure = Figure(try .raster(many, of: 0..<500, over: 0...600))
    let svg = try figure.svg()
    #expect(svg.count < 1_000_000)
    #expect(String(decoding: svg, as: UTF8.self).contains("<image"))
    _ = try draw(figure, "many")
  }

  @Test func longLinesAreThinnedToWhatIsSeen() throws {
    let t = arange(200_000).asType(.f64)
    var spike = try Panel.lines(select(t .== 123_456, 1.0, sin(t) * 0.1), at: t, colors: [.blue])
    spike.y.range = -0.2...1
    let svg = try Figure(spike).svg()
    #expect(svg.count < 500_000)
    let pixels = try draw(Figure(width: 10, height: 6, spike), "long")
    // The single high value is not lost.
    let high = pixels.places { $0.blue > 120 && $0.red < 200 && $0.blue > $0.red + 30 }.map(\.y).min()
    #expect(try #require(high) < pixels.height / 4)
  }

  @Test func whatCannotBeDrawnIsAnError() throws {
    let spikes = spikes, one = try Panel.lines(NDArray([1.0, 2]))
    var unlabelled = one, negative = one
    unlabelled.x.ticks = [0, 1]
    unlabelled.x.tickLabels = ["a"]
    negative.y = Axis("V", range: -1...1, isLogarithmic: true)
    let record = try LIF(2).run(1, monitors: [:])
    for (message, body) in [
      ("one panel or more", { _ = try Figure([]).svg() }),
      ("one panel or more", { _ = try Figure([[]]).png() }),
      (".svg or .png", { try Figure(one).write(to: "/tmp/figure.pdf") }),
      ("cannot write", { try Figure(one).write(to: "/nowhere/at/all/figure.svg") }),
      ("pixels a side", { _ = try Figure(width: 1000, height: 1000, one).png(dotsPerInch: 600) }),
      ("make it larger", { _ = try Figure(width: 1, height: 1, one).svg() }),
      ("above 0", { _ = try Figure(width: 0, height: 0, one).svg() }),
      ("give one for each", { _ = try Figure(unlabelled).svg() }),
      ("above 0 on a logarithmic axis", { _ = try Figure(negative).svg() }),
      ("give one for each line", { _ = try Panel.lines(zeros(3, 2), labels: ["a"]) }),
      ("one for each row", { _ = try Panel.lines(zeros(3), at: zeros(2)) }),
      ("[rows, columns]", { _ = try Panel.heatMap(zeros(3)) }),
      ("one bin or more", { _ = try Panel.histogram(zeros(3), bins: 0) }),
      ("no values of a monitor V", { _ = try Panel.traces(record, "V", y: "V (mV)") }),
      ("two values or more", { _ = try Panel.bars(spikes.rate(of: 0..<1, over: 0...1, bin: 1), y: "") }),
    ] as [(String, () throws -> Void)] {
      let error = #expect(throws: HillockError.self, "\(message)") { try body() }
      #expect(error.map { "\($0)".contains(message) } == true, "\(message): \(error.map { "\($0)" } ?? "none")")
    }
  }
}

extension Pixels.Pixel {
  func isNear(_ color: Color, within tolerance: Double = 0.06) -> Bool {
    [(red, color.red), (green, color.green), (blue, color.blue)].allSatisfy { (Double($0) / 255 - $1).magnitude < tolerance }
  }
}
