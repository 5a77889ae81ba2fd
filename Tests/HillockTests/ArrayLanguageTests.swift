import Foundation
import Hillock
import Testing

/// Reductions, shapes, sets, histograms, products: values that NumPy gives, outside `jit`, and the same bits inside.
@Suite struct ArrayLanguageTests {
  struct Case: Decodable {
    var name: String
    var inputs: [Oracle.Values]
    var expected: Oracle.Values
    var tolerance: Double
  }

  typealias Function = @Sendable ([NDArray]) -> NDArray

  static let reductions: [String: Function] = [
    "sum where": { $0[0].sum(axis: 1, where: $0[1]) }, "sum initial": { $0[0].sum(axis: 0, initial: 7) },
    "prod where": { $0[0].prod(axis: 0, where: $0[1]) }, "max where": { $0[0].max(axis: 1, initial: -5, where: $0[1]) },
    "min where": { $0[0].min(axis: 0, initial: 5, where: $0[1]) },
    "any where": { ($0[0] .< -1).any(axis: 1, where: $0[1]) }, "all where": { ($0[0] .> 0).all(axis: 0, where: $0[1]) },
    "mean where": { $0[0].mean(axis: 1, where: $0[1]) }, "variance where": { $0[0].variance(axis: 1, ddof: 1, where: $0[1]) },
    "std where": { $0[0].std(where: $0[1]) }, "nanSum": { $0[0].nanSum() }, "nanSum rows": { $0[0].nanSum(axis: 1) },
    "nanProd": { $0[0].nanProd() }, "nanProd rows": { $0[0].nanProd(axis: 1) }, "nanMean": { $0[0].nanMean() },
    "nanMean rows": { $0[0].nanMean(axis: 1) }, "nanMax": { $0[0].nanMax() }, "nanMax rows": { $0[0].nanMax(axis: 1) },
    "nanMin": { $0[0].nanMin() }, "nanMin rows": { $0[0].nanMin(axis: 1) }, "nanVariance": { $0[0].nanVariance() },
    "nanVariance rows": { $0[0].nanVariance(axis: 1) }, "nanStd": { $0[0].nanStd() }, "nanStd rows": { $0[0].nanStd(axis: 1) },
    "nanMedian": { $0[0].nanMedian() }, "nanMedian rows": { $0[0].nanMedian(axis: 1) },
    "nanArgmax": { $0[0].nanArgmax(axis: 1) }, "nanArgmin": { $0[0].nanArgmin(axis: 0) },
    "nanCumsum": { $0[0].nanCumsum(axis: 1) }, "nanCumprod": { $0[0].nanCumprod() },
    "nanQuantile": { $0[0].nanQuantile(0.3, axis: 1) }, "percentile rows": { $0[0].percentile([10, 60], axis: 1) },
    "countNonzero": { $0[0].countNonzero(axis: 1) }, "ptp": { $0[0].ptp(axis: 0) },
    "average": { $0[0].average(weights: $0[1], axis: 1) }, "vectorNorm 2": { vectorNorm($0[0], axis: 1) },
    "vectorNorm 1": { vectorNorm($0[0], order: 1, axis: 1) }, "vectorNorm inf": { vectorNorm($0[0], order: .infinity, axis: 1) },
    "vectorNorm -inf": { vectorNorm($0[0], order: -.infinity, axis: 1) },
    "vectorNorm 0": { vectorNorm($0[0], order: 0, axis: 1) },
    "vectorNorm 3": { vectorNorm($0[0], order: 3, axis: 1) }, "cov": { cov($0[0]) }, "corrcoef": { corrcoef($0[0]) },
    "diff": { diff($0[0], axis: 0) }, "diff twice": { diff($0[0], n: 2, prepend: 0, append: 1) },
    "gradient": { gradient($0[0]) }, "gradient rows": { gradient($0[0], spacing: 0.5, axis: 0) },
    "gradient at": { gradient($0[0], spacing: $0[1]) }, "trapezoid": { trapezoid($0[0], dx: 0.5) },
    "trapezoid at": { trapezoid($0[0], x: $0[1]) },
  ]

