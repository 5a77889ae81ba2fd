import Hillock
import Testing

/// The largest and smallest integers, huge counts and empty axes as arguments: an answer where it is defined, else an error,
/// never a trap. Values are those of NumPy 2, or follow by hand.
@Suite struct ExtremeArgumentTests {
  private func code(_ array: NDArray) -> ErrorCode? { array.error?.code }

  @Test func aDiagonalBeyondTheMatrixIsThatAtItsEdge() throws {
    let x = NDArray([[1, 2], [3, 4]])
    for k: Int in [.max, 2, 1] { #expect(try tril(x, k).ints() == [1, 2, 3, 4]) }
    for k: Int in [.min, -3, -2] { #expect(try tril(x, k).ints() == [0, 0, 0, 0]) }
    for k: Int in [.max, 3, 2] { #expect(try triu(x, k).ints() == [0, 0, 0, 0]) }
    for k: Int in [.min, -2, -1] { #expect(try triu(x, k).ints() == [1, 2, 3, 4]) }
    #expect(try triu(ones(2, 3), 2).floats() == [0, 0, 1, 0, 0, 0])
    #expect(try tri(2, 3, .max, dtype: .i32).ints() == [1, 1, 1, 1, 1, 1])
    #expect(try tri(2, 3, .min, dtype: .i32).ints() == [0, 0, 0, 0, 0, 0])
    for k: Int in [.min, -2, 2, .max] {
      #expect(diagonal(x, offset: k).shape == [0])
      #expect(diag(x, k).shape == [0])
      #expect(try trace(x, offset: k).item(as: Int.self) == 0)
    }
  }

  @Test func aMatrixOfADiagonalIsNotTooLarge() throws {
    for k: Int in [.min, .max, 1 << 40] {
      #expect(code(diagflat(ones(2), k)) == .shape)
      #expect(code(diag(zeros(0), k)) == .shape)
    }
    #expect(try diagflat(NDArray([1, 2]), 1).ints() == [0, 1, 0, 0, 0, 2, 0, 0, 0])
    #expect(try diag(NDArray([7]), -1).ints() == [0, 0, 7, 0])
    #expect(code(vander(ones(2), .max)) == .shape)
    #expect(code(vander(ones(2), -1)) == .shape)
    #expect(code(eye(.max)) == .shape)
  }

  @Test func indicesOfATriangle() throws {
    let all = trilIndices(2, .max), none = trilIndices(2, .min), upper = triuIndices(2, .min)
    #expect(try all[0].ints() == [0, 0, 1, 1])
    #expect(try all[1].ints() == [0, 1, 0, 1])
    #expect(none[0].shape == [0])
    #expect(try upper[0].ints() == [0, 0, 1, 1])
    #expect(try upper[1].ints() == [0, 1, 0, 1])
    let wide = trilIndices(2, 0, 3), corner = triuIndices(2, 1)
    #expect(try wide[0].ints() == [0, 1, 1])
    #expect(try wide[1].ints() == [0, 0, 1])
    #expect(try corner[0].ints() == [0])
    #expect(try corner[1].ints() == [1])
    #expect(triuIndices(2, .max)[1].shape == [0])
    #expect(trilIndices(0)[0].shape == [0])
    #expect(code(trilIndices(-1)[0]) == .shape)
    #expect(code(trilIndices(.max)[0]) == .shape)
    #expect(code(triuIndices(.max)[1]) == .shape)
    #expect(code(diagIndices(2, axes: .max)[0]) == .argument)
    #expect(code(diagIndices(2, axes: -1)[0]) == .argument)
    #expect(diagIndices(2, axes: 3).count == 3)
  }

  @Test func copiesThatAreTooMany() {
    #expect(code(ones(2).repeated(.max)) == .shape)
    #expect(code(ones(2, 2).repeated(.max, axis: 1)) == .shape)
    #expect(code(ones(2).repeated([.max, .max])) == .shape)
    #expect(ones(2).repeated([1 << 39, 1 << 39]).error != nil)
    #expect(code(ones(2).repeated([.min])) == .argument)
    #expect(code(ones(2).tiled(.max)) == .shape)
    #expect(code(ones(2).tiled(.max, .max)) == .shape)
    #expect(kron(zeros(0, 1 << 40), zeros(0, 1 << 40)).error != nil)
    #expect(kron(zeros(0, 2), ones(1, 2)).shape == [0, 4])
    #expect(code(ones(2).padded(.max)) == .argument)
    #expect(code(ones(2).padded(.min)) == .argument)
  }

  @Test func oneCountIsForAllPlaces() throws {
    #expect(zeros(0, 2).repeated([8]).shape == [0])
    #expect(zeros(0, 2).repeated([8], axis: 0).shape == [0, 2])
    #expect(try NDArray([1, 2]).repeated([2]).ints() == [1, 1, 2, 2])
    #expect(try NDArray([1, 2]).repeated([0, 3]).ints() == [2, 2, 2])
  }

  @Test func partsThatAreTooMany() {
    #expect(code(split(zeros(0), .max)[0]) == .argument)
    #expect(code(arraySplit(ones(2), .max)[0]) == .argument)
    #expect(arraySplit(ones(2), 3).map(\.count) == [1, 1, 0])
    #expect(split(arange(2), at: [.min, .max]).map(\.count) == [0, 2, 0])
  }

  @Test func anAxisOfExtentZeroIsUnstackedIntoNothing() {
    #expect(unstack(zeros(0)).isEmpty)
    #expect(unstack(zeros(2, 0), axis: -1).isEmpty)
    #expect(unstack(zeros(2, 0)).map(\.shape) == [[0], [0]])
    #expect(code(unstack(zeros(0), axis: 1)[0]) == .index)
    #expect(code(unstack(zeros(0), axis: .min)[0]) == .index)
    #expect(code(unstack(ones([]))[0]) == .index)
  }

  @Test func anArrayWithoutAxesHasNoPlaces() throws {
    #expect(code(nonzero(ones([]))[0]) == .shape)
    #expect(argwhere(ones([])).shape == [1, 0])
    #expect(argwhere(zeros([])).shape == [0, 0])
    #expect(try argwhere(NDArray([0, 7])).ints() == [1])
  }

  @Test func turnsOfAnyNumber() throws {
    // -2⁶³ is 1 modulo 3, and 2⁶³ - 1 is 3 modulo 4.
    #expect(try NDArray([1, 2, 3]).rolled(by: .min).ints() == [3, 1, 2])
    #expect(try NDArray([[1, 2], [3, 4]]).rotated90(.max).ints() == [3, 1, 4, 2])
  }

  @Test func derivativesWithoutEndAreOver() {
    #expect(polyder(NDArray([1.0, 2]), .max).shape == [0])
    #expect(code(polyder(NDArray([1.0, 2]), -1)) == .argument)
    #expect(diff(arange(3), n: .max).shape == [0])
    #expect(diff(arange(3), n: .max, prepend: ones(2, 2)).error != nil)
  }

  @Test func statisticsOfExtremeNumbers() throws {
    let x = NDArray([[1.0, 3]])
    #expect(try cov(x, ddof: .min).item(as: Float.self) > 0)
    #expect(try cov(x, ddof: .max).item(as: Float.self) < 0)
    #expect(code(bincount(NDArray([Int.max], dtype: .i64))) == .shape)
    #expect(bincount(NDArray([1, 1]), length: .max).error != nil)
    #expect(segmentSum(ones(2), NDArray([0, 1]), count: .max).error != nil)
    #expect(code(histogram(ones(2), bins: .max).counts) == .argument)
    #expect(code(histogram2d(ones(2), ones(2), bins: (.max, .max)).counts) == .argument)
    #expect(code(histogram2d(ones(2), ones(2), bins: (1 << 30, 1 << 30)).counts) == .argument)
    let none: [Double] = []
    #expect(ones(2, 3).quantile(none).shape == [0])
    #expect(ones(2, 3).quantile(none, axis: 0).shape == [0, 3])
    #expect(code(ones(2).quantile(Double.nan)) == .argument)
  }

  @Test func polygammaOfAnyOrder() throws {
    #expect(try polygamma(.max, NDArray([1.0])).item(as: Float.self) == .infinity)
    // ψ⁽³⁾(1) = π⁴ / 15
    let value = try polygamma(3, NDArray([1.0])).item(as: Float.self)
    #expect(Swift.abs(value - 6.4939394) < 1e-5)
  }

  @Test func linesThatAreTooLong() throws {
    let x = ones(4)
    for count: Int in [.max, .max - 1, 1 << 50, -1, .min] {
      #expect(fft.fft(x, count: count).error != nil)
      #expect(fft.ifft(x, count: count).error != nil)
      #expect(fft.rfft(x, count: count).error != nil)
      #expect(fft.irfft(x, count: count).error != nil)
      #expect(fft.hfft(x, count: count).error != nil)
      #expect(fft.ihfft(x, count: count).error != nil)
    }
    let huge: [Int] = [.max, .max], matrix = ones(2, 2)
    #expect(fft.fftn(matrix, counts: huge).error != nil)
    #expect(fft.rfftn(matrix, counts: huge).error != nil)
    #expect(fft.irfftn(matrix, counts: huge).error != nil)
    #expect(code(fft.fftfreq(.max)) == .argument)
    #expect(code(fft.rfftfreq(.max)) == .argument)
    #expect(code(fft.fftfreq(.min)) == .argument)
    #expect(try fft.fftfreq(5, spacing: 0.1).floats() == [0, 2, 4, -4, -2])
    #expect(try fft.rfftfreq(4).floats() == [0, 0.25, 0.5])
  }

  @Test func windowsThatAreTooLarge() {
    let x = ones(1, 4, 1)
    #expect(conv(x, zeros(1 << 40, 1, 0)).shape == [1, 0, 0])
    #expect(code(conv(x, ones(2, 1, 1), inputDilation: [1 << 39])) == .argument)
    #expect(code(convTranspose(zeros(1, 4, 0), zeros(3, 2, 0), groups: .max, transposesKernel: true)) == .shape)
    #expect(maxPool(x, window: [2], padding: .by([1 << 40])).error != nil)
    #expect(maxPool(zeros(0, 1 << 39, 1), window: [1 << 39]).shape == [0, 1, 1])
  }

  @Test func printOptionsThatMakeNoSense() {
    var options = PrintOptions()
    options.precision = .max
    options.threshold = .min
    options.edgeItems = .max
    options.lineWidth = .min
    let long = withPrintOptions(options) { "\(NDArray([1.5, 2]))" }
    #expect(long.contains("1.5"))
    options.precision = .min
    options.edgeItems = .min
    let short = withPrintOptions(options) { "\(NDArray([1.25, 2, 3]))" }
    #expect(short.contains("..."))
  }

  @Test func aPlainLoopOfManyStepsTakesNoMemory() {
    struct Stop: Error {}
    for isReversed in [false, true] {
      #expect(throws: (any Error).self) {
        try withoutJIT {
          _ = try forLoop(0..<(1 << 40), reverse: isReversed) { (i: NDArray) -> NDArray in throw Stop() }
        }
      }
    }
  }
}
