/// Pictures made of characters.
public enum Chart {
  /// A bar of `value` characters' width, where `most` is the whole width.
  public static func bar(_ value: Double, of most: Double, width: Int = 50) -> String {
    String(repeating: "█", count: max(0, min(width, Int((value / most * Double(width)).rounded()))))
  }

  /// The curve through these values, one column each.
  public static func curve(_ values: [Double], height: Int = 12) -> String {
    guard let low = values.min(), let high = values.max(), high > low else { return "" }
    let rows = values.map { Int((($0 - low) / (high - low) * Double(height - 1)).rounded()) }
    return (0..<height).reversed().map { row in
      String(rows.map { $0 == row ? "●" : row == 0 ? "·" : " " })
    }.joined(separator: "\n")
  }

  /// Marks at places from -extent to extent; where two meet, the later one is seen.
  public static func scatter(_ marks: [(Float, Float, Character)], extent: Float, width: Int = 72, height: Int = 28) -> String {
    var map = [[Character]](repeating: [Character](repeating: " ", count: width), count: height)
    for (x, y, mark) in marks where abs(x) < extent && abs(y) < extent {
      map[Int((extent - y) / (2 * extent) * Float(height))][Int((x + extent) / (2 * extent) * Float(width))] = mark
    }
    return map.map { String($0) }.joined(separator: "\n")
  }

  /// A board of cells, two rows a line.
  public static func cells(_ cells: [Bool], width: Int) -> String {
    let rows = stride(from: 0, to: cells.count, by: width).map { Array(cells[$0..<$0 + width]) }
    return stride(from: 0, to: rows.count, by: 2).map { row in
      let upper = rows[row], lower = row + 1 < rows.count ? rows[row + 1] : upper.map { _ in false }
      return String(zip(upper, lower).map { $0 ? $1 ? "█" : "▀" : $1 ? "▄" : " " })
    }.joined(separator: "\n")
  }
}
