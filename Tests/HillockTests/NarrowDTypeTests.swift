import HillockIR
import HillockTestSupport
import Testing

@testable import Hillock

/// f16, bf16, i8, i16, u8 and u16 as users meet them. What kernels compute is in the conformance cases.
@Suite struct NarrowDTypeTests {
  private static let narrow = DType.allCases.filter(\.isNarrow)

  @Test func elementsAreMadeAndReadExactly() throws {
    #expect(NDArray([1, -2] as [Int8]).dtype == .i8 && NDArray([1] as [UInt16]).dtype == .u16)
    #expect(try NDArray([1, -128, 127] as [Int8]).ints() == [1, -128, 127])
    #expect(try NDArray([0, 65_535], dtype: .u16).scalars(as: UInt16.self) == [0, 65_535])
    #expect(NDArray([300], dtype: .u8).error?.code == .argument)
    #expect(NDArray([-1], dtype: .u16).error?.code == .argument)
    // 0.1 has 11 and 8 digits there: 0x2e66 and 0x3dcd.
    #expect(try NDArray([0.1], dtype: .f16).floats() == [0.099_975_586])
    #expect(try NDArray([0.1], dtype: .bf16).floats() == [0.100_097_656])
    #expect(try NDArray([65_519, 65_520, -1e9], dtype: .f16).floats() == [65_504, .infinity, -.infinity])
    #expect(try NDArray([2049, 2051], dtype: .f16).floats() == [2048, 2052])
    #expect(try full([2], 7, dtype: .bf16).floats() == [7, 7] && eye(2, dtype: .i8).flattened().ints() == [1, 0, 0, 1])
    #expect(try arange(3, dtype: .u8).ints() == [0, 1, 2] && linspace(0, 1, count: 3, dtype: .f16).floats() == [0, 0.5, 1])
    #if !(os(macOS) && arch(x86_64))
      let halves: [Float16] = [1.5, -0.1, .infinity]
      #expect(NDArray(halves).dtype == .f16)
      #expect(try NDArray(halves).scalars(as: Float16.self) == halves)
      #expect(try NDArray([0.25]).scalars(as: Float16.self) == [0.25])
    #endif
  }

  @Test func theyPrintAsNumPyPrintsThem() {
    // repr of the same arrays in NumPy 2.4.6.
    #expect("\(NDArray([0.1, 0.2], dtype: .f16))" == "NDArray([0.1, 0.2], dtype=float16)")
    #expect("\(NDArray([1000, 0.1], dtype: .f16))" == "NDArray([1.e+03, 1.e-01], dtype=float16)")
    #expect("\(NDArray([65_504.0, 1], dtype: .f16))" == "NDArray([6.55e+04, 1.00e+00], dtype=float16)")
    #expect("\(NDArray([100.0, 12.5], dtype: .f16))" == "NDArray([100. ,  12.5], dtype=float16)")
    #expect("\(NDArray([1e-5], dtype: .f16))" == "NDArray([1.e-05], dtype=float16)")
    #expect("\(NDArray([-3, 120], dtype: .i8))" == "NDArray([ -3, 120], dtype=int8)")
    #expect("\(NDArray([0.1], dtype: .bf16))" == "NDArray([0.1], dtype=bfloat16)")
  }

  /// As the array API standard wants it of every integer dtype, in a program as outside.
  @Test func roundingSignsAndSumsKeepIntegers() throws {
    let rounding: [(NDArray) -> NDArray] = [{ floor($0) }, { ceil($0) }, { trunc($0) }, { round($0) }]
    let large = NDArray([(1 << 53) + 1, -3], dtype: .i64)
    for f in rounding {
      #expect(f(large).dtype == .i64 && f(NDArray([true])).dtype == .f32)
      #expect(try f(large).ints() == [(1 << 53) + 1, -3])
      let g = jit { (x: NDArray) in f(x) }
      #expect(try g(large).dtype == .i64 && g(large).ints() == [(1 << 53) + 1, -3])
    }
    for (dtype, negative) in [(DType.u8, 251), (.u16, 65_531), (.u32, 4_294_967_291)] {
      let x = NDArray([5, 0, 200], dtype: dtype), last = negative - 195
      #expect(try abs(x).dtype == dtype && abs(x).ints() == [5, 0, 200])
      #expect(try sign(x).dtype == dtype && sign(x).ints() == [1, 0, 1])
      #expect(try (-x).dtype == dtype && (-x).ints() == [negative, 0, last])
      let f = jit { (x: NDArray) in (abs(x), sign(x), -x) }
      let (a, b, c) = try f(x)
      #expect(try a.ints() == [5, 0, 200] && b.ints() == [1, 0, 1] && c.ints() == [negative, 0, last])
      #expect(c.dtype == dtype)
    }
    #expect(try (-NDArray([1], dtype: .u64)).scalars(as: UInt64.self) == [.max])
    #expect(abs(NDArray([true])).error?.code == .dtype)
    // 100 · 3 + 27 · 2 = 354, modulo 256.
    let x = NDArray([100, 27], dtype: .i8), y = NDArray([3, 2], dtype: .i8)
    #expect(try vecdot(x, y).dtype == .i8 && vecdot(x, y).ints() == [98])
    #expect(try einsum("i->", x).dtype == .i8 && einsum("i->", x).ints() == [127])
    let mask = ones(2, 2, dtype: .bool)
    #expect(try tril(mask).dtype == .bool && tril(mask).bools() == [true, false, true, true])
    #expect(try triu(mask).dtype == .bool && triu(mask).bools() == [true, true, false, true])
  }

