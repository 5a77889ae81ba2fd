/// The times of any number of runs, in memory that does not grow: of many runs every second, fourth, … is kept, evenly over all of
/// them.
struct RunTimes {
  static let capacity = 1 << 16

  private var kept: [Duration] = []
  /// Every so many runs one is kept.
  private var stride = 1
  private(set) var count = 0
  private(set) var shortest = Duration.zero

  var keptCount: Int { kept.count }

  mutating func add(_ time: Duration) {
    if count == 0 || time < shortest { shortest = time }
    if count % stride == 0 {
      if kept.count == Self.capacity {
        kept = Swift.stride(from: 0, to: kept.count, by: 2).map { kept[$0] }
        stride *= 2
      }
      kept.append(time)
    }
    count += 1
  }

  /// Of the runs that were kept.
  var median: Duration { kept.isEmpty ? .zero : kept.sorted()[kept.count / 2] }
}
