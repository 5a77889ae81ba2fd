import Hillock
import Testing

/// The edges of convolutions and pooling, and errors. (Values are cases of `SignalTests`.)
@Suite struct ConvolutionTests {
  @Test func errorsNameWhatIsWrong() {
    let x = ones(2, 8, 4), kernel = ones(3, 4, 5)
    #expect(conv(x, ones(3, 4)).error?.code == .shape)
    #expect(conv(ones(8, 4), ones(3, 4)).error?.code == .shape)
    #expect(conv(x, ones(3, 3, 5)).error?.code == .shape)
    #expect(conv(x, kernel, groups: 2).error?.code == .shape)
    #expect(conv(x, kernel, groups: 0).error?.code == .shape)
    #expect(conv(x, kernel, groups: Int.max).error?.code == .shape)
    #expect(conv(x, ones(3, 2, 5), groups: 2).error?.code == .shape)
    #expect(conv(x, kernel, strides: [0]).error?.code == .argument)
    #expect(conv(x, kernel, strides: [1, 1]).error?.code == .argument)
    #expect(conv(x, kernel, padding: .by([1, 1])).error?.code == .argument)
    #expect(conv(x, kernel, padding: .by([Int.min])).error?.code == .argument)
    #expect(conv(x, kernel, dilation: [Int.max]).error?.code == .argument)
    #expect(conv(x, kernel, inputDilation: [Int.max]).error?.code == .argument)
    #expect(conv(x, ones(0, 4, 5)).error?.code == .argument)
    #expect(conv(x + zeros(3), kernel).error?.code == .shape)
    #expect(convTranspose(x, kernel, outputPadding: [-1]).error?.code == .argument)
    #expect(convTranspose(x, ones(3, 5, 4), groups: 3, transposesKernel: true).error?.code == .shape)
    #expect(maxPool(x, window: [2, 2]).error?.code == .argument)
    #expect(maxPool(x, window: [0]).error?.code == .argument)
    #expect(avgPool(ones(4), window: [2]).error?.code == .shape)
    #expect(sumPool(x, window: [2], strides: [1 << 40]).shape == [2, 1, 4])
  }

  @Test func windowsThatFindNoPlace() {
    #expect(maxPool(ones(2, 3, 4), window: [1 << 40]).shape == [2, 0, 4])
    #expect(conv(ones(2, 3, 4), ones(5, 4, 6)).shape == [2, 0, 6])
    #expect(conv(ones(0, 3, 4), ones(2, 4, 6)).shape == [0, 2, 6])
    #expect(conv(ones(2, 3, 0), ones(2, 0, 6)).shape == [2, 2, 6])
  }

  /// Windows of more elements than are put side by side; whole numbers, so that sums are exact in any order.
  @Test func manyWindows() throws {
    let x = (arange(16_400 * 64) % 7).asType(.f32).reshaped(1, 16_400, 64), taps = (arange(17) + 1).asType(.f32)
    let kernel = taps.reshaped(17, 1, 1).broadcast(to: 17, 64, 1)
    let known = correlate(x.sum(axis: -1).flattened(), taps)
    #expect(try areIdentical(conv(x, kernel).flattened(), known))
    let grouped = conv(x, taps.reshaped(17, 1, 1).broadcast(to: 17, 32, 2), groups: 2).sum(axis: -1).flattened()
    #expect(try areIdentical(grouped, known))
  }

  @Test func dtypes() throws {
    let x = NDArray([[[1], [5], [-3], [2]]])
    #expect(maxPool(x, window: [2]).dtype == .i32)
    #expect(try maxPool(x, window: [2], strides: [1], padding: .by([1])).flattened().scalars(as: Int32.self) == [1, 5, 5, 2, 2])
    #expect(try sumPool(x .> 0, window: [2]).flattened().scalars(as: Int32.self) == [2, 1])
    #expect(try maxPool(x .> 0, window: [4]).flattened().scalars(as: Int32.self) == [1])
    #expect(avgPool(x, window: [2]).dtype == .f32)
    #expect(try maxPool(NDArray([[[1.0], [.nan], [2.0]]]), window: [3]).flattened().floats()[0].isNaN)
    #expect(conv(x, NDArray([[[1]], [[2]]])).dtype == .f32)
  }

  /// Of narrow integers the sums are wide; halves are computed in f32 and rounded once.
  @Test func narrowDTypes() throws {
    let bytes = NDArray([100, 100, -128, -5], dtype: .i8).reshaped(1, 4, 1)
    #expect(maxPool(bytes, window: [2]).dtype == .i8 && sumPool(bytes, window: [2]).dtype == .i32)
    #expect(try sumPool(bytes, window: [2]).flattened().scalars(as: Int.self) == [200, -133])
    #expect(try maxPool(bytes, window: [2], padding: .by([1])).flattened().scalars(as: Int.self) == [100, 100, -5])
    #expect(try avgPool(bytes, window: [2]).flattened().floats() == [100, -66.5])
    let unsigned = NDArray([200, 100], dtype: .u8).reshaped(1, 2, 1)
    #expect(sumPool(unsigned, window: [2]).dtype == .u32)
    #expect(try sumPool(unsigned, window: [2]).flattened().scalars(as: Int.self) == [300])
    #expect(try maxPool(unsigned, window: [2], padding: .by([1])).flattened().scalars(as: Int.self) == [200, 100])
    for dtype in [DType.f16, .bf16] {
      let halves = NDArray([-4.0, -8, -4], dtype: dtype).reshaped(1, 3, 1)
      #expect(maxPool(halves, window: [2], padding: .by([1])).dtype == dtype, "\(dtype)")
      #expect(try maxPool(halves, window: [2], padding: .by([1])).flattened().floats() == [-4, -4], "\(dtype)")
      #expect(try sumPool(halves, window: [3]).flattened().floats() == [-16], "\(dtype)")
      #expect(avgPool(halves, window: [3]).dtype == dtype && sumPool(halves, window: [3]).dtype == dtype, "\(dtype)")
      #expect(conv(halves, ones(2, 1, 1, dtype: dtype)).dtype == dtype, "\(dtype)")
    }
    let large = NDArray([60_000.0, 60_000, -60_000], dtype: .f16).reshaped(1, 3, 1)
    #expect(try sumPool(large, window: [3]).flattened().floats() == [60_000])
  }
}