  @Test func arithmeticRoundsOnceAndWraps() throws {
    let x = NDArray([100, 27, -128], dtype: .i8)
    #expect(try (x + x).ints() == [-56, 54, 0] && (x * x).ints() == [16, -39, 0])
    #expect((x + x).dtype == .i8 && (x + 1).dtype == .i8 && (x / 2).dtype == .f32)
    #expect(try (-x).ints() == [-100, -27, -128] && abs(x).ints() == [100, 27, -128])
    #expect((x + 1000).error?.code == .argument)
    let u = NDArray([250, 5], dtype: .u8)
    #expect(try (u + 10).ints() == [4, 15] && (u << 4).ints() == [160, 80] && (u >> 1).ints() == [125, 2])
    #expect(try (.!u).ints() == [5, 250] && bitCount(u).ints() == [6, 2] && leadingZeros(u).ints() == [0, 5])
    #expect(try bitCount(NDArray([-1, 1], dtype: .i16)).ints() == [16, 1])
    let h = NDArray([1.0, 0.1, 60_000], dtype: .f16)
    #expect((h * 0.1).dtype == .f16 && (h + h).dtype == .f16)
    // 1 + 0.0004 lies nearer to 1 than to the next half, 1.0009766.
    #expect(try (h + 0.0004).floats()[0] == 1 && (h + h).floats()[2] == .infinity)
    #expect(try exp(h).dtype == .f16 && exp(h).floats()[0] == 2.718_75)
    #expect(nextafter(h, 2).error?.message == "nextafter of f16 is not defined; convert the array with .asType(.f32)")
  }

  @Test func theyMeetOtherDTypesByTheLattice() {
    func meet(_ a: DType, _ b: DType) -> DType { (zeros(1, dtype: a) + zeros(1, dtype: b)).dtype }
    #expect(meet(.i8, .u8) == .i16 && meet(.i16, .u16) == .i32 && meet(.i8, .u32) == .i64 && meet(.i64, .u8) == .i64)
    #expect(meet(.f16, .bf16) == .f32 && meet(.f16, .f32) == .f32 && meet(.bf16, .i64) == .bf16 && meet(.i8, .u64) == .f32)
    for a in DType.allCases {
      for b in DType.allCases { #expect(DType.promote(a, b) == DType.promote(b, a)) }
    }
  }

  @Test func conversionsSaturateFromFloatsAndWrapFromIntegers() throws {
    #expect(try NDArray([300.7, -300, .nan, -1.9]).asType(.i8).ints() == [127, -128, 0, -1])
    #expect(try NDArray([300.7, -300, .nan, 255.9]).asType(.u8).ints() == [255, 0, 0, 255])
    #expect(
      try NDArray([300, -1, 511]).asType(.u8).ints() == [44, 255, 255] && NDArray([300, -129]).asType(.i8).ints() == [44, 127])
    // Halfway between two bf16s but for the last digit, which a double has no room for.
    let power = 1 << 62, tie = power + (1 << 54)
    let beyond = NDArray([tie + 1, tie, -tie - 1], dtype: .i64)
    let step = Float(sign: .plus, exponent: 62, significand: 1.007_812_5)
    #expect(try beyond.asType(.bf16).floats() == [step, 0x1p62, -step])
  }

