/// How equal items (rows, indices, runs) are divided into units that are worth claiming, and their columns into panels where there
/// are too few units to share.
struct Division {
  var items: Int
  /// Items of a unit.
  var block: Int
  /// Columns of a panel, and panels.
  var panel = 0
  var panels = 1
  var unitCost: Int

  var units: Int { (items + block - 1) / block * panels }

  /// `cost`: picoseconds of an item.
  init(items: Int, cost: Int) {
    self.items = items
    block = max(Int(Parameters.minimumClaim) * 1000 / max(cost, 1), 1)
    unitCost = min(block, max(items, 1)) &* cost
  }

  init(items: Int, block: Int, unitCost: Int) {
    self.items = items
    self.block = block
    self.unitCost = unitCost
  }

  /// Divides the columns as well, where there are fewer units than it takes to give every worker its part, and where the parts are
  /// still worth claiming.
  mutating func sharePanels(columns: Int, elementSize: Int) {
    let share = columns &* elementSize / (2 * Configuration.workers) / Parameters.leastPanel
    let least = min(max(share, 1), Parameters.widePanel) * Parameters.leastPanel / elementSize
    let worthwhile = unitCost / (Int(Parameters.minimumClaim) * 1000)
    let wanted = max(min(Parameters.panelUnits / max(units, 1), worthwhile), 1)
    panel = max((columns + wanted * least - 1) / (wanted * least) * least, least)
    panels = max((columns + panel - 1) / panel, 1)
    unitCost = unitCost / panels + 1
  }

  /// The items of these units, where columns are not divided.
  func items(_ first: Int, _ last: Int) -> Range<Int> {
    let lower = first &* block
    return lower..<max(lower, min(last &* block, items))
  }

  /// The items and the columns of a unit.
  func part(_ unit: Int, columns: Int) -> (items: Range<Int>, columns: Range<Int>) {
    let (place, panel) = unit.quotientAndRemainder(dividingBy: panels)
    let start = panel &* self.panel
    return (items(place, place &+ 1), start..<max(start, min(start &+ self.panel, columns)))
  }
}