  static let shapes: [String: Function] = [
    "hstack": { hstack($0) }, "vstack": { vstack($0) }, "dstack": { dstack($0) }, "columnStack": { columnStack($0) },
    "unstack": { unstack($0[0], axis: 1)[1] }, "rolled": { $0[0].rolled(by: 2) },
    "rolled axis": { $0[0].rolled(by: -1, axis: 0) },
    "rolled axes": { $0[0].rolled(by: [1, -2], axes: [0, 2]) }, "flipped": { $0[0].flipped() },
    "flipped axis": { $0[0].flipped(axis: 1) }, "movingAxis": { $0[0].movingAxis(0, to: -1) },
    "movingAxes": { $0[0].movingAxes([0, 2], to: [1, 0]) }, "repeated": { $0[0].repeated(2) },
    "repeated axis": { $0[0].repeated(3, axis: 1) }, "repeated list": { $0[0].repeated([1, 0, 2, 1], axis: 0) },
    "tiled": { $0[0].tiled(2) }, "tiled more": { $0[0].tiled(2, 1, 3) }, "delete": { delete($0[0], [1, -1], axis: 0) },
    "insert": { insert($0[0], 1, 5, axis: 1) }, "append": { append($0[0], $0[0], axis: 1) }, "tri": { _ in tri(3, 4, 1) },
    "tril": { tril($0[0], -1) }, "triu": { triu($0[0], 1) }, "diagonal": { diagonal($0[0], offset: 1, axis1: 1, axis2: 2) },
    "diagonal below": { diagonal($0[0], offset: -2) }, "trace": { trace($0[0]) }, "diag": { diag($0[0]) },
    "diag off": { diag($0[0], -2) }, "diag of matrix": { diag($0[0], 1) }, "fillDiagonal": { fillDiagonal($0[0], 7) },
    "vander": { vander($0[0], 4) }, "vander up": { vander($0[0], increasing: true) },
    "trilIndices": { _ in trilIndices(3, 1)[1] }, "triuIndices": { _ in triuIndices(3, 1, 4)[0] },
    "take": { $0[0].take($0[1], axis: 0) }, "take wrap": { $0[0].take($0[1], mode: .wrap) },
    "puttingAlong": { $0[0].puttingAlong($0[1], 9, axis: 1) }, "choose": { choose($0[0], [$0[1], $0[2]]) },
    "select": { x in select([x[0] .< -0.5, x[0] .> 0.5], [NDArray(-1.0), NDArray(1.0)], otherwise: 0 * x[0]) },
    "compress": { compress([true, false, true], $0[0], axis: 1) }, "isin": { isin($0[0], $0[1]) },
  ]

  /// Their extents follow from values, so there they are not compiled.
  static let eager: [String: Function] = [
    "nonzero": { nonzero($0[0])[1] }, "argwhere": { argwhere($0[0]) }, "extract": { extract($0[0], $0[1]) },
    "unique values": { unique($0[0]).values }, "unique indices": { unique($0[0]).indices },
    "unique inverse": { unique($0[0]).inverse }, "unique counts": { unique($0[0]).counts },
    "intersect1d": { intersect1d($0[0], $0[1]) }, "union1d": { union1d($0[0], $0[1]) },
    "setdiff1d": { setdiff1d($0[0], $0[1]) }, "setxor1d": { setxor1d($0[0], $0[1]) }, "bincount": { bincount($0[0]) },
  ]

