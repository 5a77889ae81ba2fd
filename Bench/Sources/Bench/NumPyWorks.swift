import Hillock
import HillockLinearAlgebra

/// The rows of the suite `numpy`. A kind of input without a shape has that of the row.
enum NumPyWorks {
  static let all = elementwise + choosing + reductions + scans + order + moving + products + signals + draws

  private static let small = "1000", cached = "100000", large = "10000000"
  private static let million = "1000000", matrix = "1000x1000", wide = "4000x2500", short = "100000x16"

  private static let elementwise: [NumPyWork] = [
    two("add", "f32", [small, cached, large]) { $0 + $1 },
    two("multiply-add", "f32", [cached, large]) { $0 * $1 + $0 },
    two("divide", "f32", [cached]) { $0 / ($1 + 1) },
    one("sqrt", "f32", [cached]) { sqrt($0) },
    one("exp", "f32", [small, cached, large]) { exp($0) },
    one("log", "f32", [cached]) { log($0 + 1) },
    one("log1p", "f32", [cached]) { log1p($0) },
    one("sin", "f32", [cached, large]) { sin($0) },
    one("tanh", "f32", [cached]) { tanh($0) },
    two("atan2", "f32", [cached]) { atan2($0, $1) },
    two("power", "f32", [cached]) { $0 ** $1 },
    one("erf", "f32", [cached]) { erf($0) },
    one("sigmoid", "f32", [cached]) { sigmoid($0) },
    one("gelu", "f32", [cached, large]) { gelu($0, approximate: true) },
    two("maximum", "f32", [cached]) { maximum($0, $1) },
    one("clip", "f32", [large]) { clip($0, 0.2, 0.8) },
    one("round", "f32", [cached]) { round($0 * 100) },
    two("floor-divide-i32", "i32<1000000", [cached]) { floorDivide($0, $1 + 1) },
    two("bits-i32", "i32<1000000", [cached]) { ($0 .& $1) .^ ($0 >> 3) },
    two("outer-sum", "f32", ["2000"]) { $0[.all, .newAxis] + $1 },
    several("complex-multiply", ["f32", "f32"], [cached], compared: 2) { x in
      let z = ComplexArray(x[0], x[1]), product = z * z
      return [product.real, product.imaginary]
    },
    one("cast-i32", "f32", [cached]) { ($0 * 1000).asType(.i32) },
    one("cast-f16", "f32", [cached]) { $0.asType(.f16) },
    one("cast-f64", "f32", [large]) { $0.asType(.f64) },
    two("add-f64", "f64", [large]) { $0 + $1 },
    one("exp-f64", "f64", [cached]) { exp($0) },
  ].flatMap { $0 }

  private static let choosing: [NumPyWork] = [
    two("less", "f32", [cached, large]) { $0 .< $1 },
    two("all-close", "f32", [cached]) { (abs($0 - $1) .<= 1e-5 + 1e-3 * abs($1)).all() },
    several("where", ["bool", "f32", "f32"], [cached, large]) { [select($0[0], $0[1], $0[2])] },
    one("select-3", "f32", [cached]) { select($0 .< 0.3, -$0, select($0 .< 0.6, $0 * 2, $0 * $0)) },
    several("mask-sum", ["bool", "f32"], [large]) { [select($0[0], $0[1], 0).sum()] },
    // As many elements as the mask of this size has.
    several("extract", ["bool", "f32"], [cached]) { [extract($0[0], $0[1], size: 49_734)] },
    one("nonzero", "bool", [cached]) { flatNonzero($0, size: 49_734) },
  ].flatMap { $0 }

