#if Pictures
  import Foundation
  import Hillock

  /// An axis of a panel.
  public struct Axis: Sendable {
    /// What is along it, with the unit: `t (ms)`.
    public var label: String
    /// What it shows; nil for what there is to show.
    public var range: ClosedRange<Double>?
    /// Where it has ticks; nil for round numbers.
    public var ticks: [Double]?
    /// What stands beside the ticks, one for each; nil for their numbers.
    public var tickLabels: [String]?
    /// Whether numbers and label are drawn. Of panels above each other with the same times, only the last needs them.
    public var isLabelled = true
    /// Whether equal distances are equal factors. Such an axis shows what is above 0.
    public var isLogarithmic = false
    /// Whether only whole numbers have ticks, as numbers of neurons do.
    public var isWhole = false

    public init(_ label: String = "", range: ClosedRange<Double>? = nil, isLogarithmic: Bool = false) {
      self.label = label
      self.range = range
      self.isLogarithmic = isLogarithmic
    }
  }

  /// An axis that is drawn: from values to places.
  struct Scale {
    let range: ClosedRange<Double>
    let isLogarithmic: Bool
    /// The places of the range's ends in points.
    var from = 0.0, to = 1.0

    /// - Parameters:
    ///   - extent: what there is to show; nil for nothing.
    ///   - margin: the part of it that is left free at both ends.
    init(_ axis: Axis, _ extent: ClosedRange<Double>?, margin: Double, _ name: String) throws(HillockError) {
      isLogarithmic = axis.isLogarithmic
      var low = axis.range?.lowerBound ?? extent?.lowerBound ?? 0, high = axis.range?.upperBound ?? extent?.upperBound ?? 1
      try Scale.check(low, high, axis, name)
      if low == high {
        let half = low == 0 ? 0.5 : low.magnitude / 2
        (low, high) = axis.isLogarithmic ? (low / 2, high * 2) : (low - half, high + half)
      } else if axis.range == nil {
        if axis.isLogarithmic {
          let factor = pow(high / low, margin)
          (low, high) = (low / factor, high * factor)
        } else {
          let free = (high - low) * margin
          (low, high) = Scale.rounded(low - free, high + free)
        }
      }
      // With its margins the range may have become too large, or reach 0.
      try Scale.check(low, high, axis, name)
      range = low...high
    }

    private static func check(_ low: Double, _ high: Double, _ axis: Axis, _ name: String) throws(HillockError) {
      guard low <= high, (high - low).isFinite, !axis.isLogarithmic || low > 0 else {
        throw HillockError(
          .argument,
          "the \(name) axis \(axis.label) shows \(low) to \(high); give finite numbers a finite distance apart, above 0 on a "
            + "logarithmic axis")
      }
    }

    /// A range whose ends lie at round numbers that are next to it: of steps from 0.1 to 100 ms, 0 to 100.
    private static func rounded(_ low: Double, _ high: Double) -> (Double, Double) {
      let step = Ticks.step(low...high, about: 5), near = 0.015 * (high - low)
      let below = (low / step).rounded(.down) * step, above = (high / step).rounded(.up) * step
      return (low - below <= near ? below : low, above - high <= near ? above : high)
    }

    /// The place of a value in points. NaN for what a logarithmic axis cannot show.
    func callAsFunction(_ value: Double) -> Double {
      let low = range.lowerBound, high = range.upperBound
      let part = isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
      return from + part * (to - from)
    }
  }
#endif
