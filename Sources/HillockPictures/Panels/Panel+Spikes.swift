#if Pictures
  import Hillock
  import HillockDynamics

  extension Panel {
    /// A raster of spikes: a row for each neuron, a stroke for each spike.
    ///
    /// - Parameters:
    ///   - neurons: whose spikes; nil for all that fired.
    ///   - window: the times in ms that are shown; nil for those of the spikes.
    ///   - label: what the legend calls them. With `adding`, populations get colours of their own.
    /// - Throws: what reading the spikes throws.
    public static func raster(
      _ spikes: SpikeList, of neurons: Range<Int>? = nil, over window: ClosedRange<Double>? = nil, label: String? = nil,
      color: Color = .black
    ) throws -> Panel {
      let times = try spikes.times.numbers(), numbers = try spikes.neurons.scalars(as: Int.self)
      let shown = times.indices.filter { (neurons?.contains(numbers[$0]) ?? true) && (window?.contains(times[$0]) ?? true) }
      let shape = Mark.Shape.spikes(times: shown.map { times[$0] }, rows: shown.map { Double(numbers[$0]) })
      var panel = Panel(
        x: Axis("t (ms)", range: window), y: Axis("neuron"), marks: [Mark(shape: shape, color: color, label: label)])
      panel.y.isWhole = true
      if let neurons, !neurons.isEmpty { panel.y.range = Double(neurons.lowerBound) - 0.5...Double(neurons.upperBound) - 0.5 }
      return panel
    }

    /// A histogram: how many values lie in each of some intervals of equal width. Values that are not finite do not count.
    ///
    /// - Parameters:
    ///   - bins: the number of intervals.
    ///   - range: what they cover; nil for the values there are.
    ///   - isDensity: whether the bars have the area 1 together, instead of counts as heights.
    /// - Throws: an `argument` error for less than one interval, or a range without length.
    public static func histogram(
      _ values: NDArray, bins: Int = 30, range: ClosedRange<Double>? = nil, isDensity: Bool = false, x: String = "",
      y: String? = nil,
      label: String? = nil, color: Color = .blue
    ) throws -> Panel {
      let values = try values.numbers().filter(\.isFinite)
      let low = range?.lowerBound ?? values.min() ?? 0, high = range?.upperBound ?? values.max() ?? 1
      // All values alike: one interval of width 1 around them, or what their size needs.
      let half = low < high ? 0 : max(0.5, low.magnitude * 1e-6), start = low - half, width = (high + half - start) / Double(bins)
      guard bins >= 1, bins <= 1 << 20, width > 0, width.isFinite, low < high || range == nil else {
        throw HillockError(
          .argument, "a histogram has one bin or more over a range with a length, not \(bins) from \(low) to \(high)")
      }
      var heights = [Double](repeating: 0, count: bins)
      for value in values where value >= low && value <= high { heights[min(Int((value - start) / width), bins - 1)] += 1 }
      if isDensity, !values.isEmpty { heights = heights.map { $0 / width / Double(values.count) } }
      let edges = (0...bins).map { start + Double($0) * width }
      let mark = Mark(shape: .bars(edges: edges, heights: heights), color: color, label: label)
      return Panel(x: Axis(x), y: Axis(y ?? (isDensity ? "density" : "count")), marks: [mark])
    }

    /// A bar for each value of a course with equal distances, for example of a correlogram.
    ///
    /// - Throws: an `argument` error for less than two values.
    public static func bars(
      _ course: TimeCourse, x: String = "t (ms)", y: String, label: String? = nil, color: Color = .blue
    ) throws -> Panel {
      let times = try course.times.numbers(), heights = try course.values.numbers()
      guard times.count >= 2 else { throw HillockError(.argument, "bars have two values or more, so that they have a width") }
      guard times.count == heights.count else {
        throw HillockError(.shape, "bars have one time for each value, not \(times.count) times and \(heights.count) values")
      }
      let half = (times[1] - times[0]) / 2
      let mark = Mark(
        shape: .bars(edges: [times[0] - half] + times.map { $0 + half }, heights: heights), color: color, label: label)
      return Panel(x: Axis(x), y: Axis(y), marks: [mark])
    }

    /// Values over a plane as colours, with a bar that tells them.
    ///
    /// - Parameters:
    ///   - values: `[rows, columns]`. What is not finite stays white.
    ///   - x: what the columns cover; nil for their numbers.
    ///   - y: what the rows cover; nil for their numbers.
    ///   - limits: the values of the palette's ends; nil for the least and the largest.
    ///   - label: the quantity and its unit, beside the bar; nil for no bar.
    ///   - isFirstRowOnTop: as in a matrix or an image; else the y axis goes upwards.
    /// - Throws: a `shape` error if the values are no matrix.
    public static func heatMap(
      _ values: NDArray, x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil, limits: ClosedRange<Double>? = nil,
      palette: Palette = .depth, xLabel: String = "", yLabel: String = "", label: String? = "", isFirstRowOnTop: Bool = false
    ) throws -> Panel {
      let array = try values.checked()
      guard array.rank == 2, array.count > 0 else {
        throw HillockError(.shape, "a heat map has values of shape [rows, columns], not \(array.shape)")
      }
      let values = try array.numbers(), finite = values.filter(\.isFinite)
      let map = HeatMap(
        values: values, columns: array.shape[1], x: x ?? -0.5...Double(array.shape[1]) - 0.5,
        y: y ?? -0.5...Double(array.shape[0]) - 0.5, limits: limits ?? (finite.min() ?? 0)...(finite.max() ?? 1),
        palette: palette,
        isFirstRowOnTop: isFirstRowOnTop, label: label)
      var panel = Panel(x: Axis(xLabel), y: Axis(yLabel), marks: [Mark(shape: .image(map), color: .black)])
      (panel.x.isWhole, panel.y.isWhole) = (x == nil, y == nil)
      return panel
    }
  }
#endif