  private static let reductions: [NumPyWork] = [
    one("sum", "f32", [small, cached, large]) { $0.sum() },
    one("sum-0", "f32", [wide]) { $0.sum(axis: 0) },
    one("sum-1", "f32", [wide, short]) { $0.sum(axis: 1) },
    one("sum-middle", "f32", ["100x1000x100"]) { $0.sum(axis: 1) },
    one("sum-i32", "i32<1000", [cached]) { $0.sum() },
    one("squares-1", "f32", [short]) { ($0 * $0).sum(axis: 1) },
    one("mean-1", "f32", [matrix]) { $0.mean(axis: 1) },
    one("prod", "f32", [cached]) { ($0 * 0.001 + 0.9995).prod() },
    one("max", "f32", [small, large]) { $0.max() },
    one("max-0", "f32", [matrix]) { $0.max(axis: 0) },
    one("min-1", "f32", [matrix, short]) { $0.min(axis: 1) },
    one("any", "f32", [large]) { ($0 .> 2).any() },
    one("all-1", "bool", [matrix]) { $0.all(axis: 1) },
    one("count-nonzero", "bool", [large]) { $0.countNonzero() },
    one("variance", "f32", [cached, large]) { $0.variance() },
    one("std-1", "f32", [matrix]) { $0.std(axis: 1) },
    one("norm", "f32", [large]) { vectorNorm($0) },
    one("nansum", "f32", [cached]) { $0.nanSum() },
    one("argmax", "f32", [small, cached, large]) { $0.argmax() },
    one("argmin-0", "f32", [matrix]) { $0.argmin(axis: 0) },
    one("argmin-1", "f32", [matrix, short]) { $0.argmin(axis: 1) },
    one("logsumexp-1", "f32", [matrix]) { logSumExp($0, axis: 1) },
    one("softmax", "f32", [matrix]) { softmax($0) },
    one("layernorm", "f32", [matrix]) { x in
      let centred = x - x.mean(axis: 1, keepDims: true)
      return centred * rsqrt(square(centred).mean(axis: 1, keepDims: true) + 1e-5)
    },
  ].flatMap { $0 }

  private static let scans: [NumPyWork] = [
    one("cumsum", "f32", [small, cached, large]) { $0.cumsum() },
    one("cumsum-0", "f32", [matrix]) { $0.cumsum(axis: 0) },
    one("cumsum-1", "f32", [matrix]) { $0.cumsum(axis: 1) },
    one("cumprod", "f32", [cached], tolerance: 1e-2) { ($0 * 0.001 + 0.9995).cumprod() },
    one("cummax", "f32", [cached]) { $0.cummax() },
    one("diff", "f32", [large]) { diff($0) },
  ].flatMap { $0 }

  private static let order: [NumPyWork] = [
    one("sort", "f32", [small, cached, million, matrix]) { $0.sorted() },
    one("sort-0", "f32", [matrix]) { $0.sorted(axis: 0) },
    one("sort-i32", "i32<1000000", [cached]) { $0.sorted() },
    one("argsort", "f32", [small, cached, million]) { $0.argsort() },
    one("top-10", "f32", [cached]) { $0.topK(10).values },
    two("searchsorted", "ramp", [cached], second: "f32") { searchsorted($0, $1) },
    two("isin", "i32<1000000", [cached], second: "i32<1000000 1000") { isin($0, $1) },
    one("unique", "i32<1000", [cached]) { unique($0, size: 1000).values },
    one("histogram", "f32", [cached, large], tolerance: 1e-2) { histogram($0, bins: 50, range: 0...1).counts },
    one("bincount", "index<1000", [cached]) { bincount($0, length: 1000) },
    one("median", "f32", ["100001"]) { $0.median() },
    one("median-1", "f32", ["1000x1001"]) { $0.median(axis: 1) },
    one("quantile", "f32", [cached]) { $0.quantile(0.9) },
    several("interp", ["f32", "ramp 1000", "f32 1000"], [cached]) { [interp($0[0], $0[1], $0[2])] },
    one("corrcoef", "f32", ["100x10000"]) { corrcoef($0) },
  ].flatMap { $0 }

