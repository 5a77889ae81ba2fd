import Foundation
import Hillock
import HillockTestSupport
import Testing

/// The composed functions of floats against mpmath, and their slopes against central differences.
@Suite struct SpecialFunctionTests {
  struct Case: Decodable {
    var name: String
    var inputs: [Oracle.Values]
    var expected: Oracle.Values
    var ulps: Double
    var absolute: Double
  }

  typealias Function = @Sendable ([NDArray]) throws -> NDArray

  static let functions: [String: Function] = [
    "cbrt": { cbrt($0[0]) }, "asinh": { asinh($0[0]) }, "acosh": { acosh($0[0]) }, "atanh": { atanh($0[0]) },
    "sinc": { sinc($0[0]) }, "erfc": { erfc($0[0]) }, "erfinv": { erfinv($0[0]) }, "normalCDF": { normalCDF($0[0]) },
    "lgamma": { lgamma($0[0]) }, "gamma": { gamma($0[0]) }, "digamma": { digamma($0[0]) }, "trigamma": { trigamma($0[0]) },
    "i0": { i0($0[0]) }, "i0e": { i0e($0[0]) }, "i1": { i1($0[0]) }, "i1e": { i1e($0[0]) },
    "logaddexp": { logaddexp($0[0], $0[1]) }, "logaddexp2": { logaddexp2($0[0], $0[1]) }, "zeta": { zeta($0[0], $0[1]) },
    "betaln": { betaln($0[0], $0[1]) }, "igamma": { igamma($0[0], $0[1]) }, "igammac": { igammac($0[0], $0[1]) },
    "slope of igamma in a": { x in try grad { (a: NDArray) in igamma(a, x[1]).sum() }(x[0]) },
    "slope of igammac in a": { x in try grad { (a: NDArray) in igammac(a, x[1]).sum() }(x[0]) },
  ]

  @Test func valuesAreThoseOfMpmath() throws {
    let cases: [Case] = try Oracle.cases("special")
    #expect(Set(cases.map(\.name)) == Set(Self.functions.keys))
    for test in cases {
      let function = try #require(Self.functions[test.name])
      let inputs = try test.inputs.map { try $0.array() }, expected = try test.expected.array()
      let result = try function(inputs)
      #expect(result.dtype == expected.dtype && result.shape == expected.shape, "\(test.name)")
      let isSingle = expected.dtype == .f32
      let values = try result.scalars(as: Double.self), wanted = try expected.scalars(as: Double.self)
      for (i, (value, want)) in zip(values, wanted).enumerated() where !(value == want || value.isNaN && want.isNaN) {
        let unit = isSingle ? Double(Float(want).ulp) : want.ulp
        let error = abs(value - want)
        let place = try inputs.map { try $0.scalars(as: Double.self)[i] }
        let what = "\(test.name) \(expected.dtype) at \(place): \(value), expected \(want), off by \(error / unit) ulp"
        #expect(error <= test.ulps * unit + test.absolute, "\(what)")
      }
    }
  }

  @Test func compiledOnesGiveTheSameBits() throws {
    for test in try Oracle.cases("special", of: Case.self) {
      let function = try #require(Self.functions[test.name]), x = try test.inputs.map { try $0.array() }
      #expect(try areIdentical(jit { (x: [NDArray]) in try function(x) }(x), function(x)), "\(test.name)")
    }
  }

