import HillockIR
import HillockRuntime
import Synchronization

/// What LAPACK does with one matrix, or with several of one form after each other. For programs it is a pure call. A complex matrix is an
/// array with a last axis of two, for the parts, and so are complex results.
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
  /// a[n,n] → eigenvalues [n], complex
  case eigenvalues
  /// a[n,n] → the same, eigenvectors [n,n], complex
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

  /// What a result consists of.
  private enum Content {
    /// Numbers like those of the matrices.
    case elements
    case reals, complexes
    case integers(DType)
  }

  /// The results for operands of these shapes.
  private func results(_ shapes: [[Int]]) -> [(shape: [Int], content: Content)] {
    let m = shapes[0][0], n = shapes[0][1], k = min(m, n)
    switch self {
    case .factor: return [([m, n], .elements), ([m], .integers(.i64)), ([], .reals)]
    case .solveFactored: return [(shapes[2], .elements)]
    case .solveTriangular: return [(shapes[1], .elements)]
    case .cholesky: return [([n, n], .elements)]
    case .qr(let isComplete):
      return isComplete ? [([m, m], .elements), ([m, n], .elements)] : [([m, k], .elements), ([k, n], .elements)]
    case .singularValues: return [([k], .reals)]
    case .svd(let isFull): return [([m, isFull ? m : k], .elements), ([k], .reals), ([isFull ? n : k, n], .elements)]
    case .symmetricEigenvalues: return [([n], .reals)]
    case .symmetricEigenvectors: return [([n], .reals), ([n, n], .elements)]
    case .eigenvalues: return [([n], .complexes)]
    case .eigenvectors: return [([n], .complexes), ([n, n], .complexes)]
    case .leastSquares: return [([n, shapes[1][1]], .elements), ([k], .reals), ([], .integers(.i32))]
    }
  }

  /// Calls it: at once, or as a step of what is being traced.
  ///
  /// - Parameter operands: have the same leading axes, `batch`, and the dtype of the first, where they are floats.
  func callAsFunction(_ operands: [NDArray], batch: [Int], isComplex: Bool = false) throws -> [NDArray] {
    _ = try Library.loaded()
    let dtype = operands[0].dtype, shapes = operands.map { Self.shape($0.type, batch: batch.count, isComplex: isComplex) }
    let forms = results(shapes).map { result in
      switch result.content {
      case .elements: ArrayForm(batch + result.shape + (isComplex ? [2] : []), dtype: dtype)
      case .reals: ArrayForm(batch + result.shape, dtype: dtype)
      case .complexes: ArrayForm(batch + result.shape + [2], dtype: dtype)
      case .integers(let integers): ArrayForm(batch + result.shape, dtype: integers)
      }
    }
    return try ExternalCall.evaluate(operands, forms, isPure: true) { types in
      Signature(
        kernel: self, isComplex: isComplex, operands: types, results: forms.map { ArrayType($0.dtype, $0.shape) },
        batch: batch.count
      ).function
    }
  }

  /// The shape of one item of an operand, in which a number counts as one.
  fileprivate static func shape(_ type: ArrayType, batch: Int, isComplex: Bool) -> [Int] {
    Array(type.shape.dropFirst(batch).dropLast(isComplex && type.dtype.isFloating ? 1 : 0))
  }

  /// Writes the results of one item.
  func run<Scalar: LAPACKElement>(_ item: Item<Scalar>) throws(HillockError) {
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
  func callAsFunction(_ a: NDArray) throws -> [NDArray] { try shared(a, batch: a.batch, isComplex: false) }

  func callAsFunction(_ a: ComplexArray) throws -> [NDArray] { try shared(a.pairs, batch: a.batch, isComplex: true) }

  private func shared(_ a: NDArray, batch: [Int], isComplex: Bool) throws -> [NDArray] {
    if let results { return results }
    let made = try kernel([a], batch: batch, isComplex: isComplex)
    if !a.isTraced { results = made }
    return made
  }
}

/// One of the matrices that a kernel goes through, with what belongs to it.
struct Item<Scalar: LAPACKElement> {
  typealias Real = Scalar.Real

  let operands: [UnsafeRawPointer]
  let results: [UnsafeMutableRawPointer]
  /// The operands' shapes.
  let shapes: [[Int]]
  /// How many elements each result has; the parts of complex numbers count.
  let counts: [Int]

  /// The rows and columns of the first matrix.
  var m: Int { shapes[0][0] }
  var n: Int { shapes[0][1] }

  func operand(_ position: Int) -> UnsafePointer<Scalar> { operands[position].assumingMemoryBound(to: Scalar.self) }

  func result(_ position: Int) -> UnsafeMutablePointer<Scalar> { results[position].assumingMemoryBound(to: Scalar.self) }

  func reals(_ position: Int) -> UnsafeMutablePointer<Real> { results[position].assumingMemoryBound(to: Real.self) }

  func complexes(_ position: Int) -> UnsafeMutablePointer<Complex<Real>> {
    results[position].assumingMemoryBound(to: Complex<Real>.self)
  }

  /// The matrix of an operand.
  func matrix(_ position: Int) throws(HillockError) -> Columns<Scalar> {
    try Columns(shapes[position][0], shapes[position][1], of: operand(position))
  }

  /// What a result is where there is none: a singular matrix, one with NaN, an iteration that does not converge.
  func fillWithNaN(_ position: Int) { fill(position, with: .nan) }

  func fill(_ position: Int, with number: Real) {
    for index in 0..<counts[position] { reals(position)[index] = number }
  }

  func fillWithIdentity(_ position: Int, _ rows: Int) {
    for index in 0..<rows * rows { result(position)[index] = index % (rows + 1) == 0 ? 1 : 0 }
  }
}

/// A kernel for operands of certain types.
private struct Signature: Hashable {
  let kernel: Kernel
  let isComplex: Bool
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
        switch (self.operands[0].dtype == .f64, isComplex) {
        case (true, false): try run(Double.self, operands, results)
        case (false, false): try run(Float.self, operands, results)
        case (true, true): try run(Complex<Double>.self, operands, results)
        case (false, true): try run(Complex<Float>.self, operands, results)
        }
      }
      known[self] = function
      return function
    }
  }

  private func run<Scalar: LAPACKElement>(
    _ scalar: Scalar.Type, _ operands: [UnsafeRawPointer], _ results: [UnsafeMutableRawPointer]
  ) throws(HillockError) {
    let count = self.operands[0].shape.prefix(batch).reduce(1, *)
    guard count > 0 else { return }
    let shapes = self.operands.map { Kernel.shape($0, batch: batch, isComplex: isComplex) }
    let counts = self.results.map { $0.count / count }
    for index in 0..<count {
      let item = Item<Scalar>(
        operands: zip(operands, self.operands).map { $0 + index * ($1.byteCount / count) },
        results: zip(results, self.results).map { $0 + index * ($1.byteCount / count) }, shapes: shapes, counts: counts)
      try kernel.run(item)
    }
  }
}