  private static let moving: [NumPyWork] = [
    two("take", "f32", [cached], second: "index<100000") { $0[$1] },
    two("take", "f32", [large], second: "index<10000000 1000000") { $0[$1] },
    two("take-rows", "f32", ["16384x64"], second: "index<16384 16384") { $0[$1] },
    two("take-along-0", "f32", [matrix], second: "index<1000") { $0.takeAlong($1, axis: 0) },
    two("take-along-1", "f32", [matrix], second: "index<1000") { $0.takeAlong($1, axis: 1) },
    two("add-at", "f32", [cached, million], second: "index<1000") { zeros(1000).at[$1].add($0) },
    several("set-at", ["f32", "spread<100000 1000", "f32 1000"], [cached]) { [$0[0].at[$0[1]].set($0[2])] },
    two("segment-sum", "f32", [short], second: "index<1000 100000") { segmentSum($0, $1, count: 1000) },
    one("slice", "f32", [large]) { $0[.stride(by: 2)] },
    one("window", "f32", ["2000x2000"]) { $0[500..<1500, 300..<1300] },
    one("reverse", "f32", [cached]) { $0.flipped(axis: 0) },
    one("roll", "f32", [large]) { $0.rolled(by: 17) },
    one("transpose", "f32", [matrix, "3000x3000"]) { $0.T },
    one("transpose-3", "f32", ["200x250x200"]) { $0.transposed(2, 0, 1) },
    one("add-transposed", "f32", [matrix]) { $0 + $0.T },
    two("concatenate-0", "f32", [matrix]) { concatenate([$0, $1], axis: 0) },
    two("concatenate-1", "f32", [matrix]) { concatenate([$0, $1], axis: 1) },
    two("stack", "f32", [cached]) { stack([$0, $1], axis: 1) },
    one("pad", "f32", [matrix]) { $0.padded(3, with: 1.5) },
    one("tile", "f32", ["500x500"]) { $0.tiled(3, 2) },
    one("repeat", "f32", [cached]) { $0.repeated(3) },
    one("triu", "f32", [matrix]) { triu($0) },
  ].flatMap { $0 }

  private static let products: [NumPyWork] = [
    two("matmul", "f32", ["32x32", "256x256", matrix]) { matmul($0, $1) },
    two("matmul", "f32", ["100000x16"], second: "f32 16x10") { matmul($0, $1) },
    two("matmul-batch", "f32", ["64x64x64"]) { matmul($0, $1) },
    two("matvec", "f32", ["2000x2000"], second: "f32 2000") { dot($0, $1) },
    two("dot", "f32", [small, large]) { dot($0, $1) },
    two("outer", "f32", ["2000"]) { outer($0, $1) },
    one("gram", "f32", ["100000x16"]) { dot($0.T, $0) },
    several("einsum-chain", ["f32", "f32", "f32"], ["200x200"]) { [einsum("ij,jk,kl->il", $0[0], $0[1], $0[2])] },
    two("einsum-batch", "f32", ["64x64x64"]) { einsum("bij,bkj->bik", $0, $1) },
    two("einsum-tensor", "f32", ["100x100x100"], second: "f32 100x50") { einsum("ijk,kl->ijl", $0, $1) },
  ].flatMap { $0 }

  private static let signals: [NumPyWork] = [
    spectrum("fft", ["1024", "1000", "65536", "1048576", "99999", "10007"]) { fft.fft($0) },
    spectrum("fft-2", ["512x512"]) { fft.fft2($0) },
    spectrum("fft-rows", ["1000x1024"]) { fft.fft($0) },
    several("rfft", ["f32"], ["65536", "100001"], compared: 2) { x in
      let z = fft.rfft(x[0])
      return [z.real, z.imaginary]
    },
    several("irfft", ["f32", "f32"], ["32769"]) { [fft.irfft(ComplexArray($0[0], $0[1]))] },
    two("convolve", "f32", [cached], second: "f32 101") { convolve($0, $1, .same) },
    two("conv-2", "f32", ["8x64x64x16"], second: "f32 3x3x16x32") { conv($0, $1) },
    one("max-pool", "f32", ["8x128x128x16"]) { maxPool($0, window: [2, 2]) },
    one("mean-pool", "f32", ["8x128x128x16"]) { avgPool($0, window: [2, 2]) },
  ].flatMap { $0 }

