#if Pictures
  /// A colour: red, green, blue and opacity, from 0 to 1.
  public struct Color: Sendable, Hashable {
    public var red: Double, green: Double, blue: Double, opacity: Double

    public init(_ red: Double, _ green: Double, _ blue: Double, opacity: Double = 1) {
      (self.red, self.green, self.blue, self.opacity) = (red, green, blue, opacity)
    }

    /// The colour with another opacity.
    public func opacity(_ opacity: Double) -> Color { Color(red, green, blue, opacity: opacity) }

    public static let black = Color(0, 0, 0), white = Color(1, 1, 1), grey = Color(0.5, 0.5, 0.5)

    // Colours that people with colour blindness can tell apart, too (Okabe and Ito, Color Universal Design, 2008).
    public static let blue = Color(0, 0.447, 0.698), vermilion = Color(0.835, 0.369, 0), green = Color(0, 0.62, 0.451)
    public static let purple = Color(0.8, 0.475, 0.655), orange = Color(0.902, 0.624, 0), sky = Color(0.337, 0.706, 0.914)

    /// The colours of a panel's series, one after the other.
    public static let series = [blue, vermilion, green, purple, orange, sky, black]

    /// The colour of series number `position`.
    static func series(_ position: Int) -> Color { series[position % series.count] }
  }

  /// Colours for the values of a heat map.
  public struct Palette: Sendable {
    let color: @Sendable (Double) -> Color

    /// A palette of your own: the colours of values from 0 to 1.
    public init(_ color: @escaping @Sendable (_ value: Double) -> Color) { self.color = color }

    /// Colours at equal distances, and mixtures between them.
    public init(stops: [Color]) {
      self.init { value in
        guard let first = stops.first, stops.count > 1 else { return stops.first ?? .white }
        let place = min(max(value, 0), 1) * Double(stops.count - 1)
        guard place.isFinite else { return first }
        let low = min(Int(place), stops.count - 2), part = place - Double(low)
        let a = stops[low], b = stops[low + 1]
        func mix(_ x: Double, _ y: Double) -> Double { x + part * (y - x) }
        return Color(mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue), opacity: mix(a.opacity, b.opacity))
      }
    }

    /// Dark blue, green, light yellow: lighter is more. It reads the same without colours.
    public static let depth = Palette(stops: [
      Color(0.07, 0.04, 0.26), Color(0.16, 0.22, 0.49), Color(0.13, 0.42, 0.56), Color(0.15, 0.58, 0.53), Color(0.42, 0.74, 0.4),
      Color(0.75, 0.86, 0.36), Color(0.99, 0.96, 0.62),
    ])
    /// Black, red, yellow, white.
    public static let fire = Palette { value in
      Color(min(3 * value, 1), min(max(3 * value - 1, 0), 1), min(max(3 * value - 2, 0), 1))
    }
    /// White to black: ink on paper.
    public static let ink = Palette(stops: [.white, .black])
    /// Blue, white, red: for values on both sides of a middle.
    public static let twoSided = Palette(stops: [
      Color(0.02, 0.19, 0.44), Color(0.26, 0.58, 0.76), Color(0.97, 0.97, 0.97), Color(0.84, 0.38, 0.3), Color(0.4, 0, 0.12),
    ])
    /// Begins and ends alike: for phases and directions.
    public static let cyclic = Palette(stops: [
      Color(0.18, 0.09, 0.24), Color(0.32, 0.42, 0.72), Color(0.87, 0.87, 0.88), Color(0.74, 0.44, 0.36), Color(0.18, 0.09, 0.24),
    ])
  }
#endif
