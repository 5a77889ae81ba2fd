import Foundation
import Hillock
import Testing

/// Arrays of Swift's numbers, at their own dtype and at others: what is copied as it lies, and what is converted one by one.
@Suite struct SwiftArrayTests {
  @Test func elementsOfEachTypeArriveAtEachDType() throws {
    let doubles = [0.1, -2.5, 1e300, .nan, -.infinity], floats: [Float] = [0.1, -2.5, 3e38, .nan]
    #expect(try NDArray(doubles, dtype: .f64).scalars(as: Double.self).map(\.bitPattern) == doubles.map(\.bitPattern))
    #expect(try NDArray(doubles).floats().map(\.isNaN) == [false, false, false, true, false])
    #expect(try NDArray(doubles).floats()[..<3] == [0.1, -2.5, .infinity])
    #expect(
      try NDArray(floats).floats()[..<3] == floats[..<3]
        && NDArray(floats, dtype: .f64).scalars(as: Double.self)[0] == Double(Float(0.1)))
    #expect(try NDArray([1, -2]).ints() == [1, -2] && NDArray([1, -2]).dtype == .i32)
    #expect(try NDArray([1 << 40], dtype: .i64).ints() == [1 << 40] && NDArray([3, 0], dtype: .bool).bools() == [true, false])
    #expect(try NDArray([true, false]).bools() == [true, false] && NDArray([true], dtype: .f32).floats() == [1])
    #expect(
      try NDArray([Int32(7)]).dtype == .i32 && NDArray([Int64(7)]).dtype == .i64
        && NDArray([Int32(7)], dtype: .f64).floats() == [7])
    #expect(try NDArray([0.1, 0.2, 0.3, 0.4], shape: [2, 2], dtype: .f64)[1, 0].item(as: Double.self) == 0.3)
  }

  @Test func whatDoesNotFitIsNamed() {
    let large = NDArray([1, 1 << 40])
    #expect(large.error?.code == .argument && large.error?.message.contains("position 1") == true)
    #expect(NDArray([-1], dtype: .u32).error?.code == .argument)
  }

  /// Of plain numbers these functions are Foundation's, and quick for the compiler, also where nothing says that a `Double` is wanted.
  @Test func functionsOfNumbersStayFoundations() {
    let noise = 0.5, p = 1 - 0.5 * erfc(1 / noise / 2.0.squareRoot())
    let wanted: Double = p * p + (1 - p) * (1 - p)
    #expect(abs(wanted - 0.95553) < 1e-4)
    let values = [asinh(1.5), acosh(1.5), atanh(0.5), cbrt(27.0), frexp(8.0).0, modf(2.5).1, copysign(2, -1.0)]
    let sum: Double = values[0] * 2 - values[1] * 2
    #expect(sum > 0 && abs(values[3] - 3) < 1e-15 && values[4...] == [0.5, 0.5, -2])
  }
}
