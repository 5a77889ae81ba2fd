import Foundation
import HillockLinearAlgebra
import Testing

/// Cases that tools/oracle/linalg.py has written.
struct OracleCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Values: Decodable, Sendable {
    let shape: [Int]
    private let values: String

    var numbers: [Double] { values.split(separator: " ").map { Double($0) ?? .nan } }
    func array(_ dtype: DType) -> NDArray { NDArray(numbers, shape: shape, dtype: dtype) }
  }

  let name: String
  let operands: [Values]
  let results: [Values]
  let second: [Values]?

  var testDescription: String { "\(name) of \(operands.map(\.shape))" }
  func arrays(_ dtype: DType) -> [NDArray] { operands.map { $0.array(dtype) } }

  static func read(_ name: String) -> [OracleCase] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Oracle")
    do {
      return try JSONDecoder().decode([OracleCase].self, from: try Data(contentsOf: folder.appendingPathComponent(name)))
    } catch {
      Issue.record("\(name): \(error)")
      return []
    }
  }
}

/// Whether all elements are within a tolerance of what is known, relative to the largest of these where it is above 1.
func expectClose(
  _ array: NDArray, _ expected: OracleCase.Values, within tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try expectClose(array, expected.array(.f64), within: tolerance, what, sourceLocation: sourceLocation)
}

func expectClose(
  _ array: NDArray, _ expected: NDArray, within tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let values = try array.scalars(as: Double.self), numbers = try expected.asType(.f64).scalars(as: Double.self)
  try #require(array.shape == expected.shape, "\(what)", sourceLocation: sourceLocation)
  let bound = tolerance * max(1, numbers.filter(\.isFinite).map(abs).max() ?? 0)
  for (index, (value, known)) in zip(values, numbers).enumerated() {
    let isClose = value == known || value.isNaN && known.isNaN || abs(value - known) <= bound
    #expect(isClose, "\(what) [\(index)]: \(value), known: \(known)", sourceLocation: sourceLocation)
    if !isClose { return }
  }
}

/// Whether all bits are the same.
func expectSame(_ arrays: [NDArray], _ others: [NDArray], _ what: String, sourceLocation: SourceLocation = #_sourceLocation)
  throws
{
  try #require(
    arrays.map(\.shape) == others.map(\.shape) && arrays.map(\.dtype) == others.map(\.dtype), sourceLocation: sourceLocation)
  for (array, other) in zip(arrays, others) {
    let a = try array.scalars(as: Double.self).map(\.bitPattern), b = try other.scalars(as: Double.self).map(\.bitPattern)
    #expect(a == b, "\(what)", sourceLocation: sourceLocation)
  }
}

extension OracleCase {
  private static let norms: [Substring: MatrixNorm] = [
    "fro": .frobenius, "nuc": .nuclear, "1": .one, "-1": .minusOne, "2": .two, "-2": .minusTwo, "inf": .infinity,
    "-inf": .minusInfinity,
  ]

  /// What the library gives for a case of this name.
  func call(_ x: [NDArray]) throws -> [NDArray] {
    let parts = name.split(separator: ".", maxSplits: 1)
    let option = parts.count > 1 ? parts[1] : ""
    switch parts[0] {
    case "solve": return [linalg.solve(x[0], x[1])]
    case "inverse": return [linalg.inverse(x[0])]
    case "det": return [linalg.det(x[0])]
    case "slogdet":
      let result = linalg.slogdet(x[0])
      return second == nil ? [result.sign, result.logabsdet] : [result.logabsdet]
    case "triangularSolve":
      // SciPy's function takes the upper triangle by default.
      let isLower = second == nil ? option.contains("lower") : option == ""
      return [
        linalg.triangularSolve(
          x[0], x[1], lower: isLower, transposed: option.contains("transposed"), unitDiagonal: option.contains("unit"))
      ]
    case "cholesky": return [linalg.cholesky(x[0])]
    case "lu":
      let (order, lower, upper) = linalg.lu(x[0])
      return second == nil ? [order, lower, upper] : [weigh(lower) + weigh(upper)]
    case "qr":
      let (q, r) = linalg.qr(x[0])
      return [weigh(matmul(q, q.swappingAxes(-1, -2))) + weigh(matmul(r.swappingAxes(-1, -2), r))]
    case "svdvals": return [linalg.svdvals(x[0])]
    case "svd":
      let (u, s, vh) = linalg.svd(x[0], fullMatrices: false)
      return [weigh(gauge(u)) + weigh(s) + weigh(gauge(vh.swappingAxes(-1, -2)))]
    case "eigvalsh": return [linalg.eigvalsh(x[0])]
    case "eigh":
      let (values, vectors) = linalg.eigh(x[0])
      return [weigh(values) + weigh(gauge(vectors))]
    case "eigvals":
      let w = linalg.eigvals(x[0]), (re, im) = (w.real, w.imaginary)
      let cube = re * (square(re) - 3 * square(im)), size = square(re) + square(im)
      return [cube.sum() + pow(size, 1.5).sum() + square(im).sum()]
    case "pinv": return [linalg.pinv(x[0], rcond: 1e-6)]
    case "matrixRank": return [linalg.matrixRank(x[0], rtol: 1e-6)]
    case "lstsq":
      let (solution, residuals, rank, s) = linalg.lstsq(x[0], x[1], rcond: 1e-6)
      return second == nil ? [solution, residuals, rank, s] : [solution]
    case "expm": return [linalg.expm(x[0])]
    case "matrixPower": return [linalg.matrixPower(x[0], try #require(Int(option)))]
    case "multiDot": return [linalg.multiDot(x)]
    case "trace": return [linalg.trace(x[0])]
    case "norm": return [linalg.norm(x[0])]
    case "vectorNorm": return [linalg.vectorNorm(x[0], order: try #require(Double(option)), axis: [-1])]
    case "matrixNorm": return [linalg.matrixNorm(x[0], order: try #require(Self.norms[option]))]
    case "cond": return [linalg.cond(x[0], order: try #require(Self.norms[option]))]
    default: throw HillockError(.argument, "no function is known for the case \(name)")
    }
  }
}

/// A number of an array, of which every element matters: a sum of products with sines.
func weigh(_ x: NDArray) -> NDArray {
  (x * sin(arange(x.count, dtype: x.dtype) + 1).reshaped(x.shape)).sum()
}

/// Vectors without their signs.
func gauge(_ v: NDArray) -> NDArray {
  matmul(v * NDArray([1.0, 2.0, 4.0], dtype: v.dtype), v.swappingAxes(-1, -2))
}
