import HillockIR

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The routines of one precision, with the interface of Fortran: everything is passed by address, matrices are column-major, and the
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
  /// (m, n, k, a, lda, tau, work, lwork, info)
  let orgqr: @convention(c) @Sendable (Int32s, Int32s, Int32s, Memory, Int32s, Memory, Memory, Int32s, Int32s) -> Void
  /// (jobz, m, n, a, lda, s, u, ldu, vt, ldvt, work, lwork, iwork, info)
  let gesdd:
    @convention(c) @Sendable (
      Letter, Int32s, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s, Int32s, Int
    ) -> Void
  /// (jobz, uplo, n, a, lda, w, work, lwork, iwork, liwork, info)
  let syevd:
    @convention(c) @Sendable (
      Letter, Letter, Int32s, Memory, Int32s, Memory, Memory, Int32s, Int32s, Int32s, Int32s, Int, Int
    ) -> Void
  /// (jobvl, jobvr, n, a, lda, wr, wi, vl, ldvl, vr, ldvr, work, lwork, info)
  let geev:
    @convention(c) @Sendable (
      Letter, Letter, Int32s, Memory, Int32s, Memory, Memory, Memory, Int32s, Memory, Int32s, Memory, Int32s, Int32s, Int, Int
    ) -> Void
  /// (m, n, nrhs, a, lda, b, ldb, s, rcond, rank, work, lwork, iwork, info)
  let gelsd:
    @convention(c) @Sendable (
      Int32s, Int32s, Int32s, Memory, Int32s, Memory, Int32s, Memory, Memory, Int32s, Memory, Int32s, Int32s, Int32s
    ) -> Void

  /// - Parameter prefix: "s" or "d".
  init(_ handle: UnsafeMutableRawPointer, _ prefix: String) throws(HillockError) {
    func routine<Function>(_ name: String) throws(HillockError) -> Function {
      guard let address = dlsym(handle, "\(prefix)\(name)_") else {
        throw HillockError(.system, "the LAPACK library has no routine \(prefix)\(name): \(Library.reason())")
      }
      return unsafeBitCast(address, to: Function.self)
    }
    getrf = try routine("getrf")
    getrs = try routine("getrs")
    trtrs = try routine("trtrs")
    potrf = try routine("potrf")
    geqrf = try routine("geqrf")
    orgqr = try routine("orgqr")
    gesdd = try routine("gesdd")
    syevd = try routine("syevd")
    geev = try routine("geev")
    gelsd = try routine("gelsd")
  }
}

/// What LAPACK computes with.
protocol LAPACKScalar: BinaryFloatingPoint, BitwiseCopyable {
  static func routines() throws(HillockError) -> Routines
}

extension Float: LAPACKScalar {
  static func routines() throws(HillockError) -> Routines { try Library.loaded().single }
}

extension Double: LAPACKScalar {
  static func routines() throws(HillockError) -> Routines { try Library.loaded().double }
}