  private static let draws: [NumPyWork] = [
    draw("uniform", [small, large]) { random.random($0) },
    draw("normal", [small, cached, large]) { random.normal($0) },
    draw("randint", [cached]) { random.randint($0, low: 0, high: 1000) },
    draw("bernoulli", [cached]) { random.bernoulli(0.3, $0) },
  ].flatMap { $0 }

  /// By the reference LAPACK, which has the same bits on every machine: rows that tell what it costs.
  static let linearAlgebra: [NumPyWork] = [
    one("cholesky", "spd", ["100x100", "500x500"]) { linalg.cholesky($0) },
    several("lu", ["f32"], ["500x500"], compared: 2) { x in
      let factors = linalg.lu(x[0])
      return [factors.lower, factors.upper]
    },
    several("qr", ["f32"], ["300x300"], compared: 2) { x in
      let (q, r) = linalg.qr(x[0])
      return [q, r]
    },
    two("solve", "spd", ["500x500"], second: "f32 500x1") { linalg.solve($0, $1) },
    two("solve-batch", "f32", ["1000x4x4"], second: "f32 1000x4x1", tolerance: 1e-2) { linalg.solve($0, $1) },
    one("inv", "spd", ["300x300"]) { linalg.inverse($0) },
    several("det", ["spd"], ["300x300"], compared: 2) { x in
      let (sign, logarithm) = linalg.slogdet(x[0])
      return [sign, logarithm]
    },
    several("svd", ["f32"], ["200x200"]) { x in
      let (u, s, vh) = linalg.svd(x[0], fullMatrices: false)
      return [s, u, vh]
    },
    several("eigh", ["sym"], ["300x300"]) { x in
      let (values, vectors) = linalg.eigh(x[0])
      return [values, vectors]
    },
  ].flatMap { $0 }

  // MARK: Rows

  private static func several(
    _ name: String, _ kinds: [String], _ sizes: [String], tolerance: Double = 1e-3, compared: Int = 1,
    _ body: @escaping @Sendable ([NDArray]) -> [NDArray]
  ) -> [NumPyWork] {
    sizes.map { size in
      NumPyWork(
        name: name, inputs: kinds.map { NumPyInput($0.contains(" ") ? $0 : "\($0) \(size)") }, tolerance: tolerance,
        compared: compared, body: body)
    }
  }

  private static func one(
    _ name: String, _ kind: String, _ sizes: [String], tolerance: Double = 1e-3, _ body: @escaping @Sendable (NDArray) -> NDArray
  ) -> [NumPyWork] {
    several(name, [kind], sizes, tolerance: tolerance) { [body($0[0])] }
  }

  private static func two(
    _ name: String, _ kind: String, _ sizes: [String], second: String? = nil, tolerance: Double = 1e-3,
    _ body: @escaping @Sendable (NDArray, NDArray) -> NDArray
  ) -> [NumPyWork] {
    several(name, [kind, second ?? kind], sizes, tolerance: tolerance) { [body($0[0], $0[1])] }
  }

  private static func spectrum(
    _ name: String, _ sizes: [String], _ body: @escaping @Sendable (ComplexArray) -> ComplexArray
  ) -> [NumPyWork] {
    several(name, ["f32", "f32"], sizes, compared: 2) { x in
      let z = body(ComplexArray(x[0], x[1]))
      return [z.real, z.imaginary]
    }
  }

  private static func draw(
    _ name: String, _ sizes: [String], _ body: @escaping @Sendable ([Int]) -> NDArray
  ) -> [NumPyWork] {
    sizes.map { size in
      let shape = NumPyInput("shape \(size)")
      return NumPyWork(name: name, inputs: [NumPyInput("key"), shape], check: .moments, tolerance: 0.1) { _ in [body(shape.shape)]
      }
    }
  }
}