  @Test func indexingMovesThem() throws {
    for dtype in Self.narrow {
      let x = arange(12).reshaped(3, 4).asType(dtype)
      #expect(try x[1, 2].item(as: Double.self) == 6 && x[..., 1].scalars(as: Double.self) == [1, 5, 9], "\(dtype)")
      #expect(try x.T[3].scalars(as: Double.self) == [3, 7, 11])
      #expect(try x[NDArray([2, 0])].scalars(as: Double.self) == [8, 9, 10, 11, 0, 1, 2, 3])
      #expect(try x.at[0].add(100).flattened()[0..<3].scalars(as: Double.self) == [100, 101, 102])
      #expect(try x.at[NDArray([1, 1]), 0].add(NDArray([2, 3])).scalars(as: Double.self)[4] == 9)
      #expect(
        try concatenate([x, x], axis: 1).shape == [3, 8]
          && x.sorted(axis: 0, descending: true)[0].scalars(as: Double.self) == [8, 9, 10, 11])
      #expect(x.sorted().dtype == dtype && x.argsort().dtype == .i64)
      let v = Variable(x, name: "v")
      v[0] = 5
      v[1, 1] += 1
      #expect(
        try v.value[0].scalars(as: Double.self) == [5, 5, 5, 5] && v.value[1, 1].item(as: Double.self) == 6 && v.dtype == dtype)
      #expect(try unique(NDArray([3, 1, 3]).asType(dtype)).values.scalars(as: Double.self) == [1, 3])
    }
  }

  @Test func reductionsComputeWide() throws {
    let ones = full([70_000], 1.0, dtype: .f16)
    // The sum is beyond the greatest half, the mean is not.
    #expect(
      try ones.sum().item(as: Float.self) == .infinity && ones.mean().item(as: Float.self) == 1 && ones.mean().dtype == .f16)
    #expect(
      try (200 * ones).variance().item(as: Float.self) == 0 && vectorNorm(200 * ones[0..<10_000]).item(as: Float.self) == 20_000)
    let bytes = NDArray([100, 100, 100], dtype: .i8)
    #expect(bytes.sum().dtype == .i32 && NDArray([200, 200], dtype: .u8).sum().dtype == .u32)
    #expect(try bytes.sum().item(as: Int.self) == 300 && bytes.cumsum().ints() == [100, 200, 300] && bytes.max().dtype == .i8)
    #expect(
      try bytes.sum(where: NDArray([true, false, true])).item(as: Int.self) == 200 && bytes.mean().item(as: Float.self) == 100)
    #expect(try dot(bytes, bytes).dtype == .i8 && dot(bytes.asType(.f16), bytes.asType(.f16)).item(as: Float.self) == 30_000)
    #expect(
      try softmax(NDArray([0.0, 0.0], dtype: .bf16)).floats() == [0.5, 0.5] && softmax(zeros(2, dtype: .f16)).dtype == .f16)
    #expect(try NDArray([1.0, 2, 4], dtype: .f16).median().item(as: Float.self) == 2)
    #expect(try NDArray([0.0, 1], dtype: .f16).quantile(0.25).item(as: Float.self) == 0.25)
  }

  /// The same bits alone, fused in the interpreter and in native code.
  @Test func fusedProgramsRoundAsSingleOperationsDo() throws {
    for dtype in Self.narrow {
      func body(_ x: NDArray, _ y: NDArray) -> NDArray {
        let a = x * y + y
        let b = select(a .> x, a - x, maximum(a, y) * 3)
        return b * b + (a % 7)
      }
      let factor = NDArray([dtype.isFloating ? 0.37 : 3]).asType(dtype)
      let x = (arange(3000) % 61).asType(dtype) * factor, y = (arange(3000) % 47).asType(dtype) + 1
      let expected = body(x, y)
      #expect(expected.error == nil && expected.dtype == dtype)
      let fused = jit(body)
      #expect(try areIdentical(fused(x, y), expected), "\(dtype)")
      try fused.promoteWherePossible()
      #expect(try areIdentical(fused(x, y), expected), "\(dtype) in native code")
    }
  }

  @Test func loopsCarryThem() throws {
    let start = NDArray([1.0, 2], dtype: .f16)
    let end = try forLoop(0..<4, carry: start) { i, x in x * 1.1 + i }
    var expected = start
    for i in 0..<4 { expected = expected * 1.1 + i }
    #expect(try areIdentical(end, expected) && end.dtype == .f16)
    let chosen = try cond(NDArray([2]).sum() .> 1, then: { NDArray(3) }, else: { zeros([], dtype: .u8) })
    #expect(try chosen.dtype == .u8 && chosen.item(as: Int.self) == 3)
  }

  @Test func derivativesAndBatches() throws {
    let f: (NDArray) -> NDArray = { x in (x * x).sum() }
    let g = grad(f)
    let slope = try g(NDArray([1.0, 0.1, -3], dtype: .f16))
    #expect(try slope.dtype == .f16 && slope.floats() == [2, 0.199_951_17, -6])
    let double = vmap { (x: NDArray) in x * 2 }
    let lanes = try double(NDArray([[100, 1], [2, 3]], dtype: .i8))
    #expect(try lanes.flattened().ints() == [-56, 2, 4, 6])
  }

  @Test func filesKeepThem() throws {
    let folder = try ScratchFolder()
    for dtype in Self.narrow {
      let x = NDArray([[1, 2, 3], [4, 5, 100]], dtype: dtype)
      try x.save(npy: folder["x.npy"])
      #expect(try areIdentical(NDArray(npy: folder["x.npy"]), x), "\(dtype)")
      for name in ["x.npz", "x.safetensors"] {
        var arrays = NamedArrays()
        arrays["x"] = x
        try arrays.save(to: folder[name])
        let read = try NamedArrays(contentsOf: folder[name])["x"]
        #expect(try areIdentical(try #require(read), x), "\(dtype) \(name)")
      }
    }
  }

  @Test func whatTakesNoneSaysSo() throws {
    let h = zeros(3, dtype: .f16), random = RandomState(seed: 1)
    #expect(random.normal([3], dtype: .f16).error?.message.contains("convert them with .asType(.f16)") == true)
    #expect(nextafter(h, h).error?.code == .dtype)
  }
}
