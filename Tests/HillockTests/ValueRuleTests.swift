import HillockTestSupport
import Testing

@testable import Hillock

/// One rule for dtypes and for numbers without one, the same eager, traced, in loops and in plain mode.
@Suite struct ValueRuleTests {
  /// Python's integers modulo 2^width.
  private static let powers: [(base: Int, exponent: Int, i32: Int, i64: Int)] = [
    (3, 2, 9, 9), (3, 20, -808_182_895, 3_486_784_401), (3, 64, 2_038_349_057, 8_733_086_111_712_066_817),
    (3, 65, 1_820_079_875, 7_752_514_261_426_648_835), (-2, 31, -2_147_483_648, -2_147_483_648), (2, 0, 1, 1), (0, 0, 1, 1),
    (7, 1, 7, 7), (-1, 99, -1, -1), (10, 9, 1_000_000_000, 1_000_000_000),
  ]

  @Test func aPowerOfIntegersIsAnInteger() throws {
    for (base, exponent, narrow, wide) in Self.powers {
      for (dtype, expected) in [(DType.i32, narrow), (.i64, wide)] {
        let x = NDArray([base], dtype: dtype), n = NDArray([exponent], dtype: dtype)
        let function = jit { (x: NDArray, n: NDArray) in x ** n }
        let constant = jit { (x: NDArray) in x ** exponent }
        let results = [
          x ** exponent, x ** n, x ** NDArray(exponent), try function(x, n), try function(x, NDArray(exponent)), try constant(x),
          try withoutJIT { try function(x, n) }, pow(x, exponent),
        ]
        for (position, result) in results.enumerated() {
          #expect(
            try result.dtype == dtype && result.ints() == [expected], "\(base) ** \(exponent), form \(position): \(result)")
        }
      }
    }
    let whole = NDArray([1.5, 2], dtype: .f32)
    #expect((whole ** NDArray([2, 3])).dtype == .f32)
    #expect((NDArray([true, false]) ** 2).dtype == .i32)
    #expect(try (NDArray([UInt64(3)]) ** NDArray([UInt64(41)])).scalars(as: UInt64.self) == [18_026_252_303_461_234_787])
  }

  @Test func aPowerOfAnIndexIsTheSameInALoopAndPlainly() throws {
    let powers = [1, 2, 4, 8, 16]
    let compiled = try forLoop(0..<5) { i in 2 ** i }, plain = try withoutJIT { try forLoop(0..<5) { i in 2 ** i } }
    for result in [compiled, plain] { #expect(try result.dtype == .i32 && result.ints() == powers) }
    let wide = try forLoop(30..<36) { i in 2 ** i }
    #expect(try wide.dtype == .i64 && wide.ints() == (30..<36).map { 1 << $0 })
    let squares = try forLoop(-2..<3) { i in i ** 2 }
    #expect(try squares.dtype == .i32 && squares.ints() == [4, 1, 0, 1, 4])
  }

  /// NumPy: "Integers to negative integer powers are not allowed."
  @Test func aKnownNegativePowerOfIntegersIsAnError() throws {
    let x = NDArray([2, 3])
    #expect((x ** -1).error?.code == .argument)
    let function = jit { (x: NDArray) in x ** -2 }
    #expect(throws: HillockError.self) { try function(x) }
    #expect(throws: HillockError.self) { try forLoop(-1..<2) { i in 2 ** i } }
    #expect(throws: HillockError.self) { try withoutJIT { try forLoop(-1..<2) { i in 2 ** i } } }
    // At run time the whole part is taken.
    let bases = NDArray([1, -1, -1, 2, 0, -3]), exponents = NDArray([-3, -3, -4, -1, -1, -2])
    #expect(try (bases ** exponents).ints() == [1, -1, 1, 0, 0, 0])
    #expect(try (x ** -1.0).floats() == [0.5, 1 / 3])
  }

  @Test func aNumberThatIsMadeAnArrayIsStillANumber() throws {
    let k = 2, h = 0.1
    let wide = NDArray([1, 2], dtype: .i64), double = NDArray([1, 2], dtype: .f64), unsigned = NDArray([UInt32(1)])
    #expect((wide * NDArray(k)).dtype == .i64 && (wide * NDArray(2)).dtype == .i64)
    #expect((unsigned * NDArray(k)).dtype == .u32 && (unsigned * NDArray(2)).dtype == .u32)
    #expect(try (double * NDArray(h)).scalars(as: Double.self) == [0.1, 0.2])
    #expect(NDArray(k).dtype == .i32 && NDArray(h).dtype == .f32 && NDArray(true).dtype == .bool)
    #expect(NDArray(Int64(2)).dtype == .i64 && (unsigned * NDArray(Int64(2))).dtype == .i64)
    #expect((double * NDArray(Float(0.1))).dtype == .f64)
    #expect(NDArray(k, dtype: .u64).dtype == .u64)
  }

  /// Each form of writing a number that i32 does not hold.
  @Test func aKnownNumberThatDoesNotFitIsAnErrorHoweverItIsWritten() throws {
    let big = 3_000_000_000
    func refuses(_ write: @escaping (Variable) throws -> Void, _ what: String) {
      let v = Variable(zeros(3, dtype: .i32))
      #expect(throws: HillockError.self, "\(what), eager") {
        try write(v)
        _ = try v.value.ints()
      }
      let w = Variable(zeros(3, dtype: .i32))
      let traced = jit { (x: NDArray) in
        try write(w)
        return x
      }
      #expect(throws: HillockError.self, "\(what), traced") { try traced(zeros(1)) }
      #expect((try? w.value.ints()) == [0, 0, 0])
    }
    refuses({ $0[0] = NDArray(big) }, "v[0] =")
    refuses({ $0[...] = NDArray(big) }, "v[...] =")
    refuses({ $0[1...] = NDArray(big) }, "v[1...] =")
    refuses({ $0[[0, 2]] = NDArray(big) }, "v[[0, 2]] =")
    refuses({ $0[NDArray([true, false, true])] = NDArray(big) }, "v[mask] =")
    refuses({ $0[0] += big }, "v[0] +=")
    refuses({ $0 += big }, "v +=")
    refuses({ VariableView($0, 0).value = NDArray(big) }, "view.value =")
    let x = zeros(3, dtype: .i32)
    for part in [x.at[0].set(big), x.at[0].add(big), x.at[[0, 1]].set(big)] { #expect(part.error?.code == .argument) }
    #expect(throws: HillockError.self) { try forLoop(big..<big + 2) { i in x.at[0].set(i) } }
    // What fits is written, and a fraction is cut off as ever.
    #expect(try x.at[0].set(7).at[1].set(2.9).ints() == [7, 2, 0])
  }

  @Test func unsignedNumbersAreCarriedExactly() throws {
    let m: UInt64 = 0x9E37_79B9_7F4A_7C15
    #expect(try full([2], m, dtype: .u64).scalars(as: UInt64.self) == [m, m])
    #expect(full([1], m).dtype == .u64)
    let v = Variable(zeros(2, dtype: .u64))
    v[0] = NDArray(m)
    v.value = v.value.at[1].set(m - 1)
    #expect(try v.value.scalars(as: UInt64.self) == [m, m - 1])
    let x = NDArray([UInt64(3)])
    let product = x * m
    #expect(try product.dtype == .u64 && product.scalars(as: UInt64.self) == [3 &* m])
    let traced = jit { (x: NDArray) in x * m + 1 }
    #expect(try traced(x).scalars(as: UInt64.self) == [3 &* m &+ 1])
    let argument = jit { (x: NDArray, m: NDArray) in x .^ m }
    #expect(try argument(x, NDArray(m)).scalars(as: UInt64.self) == [3 ^ m])
    #expect((NDArray([1]) * m).error?.code == .argument)
    #expect(try (NDArray([2.0]) * m).floats() == [2 * Float(m)])
    #expect(throws: HillockError.self) { try NDArray([m], dtype: .i64).checked() }
  }

  /// Swift compares integers of different types exactly.
  @Test func unsignedAndSignedIntegersAreComparedExactly() throws {
    let unsigned: [UInt64] = [0, 1, 7, 1 << 60, (1 << 60) + 1, 1 << 63, (1 << 63) - 1, .max]
    let signed: [Int64] = [0, 1, -1, 7, 1 << 60, (1 << 60) - 1, .max, .min]
    var us: [UInt64] = [], ss: [Int64] = []
    for u in unsigned {
      for s in signed {
        us.append(u)
        ss.append(s)
      }
    }
    let a = NDArray(us), b = NDArray(ss)
    let pairs = Array(zip(us, ss))
    let tables: [(NDArray, [Bool])] = [
      (a .< b, pairs.map { $0 < $1 }), (a .<= b, pairs.map { $0 <= $1 }), (a .> b, pairs.map { $0 > $1 }),
      (a .>= b, pairs.map { $0 >= $1 }), (a .== b, pairs.map { $0 == $1 }), (a .!= b, pairs.map { $0 != $1 }),
      (b .< a, pairs.map { $1 < $0 }), (b .<= a, pairs.map { $1 <= $0 }), (b .> a, pairs.map { $1 > $0 }),
      (b .>= a, pairs.map { $1 >= $0 }), (b .== a, pairs.map { $1 == $0 }), (b .!= a, pairs.map { $1 != $0 }),
    ]
    for (position, (result, expected)) in tables.enumerated() {
      #expect(try result.bools() == expected, "comparison \(position)")
    }
    #expect(try (NDArray([UInt64.max]) .> NDArray([Int32(-1)])).bools() == [true])
  }

  @Test func unsignedIndicesBeyondAllAreBeyondTheEnd() throws {
    let beyond = NDArray([UInt64.max, 1, 1 << 63])
    let v = Variable(zeros(3))
    v[beyond] = NDArray([7.0, 8, 9])
    #expect(try v.value.floats() == [0, 8, 0])
    let x = NDArray([10.0, 20, 30])
    #expect(try x[beyond].floats() == [30, 20, 30])
    let square = arange(9).reshaped(3, 3)
    #expect(try square[beyond, NDArray([0, 1, 2])].ints() == [6, 4, 8])
    #expect(try square.at[beyond, NDArray([0, 1, 2])].set(-1).ints() == [0, 1, 2, 3, -1, 5, 6, 7, 8])
    let traced = jit { (x: NDArray, i: NDArray) in x[i] }
    #expect(try traced(x, beyond).floats() == [30, 20, 30])
  }

  /// Expected: NumPy 2.4; the first three are empty here, where NumPy finds them too large.
  @Test func rangesOfFloats() throws {
    let infinity = Double.infinity
    for empty in [
      arange(0.0, -1e20), arange(1e20, 0.0), arange(0.0, -1e17, 0.001), arange(0.0, -infinity), arange(0.0, 5.0, -infinity),
    ] {
      #expect(try empty.floats() == [])
    }
    #expect(try arange(0.0, 5.0, infinity).floats() == [0])
    #expect(try arange(5.0, 0.0, -infinity).floats() == [5])
    #expect(try arange(0.0, 1e-300, 1e300).floats() == [0])
    #expect(try arange(3.0, 3.0, infinity).floats() == [])
    #expect(arange(1.0, 1.3, 0.1).count == 4)
    for endless in [arange(0.0, infinity), arange(0.0, 1.0, 0.0), arange(.nan), arange(0.0, 1e20)] {
      #expect(endless.error?.code == .argument)
    }
    #expect(try linspace(-1, 1, count: 5, dtype: .i32).ints() == [-1, -1, 0, 0, 1])
    #expect(try linspace(0, -3, count: 4, dtype: .i64).ints() == [0, -1, -2, -3])
  }

  @Test func reductionsTakeSeveralAxes() throws {
    let x = arange(24, dtype: .f32).reshaped(2, 3, 4)
    // np.var and np.std of np.arange(24).reshape(2, 3, 4) over axes (0, 2)
    #expect(try x.variance(axes: [0, 2]).floats() == [37.25, 37.25, 37.25])
    #expect(x.variance(axes: [0, -1], ddof: 1, keepDims: true).shape == [1, 3, 1])
    #expect(try x.std(axes: [0, 2]).floats() == [Float](repeating: Float(37.25).squareRoot(), count: 3))
    #expect(try (x .> 5).any(axes: [1, 2]).bools() == [true, true] && (x .> 5).all(axes: [1, 2]).bools() == [false, true])
    #expect(x.any(axes: [0, 0]).error?.code == .index && x.variance(axes: [3]).error?.code == .index)
  }
}

