import Hillock
import Testing

@testable import HillockDynamics

/// Delays are kept as steps. Expected steps are delay / dt, less 1.
@Suite struct SynapticDelaysTests {
  private static func steps(_ delays: inout SynapticDelays, dt: Double) throws -> [Int] {
    try #require(try delays.prepare(dt: dt).each).scalars(as: Int.self)
  }

  @Test func anotherLengthOfStepGivesOtherSteps() throws {
    var delays = try SynapticDelays(NDArray([0.1, 5, 0.2]), count: 3)
    #expect(try Self.steps(&delays, dt: 0.1) == [0, 49, 1])
    #expect(try Self.steps(&delays, dt: 0.05) == [1, 99, 3])
    #expect(try Self.steps(&delays, dt: 0.1) == [0, 49, 1])
    #expect(try delays.prepare(dt: 0.1).longest == 50)
    let error = #expect(throws: HillockError.self) { try delays.prepare(dt: 0.03) }
    #expect(error?.message.contains("whole numbers of steps of 0.03 ms") == true)
    #expect(try Self.steps(&delays, dt: 0.1) == [0, 49, 1], "an error changes nothing")
  }

  @Test func delaysOffTheUsualGridAreKeptUntilTheirStepIsKnown() throws {
    var delays = try SynapticDelays(NDArray([0.25, 1]), count: 2)
    #expect(throws: HillockError.self) { try delays.prepare(dt: 0.1) }
    #expect(try Self.steps(&delays, dt: 0.25) == [0, 3])
    #expect(throws: HillockError.self) { try delays.prepare(dt: 0.1) }
  }

  @Test(arguments: [(256, DType.u8), (257, .u16), (40_000, .u16), (65_536, .u16), (65_537, .i32)])
  func theSmallestDTypeThatHoldsThemIsTaken(longest: Int, dtype: DType) throws {
    var delays = try SynapticDelays(NDArray([1, 50, longest].map { Double($0) * 0.1 }, dtype: .f64), count: 3)
    let (last, _, each) = try delays.prepare(dt: 0.1)
    #expect(last == longest && each?.dtype == dtype)
    #expect(try Self.steps(&delays, dt: 0.1) == [0, 49, longest - 1])
    #expect(try Self.steps(&delays, dt: 0.05) == [1, 99, 2 * longest - 1])
    #expect(try Self.steps(&delays, dt: 0.1) == [0, 49, longest - 1])
  }

  /// A million delays at a time are looked at; one of the last needs more bytes than those before.
  @Test func blocksOfDelaysHaveOneDType() throws {
    let count = (1 << 20) + 3
    var delays = try SynapticDelays(
      concatenate([full([count - 2], 0.3, dtype: .f64), NDArray([40, 0.1], dtype: .f64)]), count: count)
    let each = try #require(try delays.prepare(dt: 0.1).each)
    #expect(each.dtype == .u16 && each.shape == [count])
    #expect(try each[(count - 3)...].scalars(as: Int.self) == [2, 399, 0])
    #expect(try each[..<(count - 2)].max().item(as: Int.self) == 2)
  }

  @Test func oneDelayIsCommonToAll() throws {
    var number = try SynapticDelays(1.5, count: 4), equal = try SynapticDelays(NDArray([1.5, 1.5]), count: 2)
    for delays in [try number.prepare(dt: 0.1), try equal.prepare(dt: 0.1)] {
      #expect(delays.longest == 15 && delays.common == 14 && delays.each == nil)
    }
    var none = try SynapticDelays(NDArray([Double]()), count: 0)
    #expect(try none.prepare(dt: 0.1).longest == 1)
  }

  /// The value of a Variable is read at each run.
  @Test func aVariableStaysOne() throws {
    let variable = Variable(NDArray([0.1, 0.3]).asType(.f64)), count = 2
    var delays = try SynapticDelays(variable, count: count)
    #expect(try Self.steps(&delays, dt: 0.1) == [0, 2])
    variable.value = NDArray([0.7, 0.2]).asType(.f64)
    #expect(try Self.steps(&delays, dt: 0.1) == [6, 1])
  }

  /// A distribution draws a million delays at a time; those that are off the usual grid in one of the blocks are all kept as they are.
  @Test(arguments: [0.1, 0.05])
  func aDistributionDrawsInBlocks(step: Double) throws {
    random.seed(5)
    let count = (1 << 20) + 7
    var delays = try SynapticDelays(Distribution.uniform(0.2, 10).rounded(to: step), count: count)
    let (longest, _, each) = try delays.prepare(dt: step)
    let later = try #require(each), last = Int((10 / step).rounded())
    #expect(later.shape == [count] && longest == last)
    #expect(try later.min().item(as: Int.self) == Int((0.2 / step).rounded()) - 1)
    // The mean of uniform numbers, within 5 standard errors.
    let mean = try (later.asType(.f64).mean() * step + step).item(as: Double.self)
    #expect((mean - 5.1).magnitude < 5 * 9.8 / (12 * Double(count)).squareRoot())
    if step == 0.05 { #expect(throws: HillockError.self) { try delays.prepare(dt: 0.1) } }
  }
}
