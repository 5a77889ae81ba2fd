import Hillock

extension Stimulus {
  /// Always the same: a number, an array of the group's shape, or a Variable.
  public static func constant(_ value: some ArrayConvertible) -> Stimulus { Stimulus { _ in value.array } }

  /// Values one after the other, each for its duration; 0 after the last. (BrainPy: `section_input`.)
  ///
  /// ```swift
  /// let pulse = Stimulus.sections([0, 20, 0], durations: [10, 30, 10])
  /// ```
  ///
  /// A change between two steps counts from the next step on.
  public static func sections(_ values: [Double], durations: [Double]) -> Stimulus {
    sections(NDArray(values, dtype: .f64), durations: durations)
  }

  /// The same with arrays as values: sections on the first axis.
  public static func sections(_ values: NDArray, durations: [Double]) -> Stimulus {
    Stimulus { _ in
      guard values.shape.first == durations.count, !durations.isEmpty else {
        throw HillockError(
          .argument,
          "sections of shape \(values.shape) have \(durations.count) durations; give one for each, and one section at least")
      }
      return values
    }.piecewise(edges: { durations.reduce(into: [0.0]) { $0.append($0[$0.count - 1] + $1) } }) { values in
      let none = zeros([1] + values.shape.dropFirst(), dtype: values.dtype)
      return concatenate([none, values, none])
    }
  }

  /// Pulses: of this height, from each of the times on, for a width. Where several meet, they add up. (BrainPy: `spike_input`.)
  ///
  /// - Parameters:
  ///   - times: in ms, in any order.
  ///   - width: in ms, above 0.
  ///   - heights: one for each time.
  public static func pulses(at times: [Double], width: Double, heights: [Double]) -> Stimulus {
    Stimulus { _ in
      guard times.count == heights.count, width > 0, (times + heights).allSatisfy(\.isFinite) else {
        throw HillockError(
          .argument,
          "pulses have finite times and heights, one height for each time, and a width above 0; there are \(times.count) times and "
            + "\(heights.count) heights, and a width of \(width) ms")
      }
      return NDArray(0)
    }.piecewise(edges: { Set(times + times.map { $0 + width }).sorted() }) { _ in
      let edges = Set(times + times.map { $0 + width }).sorted()
      let sums = edges.map { edge in
        zip(times, heights).reduce(0) { $0 + ($1.0 <= edge && edge < $1.0 + width ? $1.1 : 0) }
      }
      return NDArray([0] + sums, dtype: .f64)
    }
  }

  /// The same with one height for all.
  public static func pulses(at times: [Double], width: Double, height: Double = 1) -> Stimulus {
    pulses(at: times, width: width, heights: times.map { _ in height })
  }

  /// A value for each interval between edges, the first before the first edge and the last after the last one.
  private func piecewise(edges: @escaping () -> [Double], _ table: @escaping (NDArray) -> NDArray) -> Stimulus {
    Stimulus { step in
      let values = table(try body(step).checked()), edges = edges()
      guard zip(edges, edges.dropFirst()).allSatisfy({ $0 <= $1 }), edges.allSatisfy(\.isFinite) else {
        throw HillockError(.argument, "the durations of sections are finite, and 0 ms or more")
      }
      guard !edges.isEmpty else { return values[0] }
      return values[searchsorted(NDArray(edges, dtype: .f64), step.grid, right: true)]
    }
  }

  /// A ramp from one value to another, 0 outside its times. (BrainPy: `ramp_input`.)
  ///
  /// - Parameters:
  ///   - range: when it begins and ends, in ms. Its end is open.
  public static func ramp(from start: some ArrayConvertible, to end: some ArrayConvertible, over range: ClosedRange<Double>)
    -> Stimulus
  {
    Stimulus { step in
      guard range.lowerBound < range.upperBound, range.lowerBound.isFinite, range.upperBound.isFinite else {
        throw HillockError(.argument, "a ramp has a finite length above 0 ms, not \(range)")
      }
      let part = try ((step.t.asType(.f64) - range.lowerBound) / (range.upperBound - range.lowerBound)).weakened()
      return start.array + (end.array - start.array) * part
    }.within(range)
  }

  /// amplitude · sin(2π·frequency·t + phase).
  ///
  /// - Parameters:
  ///   - frequency: in Hz.
  ///   - phase: in radians.
  public static func sinusoid(amplitude: some ArrayConvertible, frequency: Double, phase: Double = 0) -> Stimulus {
    Stimulus { step in
      let turns = step.t.asType(.f64) * (frequency / 1000)
      // Whole turns are taken off, so that the angle keeps its digits for hours.
      return amplitude.array * (try sin(2 * Double.pi * (turns - floor(turns)) + phase).weakened())
    }
  }

  /// Changes between two values: `high` for the first part of each period, then `low`.
  ///
  /// - Parameters:
  ///   - frequency: of periods, in Hz.
  ///   - duty: the part of a period with `high`.
  public static func square(low: Double = 0, high: Double, frequency: Double, duty: Double = 0.5) -> Stimulus {
    Stimulus { step in
      let turns = step.grid * (frequency / 1000)
      return select(turns - floor(turns) .< duty, NDArray(high, dtype: .f64), NDArray(low, dtype: .f64))
    }
  }
}