@Suite struct DrawTests {
  /// Of 2²⁸ draws at p = 2⁻²⁶ four are expected; with 24 random bits it would be 16. (Poisson: 14 or more come with chance 10⁻⁴; the seed
  /// is fixed.)
  @Test func smallProbabilitiesAreExact() throws {
    let generator = RandomState(seed: 11)
    let count = jit { (p: NDArray) in generator.bernoulli(p, 1 << 28).sum() }
    #expect(try count(NDArray(0x1p-26)).item(as: Int.self) < 12)
    let more = try count(NDArray(0x1p-20)).item(as: Int.self)
    #expect(more > 256 - 80 && more < 256 + 80)
  }

  /// For multiples of 2⁻²⁴ the decision is that of a uniform f32 of the same seed.
  @Test func theLeadingBitsAreThoseOfAUniformNumber() throws {
    for p in [0.0, 0.25, 0.5, 0.75, 1.0, 3 * 0x1p-24] {
      let drawn = RandomState(seed: 5).bernoulli(p, 10_000), uniform = RandomState(seed: 5).random(10_000)
      #expect(try drawn.bools() == uniform.floats().map { Double($0) < p }, "\(p)")
    }
    let p = NDArray([-1.0, 0, .nan, 1, 2])
    #expect(try RandomState(seed: 1).bernoulli(p, 5).bools() == [false, false, false, true, true])
  }

