#if Pictures
  import Foundation

  /// How a line is drawn.
  public struct LineStyle: Sendable, Hashable {
    /// In points, 1/72 inch.
    public var width: Double
    /// Lengths of strokes and gaps in points; none for a solid line.
    public var dashes: [Double]

    public init(width: Double = 1, dashes: [Double] = []) { (self.width, self.dashes) = (width, dashes) }

    public static let solid = LineStyle(), thin = LineStyle(width: 0.6), thick = LineStyle(width: 1.6)
    public static let dashed = LineStyle(dashes: [4, 2.5]), dotted = LineStyle(dashes: [1, 2])
  }

  /// Something that a panel shows.
  struct Mark: Sendable {
    enum Shape: Sendable {
      case line(x: [Double], y: [Double], LineStyle, isFilled: Bool)
      case dots(x: [Double], y: [Double], radius: Double)
      /// Vertical strokes of spikes, a row for each neuron.
      case spikes(times: [Double], rows: [Double])
      /// Heights over the intervals between edges.
      case bars(edges: [Double], heights: [Double])
      case image(HeatMap)
      /// A part of the x axis, over the whole height.
      case span(ClosedRange<Double>)
      /// A straight line across the panel, at a value of one axis.
      case rule(Double, isVertical: Bool, LineStyle)
    }
    var shape: Shape
    var color: Color
    var label: String?

    /// What it takes on the x axis; nil for nothing of its own.
    var xExtent: ClosedRange<Double>? {
      switch shape {
      case .line(let x, _, _, _), .dots(let x, _, _): Mark.extent(x)
      case .spikes(let times, _): Mark.extent(times)
      case .bars(let edges, _): Mark.extent(edges)
      case .image(let map): map.x
      case .span(let range): range
      case .rule(let value, let isVertical, _): isVertical ? Mark.extent([value]) : nil
      }
    }

    /// What it takes on the y axis.
    var yExtent: ClosedRange<Double>? {
      switch shape {
      case .line(_, let y, _, let isFilled): Mark.extent(isFilled ? y + [0] : y)
      case .dots(_, let y, _): Mark.extent(y)
      case .spikes(_, let rows): Mark.extent(rows).map { $0.lowerBound - 0.5...$0.upperBound + 0.5 }
      case .bars(_, let heights): Mark.extent(heights + [0])
      case .image(let map): map.y
      case .span: nil
      case .rule(let value, let isVertical, _): isVertical ? nil : Mark.extent([value])
      }
    }

    /// Whether axes end where it ends.
    var isTight: Bool {
      switch shape {
      case .image, .spikes: true
      case .line, .dots, .bars, .span, .rule: false
      }
    }

    /// Whether it stands on 0.
    var standsOnZero: Bool {
      switch shape {
      case .bars: true
      case .line(_, _, _, let isFilled): isFilled
      case .dots, .spikes, .image, .span, .rule: false
      }
    }

    private static func extent(_ values: [Double]) -> ClosedRange<Double>? {
      var low = Double.infinity, high = -Double.infinity
      for value in values where value.isFinite {
        low = min(low, value)
        high = max(high, value)
      }
      return low <= high ? low...high : nil
    }
  }

  /// Values over a plane.
  struct HeatMap: Sendable {
    /// Row by row; the first row is at the top if `isFirstRowOnTop`.
    var values: [Double]
    var columns: Int
    var x: ClosedRange<Double>, y: ClosedRange<Double>
    var limits: ClosedRange<Double>
    var palette: Palette
    var isFirstRowOnTop: Bool
    /// Beside the bar of colours; nil for no bar.
    var label: String?

    var rows: Int { columns == 0 ? 0 : values.count / columns }
  }
#endif
