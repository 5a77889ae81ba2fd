#if Pictures
  import Hillock
  import HillockDynamics

  extension Panel {
    /// Lines through values.
    ///
    /// - Parameters:
    ///   - values: `[count]` for one line, `[count, lines]` for several. NaN leaves a gap.
    ///   - places: where they are on the x axis, `[count]`; nil for 0, 1, 2….
    ///   - labels: what the legend calls them; none for no legend.
    ///   - colors: of the lines, in turn.
    /// - Throws: a `shape` error if shapes do not fit, an `argument` error if there is not one label for each line.
    public static func lines(
      _ values: NDArray, at places: NDArray? = nil, labels: [String] = [], x: String = "", y: String = "",
      style: LineStyle = .solid,
      colors: [Color] = Color.series
    ) throws -> Panel {
      let (columns, places) = try series(values, places, labels)
      let marks = columns.enumerated().map { position, column in
        Mark(
          shape: .line(x: places, y: column, style, isFilled: false), color: pick(colors, position),
          label: labels.isEmpty ? nil : labels[position])
      }
      return Panel(x: Axis(x), y: Axis(y), marks: marks)
    }

    /// What a monitor has recorded over time: a line for each neuron.
    ///
    /// - Parameters:
    ///   - record: of a run.
    ///   - name: of the monitor.
    ///   - neurons: whose values, counted in row-major order; nil for all, at most ten.
    ///   - labels: what the legend calls them; none for no legend.
    ///   - y: the quantity and its unit.
    /// - Throws: an `argument` error if the run has no monitor of that name, or not one label for each line; an `index` error for a neuron
    ///   that is not there.
    public static func traces(
      _ record: Recording, _ name: String, of neurons: [Int]? = nil, labels: [String] = [], y: String, style: LineStyle = .thin,
      colors: [Color] = Color.series
    ) throws -> Panel {
      guard let values = record[name], let times = record.times(of: name) else {
        throw HillockError(
          .argument,
          "the run has no values of a monitor \(name); there are \(record.values.keys.sorted().joined(separator: ", "))")
      }
      let count = values.shape.dropFirst().reduce(1, *), columns = values.reshaped(values.shape.first ?? 0, count)
      let chosen = neurons ?? Array(0..<min(count, 10))
      if let neuron = chosen.first(where: { !(0..<count).contains($0) }) {
        throw HillockError(.index, "the monitor \(name) has \(count) values in each step, and no number \(neuron)")
      }
      return try lines(
        columns[.all, chosen], at: times, labels: labels, x: "t (ms)", y: y, style: style, colors: colors)
    }

    /// A rate over time, as a filled curve.
    public static func rate(_ course: TimeCourse, label: String? = nil, color: Color = .blue, y: String = "rate (Hz)") throws
      -> Panel
    {
      let shape = Mark.Shape.line(x: try course.times.numbers(), y: try course.values.numbers(), .solid, isFilled: true)
      return Panel(x: Axis("t (ms)"), y: Axis(y), marks: [Mark(shape: shape, color: color, label: label)])
    }

    /// Points.
    ///
    /// - Parameters:
    ///   - x: `[count]`.
    ///   - y: `[count]`. A point with NaN is left out.
    ///   - radius: in points, 1/72 inch.
    /// - Throws: a `shape` error if there are not as many of both.
    public static func points(
      x: NDArray, y: NDArray, xLabel: String = "", yLabel: String = "", label: String? = nil, color: Color = .blue,
      radius: Double = 1.5
    ) throws -> Panel {
      let (columns, places) = try series(y, x, [])
      guard columns.count == 1 else {
        throw HillockError(.shape, "points have one y for each x; y has shape \(y.shape)")
      }
      let shape = Mark.Shape.dots(x: places, y: columns[0], radius: radius)
      return Panel(x: Axis(xLabel), y: Axis(yLabel), marks: [Mark(shape: shape, color: color, label: label)])
    }

    /// A straight line across the panel, at a value of the y axis; with `isVertical` of the x axis.
    public static func rule(
      at value: Double, isVertical: Bool = false, label: String? = nil, color: Color = .grey, style: LineStyle = .thin
    ) -> Panel {
      Panel(x: Axis(), y: Axis(), marks: [Mark(shape: .rule(value, isVertical: isVertical, style), color: color, label: label)])
    }

    /// A part of the x axis, for example the time of a stimulus.
    public static func span(_ range: ClosedRange<Double>, label: String? = nil, color: Color = .grey.opacity(0.2)) -> Panel {
      Panel(x: Axis(), y: Axis(), marks: [Mark(shape: .span(range), color: color, label: label)])
    }

    static func pick(_ colors: [Color], _ position: Int) -> Color { colors.isEmpty ? .black : colors[position % colors.count] }

    /// The columns of values, and their places.
    private static func series(_ values: NDArray, _ places: NDArray?, _ labels: [String]) throws -> (
      columns: [[Double]], places: [Double]
    ) {
      let values = try values.checked(), count = values.shape.first ?? 1
      guard values.rank == 1 || values.rank == 2 else {
        throw HillockError(.shape, "lines have values of shape [count] or [count, lines], not \(values.shape)")
      }
      if let places, places.shape != [count] {
        throw HillockError(.shape, "values of shape \(values.shape) have places of shape \(places.shape); give one for each row")
      }
      let lines = values.rank == 2 ? values.shape[1] : 1
      guard labels.isEmpty || labels.count == lines else {
        throw HillockError(.argument, "there are \(lines) lines and \(labels.count) labels; give one for each line")
      }
      let numbers = try values.numbers()
      let columns = (0..<lines).map { line in stride(from: line, to: numbers.count, by: max(lines, 1)).map { numbers[$0] } }
      return (columns, try places?.numbers() ?? (0..<count).map(Double.init))
    }
  }
#endif