  /// Points at which each is smooth.
  static let slopes: [(String, @Sendable (NDArray) -> NDArray, [Double])] = [
    ("cbrt", { cbrt($0) }, [-8, -0.3, 0.01, 2, 30]), ("asinh", { asinh($0) }, [-3, -0.1, 0, 0.5, 1e9]),
    ("acosh", { acosh($0) }, [1.1, 2, 50]), ("atanh", { atanh($0) }, [-0.9, -0.2, 0, 0.49, 0.7]),
    ("sinc", { sinc($0) }, [-2.3, -0.2, 0, 0.01, 0.3, 1, 5.5]), ("erfc", { erfc($0) }, [-1.5, 0, 0.4, 3]),
    ("erfinv", { erfinv($0) }, [-0.9, 0, 0.3, 0.7, 0.99]), ("lgamma", { lgamma($0) }, [-2.4, 0.3, 1, 1.7, 9.5, 20]),
    ("gamma", { gamma($0) }, [-1.4, 0.3, 1, 2.6, 5.5]), ("digamma", { digamma($0) }, [-1.3, 0.4, 1, 3.3, 40]),
    ("trigamma", { trigamma($0) }, [-1.3, 0.4, 1, 3.3, 40]), ("zeta", { zeta(3, $0) }, [0.4, 1, 7]),
    ("zeta of s", { zeta($0, 1.5) }, [1.3, 2, 6]), ("betaln", { betaln($0, 2.5) }, [0.3, 1, 8, 30]),
    ("igamma", { igamma(2.5, $0) }, [0.3, 1, 4, 30]), ("igammac", { igammac(2.5, $0) }, [0.3, 1, 4, 20]),
    ("igamma of a large a", { igamma(40, $0) }, [20, 35, 40, 50, 70]),
    ("igammac of a small a", { igammac(0.2, $0) }, [0.01, 0.4, 0.9, 2]),
    ("i0", { i0($0) }, [-3, 0, 0.5, 9]), ("i0e", { i0e($0) }, [-3, 0.5, 9]), ("i1", { i1($0) }, [-3, 0, 0.5, 9]),
    ("i1e", { i1e($0) }, [-3, 0.5, 9]), ("logaddexp", { logaddexp($0, 1.0) }, [-4, 1, 1.5, 60]),
    ("logaddexp of the second", { logaddexp(1.0, $0) }, [-4, 1, 1.5, 60]), ("logaddexp2", { logaddexp2($0, 1.0) }, [-4, 1, 1.5]),
    ("fmod", { fmod($0, 0.7) }, [-1.5, 0.3, 2]), ("ldexp", { ldexp($0, 3) }, [-1.5, 0, 2]),
    ("copysign", { copysign($0, -1) }, [-1.5, 2]), ("normalCDF", { normalCDF($0) }, [-2, 0, 1]),
    ("selu", { selu($0) }, [-2, 0.5]), ("celu", { celu($0, alpha: 2) }, [-2, 0.5]), ("mish", { mish($0) }, [-3, 0, 2]),
    ("gelu by tanh", { gelu($0, approximate: true) }, [-1, 0, 2]), ("logSigmoid", { logSigmoid($0) }, [-30, 0, 4]),
    ("softsign", { softsign($0) }, [-2, 0.5]), ("hardSwish", { hardSwish($0) }, [-4, -1, 2, 5]),
    ("logit", { logit($0) }, [0.01, 0.3, 0.5, 0.9]), ("vectorNorm", { vectorNorm(stack([$0, $0 * $0])) }, [0.5]),
    ("vectorNorm of order 3", { vectorNorm(stack([$0, $0 * $0]), order: 3) }, [0.5]),
    ("interp", { interp($0, NDArray([0.0, 1, 3], dtype: .f64), NDArray([2.0, 5, 4], dtype: .f64)) }, [-1, 0.4, 2.2, 9]),
  ]

  @Test func slopesAreThoseOfDifferences() throws {
    for (name, function, points) in Self.slopes {
      let x = NDArray(points, dtype: .f64)
      let slope = try grad { (x: NDArray) in function(x).sum() }(x).scalars(as: Double.self)
      for (point, value) in zip(points, slope) {
        let step = 1e-6 * max(1, abs(point))
        let above = try function(NDArray([point + step], dtype: .f64)).sum().item(as: Double.self)
        let below = try function(NDArray([point - step], dtype: .f64)).sum().item(as: Double.self)
        // The rounding of both values, divided by the step.
        let noise = 40 * (abs(above) + abs(below)).ulp / step
        #expect(abs(value - (above - below) / (2 * step)) <= 2e-6 * max(1, abs(value)) + noise, "\(name) at \(point): \(value)")
      }
    }
  }