  static let signals: [String: Function] = [
    "digitize": { digitize($0[0], $0[1]) }, "digitize right": { digitize($0[0], $0[1], right: true) },
    "bincount weights": { bincount($0[0], weights: $0[1], length: 8) }, "histogram": { histogram($0[0], bins: 4).counts },
    "histogram edges": { histogram($0[0], bins: 4).edges },
    "histogram range": { histogram($0[0], bins: 5, range: -1...1).counts },
    "histogram density": { histogram($0[0], edges: $0[1], density: true).counts },
    "histogram2d": { histogram2d($0[0], $0[1], bins: (3, 4)).counts }, "segmentSum": { segmentSum($0[0], $0[1], count: 3) },
    "segmentMax": { segmentMax($0[0], $0[1], count: 3) }, "segmentMin": { segmentMin($0[0], $0[1], count: 3) },
    "segmentProd": { segmentProd($0[0], $0[1], count: 3) }, "segmentMean": { segmentMean($0[0], $0[1], count: 3) },
    "interp": { interp($0[0], $0[1], $0[2]) }, "interp ends": { interp($0[0], $0[1], $0[2], left: -1, right: 1) },
    "convolve long": { convolve($0[0], $0[1]) }, "polyval": { polyval($0[0], $0[1]) }, "polyfit": { polyfit($0[0], $0[1], 3) },
    "outer": { outer($0[0], $0[1]) }, "inner": { inner($0[0], $0[1]) }, "vdot": { vdot($0[0], $0[1]) },
    "vecdot": { vecdot($0[0], $0[1]) }, "kron": { kron($0[0], $0[1]) }, "kron 1": { kron($0[0], $0[1]) },
    "cross": { cross($0[0], $0[1]) }, "gcd": { gcd($0[0], $0[1]) }, "lcm": { lcm($0[0], $0[1]) },
    "bitCount": { bitCount($0[0]) }, "bitCount of 64": { bitCount($0[0]) }, "leadingZeros": { leadingZeros($0[0]) },
    "fmod": { fmod($0[0], $0[1]) }, "fmod integers": { fmod($0[0], $0[1]) }, "heaviside": { heaviside($0[0], 0.5) },
    "nanToNum": { nanToNum($0[0]) }, "deg2rad": { deg2rad($0[0]) }, "rad2deg": { rad2deg($0[0]) },
    "frexp": { frexp($0[0]).mantissa }, "frexp exponent": { frexp($0[0]).exponent }, "modf": { modf($0[0]).fraction },
    "floatPower": { floatPower($0[0], $0[1]) }, "isClose": { isClose($0[0], $0[1]) },
    "isClose NaN": { isClose($0[0], $0[1], equalNaN: true) },
  ]

  /// Names that say what they do.
  static func named(_ name: String) -> Function? {
    let words = name.split(separator: " ").map(String.init)
    let modes: [String: ConvolutionMode] = ["full": .full, "same": .same, "valid": .valid]
    switch words[0] {
    case "quantile":
      guard let method = QuantileMethod(rawValue: words[1]) else { return nil }
      let q = [0, 0.05, 0.1, 0.25, 1 / 3.0, 0.5, 0.625, 0.75, 0.9, 1]
      return { $0[0].quantile(q, method: method) }
    case "convolve" where words.count > 1 && words[1] != "long":
      guard let mode = modes[words[words.count - 1]] else { return nil }
      return { convolve($0[0], $0[1], mode) }
    case "correlate":
      guard let mode = modes[words[words.count - 1]] else { return nil }
      return { correlate($0[0], $0[1], mode) }
    case "einsum": return { einsum(words[1], $0) }
    case "meshgrid":
      let place = words[words.count - 1] == "1" ? 1 : 0, indexing: GridIndexing = words.contains("ij") ? .ij : .xy
      return { meshgrid($0, indexing: indexing)[place] }
    case "rotated90":
      guard let times = Int(words[1]) else { return nil }
      return { $0[0].rotated90(times, axes: (2, 0)) }
    case "arraySplit":
      guard let part = Int(words[1]) else { return nil }
      return { arraySplit($0[0], 3)[part] }
    case "split":
      guard let part = Int(words[2]) else { return nil }
      return { split($0[0], at: [2, -3])[part] }
    default: return reductions[name] ?? shapes[name] ?? signals[name]
    }
  }

