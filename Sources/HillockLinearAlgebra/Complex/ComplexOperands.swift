import HillockIR

// What is said of real matrices in Operands.swift, of complex ones.
extension Operands {
  /// Complex arrays with parts of one dtype.
  static func complex(_ arrays: [ComplexArray]) throws(HillockError) -> [ComplexArray] {
    let parts = try floats(arrays.flatMap { [$0.real, $0.imaginary] })
    return arrays.indices.map { ComplexArray(ofOne: parts[2 * $0], parts[2 * $0 + 1]) }
  }

  static func matrix(_ name: String, _ array: ComplexArray) throws(HillockError) -> ComplexArray {
    let array = try complex([array])[0]
    try check(name, array.real)
    return array
  }

  static func square(_ name: String, _ array: ComplexArray) throws(HillockError) -> ComplexArray {
    let array = try matrix(name, array)
    try checkSquare(name, array.real)
    return array
  }

  /// A matrix and right sides; `restore` makes a vector of a part of the result again where the right side was one.
  static func system(
    _ name: String, _ a: ComplexArray, _ b: ComplexArray
  ) throws(HillockError) -> (a: ComplexArray, b: ComplexArray, restore: (NDArray) -> NDArray) {
    let both = try complex([a, b]), real = try system(name, both[0].real, both[1].real)
    let right = both[1].rank == 1 ? both[1].expandingDims(axis: 1) : both[1]
    return (both[0], right, real.restore)
  }
}

extension ComplexArray {
  /// The axes before the matrices.
  var batch: [Int] { real.batch }
  /// The extents of the matrices.
  var rows: Int { real.rows }
  var columns: Int { real.columns }

  /// The parts side by side in a last axis, as kernels take them.
  var pairs: NDArray { stack([real, imaginary], axis: rank) }

  init(pairs: NDArray) { self.init(ofOne: pairs[..., 0], pairs[..., 1]) }

  /// The same matrices for each of a batch.
  func broadcast(batch: [Int]) -> ComplexArray { map { $0.broadcast(batch: batch, items: 2) } }

  func block(rows: Int? = nil, columns: Int? = nil) -> ComplexArray { map { $0.block(rows: rows, columns: columns) } }
  func lowerTriangle(strict: Bool = false) -> ComplexArray { map { $0.lowerTriangle(strict: strict) } }
  func upperTriangle(strict: Bool = false) -> ComplexArray { map { $0.upperTriangle(strict: strict) } }

  /// The diagonals, as vectors.
  var mainDiagonal: ComplexArray { map(\.diagonal) }

  /// The mean of a matrix and its adjoint: a change of a Hermitian matrix.
  var hermitianPart: ComplexArray { (self + adjoint).scaled(by: 0.5) }
}

/// What the body gives, or complex arrays that carry its error.
func attempt(_ count: Int, _ body: () throws -> [ComplexArray]) -> [ComplexArray] {
  let parts: [NDArray] = attempt(2 * count) { try body().flatMap { [$0.real, $0.imaginary] } }
  return (0..<count).map { ComplexArray(ofOne: parts[2 * $0], parts[2 * $0 + 1]) }
}

func attempt(_ body: () throws -> ComplexArray) -> ComplexArray { attempt(1) { [try body()] }[0] }
