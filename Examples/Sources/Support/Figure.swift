/// The figures of the networks. All their drawing is in this file.
public enum Figure {
  /// Spikes as dots: a line for each neuron, the first at the bottom, time from left to right.
  ///
  /// - Parameters:
  ///   - times: in ms.
  ///   - neurons: the neuron of each spike.
  ///   - count: how many neurons are drawn; those from this number on are left out.
  ///   - window: the times that are drawn.
  public static func raster(
    _ times: [Double], _ neurons: [Int], count: Int, window: ClosedRange<Double>, name: String
  ) throws {
    let width = 600, height = max(1, min(count, 300)), span = window.upperBound - window.lowerBound
    var ink = [Float](repeating: 0, count: width * height)
    for (time, neuron) in zip(times, neurons) where neuron < count && window.contains(time) {
      let column = min(Int((time - window.lowerBound) / span * Double(width)), width - 1)
      ink[(height - 1 - neuron * height / count) * width + column] = 1
    }
    try Picture(ink, width: width, palette: Picture.ink).write("\(name).png")
  }

  /// Curves over one axis, each in a band of its own, the first at the top.
  ///
  /// - Parameter sharesScale: whether all have one scale.
  public static func curves(_ curves: [[Double]], sharesScale: Bool = false, name: String) throws {
    let width = 600, band = 120
    var ink = [Float](repeating: 0, count: width * band * curves.count)
    for (place, values) in curves.enumerated() {
      let range = sharesScale ? curves.flatMap { $0 } : values
      guard let low = range.min(), let high = range.max(), high > low, values.count > 1 else { continue }
      func row(_ column: Int) -> Int {
        let value = values[column * (values.count - 1) / (width - 1)]
        return place * band + band - 4 - Int((value - low) / (high - low) * Double(band - 8))
      }
      for column in 1..<width {
        let (a, b) = (row(column - 1), row(column))
        for y in min(a, b)...max(a, b) { ink[y * width + column] = 1 }
      }
    }
    try Picture(ink, width: width, palette: Picture.ink).write("\(name).png")
  }

  /// Bars that stand side by side.
  public static func bars(_ values: [Double], name: String) throws {
    guard let most = values.max(), most > 0 else { return }
    let each = max(1, 600 / values.count), width = each * values.count, height = 200
    var ink = [Float](repeating: 0, count: width * height)
    for (place, value) in values.enumerated() {
      let top = height - Int(value / most * Double(height - 4))
      for y in top..<height { for x in place * each..<place * each + max(1, each - 1) { ink[y * width + x] = 1 } }
    }
    try Picture(ink, width: width, palette: Picture.ink).write("\(name).png")
  }
}
