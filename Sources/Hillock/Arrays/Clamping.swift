extension Int {
  /// The number, or the nearer end of the range where it lies outside.
  func clamped(to range: ClosedRange<Int>) -> Int { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}
