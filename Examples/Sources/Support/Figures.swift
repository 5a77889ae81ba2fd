import Hillock
import HillockDynamics
import HillockPictures

/// The figures that several networks draw, as PNG.
public enum Figures {
  /// Spikes as strokes: a row for each neuron, the first at the bottom, time from left to right.
  ///
  /// - Parameters:
  ///   - times: in ms.
  ///   - neurons: the neuron of each spike.
  ///   - count: how many neurons are drawn; those from this number on are left out.
  ///   - window: the times that are drawn.
  public static func raster(
    _ times: [Double], _ neurons: [Int], count: Int, window: ClosedRange<Double>, name: String
  ) throws {
    let spikes = try SpikeList(times: times, neurons: neurons)
    try Example.write(Figure(height: 7, try .raster(spikes, of: 0..<count, over: window)), "\(name).png")
  }

  /// Curves over one axis, each in a panel of its own, the first at the top.
  ///
  /// - Parameters:
  ///   - distance: from one value to the next on the x axis; the first is at 0.
  ///   - x, y: the quantities and their units.
  ///   - sharesScale: whether all have one scale.
  public static func curves(
    _ curves: [[Double]], every distance: Double, x: String, y: String, sharesScale: Bool = false, name: String
  ) throws {
    let all = curves.joined().filter(\.isFinite)
    let range: ClosedRange<Double>? = sharesScale ? all.min().flatMap { low in all.max().map { low...$0 } } : nil
    let panels = try curves.enumerated().map { place, values in
      let places = arange(values.count).asType(.f64) * distance
      var panel = try Panel.lines(NDArray(values), at: places, x: x, y: y, style: .thin)
      panel.y.range = range
      panel.x.isLabelled = place == curves.count - 1
      return [panel]
    }
    try Example.write(Figure(height: 3 * Double(curves.count) + 1, panels), "\(name).png")
  }

  /// Bars that stand side by side.
  ///
  /// - Parameters:
  ///   - first: the middle of the first on the x axis.
  ///   - distance: from one to the next.
  ///   - x, y: the quantities and their units.
  public static func bars(
    _ values: [Double], from first: Double = 0, every distance: Double, x: String, y: String, name: String
  ) throws {
    guard values.count > 1 else { return }
    let places = arange(values.count).asType(.f64) * distance + first
    let course = TimeCourse(times: places, values: NDArray(values, dtype: .f64))
    try Example.write(Figure(try .bars(course, x: x, y: y)), "\(name).png")
  }
}
