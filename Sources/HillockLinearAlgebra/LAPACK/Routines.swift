import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The routines of one kind of number, with the interface of Fortran: everything is passed by address, matrices are column-major, and the
/// lengths of texts follow all other arguments.
struct Routines: Sendable {
  typealias Int32s = UnsafeMutablePointer<Int32>
  typealias Letter = UnsafePointer<CChar>
  typealias Memory = UnsafeMutableRawPointer

  /// (m, n, a, lda, pivots, info)
  let getrf: @convention(c) @Sendable (Int32s, Int32s, Memory, Int32s, Int32s, Int32s) -> Void
  /// (trans, n, nrhs, a, lda, pivots, b, ldb, info)
  let getrs: @convention(c) @Sendable (Letter, Int32s, Int32s, Memory, Int32s, Int32s, Memory, Int32s, Int32s, Int) -> Void
  /// (uplo, trans, diag, n, nrhs, a, lda, b, ldb, info)
  let trtrs:
    @convention(c) @Sendable (
      Letter, Letter, Letter, Int32s, Int32s, Memory, Int32s, Memory, Int32s, Int32s, Int, Int, Int
    ) -> Void
  /// (uplo, n, a, lda, info)
  let potrf: @convention(c) @Sendable (Letter, Int32s, Memory, Int32s, Int32s, Int) -> Void
  /// (m, n, a, lda, tau, work, lwork, info)
  let geqrf: @convention(c) @Sendable (Int32s, Int32s, Memory, Int32s, Memory, Memory, Int32s, Int32s) -> Void
  /// (m, n, k, a, lda, tau, work, lwork, info); of complex matrices it is ungqr
  let orgqr: @convention(c) @Sendable (Int32s, Int32s, Int32s, Memory, Int32s, Memory, Memory, Int32s, Int32s) -> Void

  // Those of complex matrices work in an array of real numbers too, `rwork`, which those of real ones do not have.

  /// (jobz, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, rwork, iwork, info)
  let gesdd:
    @Sendable (
      Letter, Int32s, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s
    ) -> Void
  /// (jobz, uplo, n, a, lda, w, work, lwork, rwork, lrwork, iwork, liwork, info); of complex matrices it is heevd
  let syevd:
    @Sendable (
      Letter, Letter, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Int32s, Int32s, Int32s
    ) -> Void
  /// (jobvl, jobvr, n, a, lda, w, other, vl, ldvl, vr, ldvr, work, lwork, info). Of real matrices `w` has the real parts and `other` the
  /// imaginary ones; of complex matrices `w` has both, and `other` is rwork.
  let geev:
    @Sendable (
      Letter, Letter, Int32s, Memory, Int32s, Memory, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s
    ) -> Void
  /// (m, n, nrhs, a, lda, b, ldb, s, rcond, rank, work, lwork, rwork, iwork, info)
  let gelsd:
    @Sendable (
      Int32s, Int32s, Int32s, Memory, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s
    ) -> Void

  /// - Parameters:
  ///   - prefix: the letter of the kind of number: "s" or "d" of real matrices, "c" or "z" of complex ones.
  ///   - isComplex: whether they are of complex matrices.
  init(_ handle: UnsafeMutableRawPointer, _ prefix: String, isComplex: Bool) throws(HillockError) {
    let source = Source(handle: handle, prefix: prefix)
    getrf = try source.routine("getrf")
    getrs = try source.routine("getrs")
    trtrs = try source.routine("trtrs")
    potrf = try source.routine("potrf")
    geqrf = try source.routine("geqrf")
    orgqr = try source.routine(isComplex ? "ungqr" : "orgqr")
    if isComplex {
      let svd: ComplexSVD = try source.routine("gesdd")
      gesdd = { svd($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1) }
      let hermitian: Hermitian = try source.routine("heevd")
      syevd = { hermitian($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, 1) }
      let general: ComplexGeneral = try source.routine("geev")
      geev = { general($0, $1, $2, $3, $4, $5, $7, $8, $9, $10, $11, $12, $6, $13, 1, 1) }
      let squares: ComplexSquares = try source.routine("gelsd")
      gelsd = { squares($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) }
    } else {
      let svd: RealSVD = try source.routine("gesdd")
      gesdd = { svd($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $14, 1) }
      let symmetric: Symmetric = try source.routine("syevd")
      syevd = { symmetric($0, $1, $2, $3, $4, $5, $6, $7, $10, $11, $12, 1, 1) }
      let general: General = try source.routine("geev")
      geev = { general($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, 1) }
      let squares: RealSquares = try source.routine("gelsd")
      gelsd = { squares($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $13, $14) }
    }
  }
}

extension Routines {
  fileprivate typealias RealSVD =
    @convention(c) @Sendable (
      Letter, Int32s, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s, Int32s, Int
    ) -> Void
  fileprivate typealias ComplexSVD =
    @convention(c) @Sendable (
      Letter, Int32s, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s, Int
    ) -> Void
  fileprivate typealias Symmetric =
    @convention(c) @Sendable (
      Letter, Letter, Int32s, Memory, Int32s, Memory, Memory, Int32s, Int32s, Int32s, Int32s, Int, Int
    ) -> Void
  fileprivate typealias Hermitian =
    @convention(c) @Sendable (
      Letter, Letter, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Int32s, Int32s, Int32s, Int, Int
    ) -> Void
  /// (jobvl, jobvr, n, a, lda, wr, wi, vl, ldvl, vr, ldvr, work, lwork, info)
  fileprivate typealias General =
    @convention(c) @Sendable (
      Letter, Letter, Int32s, Memory, Int32s, Memory, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s, Int, Int
    ) -> Void
  /// (jobvl, jobvr, n, a, lda, w, vl, ldvl, vr, ldvr, work, lwork, rwork, info)
  fileprivate typealias ComplexGeneral =
    @convention(c) @Sendable (
      Letter, Letter, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int, Int
    ) -> Void
  fileprivate typealias RealSquares =
    @convention(c) @Sendable (
      Int32s, Int32s, Int32s, Memory, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Int32s, Int32s
    ) -> Void
  fileprivate typealias ComplexSquares =
    @convention(c) @Sendable (
      Int32s, Int32s, Int32s, Memory, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s
    ) -> Void

  /// Where the routines of one kind of number are.
  fileprivate struct Source {
    let handle: UnsafeMutableRawPointer
    let prefix: String

    func routine<Function>(_ name: String) throws(HillockError) -> Function {
      guard let address = dlsym(handle, "\(prefix)\(name)_") else {
        throw HillockError(.system, "the LAPACK library has no routine \(prefix)\(name): \(Library.reason())")
      }
      return unsafeBitCast(address, to: Function.self)
    }
  }
}
