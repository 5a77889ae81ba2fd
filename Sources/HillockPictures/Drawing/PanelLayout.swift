#if Pictures
  import Foundation
  import Hillock

  /// A panel's axes, title, legend and bar of colours, and the room that they need around the plot.
  struct PanelLayout {
    private let panel: Panel, canvas: Canvas
    private let size: Double
    private var x: Scale, y: Scale
    private let xTicks: Ticks, yTicks: Ticks
    private let bar: (map: HeatMap, ticks: Ticks)?
    /// The entries of the legend, line by line.
    private var legend: [[Entry]] = []
    private var titleIsBesideLegend = false
    private let hasLetter: Bool

    struct Entry {
      var text: String
      var mark: Mark
      var width: Double
    }

    struct Margins {
      var left: Double, right: Double, top: Double, bottom: Double
    }
    private(set) var margins: Margins

    private static let tick = 3.0, gap = 3.0, barWidth = 8.0, swatch = 14.0

    init(
      _ panel: Panel, _ canvas: Canvas, cell: (width: Double, height: Double), fontSize size: Double, hasLetter: Bool
    ) throws(HillockError) {
      (self.panel, self.canvas, self.size, self.hasLetter) = (panel, canvas, size, hasLetter)
      (x, y) = try panel.scales()
      func ticks(_ axis: Axis, _ scale: Scale, _ room: Double) throws(HillockError) -> Ticks {
        if let places = axis.ticks {
          guard axis.tickLabels.map({ $0.count == places.count }) ?? true else {
            throw HillockError(.argument, "the axis \(axis.label) has \(places.count) ticks and other labels; give one for each")
          }
          return Ticks(
            places.filter(scale.range.contains),
            labels: axis.tickLabels.map { labels in
              zip(places, labels).filter { scale.range.contains($0.0) }.map(\.1)
            })
        }
        let count = PanelLayout.tickCount(room)
        return scale.isLogarithmic
          ? Ticks(logarithmic: scale.range, about: count) : Ticks(scale.range, about: count, isWhole: axis.isWhole)
      }
      xTicks = try ticks(panel.x, x, cell.width / (size * 6))
      yTicks = try ticks(panel.y, y, cell.height / (size * 3.5))
      let line = size * 1.5
      func widest(_ ticks: Ticks) -> Double { ticks.labels.map { canvas.width(of: $0, size: size) }.max() ?? 0 }
      var margins = Margins(left: 4, right: 6, top: size * 0.75, bottom: 4)
      margins.left += PanelLayout.tick
      if panel.y.isLabelled {
        margins.left += PanelLayout.gap + widest(yTicks)
        if !panel.y.label.isEmpty { margins.left += line }
      }
      margins.bottom += PanelLayout.tick
      if panel.x.isLabelled {
        margins.bottom += size * 1.2
        if !panel.x.label.isEmpty || xTicks.exponent != 0 { margins.bottom += line }
        margins.right = max(margins.right, (xTicks.labels.last.map { canvas.width(of: $0, size: size) } ?? 0) / 2 + 2)
      }
      if let map = panel.colorBar {
        let ticks = Ticks(map.limits, about: PanelLayout.tickCount(cell.height / (size * 3.5)))
        bar = (map, ticks)
        margins.right = 8 + PanelLayout.barWidth + PanelLayout.gap + widest(ticks) + 4
        if map.label?.isEmpty == false { margins.right += line + 2 }
      } else {
        bar = nil
      }
      self.margins = margins
    }

    /// - Parameter room: for how many ticks there is room; it may be infinite or no number.
    private static func tickCount(_ room: Double) -> Int { Int(min(max(2, room), 9)) }

    /// Places title and legend above a plot of this width, which is known when all panels of a column are.
    mutating func arrange(width room: Double) {
      var lines: [[Entry]] = [], used = 0.0
      for mark in panel.marks {
        guard let text = mark.label, !text.isEmpty else { continue }
        let entry = Entry(text: text, mark: mark, width: PanelLayout.swatch + 4 + canvas.width(of: text, size: size) + 10)
        if lines.isEmpty || used + entry.width - 10 > room {
          lines.append([])
          used = 0
        }
        lines[lines.count - 1].append(entry)
        used += entry.width
      }
      legend = lines
      let title = panel.title.map { canvas.width(of: $0, size: size, isBold: true) } ?? 0
      titleIsBesideLegend = lines.count == 1 && title + 10 + used <= room
      let titleLines = panel.title == nil || titleIsBesideLegend ? 0 : 1
      let hasFactor = yTicks.exponent != 0 || bar?.ticks.exponent ?? 0 != 0
      margins.top += Double(max(titleLines + lines.count, hasLetter || hasFactor ? 1 : 0)) * size * 1.5
    }

    func draw(at plot: Rectangle, corner: Point, letter: String?) throws(HillockError) {
      var x = x, y = y
      (x.from, x.to) = (plot.x, plot.right)
      (y.from, y.to) = panel.isReversed ? (plot.y, plot.bottom) : (plot.bottom, plot.y)
      try MarkDrawing(canvas: canvas, x: x, y: y, plot: plot).draw(panel.marks)
      drawAxes(x, y, plot)
      drawTop(plot, corner, letter)
      if let bar { try draw(bar.map, bar.ticks, plot) }
    }

    // MARK: Axes

    private func drawAxes(_ x: Scale, _ y: Scale, _ plot: Rectangle) {
      let ink = Color.black, thin = 0.6, tick = PanelLayout.tick
      canvas.stroke(
        [Point(x: plot.x, y: plot.y), Point(x: plot.x, y: plot.bottom), Point(x: plot.right, y: plot.bottom)], ink, width: thin)
      if panel.isReversed || panel.colorBar != nil {
        canvas.stroke(
          [Point(x: plot.x, y: plot.y), Point(x: plot.right, y: plot.y), Point(x: plot.right, y: plot.bottom)], ink, width: thin)
      }
      for (place, label) in zip(xTicks.places, xTicks.labels) {
        let at = x(place)
        canvas.stroke([Point(x: at, y: plot.bottom), Point(x: at, y: plot.bottom + tick)], ink, width: thin)
        if panel.x.isLabelled { canvas.text(label, at: Point(x: at, y: plot.bottom + tick + size * 1.1), size: size, .middle) }
      }
      for (place, label) in zip(yTicks.places, yTicks.labels) {
        let at = y(place)
        canvas.stroke([Point(x: plot.x - tick, y: at), Point(x: plot.x, y: at)], ink, width: thin)
        if panel.y.isLabelled {
          canvas.text(label, at: Point(x: plot.x - tick - PanelLayout.gap, y: at + size * 0.35), size: size, .end)
        }
      }
      if panel.x.isLabelled {
        let below = plot.bottom + tick + size * 2.6
        canvas.text(panel.x.label, at: Point(x: plot.x + plot.width / 2, y: below), size: size, .middle)
        if let factor = PanelLayout.factor(xTicks) { canvas.text(factor, at: Point(x: plot.right, y: below), size: size, .end) }
      }
      if panel.y.isLabelled {
        let widest = yTicks.labels.map { canvas.width(of: $0, size: size) }.max() ?? 0
        let left = plot.x - tick - PanelLayout.gap - widest - size * 0.6
        canvas.text(panel.y.label, at: Point(x: left, y: plot.y + plot.height / 2), size: size, .middle, isUpright: true)
        if let factor = PanelLayout.factor(yTicks) {
          canvas.text(factor, at: Point(x: plot.x - tick, y: plot.y - size * 0.6), size: size, .end)
        }
      }
    }

    private static func factor(_ ticks: Ticks) -> String? {
      ticks.exponent == 0 ? nil : "×10" + Ticks.superscript(ticks.exponent)
    }

    // MARK: Title and legend

    private func drawTop(_ plot: Rectangle, _ corner: Point, _ letter: String?) {
      let line = size * 1.5
      if let letter {
        canvas.text(letter, at: Point(x: corner.x + 4, y: corner.y + size * 1.6), size: size * 1.35, isBold: true)
      }
      var baseline = plot.y - size * 0.6
      for entries in legend.reversed() {
        var left = plot.right - entries.reduce(0) { $0 + $1.width } + 10
        for entry in entries {
          swatch(entry.mark, Rectangle(x: left, y: baseline - size * 0.7, width: PanelLayout.swatch, height: size * 0.7))
          canvas.text(entry.text, at: Point(x: left + PanelLayout.swatch + 4, y: baseline), size: size)
          left += entry.width
        }
        baseline -= line
      }
      if let title = panel.title {
        let above = titleIsBesideLegend ? baseline + line : baseline
        canvas.text(title, at: Point(x: plot.x, y: above), size: size, isBold: true)
      }
    }

    /// What stands for a mark in the legend.
    private func swatch(_ mark: Mark, _ area: Rectangle) {
      let middle = area.y + area.height / 2, ends = [Point(x: area.x, y: middle), Point(x: area.right, y: middle)]
      switch mark.shape {
      case .line(_, _, let style, _): canvas.stroke(ends, mark.color, width: style.width * 1.2, dashes: style.dashes)
      case .rule(_, _, let style): canvas.stroke(ends, mark.color, width: style.width * 1.2, dashes: style.dashes)
      case .dots(_, _, let radius):
        canvas.fill(
          circles: [Point(x: area.x + area.width / 2, y: middle)], radius: min(max(radius, 1.5), area.height / 2), mark.color)
      case .spikes:
        canvas.fill(
          (0..<4).map { Rectangle(x: area.x + 3.5 * Double($0), y: area.y, width: 0.9, height: area.height) }, mark.color)
      case .bars, .image, .span: canvas.fill(area, mark.color)
      }
    }

    // MARK: Bar of colours

    private func draw(_ map: HeatMap, _ ticks: Ticks, _ plot: Rectangle) throws(HillockError) {
      let area = Rectangle(x: plot.right + 8, y: plot.y, width: PanelLayout.barWidth, height: plot.height)
      try canvas.paint((0..<256).map { map.palette.color(1 - Double($0) / 255).pixel }, columns: 1, over: area)
      canvas.stroke(
        [
          Point(x: area.x, y: area.y), Point(x: area.right, y: area.y), Point(x: area.right, y: area.bottom),
          Point(x: area.x, y: area.bottom), Point(x: area.x, y: area.y),
        ], .black, width: 0.6)
      var scale = try Scale(Axis(range: map.limits), nil, margin: 0, "colour")
      (scale.from, scale.to) = (area.bottom, area.y)
      var widest = 0.0
      for (place, label) in zip(ticks.places, ticks.labels) {
        let at = scale(place)
        canvas.stroke([Point(x: area.right, y: at), Point(x: area.right + 2, y: at)], .black, width: 0.6)
        canvas.text(label, at: Point(x: area.right + 2 + PanelLayout.gap, y: at + size * 0.35), size: size)
        widest = max(widest, canvas.width(of: label, size: size))
      }
      if let label = map.label, !label.isEmpty {
        let right = area.right + 2 + PanelLayout.gap + widest + size * 1.3
        canvas.text(label, at: Point(x: right, y: area.y + area.height / 2), size: size, .middle, isUpright: true)
      }
      if let factor = PanelLayout.factor(ticks) { canvas.text(factor, at: Point(x: area.x, y: area.y - size * 0.6), size: size) }
    }
  }
#endif
