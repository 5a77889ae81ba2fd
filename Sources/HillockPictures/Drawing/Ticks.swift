#if Pictures
  import Foundation

  /// Where an axis has ticks, and what stands beside them.
  struct Ticks: Equatable {
    var places: [Double]
    var labels: [String]
    /// The power of ten by which the labels are to be multiplied; 0 for none.
    var exponent = 0

    /// A round number, 1, 2 or 5 times a power of ten: the distance of about `count` ticks in a range.
    static func step(_ range: ClosedRange<Double>, about count: Int) -> Double {
      let rough = (range.upperBound - range.lowerBound) / Double(max(count, 1)), power = pow(10, log10(rough).rounded(.down))
      return [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.75 } ?? 10 * power
    }

    /// Round numbers in a range.
    init(_ range: ClosedRange<Double>, about count: Int, isWhole: Bool = false) {
      let width = range.upperBound - range.lowerBound
      // Powers of ten below the least normal number are 0, and would be divided by.
      guard width > 1e-290, width.isFinite else {
        (places, labels) = ([range.lowerBound], [Ticks.text(range.lowerBound, decimals: 3)])
        return
      }
      let step = max(Ticks.step(range, about: count), isWhole ? 1 : 0)
      let first = (range.lowerBound / step - 1e-9).rounded(.up), last = (range.upperBound / step + 1e-9).rounded(.down)
      places = first <= last ? stride(from: first, through: last, by: 1).map { $0 * step } : []
      let largest = places.map(\.magnitude).max() ?? 0
      if largest >= 1e5 || largest < 1e-2 && largest > 0 { exponent = Int((log10(largest) / 3 + 1e-9).rounded(.down)) * 3 }
      let unit = pow(10, Double(exponent)), decimals = max(0, -Int((log10(step / unit) + 1e-9).rounded(.down)))
      labels = places.map { Ticks.text($0 / unit, decimals: min(decimals, 12)) }
    }

    /// Powers of ten in a range above 0; with their halves and fifths where there are few.
    init(logarithmic range: ClosedRange<Double>, about count: Int) {
      let low = log10(range.lowerBound), high = log10(range.upperBound)
      let decades = Int((low - 1e-9).rounded(.up))...max(Int((low - 1e-9).rounded(.up)), Int((high + 1e-9).rounded(.down)))
      let every = max(1, (decades.count + count - 1) / max(count, 1))
      let factors: [Double] = high - low < 2 ? [1, 2, 5] : [1]
      places = []
      for decade in stride(from: decades.lowerBound - 1, through: decades.upperBound, by: every) {
        for factor in factors {
          let place = factor * pow(10, Double(decade))
          if place >= range.lowerBound * (1 - 1e-9), place <= range.upperBound * (1 + 1e-9) { places.append(place) }
        }
      }
      let arePlain = range.lowerBound >= 1e-3 && range.upperBound < 1e5
      labels = places.map { place in
        let decade = Int((log10(place) + 1e-9).rounded(.down)), factor = (place / pow(10, Double(decade))).rounded()
        if arePlain { return Ticks.text(place, decimals: max(0, -decade)) }
        return (factor == 1 ? "" : Ticks.text(factor, decimals: 0) + "·") + "10" + Ticks.superscript(decade)
      }
    }

    /// Given places, with labels of their own or their numbers.
    init(_ places: [Double], labels: [String]?) {
      self.places = places
      self.labels =
        labels
        ?? places.map { place in
          let decimals = (0...6).first {
            (place * pow(10, Double($0))).distance(to: (place * pow(10, Double($0))).rounded()).magnitude < 1e-6
          }
          return Ticks.text(place, decimals: decimals ?? 6)
        }
    }

    /// With a minus sign as long as a plus sign, and no −0.
    private static func text(_ value: Double, decimals: Int) -> String {
      let text = String(format: "%.\(decimals)f", value)
      guard text.hasPrefix("-") else { return text }
      return text.contains { ("1"..."9").contains($0) } ? "−" + text.dropFirst() : String(text.dropFirst())
    }

    /// A whole number in raised digits.
    static func superscript(_ number: Int) -> String {
      let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
      return (number < 0 ? "⁻" : "") + String(String(number.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } })
    }
  }
#endif
