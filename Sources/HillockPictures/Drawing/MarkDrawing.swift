#if Pictures
  import Foundation
  import Hillock

  /// Draws what a panel shows into its plot.
  struct MarkDrawing {
    let canvas: Canvas
    let x: Scale, y: Scale
    let plot: Rectangle

    /// Above this number, marks of an SVG file are an image.
    static let mostShapes = 20_000

    func draw(_ marks: [Mark]) throws(HillockError) {
      canvas.save(clip: plot)
      defer { canvas.restore() }
      for mark in marks { if case .span = mark.shape { try draw(mark) } }
      for mark in marks { if case .span = mark.shape { continue } else { try draw(mark) } }
    }

    private func draw(_ mark: Mark) throws(HillockError) {
      switch mark.shape {
      case .line(let xs, let ys, let style, let isFilled):
        let points = zip(xs, ys).map { Point(x: x($0), y: y($1)) }
        if isFilled { fill(points, mark.color) }
        canvas.stroke(thinned(points), mark.color, width: style.width, dashes: style.dashes)
      case .dots(let xs, let ys, let radius):
        let points = zip(xs, ys).map { Point(x: x($0), y: y($1)) }.filter { $0.x.isFinite && $0.y.isFinite }
        if canvas.isVector, points.count > MarkDrawing.mostShapes {
          try paint(
            points.map { Rectangle(x: $0.x - radius, y: $0.y - radius, width: 2 * radius, height: 2 * radius) }, mark.color)
        } else {
          canvas.fill(circles: points, radius: radius, mark.color)
        }
      case .spikes(let times, let rows):
        let row = (y(1) - y(0)).magnitude, height = max(min(0.8 * row, 8), 0.8), width = 0.7
        let strokes = zip(times, rows).map {
          Rectangle(x: x($0) - width / 2, y: y($1) - height / 2, width: width, height: height)
        }
        if canvas.isVector, strokes.count > MarkDrawing.mostShapes {
          try paint(strokes, mark.color)
        } else {
          canvas.fill(strokes, mark.color)
        }
      case .bars(let edges, let heights):
        let zero = y.isLogarithmic ? plot.bottom : y(0)
        let bars = heights.indices.compactMap { place -> Rectangle? in
          let left = x(edges[place]), right = x(edges[place + 1]), end = y(heights[place])
          // Neighbours are a hair apart, so that each is seen.
          guard left.isFinite, right.isFinite, end.isFinite else { return nil }
          let hair = right - left > 3 ? 0.4 : 0
          return Rectangle(x: left + hair / 2, y: min(zero, end), width: right - left - hair, height: (zero - end).magnitude)
        }
        canvas.fill(bars, mark.color)
      case .image(let map): try draw(map)
      case .span(let range):
        canvas.fill(
          Rectangle(x: x(range.lowerBound), y: plot.y, width: x(range.upperBound) - x(range.lowerBound), height: plot.height),
          mark.color)
      case .rule(let value, let isVertical, let style):
        let points =
          isVertical
          ? [Point(x: x(value), y: plot.y), Point(x: x(value), y: plot.bottom)]
          : [Point(x: plot.x, y: y(value)), Point(x: plot.right, y: y(value))]
        canvas.stroke(points, mark.color, width: style.width, dashes: style.dashes)
      }
    }

    /// The area between a line and 0, lighter than the line.
    private func fill(_ points: [Point], _ color: Color) {
      let zero = y.isLogarithmic ? plot.bottom : y(0), light = color.opacity(color.opacity * 0.3)
      for part in points.split(whereSeparator: { !$0.x.isFinite || !$0.y.isFinite }) {
        guard let first = part.first, let last = part.last else { continue }
        canvas.fill(polygon: [Point(x: first.x, y: zero)] + thinned(Array(part)) + [Point(x: last.x, y: zero)], light)
      }
    }

    /// A line of many more points than can be seen: of those within a quarter of a point of x, the first, the lowest, the highest and the
    /// last. Lines that do not go from left to right stay as they are.
    private func thinned(_ points: [Point]) -> [Point] {
      guard points.count > Int(plot.width * 16), zip(points, points.dropFirst()).allSatisfy({ !($0.x > $1.x) }) else {
        return points
      }
      var kept: [Point] = [], start = 0
      while start < points.count {
        guard points[start].x.isFinite, points[start].y.isFinite else {
          kept.append(points[start])
          start += 1
          continue
        }
        let column = (points[start].x * 4).rounded(.down)
        var end = start, low = start, high = start
        while end + 1 < points.count, points[end + 1].y.isFinite, (points[end + 1].x * 4).rounded(.down) == column {
          end += 1
          if points[end].y < points[low].y { low = end }
          if points[end].y > points[high].y { high = end }
        }
        for place in Set([start, low, high, end]).sorted() { kept.append(points[place]) }
        start = end + 1
      }
      return kept
    }

    /// Rectangles as an image over the plot.
    private func paint(_ areas: [Rectangle], _ color: Color) throws(HillockError) {
      let fine = min(canvas.pixelsPerPoint, 8192 / max(plot.width, plot.height))
      let columns = max(1, Int(plot.width * fine)), rows = max(1, Int(plot.height * fine))
      // What lies outside the plot may be further away than an Int can say.
      func cell(_ place: Double, most: Int) -> Int { Int(min(max(0, place * fine), Double(most))) }
      var pixels = [UInt32](repeating: 0, count: columns * rows)
      let pixel = color.pixel
      for area in areas {
        let left = cell(area.x - plot.x, most: columns), top = cell(area.y - plot.y, most: rows)
        let right = min(columns, max(left + 1, cell(area.right - plot.x, most: columns)))
        let bottom = min(rows, max(top + 1, cell(area.bottom - plot.y, most: rows)))
        guard area.right > plot.x, area.bottom > plot.y, left < right, top < bottom else { continue }
        for row in top..<bottom { for column in left..<right { pixels[row * columns + column] = pixel } }
      }
      try canvas.paint(pixels, columns: columns, over: plot)
    }

    private func draw(_ map: HeatMap) throws(HillockError) {
      let left = x(map.x.lowerBound), right = x(map.x.upperBound), low = y(map.y.lowerBound), high = y(map.y.upperBound)
      let area = Rectangle(
        x: min(left, right), y: min(low, high), width: (right - left).magnitude, height: (high - low).magnitude)
      // No more cells than can be seen; and in an SVG file, whose readers blur an image that they enlarge, no fewer than 600.
      let fine = canvas.pixelsPerPoint
      let across = max(1, Int(Double(map.columns) / max(1, area.width * fine))),
        down = max(1, Int(Double(map.rows) / max(1, area.height * fine)))
      let columns = (map.columns + across - 1) / across, rows = (map.rows + down - 1) / down
      let times = canvas.isVector ? max(1, 600 / max(columns, rows)) : 1
      let width = map.limits.upperBound - map.limits.lowerBound
      var pixels = [UInt32](repeating: 0, count: columns * times * rows * times)
      for row in 0..<rows {
        for column in 0..<columns {
          let value = mean(
            map, row * down..<min(map.rows, (row + 1) * down), column * across..<min(map.columns, (column + 1) * across))
          guard value.isFinite else { continue }
          let pixel = map.palette.color(width > 0 ? min(max((value - map.limits.lowerBound) / width, 0), 1) : 0.5).pixel
          let place = map.isFirstRowOnTop ? row : rows - 1 - row
          for line in place * times..<(place + 1) * times {
            for cell in column * times..<(column + 1) * times { pixels[line * columns * times + cell] = pixel }
          }
        }
      }
      try canvas.paint(pixels, columns: columns * times, over: area)
    }

    private func mean(_ map: HeatMap, _ rows: Range<Int>, _ columns: Range<Int>) -> Double {
      if rows.count == 1, columns.count == 1 { return map.values[rows.lowerBound * map.columns + columns.lowerBound] }
      var sum = 0.0
      for row in rows { for column in columns { sum += map.values[row * map.columns + column] } }
      return sum / Double(rows.count * columns.count)
    }
  }

  extension Color {
    /// 32 bits as Cairo has them: opacity, red, green, blue, each multiplied with the opacity.
    var pixel: UInt32 {
      func bits(_ value: Double) -> UInt32 { UInt32((min(max(value.isFinite ? value : 0, 0), 1) * 255).rounded()) }
      let a = min(max(opacity, 0), 1)
      return bits(a) << 24 | bits(red * a) << 16 | bits(green * a) << 8 | bits(blue * a)
    }
  }
#endif
