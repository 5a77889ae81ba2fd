import Foundation
import Hillock

// With `rate: .cosine(…)`, and as `Schedule.cosine(…)`.

extension LearningRate where Self == Schedule {
  /// The same rate always.
  public static func constant(_ rate: Double) -> Schedule { Schedule { $0 * 0 + rate } }

  /// Multiplied by a factor every so many steps, at once.
  public static func step(from start: Double, by factor: Double, every period: Int) -> Schedule {
    Schedule { step in start * pow(factor, floor(step / positive(period))) }
  }

  /// Multiplied by a factor at each of these steps.
  public static func multiStep(from start: Double, by factor: Double, at steps: [Int]) -> Schedule {
    Schedule { step in
      let passed = steps.reduce(step * 0) { $0 + (step .>= $1).asType(.f64) }
      return start * pow(factor, passed)
    }
  }

  /// start·factor^(step / period): multiplied by the factor over every `period` steps, evenly.
  public static func exponential(from start: Double, by factor: Double, every period: Int = 1) -> Schedule {
    Schedule { step in start * pow(factor, step / positive(period)) }
  }

  /// From one rate to another over so many steps, along (1 − step/steps)^power; 1 is a straight line.
  public static func polynomial(from start: Double, to end: Double = 0, over steps: Int, power: Double = 1) -> Schedule {
    Schedule { step in
      let left = 1 - minimum(step, Double(steps)) / positive(steps)
      return end + (start - end) * pow(left, power)
    }
  }

  /// From one rate to another over so many steps, along half a wave of a cosine. (Loshchilov and Hutter, SGDR, ICLR 2017.)
  public static func cosine(from start: Double, to end: Double = 0, over steps: Int) -> Schedule {
    Schedule { step in end + (start - end) * fall(minimum(step, Double(steps)) / positive(steps)) }
  }

  /// The same again and again: the first wave takes `period` steps, each later one `growth` times as many as the one before. (Loshchilov
  /// and Hutter, eq. 5.)
  public static func cosineRestarts(from start: Double, to end: Double = 0, period: Int, growth: Int = 1) -> Schedule {
    Schedule { step in
      let first = positive(period)
      guard growth > 1 else { return end + (start - end) * fall((step % first) / first) }
      // Where the waves begin, as whole numbers: a logarithm would miss some by rounding.
      var begin = 0.0, length = first, at = step * 0, wave = step * 0 + first
      while begin + length < 0x1p40 {
        begin += length
        length *= Double(growth)
        let isLater = step .>= begin
        at = select(isLater, begin, at)
        wave = select(isLater, length, wave)
      }
      return end + (start - end) * fall((step - at) / wave)
    }
  }

  /// The first rate up to the first of the steps, then the next one, and so on; one rate more than steps.
  ///
  /// With another number of rates, it is an `argument` error that the update throws.
  public static func piecewise(_ rates: [Double], at steps: [Int]) -> Schedule {
    Schedule { step in
      guard rates.count == steps.count + 1 else {
        return NDArray(
          failing: HillockError(
            .argument, "a piecewise schedule has one rate more than steps, not \(rates.count) rates and \(steps.count) steps"))
      }
      return zip(steps, rates.dropFirst()).reduce(step * 0 + rates[0]) { select(step .>= $1.0, $1.1, $0) }
    }
  }

  /// A straight line up to the first rate of another schedule, which begins after so many steps.
  public static func warmUp(from start: Double = 0, over steps: Int, then next: Schedule) -> Schedule {
    Schedule { step in
      let goal = next(step * 0), line = start + (goal - start) * (step / positive(steps))
      return select(step .< Double(steps), line, next(maximum(step - Double(steps), 0)))
    }
  }

  /// From 1 at 0 to 0 at 1.
  private static func fall(_ part: NDArray) -> NDArray { 0.5 * (1 + cos(Double.pi * part)) }

  /// A number of steps that is divided by.
  private static func positive(_ steps: Int) -> Double { Double(max(steps, 1)) }
}