  @Test func valuesAreThoseOfNumPy() throws {
    let cases: [Case] = try Oracle.cases("arrays")
    #expect(cases.count > 200)
    for test in cases {
      let function = try #require(Self.named(test.name) ?? Self.eager[test.name], "\(test.name)")
      let inputs = try test.inputs.map { try $0.array() }, expected = try test.expected.array()
      let result = function(inputs)
      let isSame = result.errorCode == nil && result.shape == expected.shape && result.dtype == expected.dtype
      let got = result.error.map { "\($0)" } ?? "\(result.shape) \(result.dtype)"
      #expect(isSame, "\(test.name): \(got), expected \(expected.shape) \(expected.dtype)")
      guard isSame else { continue }
      let values = try result.asType(.f64).scalars(as: Double.self)
      let wanted = try expected.asType(.f64).scalars(as: Double.self)
      for (value, want) in zip(values, wanted) where !(value == want || value.isNaN && want.isNaN) {
        #expect(abs(value - want) <= test.tolerance * max(1, abs(want)), "\(test.name): \(value), expected \(want)")
      }
    }
  }

  /// A part of them compiled (each costs a compilation), in which the shapes are known and the values not.
  @Test func compiledOnesGiveTheSameBits() throws {
    let names: Set = [
      "max where", "variance where", "nanMedian rows", "nanArgmax", "nanQuantile", "quantile weibull", "average", "vectorNorm 3",
      "gradient at", "rolled axes", "flipped", "repeated list", "diagonal", "tril", "fillDiagonal", "take wrap", "puttingAlong",
      "isin", "histogram", "histogram2d", "segmentMax", "interp ends", "convolve long", "polyfit", "kron",
      "einsum ij,jk,kl->il", "einsum ii->i", "gcd", "leadingZeros", "frexp exponent",
    ]
    for test in try Oracle.cases("arrays", of: Case.self) where names.contains(test.name) {
      let function = try #require(Self.named(test.name)), inputs = try test.inputs.map { try $0.array() }
      let compiled = try withInputs(inputs, function)
      #expect(try areIdentical(compiled, function(inputs)), "\(test.name)")
    }
  }

  private func withInputs(_ inputs: [NDArray], _ function: @escaping Function) throws -> NDArray {
    switch inputs.count {
    case 1: try jit { (a: NDArray) in function([a]) }(inputs[0])
    case 2: try jit { (a: NDArray, b: NDArray) in function([a, b]) }(inputs[0], inputs[1])
    default: try jit { (a: NDArray, b: NDArray, c: NDArray) in function([a, b, c]) }(inputs[0], inputs[1], inputs[2])
    }
  }

  @Test func sizesMakeExtentsKnown() throws {
    let x = NDArray([0, 4, 0, 4, 1])
    let places = try jit { (x: NDArray) in nonzero(x, size: 4, fill: -1)[0] }(x)
    #expect(try places.ints() == [1, 3, 4, -1])
    #expect(try jit { (x: NDArray) in unique(x, size: 3).values }(x).ints() == [0, 1, 4])
    #expect(try jit { (x: NDArray) in unique(x, size: 5).counts }(x).ints() == [2, 1, 2, 0, 0])
    #expect(try jit { (x: NDArray) in bincount(x, length: 3) }(x).ints() == [2, 1, 0])
    for function: @Sendable (NDArray) -> NDArray in [{ nonzero($0)[0] }, { unique($0).values }, { bincount($0) }] {
      let compiled = jit(function)
      let error = #expect(throws: HillockError.self) { try compiled(x) }
      let words = error.map { "\($0)" } ?? ""
      #expect(error?.code == .trace && (words.contains("size:") || words.contains("length:")), "\(words)")
    }
  }

