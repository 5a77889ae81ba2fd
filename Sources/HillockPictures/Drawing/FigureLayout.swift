#if Pictures
  import Foundation
  import Hillock

  /// Places the panels of a figure.
  struct FigureLayout {
    private let figure: Figure, canvas: Canvas
    private let layouts: [[PanelLayout]]
    /// The height of the figure's title.
    private let top: Double
    private let widths: [[Double]], heights: [Double]
    /// The room on both sides of each plot.
    private let sides: [[(left: Double, right: Double)]]

    init(_ figure: Figure, _ canvas: Canvas) throws(HillockError) {
      (self.figure, self.canvas) = (figure, canvas)
      top = figure.title == nil ? 0 : figure.fontSize * 2
      let width = canvas.size.width, height = canvas.size.height - top
      let shares = figure.rows.map { row in row.map(\.height).max() ?? 1 }, all = shares.reduce(0, +)
      let heights = shares.map { height * $0 / all }
      let widths = figure.rows.map { row in
        let all = row.reduce(0) { $0 + $1.width }
        return row.map { width * $0.width / all }
      }
      (self.widths, self.heights) = (widths, heights)
      var layouts: [[PanelLayout]] = []
      for (row, panels) in figure.rows.enumerated() {
        var line: [PanelLayout] = []
        for (column, panel) in panels.enumerated() {
          line.append(
            try PanelLayout(
              panel, canvas, cell: (widths[row][column], heights[row]), fontSize: figure.fontSize, hasLetter: figure.hasLetters))
        }
        layouts.append(line)
      }
      // Plots of one column begin and end at the same places.
      sides = layouts.map { line in
        line.indices.map { column in
          let others = layouts.filter { $0.count == line.count }.map { $0[column].margins }
          return (others.map(\.left).max() ?? 0, others.map(\.right).max() ?? 0)
        }
      }
      for row in layouts.indices {
        for column in layouts[row].indices {
          layouts[row][column].arrange(width: widths[row][column] - sides[row][column].left - sides[row][column].right)
        }
      }
      self.layouts = layouts
    }

    func draw() throws(HillockError) {
      if let title = figure.title {
        canvas.text(
          title, at: Point(x: canvas.size.width / 2, y: figure.fontSize * 1.5), size: figure.fontSize * 1.15, .middle,
          isBold: true)
      }
      var y = top, number = 0
      for (row, line) in layouts.enumerated() {
        var x = 0.0
        let upper = line.map(\.margins.top).max() ?? 0, lower = line.map(\.margins.bottom).max() ?? 0
        for (column, layout) in line.enumerated() {
          let (left, right) = sides[row][column]
          let plot = Rectangle(
            x: x + left, y: y + upper, width: widths[row][column] - left - right, height: heights[row] - upper - lower)
          guard plot.width >= 10, plot.height >= 10 else {
            throw HillockError(
              .argument,
              "a figure of \(figure.width) × \(figure.height) cm has no room for panel \(number + 1) beside its labels; make it larger"
            )
          }
          let letter = figure.hasLetters ? FigureLayout.letter(number) : nil
          try layout.draw(at: plot, corner: Point(x: x, y: y), letter: letter)
          x += widths[row][column]
          number += 1
        }
        y += heights[row]
      }
    }

    /// A to Z, then AA, AB….
    private static func letter(_ number: Int) -> String {
      let last = String(UnicodeScalar(UInt8(65 + number % 26)))
      return number < 26 ? last : letter(number / 26 - 1) + last
    }
  }
#endif