  @Test func whatIsNoProbabilityOrScaleIsAnError() throws {
    let r = RandomState(seed: 1)
    let refused = [
      r.bernoulli(1.5, 3), r.bernoulli(-0.1, 3), r.bernoulli(Double.nan, 3), r.bernoulli(2, 3), r.normal(3, std: -1),
      r.uniform(3, low: 2, high: 1), r.uniform(3, low: 0.0, high: Double.infinity), r.uniform(3, low: Double.nan),
      r.randint(3, low: 5, high: 5),
    ]
    for draw in refused { #expect(draw.error?.code == .argument, "\(draw)") }
    #expect(throws: HillockError.self) { try jit { (x: NDArray) in x + r.bernoulli(1.5, 3) }(zeros(3)) }
    #expect(r.uniform(3, low: 1, high: 1).error == nil && r.bernoulli(1, 2).error == nil && r.normal(2, std: 0).error == nil)
  }
}

/// Swift's own functions mean the same beside the library as without it.
@Suite struct SwiftsOwnFunctionsTests {
  @Test func mapOfNumbersIsSwifts() {
    let factor = 2.0, numbers = [1.0, 2.5], whole = [1, 2], maybe: Double? = 3, named = ["a": 1.0]
    #expect(numbers.map { $0 * factor } == [2, 5])
    #expect(whole.map { $0 + 1 } == [2, 3])
    #expect(maybe.map { $0 * factor } == 6)
    #expect(named.map { $0.value * factor } == [2])
    let again: [Double] = numbers.map { -$0 }
    #expect(again == [-1, -2.5])
  }
}