  @Test func derivativesAreThoseOfDifferences() throws {
    let x = NDArray([0.3, -1.2, 0.8, 2.1, -0.4, 1.5], dtype: .f64)
    let functions: [(String, @Sendable (NDArray) -> NDArray)] = [
      ("max where", { $0.max(initial: -9, where: NDArray([true, false, true, false, true, true])) }),
      ("variance where", { $0.variance(where: $0 .> -1) }), ("nanMean", { select($0 .> 2, Double.nan, $0).nanMean() }),
      ("nanMedian", { select($0 .> 2, Double.nan, $0).nanMedian() }), ("quantile", { $0.quantile(0.3) }),
      ("average", { $0.average(weights: exp($0)) }), ("norm", { vectorNorm($0, order: 3) }),
      ("cov", { cov($0.reshaped(2, 3)).sum() }),
      ("gradient", { square(gradient($0)).sum() }), ("trapezoid", { trapezoid($0 * $0, x: exp($0)) }),
      ("rolled", { ($0.rolled(by: 2) * $0).sum() }), ("tiled", { (square($0.tiled(2, 2)) * 0.5).sum() }),
      ("triu", { (triu(outer($0, $0)) * 2).sum() }), ("diag", { square(diag($0, 1)).sum() }),
      ("trace", { trace(outer($0, exp($0))) }), ("take", { square($0.take(NDArray([0, 0, 5]))).sum() }),
      ("puttingAlong", { square($0.puttingAlong(NDArray([1, 1]), 3 * $0.part0, axis: 0)).sum() }),
      ("segmentSum", { square(segmentSum($0, NDArray([0, 1, 0, 2, 2, 9]), count: 3)).sum() }),
      ("segmentMax", { square(segmentMax($0, NDArray([0, 1, 0, 2, 2, 1]), count: 3)).sum() }),
      ("convolve", { square(convolve($0, $0.part0)).sum() }), ("polyval", { polyval($0, 0.5 * $0).sum() }),
      ("polyfit", { square(polyfit(NDArray([0.0, 1, 2, 3, 4, 5]), $0, 2)).sum() }),
      ("kron", { square(kron($0, $0.part0)).sum() }),
      ("cross", { square(cross($0.reshaped(2, 3)[0], $0.reshaped(2, 3)[1])).sum() }),
      ("einsum", { einsum("ij,kj,k->", $0.reshaped(2, 3), exp($0.reshaped(2, 3)), $0.part0) }),
    ]
    for (name, function) in functions {
      let slope = try grad(function)(x).scalars(as: Double.self), values = try x.scalars(as: Double.self), step = 1e-6
      for i in values.indices {
        func moved(_ by: Double) throws -> Double {
          var values = values
          values[i] += by
          return try function(NDArray(values, dtype: .f64)).item(as: Double.self)
        }
        let difference = (try moved(step) - moved(-step)) / (2 * step)
        #expect(abs(slope[i] - difference) <= 1e-6 * max(1, abs(difference)), "\(name), element \(i): \(slope[i]), \(difference)")
      }
    }
  }

  @Test func whatDoesNotFitIsAnError() {
    let x = ones(2, 3)
    let errors: [(NDArray, ErrorCode)] = [
      (x.max(where: x .> 0), .argument), (x.sum(where: ones(4) .> 0), .shape), (x.quantile(1.5), .argument),
      (ones(0).quantile(0.5), .shape), (x.average(weights: ones(2), axis: 1), .shape), (diff(x, n: -1), .argument),
      (gradient(ones(1)), .shape), (split(arange(5), 2)[0], .shape), (x.rolled(by: [1], axes: [0, 1]), .argument),
      (x.rolled(by: 1, axis: 2), .index), (x.repeated([1, 2, 3], axis: 0), .argument), (x.tiled(-1), .argument),
      (delete(arange(3), [3]), .index), (insert(arange(3), 9, 0), .index), (tril(arange(3)), .shape),
      (diag(ones(1, 1, 1)), .shape),
      (choose(x, [x]), .dtype), (choose(arange(2), []), .argument), (select([x .> 0], [], otherwise: 0), .argument),
      (nonzero(x, size: -1)[0], .argument), (bincount(x), .dtype), (histogram(x, bins: 0).counts, .argument),
      (segmentSum(x, arange(3), count: 2), .shape), (segmentSum(x, ones(2), count: 2), .dtype), (convolve(x, x), .shape),
      (interp(x, arange(2), arange(3)), .shape), (polyfit(arange(2), arange(2), 2), .shape), (cross(x, ones(2)), .shape),
      (einsum("ij", arange(3)), .argument), (einsum("i,i", arange(3)), .argument), (einsum("i->j", arange(3)), .argument),
      (einsum("i,i", arange(3), arange(2)), .shape), (einsum("ii", x), .shape), (einsum("i?", x), .argument),
      (broadcastArrays([x, ones(2)])[0], .shape), (polyval(x, x), .shape), (vander(x), .shape),
    ]
    for (position, (array, code)) in errors.enumerated() {
      #expect(array.errorCode == code, "number \(position)")
    }
  }