  /// Where naive slopes are NaN.
  @Test func slopesAtCorners() throws {
    func slope(_ function: @escaping @Sendable (NDArray) -> NDArray, _ x: Double) throws -> Double {
      try grad { (x: NDArray) in function(x).sum() }(NDArray([x], dtype: .f64)).item(as: Double.self)
    }
    #expect(try slope({ logaddexp($0, -Double.infinity) }, 2) == 1)
    #expect(try slope({ logaddexp($0, $0) }, -.infinity).isNaN == false)
    #expect(try slope({ sinc($0) }, 0) == 0 && slope({ cbrt($0) }, 0) == .infinity)
    #expect(try abs(slope({ asinh($0) }, 1e300) * 1e300 - 1) < 1e-15 && slope({ asinh($0) }, .infinity) == 0)
    #expect(try slope({ vectorNorm($0) }, 0) == 0 && slope({ elu($0) }, 1000) == 1)
    #expect(try slope({ logSigmoid($0) }, -1000) == 1 && slope({ erfc($0) }, 50) == 0)
    #expect(try slope({ nanToNum($0) }, .nan) == 0)
  }

  /// Vectors whose squares f32 cannot hold. All numbers are whole multiples of a power of two, so that the lengths are exact.
  @Test func normsOfHugeAndTinyVectors() throws {
    for scale: Float in [0x1p-140, 0x1p-80, 1, 0x1p80, 0x1p118] {
      let row = NDArray([[3 * scale, -4 * scale], [0, 0]]), long = (3 * scale) * ones(10_201)
      let compiled = jit { (x: NDArray) in vectorNorm(x, axis: 1) }
      #expect(try vectorNorm(row, axis: 1).floats() == [5 * scale, 0] && compiled(row).floats() == [5 * scale, 0], "\(scale)")
      #expect(try vectorNorm(long).item(as: Float.self) == 303 * scale, "\(scale)")
      #expect(try vectorNorm(row, axis: 0, keepDims: true).shape == [1, 2] && vectorNorm(row).shape == [])
      let slope = try grad { (x: NDArray) in vectorNorm(x, axis: 1).sum() }(row).floats()
      #expect(abs(slope[0] - 0.6) <= 1e-7 && abs(slope[1] + 0.8) <= 1e-7 && slope[2...] == [0, 0], "\(scale): \(slope)")
    }
    #expect(try vectorNorm(NDArray([1, -Float.infinity])).item(as: Float.self) == .infinity)
    #expect(try vectorNorm(NDArray([Float.greatestFiniteMagnitude, .greatestFiniteMagnitude])).item(as: Float.self) == .infinity)
    #expect(try vectorNorm(NDArray([Float.nan, .infinity])).item(as: Float.self).isNaN)
    #expect(try vectorNorm(zeros(0)).item(as: Float.self) == 0)
  }

  /// NaN where a formula for numbers within the domain would overflow or cancel.
  @Test func inverseHyperbolicFunctionsBeyondTheirDomain() throws {
    let x: [Double] = [0.999, 0, -1, -5, -1e4, -1e8, -1e20, -1e38, -1e200, -1e300, -.infinity, .nan]
    for dtype in [DType.f32, .f64] {
      #expect(try acosh(NDArray(x, dtype: dtype)).scalars(as: Double.self).allSatisfy(\.isNaN), "acosh \(dtype)")
      let beyond = x.map { $0 * 1.5 - 1.01 }.filter { $0 < -1 || $0.isNaN }
      #expect(try atanh(NDArray(beyond, dtype: dtype)).scalars(as: Double.self).allSatisfy(\.isNaN), "atanh \(dtype)")
      #expect(try erfinv(NDArray(beyond, dtype: dtype)).scalars(as: Double.self).allSatisfy(\.isNaN), "erfinv \(dtype)")
    }
  }

