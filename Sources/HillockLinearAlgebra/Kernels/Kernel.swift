import HillockIR
import HillockRuntime
import Synchronization

/// What LAPACK does with one matrix, or with several of one form after each other. For programs it is a pure call.
enum Kernel: Hashable, Sendable {
  /// a[m,n] → L and U in one matrix [m,n], the order of the rows i64[m], the sign of that order []
  case factor
  /// factors[n,n], order i64[n], b[n,k] → x[n,k]
  case solveFactored
  /// a[n,n], b[n,k] → x[n,k]
  case solveTriangular(isLower: Bool, isTransposed: Bool, hasUnitDiagonal: Bool)
  /// a[n,n] → L[n,n]
  case cholesky
  /// a[m,n] → Q, R
  case qr(isComplete: Bool)
  /// a[m,n] → singular values [k]
  case singularValues
  /// a[m,n] → U, singular values [k], Vᵀ
  case svd(isFull: Bool)
  /// a[n,n] → eigenvalues [n]
  case symmetricEigenvalues
  /// a[n,n] → eigenvalues [n], eigenvectors [n,n]
  case symmetricEigenvectors
  /// a[n,n] → real and imaginary parts of the eigenvalues [n]
  case eigenvalues
  /// a[n,n] → the same, and real and imaginary parts of the eigenvectors [n,n]
  case eigenvectors
  /// a[m,n], b[m,k] → x[n,k], singular values, rank i32[]
  case leastSquares(cutoff: Double)

  /// The name in messages and in the text of programs: that of the routine.
  var name: String {
    switch self {
    case .factor: "getrf"
    case .solveFactored: "getrs"
    case .solveTriangular: "trtrs"
    case .cholesky: "potrf"
    case .qr: "geqrf"
    case .singularValues, .svd: "gesdd"
    case .symmetricEigenvalues, .symmetricEigenvectors: "syevd"
    case .eigenvalues, .eigenvectors: "geev"
    case .leastSquares: "gelsd"
    }
  }

  /// The results for operands of these shapes. Without a dtype of their own they have that of the matrices.
  private func results(_ shapes: [[Int]]) -> [(shape: [Int], dtype: DType?)] {
    let m = shapes[0][0], n = shapes[0][1], k = min(m, n)
    switch self {
    case .factor: return [([m, n], nil), ([m], .i64), ([], nil)]
    case .solveFactored: return [(shapes[2], nil)]
    case .solveTriangular: return [(shapes[1], nil)]
    case .cholesky: return [([n, n], nil)]
    case .qr(let isComplete): return isComplete ? [([m, m], nil), ([m, n], nil)] : [([m, k], nil), ([k, n], nil)]
    case .singularValues: return [([k], nil)]
    case .svd(let isFull): return [([m, isFull ? m : k], nil), ([k], nil), ([isFull ? n : k, n], nil)]
    case .symmetricEigenvalues: return [([n], nil)]
    case .symmetricEigenvectors: return [([n], nil), ([n, n], nil)]
    case .eigenvalues: return [([n], nil), ([n], nil)]
    case .eigenvectors: return [([n], nil), ([n], nil), ([n, n], nil), ([n, n], nil)]
    case .leastSquares: return [([n, shapes[1][1]], nil), ([k], nil), ([], .i32)]
    }
  }

  /// Calls it: at once, or as a step of what is being traced.
  ///
  /// - Parameter operands: have the same leading axes, `batch`, and the dtype of the first, where they are floats.
  func callAsFunction(_ operands: [NDArray], batch: [Int]) throws -> [NDArray] {
    _ = try Library.loaded()
    let forms = results(operands.map { Array($0.type.shape.dropFirst(batch.count)) }).map { result in
      ArrayForm(batch + result.shape, dtype: result.dtype ?? operands[0].dtype)
    }
    return try ExternalCall.evaluate(operands, forms, isPure: true) { types in
      Signature(kernel: self, operands: types, results: forms.map { ArrayType($0.dtype, $0.shape) }, batch: batch.count).function
    }
  }