  @Test func emptyAndWholeArrays() throws {
    #expect(try ones(0).max(initial: 3).item(as: Float.self) == 3 && ones(2, 0).min(axis: 1, initial: 4).floats() == [4, 4])
    #expect(
      unique(ones(0)).values.shape == [0] && nonzero(zeros(3))[0].shape == [0] && bincount(zeros(0, dtype: .i32)).shape == [0])
    #expect(tri(0).shape == [0, 0] && diagonal(ones(2, 2), offset: 5).shape == [0] && ones(0).rolled(by: 1).shape == [0])
    #expect(try histogram(ones(0), bins: 2).counts.ints() == [0, 0] && convolve(ones(1), ones(1)).floats() == [1])
    #expect(split(arange(4), 2).count == 2 && unstack(ones(0, 2)).isEmpty && meshgrid([]).isEmpty)
    #expect(try isin(arange(2), zeros(0)).bools() == [false, false] && ones(2).tiled(0).shape == [0])
  }

  @Test func differencesAreTold() throws {
    let a = NDArray([[1.0, 2], [3, .nan]]), b = NDArray([[1.0, Double(Float(2).nextUp)], [3, .nan]])
    let same = try difference(a, from: a), near = try difference(a, from: b, withinULP: 1)
    #expect(same == nil && near == nil)
    let found = try #require(try difference(a, from: b))
    #expect(found.count == 1 && found.elements[0].place == [0, 1] && found.elements[0].ulps == 1)
    #expect("\(found)".contains("1 of 4 elements differs by more than 0 ulp"))
    #expect(try difference(a, from: zerosLike(a))?.worst?.ulps == .max && difference(a, from: b.asType(.f64))?.count == 4)
    #expect(try difference(NDArray([-0.0]), from: NDArray([0.0])) == nil)
    #expect(try difference(NDArray([Double(-Float.leastNonzeroMagnitude)]), from: NDArray([0.0]))?.elements[0].ulps == 1)
    #expect(try difference(NDArray([3, -4]), from: NDArray([3, 5]))?.worst?.ulps == 9)
    #expect(try allClose(a, b, equalNaN: true) && !allClose(a, b) && !arrayEqual(a, a) && arrayEqual(a, a, equalNaN: true))
    #expect(try arrayEqual(arange(3), NDArray([0.0, 1, 2])) && !arrayEqual(arange(3), arange(2)))
    let traced = jit { (x: NDArray) -> NDArray in
      let same = try allClose(x, x)
      return same ? x : -x
    }
    #expect(throws: HillockError.self) { try traced(a) }
  }

  @Test func printOptions() {
    let x = NDArray([1.23456, 1e-7, 12_345_678])
    #expect(withPrintOptions(PrintOptions(precision: 2)) { "\(NDArray([1.2345, 2]))" } == "NDArray([1.23, 2.  ], dtype=float32)")
    let plain = withPrintOptions(PrintOptions(precision: 3, suppressesExponents: true)) { "\(x)" }
    #expect(plain == "NDArray([       1.235,        0.   , 12345678.   ], dtype=float32)")
    #expect(
      withPrintOptions(PrintOptions(threshold: 4, edgeItems: 1)) { "\(arange(10))" }
        == "NDArray([0, ..., 9], shape=(10,), dtype=int32)")
    #expect("\(arange(3))" == "NDArray([0, 1, 2], dtype=int32)")
  }
}

extension NDArray {
  /// The first two elements.
  fileprivate var part0: NDArray { self[..<2] }
}
