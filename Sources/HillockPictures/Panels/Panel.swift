#if Pictures
  import Hillock

  /// One pair of axes of a ``Figure``, and what they show.
  ///
  /// The static functions make panels of each kind. `adding` puts several into one:
  ///
  /// ```swift
  /// let t = linspace(0, 100, count: 201)
  /// var panel = try Panel.lines(exp(-t / 20), at: t, labels: ["τ = 20 ms"], x: "t (ms)", y: "g (nS)")
  /// panel = panel.adding(.rule(at: exp(-1), label: "1/e", style: .dashed))
  /// panel.title = "Decay"
  /// ```
  public struct Panel: Sendable {
    /// Above the axes, on the left.
    public var title: String?
    public var x: Axis
    public var y: Axis
    /// The panel's share of the figure's width beside others of its row, and of its height.
    public var width = 1.0, height = 1.0
    var marks: [Mark]

    /// Empty axes.
    public init(x: Axis = Axis(), y: Axis = Axis()) {
      self.init(x: x, y: y, marks: [])
    }

    init(x: Axis, y: Axis, marks: [Mark]) {
      (self.x, self.y, self.marks) = (x, y, marks)
    }

    /// The panel with what others show as well, on its own axes. A label of an axis that it does not have is taken from them.
    public func adding(_ others: Panel...) -> Panel {
      var panel = self
      for other in others {
        panel.marks += other.marks
        if panel.x.label.isEmpty { panel.x.label = other.x.label }
        if panel.y.label.isEmpty { panel.y.label = other.y.label }
      }
      return panel
    }

    /// The heat map with a bar of colours, if there is one.
    var colorBar: HeatMap? {
      for mark in marks { if case .image(let map) = mark.shape, map.label != nil { return map } }
      return nil
    }

    /// Whether the y axis goes downwards, as the rows of a matrix do.
    var isReversed: Bool {
      for mark in marks { if case .image(let map) = mark.shape { return map.isFirstRowOnTop } }
      return false
    }

    func scales() throws(HillockError) -> (x: Scale, y: Scale) {
      let isTight = marks.contains(where: \.isTight)
      var x = try Scale(self.x, Panel.union(marks.map(\.xExtent)), margin: 0, "x")
      let extent = Panel.union(marks.map(\.yExtent))
      var y = try Scale(self.y, extent, margin: isTight ? 0 : 0.05, "y")
      if self.y.range == nil, !y.isLogarithmic, let extent, extent.lowerBound == 0, marks.contains(where: \.standsOnZero) {
        var axis = self.y
        axis.range = 0...(extent.upperBound > 0 ? extent.upperBound * 1.05 : 1)
        y = try Scale(axis, nil, margin: 0, "y")
      }
      if self.x.range == nil, !isTight, marks.contains(where: { if case .dots = $0.shape { true } else { false } }) {
        x = try Scale(self.x, Panel.union(marks.map(\.xExtent)), margin: 0.04, "x")
      }
      return (x, y)
    }

    private static func union(_ ranges: [ClosedRange<Double>?]) -> ClosedRange<Double>? {
      ranges.compactMap { $0 }.reduce(nil) { all, range in
        guard let all else { return range }
        return min(all.lowerBound, range.lowerBound)...max(all.upperBound, range.upperBound)
      }
    }
  }

  extension NDArray {
    /// The numbers of an array in `f64`.
    func numbers() throws -> [Double] { try asType(.f64).scalars(as: Double.self) }
  }
#endif