  /// Writes the results of one item.
  func run<Scalar: LAPACKScalar>(_ item: Item<Scalar>) throws(HillockError) {
    let routines = try Scalar.routines()
    switch self {
    case .factor: try item.factor(routines)
    case .solveFactored: try item.solveFactored(routines)
    case .solveTriangular(let isLower, let isTransposed, let hasUnitDiagonal):
      try item.solveTriangular(routines, isLower: isLower, isTransposed: isTransposed, hasUnitDiagonal: hasUnitDiagonal)
    case .cholesky: try item.cholesky(routines)
    case .qr(let isComplete): try item.qr(routines, isComplete: isComplete)
    case .singularValues: try item.singularValues(routines)
    case .svd(let isFull): try item.svd(routines, isFull: isFull)
    case .symmetricEigenvalues: try item.symmetricEigenvalues(routines, withVectors: false)
    case .symmetricEigenvectors: try item.symmetricEigenvalues(routines, withVectors: true)
    case .eigenvalues: try item.eigenvalues(routines, withVectors: false)
    case .eigenvectors: try item.eigenvalues(routines, withVectors: true)
    case .leastSquares(let cutoff): try item.leastSquares(routines, cutoff: cutoff)
    }
  }
}

/// A kernel of one operand whose results are taken apart: at once, it is called once for all of them. In a program equal pure calls are one
/// anyway.
final class SharedCall {
  private let kernel: Kernel
  private var results: [NDArray]?

  init(_ kernel: Kernel) { self.kernel = kernel }

  /// - Parameter a: the same array each time.
  func callAsFunction(_ a: NDArray) throws -> [NDArray] {
    if let results { return results }
    let made = try kernel([a], batch: a.batch)
    if !a.isTraced { results = made }
    return made
  }
}

/// One of the matrices that a kernel goes through, with what belongs to it.
struct Item<Scalar: LAPACKScalar> {
  let operands: [UnsafeRawPointer]
  let results: [UnsafeMutableRawPointer]
  /// The operands' shapes.
  let shapes: [[Int]]
  /// How many elements each result has.
  let counts: [Int]

  /// The rows and columns of the first matrix.
  var m: Int { shapes[0][0] }
  var n: Int { shapes[0][1] }

  func operand(_ position: Int) -> UnsafePointer<Scalar> { operands[position].assumingMemoryBound(to: Scalar.self) }

  func result(_ position: Int) -> UnsafeMutablePointer<Scalar> { results[position].assumingMemoryBound(to: Scalar.self) }

  /// The matrix of an operand.
  func matrix(_ position: Int) throws(HillockError) -> Columns<Scalar> {
    try Columns(shapes[position][0], shapes[position][1], of: operand(position))
  }

  /// What a result is where there is none: a singular matrix, one with NaN, an iteration that does not converge.
  func fillWithNaN(_ position: Int) {
    for index in 0..<counts[position] { result(position)[index] = .nan }
  }

  func fillWithIdentity(_ position: Int, _ rows: Int) {
    for index in 0..<counts[position] { result(position)[index] = index % (rows + 1) == 0 ? 1 : 0 }
  }
}

/// A kernel for operands of certain types.
private struct Signature: Hashable {
  let kernel: Kernel
  let operands: [ArrayType]
  let results: [ArrayType]
  let batch: Int

  private static let capacity = 1024
  private static let known = Mutex<[Signature: ExternalFunction]>([:])

  /// The same object for the same types: two calls with the same matrix are then one in a program.
  var function: ExternalFunction {
    Self.known.withLock { known in
      if let function = known[self] { return function }
      if known.count >= Self.capacity { known.removeAll() }
      let function = ExternalFunction(.foreign, name: kernel.name) { operands, results in
        if self.operands[0].dtype == .f64 {
          try run(Double.self, operands, results)
        } else {
          try run(Float.self, operands, results)
        }
      }
      known[self] = function
      return function
    }
  }

  private func run<Scalar: LAPACKScalar>(
    _ scalar: Scalar.Type, _ operands: [UnsafeRawPointer], _ results: [UnsafeMutableRawPointer]
  ) throws(HillockError) {
    let count = self.operands[0].shape.prefix(batch).reduce(1, *)
    guard count > 0 else { return }
    let shapes = self.operands.map { Array($0.shape.dropFirst(batch)) }, counts = self.results.map { $0.count / count }
    for index in 0..<count {
      let item = Item<Scalar>(
        operands: zip(operands, self.operands).map { $0 + index * ($1.byteCount / count) },
        results: zip(results, self.results).map { $0 + index * ($1.byteCount / count) }, shapes: shapes, counts: counts)
      try kernel.run(item)
    }
  }
}
