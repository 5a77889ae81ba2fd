#if Pictures
  import Foundation
  import Hillock

  /// A figure: panels in rows, written as SVG or PNG.
  ///
  /// ```swift
  /// let neurons = LIF(20)
  /// neurons.input.value = linspace(15, 60, count: 20)
  /// let record = try neurons.run(200, monitors: ["V": neurons.V, "spikes": Monitor(spikesOf: neurons)])
  /// guard let spikes = record.spikes("spikes") else { return }
  /// let figure = Figure(
  ///   try .raster(spikes, of: 0..<20, over: 0...200),
  ///   try .traces(record, "V", of: [0, 10], labels: ["15 nA", "39 nA"], y: "V (mV)"))
  /// try figure.write(to: "lif.svg")
  /// ```
  ///
  /// Sizes are those of paper: a column of a journal is about 8.5 cm wide, a page 17 cm. Fonts and lines keep theirs whatever the size of
  /// the figure.
  public struct Figure: Sendable {
    /// The panels, row by row. Axes above each other begin and end at the same places.
    public var rows: [[Panel]]
    /// In cm.
    public var width: Double, height: Double
    /// Of labels and numbers, in points (1/72 inch).
    public var fontSize = 8.0
    /// Whether panels have letters: A, B, C….
    public var hasLetters = false
    /// Above all panels.
    public var title: String?

    /// - Parameters:
    ///   - rows: each has one panel or more.
    ///   - width: in cm.
    ///   - height: in cm; nil for 4.5 cm for each row.
    public init(width: Double = 12, height: Double? = nil, _ rows: [[Panel]]) {
      self.rows = rows
      self.width = width
      self.height = height ?? 4.5 * Double(max(rows.count, 1))
    }

    /// Panels below each other.
    public init(width: Double = 12, height: Double? = nil, _ panels: Panel...) {
      self.init(width: width, height: height, panels.map { [$0] })
    }

    /// The bytes of a PNG file.
    ///
    /// - Parameter dotsPerInch: 200 for screens, 300 to 600 for print.
    /// - Throws: an `argument` error for a figure without panels, an axis that cannot be drawn, or a size beyond 32767 pixels; a `system`
    ///   error if Cairo fails.
    public func png(dotsPerInch: Double = 200) throws(HillockError) -> [UInt8] { try draw(.png(dotsPerInch: dotsPerInch)) }

    /// The bytes of an SVG file. Letters are outlines, so it looks the same everywhere. Above 20 000 spikes or points, a panel's are an image in
    /// it.
    public func svg() throws(HillockError) -> [UInt8] { try draw(.svg) }

    /// Writes a file, completely or not at all. The ending of its name, `.svg` or `.png`, says which.
    ///
    /// - Throws: an `argument` error for another ending; a `system` error if the file cannot be written; and what drawing throws.
    public func write(to path: String, dotsPerInch: Double = 200) throws(HillockError) {
      let bytes: [UInt8]
      switch URL(fileURLWithPath: path).pathExtension.lowercased() {
      case "svg": bytes = try svg()
      case "png": bytes = try png(dotsPerInch: dotsPerInch)
      case let other:
        throw HillockError(
          .argument, "a figure is written as .svg or .png; \(path) ends in \(other.isEmpty ? "neither" : ".\(other)")")
      }
      do {
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
      } catch {
        throw HillockError(.system, "cannot write \(path): \(error)", underlying: error)
      }
    }

    private func draw(_ format: Canvas.Format) throws(HillockError) -> [UInt8] {
      guard !rows.isEmpty, rows.allSatisfy({ !$0.isEmpty }) else {
        throw HillockError(.argument, "a figure has one panel or more in each row")
      }
      guard fontSize > 0, fontSize < 1000,
        rows.joined().allSatisfy({ $0.width > 0 && $0.height > 0 && $0.width.isFinite && $0.height.isFinite })
      else {
        throw HillockError(.argument, "the font and all panels of a figure have a finite size above 0, the font one below 1000")
      }
      let canvas = try Canvas(width: width * 72 / 2.54, height: height * 72 / 2.54, format)
      try FigureLayout(self, canvas).draw()
      return try canvas.finish()
    }
  }
#endif