  /// Where an operand is 0, infinite, negative or NaN: P's limits, and NaN where there is none.
  @Test func incompleteGammaAtTheEnds() throws {
    let inf = Double.infinity, nan = Double.nan
    let rows: [(a: Double, x: Double, lower: Double)] = [
      (0, 0, nan), (0, -1, nan), (0, 2, 1), (0, inf, 1), (-0.0, 2, 1), (0, nan, nan), (-1, 0, nan), (-1, 2, nan), (-1, inf, nan),
      (0.5, 0, 0), (0.5, -0.0, 0), (0.5, -1, nan), (0.5, inf, 1), (0.5, nan, nan), (inf, 0, 0), (inf, 2, 0), (inf, -1, nan),
      (inf, inf, nan), (nan, 0, nan), (nan, 2, nan), (nan, inf, nan), (.leastNonzeroMagnitude, 2, 1), (1e300, 2, 0),
      (1e300, inf, 1), (2, 1e300, 1), (1e300, 0.5e300, 0), (0.5e300, 1e300, 1),
    ]
    let a = NDArray(rows.map(\.a), dtype: .f64), x = NDArray(rows.map(\.x), dtype: .f64)
    let lower = try igamma(a, x).scalars(as: Double.self), upper = try igammac(a, x).scalars(as: Double.self)
    for (i, row) in rows.enumerated() {
      #expect(lower[i] == row.lower || lower[i].isNaN && row.lower.isNaN, "igamma(\(row.a), \(row.x)) = \(lower[i])")
      #expect(upper[i] == 1 - row.lower || upper[i].isNaN && row.lower.isNaN, "igammac(\(row.a), \(row.x)) = \(upper[i])")
    }
    #expect(try abs(igamma(1e300, 1e300).item(as: Double.self) - 0.5) < 1e-15)
    // The density at 0 is that of the exponential distribution for a = 1, infinite below and 0 above.
    let slopes = try grad { (x: NDArray) in igamma(NDArray([0.5, 1, 2], dtype: .f64), x).sum() }(zeros(3, dtype: .f64))
    #expect(try slopes.scalars(as: Double.self) == [.infinity, 1, 0])
    #expect(igamma(NDArray([1, 2]), 3).dtype == .f32 && igamma(2.0, zeros(0, dtype: .f64)).shape == [0])
  }

  /// An element does not depend on those beside it: neither in an array nor in a lane of `vmap`.
  @Test func incompleteGammaIsElementwise() throws {
    let pairs = [(0.3, 0.2), (0.3, 2.0), (12.0, 3.0), (19.0, 30.0), (40.0, 41.0), (150.0, 20.0), (1.0, 1.05), (250.0, 700.0)]
    let a = NDArray(pairs.map(\.0), dtype: .f64), x = NDArray(pairs.map(\.1), dtype: .f64)
    for function in [{ @Sendable in igamma($0, $1) }, { @Sendable (a: NDArray, x: NDArray) in igammac(a, x) }] {
      let all = function(a, x), alone = pairs.indices.map { function(a[$0], x[$0]) }
      #expect(try areIdentical(all, stack(alone)))
      #expect(try areIdentical(vmap { (a: NDArray, x: NDArray) in function(a, x) }(a, x), all))
      #expect(try areIdentical(function(a.expandingDims(axis: 1), x)[3], function(a[3], x)))
    }
  }

  @Test func signsAndNeighbours() throws {
    #expect(try signbit(NDArray([-0.0, 0, -1, .nan, -.infinity])).bools() == [true, false, true, false, true])
    #expect(try nextafter(NDArray([1.0]), 2).floats() == [Float(1).nextUp])
    #expect(try copysign(3.0, NDArray([-0.0])).floats() == [-3])
    #expect(try asinh(NDArray([-0.0])).floats()[0].sign == .minus && cbrt(NDArray([-0.0])).floats()[0].sign == .minus)
  }

  /// Numbers without a dtype take the one they meet, as in operators.
  @Test func numbersStayWeak() throws {
    let x = ones(1, dtype: .f64) * cbrt(2.0)
    #expect(x.dtype == .f64)
    #expect(try abs(x.item(as: Double.self) - 1.2599210498948732) < 1e-15)
    #expect(gcd(NDArray([1.0]), 2).errorCode == .dtype && bitCount(NDArray([1.0])).errorCode == .dtype)
    #expect(polygamma(-1, x).errorCode == .argument && lgamma(arange(3)).dtype == .f32)
  }
}
