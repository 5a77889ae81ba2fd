import Hillock

extension Stimulus {
  /// A row of an array for each step: that of number `step.index`, the steps of the clock. So a second run goes on in the array.
  ///
  /// ```swift
  /// let group = LIF(3)
  /// let current = Stimulus.rows(20 * random.uniform(500, 3), name: "current")
  /// try group.run(50) { step in try step.send(current, to: group) }     // 500 steps
  /// ```
  ///
  /// A run that needs more rows than there are is an `argument` error that names the input, and nothing changes. If the number of steps is not
  /// known (a run inside a traced function, or a step of your own), values beyond the end are NaN.
  ///
  /// - Parameters:
  ///   - values: steps on the first axis; the other axes are broadcast to the group's shape. Of a floating dtype.
  ///   - name: for the error.
  public static func rows(_ values: NDArray, name: String) -> Stimulus {
    Stimulus { step in
      let values = try values.checked()
      guard let count = values.shape.first, values.dtype.isFloating else {
        throw HillockError(
          .shape,
          "the input \(name) has a row of floating numbers for each step, not shape \(values.shape) of \(values.dtype.name)")
      }
      if let extent = step.extent {
        guard extent.upperBound <= count else {
          throw HillockError(
            .argument,
            "the input \(name) has \(count) rows, and the run needs \(extent.upperBound): it takes the steps \(extent.lowerBound) to "
              + "\(extent.upperBound - 1). Give a longer array, or a shorter run")
        }
        return count == 0 ? zeros(Array(values.shape.dropFirst()), dtype: values.dtype) : values[step.index]
      }
      guard count > 0 else { throw HillockError(.argument, "the input \(name) has no rows") }
      return select((step.index .>= 0) .& (step.index .< count), values[step.index], NDArray(Double.nan))
    }
  }
}
