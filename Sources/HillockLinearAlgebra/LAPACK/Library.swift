import HillockIR
import HillockRuntime

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The LAPACK that the process uses, loaded when the first function of linear algebra is called. Nothing is linked, so a program that
/// calls none needs no LAPACK.
///
/// By default it is the reference implementation in the place where Debian puts it (package liblapack3): it has one version of each
/// routine for all processors of an architecture, and no threads, so results have the same bits on every machine with that package. The
/// usual name `liblapack.so.3` may stand for OpenBLAS, whose routines differ from processor to processor; it is tried last.
struct Library: Sendable {
  let single: Routines
  let double: Routines
  let singleComplex: Routines
  let doubleComplex: Routines

  /// Loaded once.
  private static let shared = Result { () throws(HillockError) in try Library() }

  static func loaded() throws(HillockError) -> Library { try shared.get() }

  /// `HILLOCK_LAPACK`: a path or a name of another library, which has the routines of BLAS with it.
  private init() throws(HillockError) {
    let handle = try Self.open(Environment.text("HILLOCK_LAPACK"))
    single = try Routines(handle, "s", isComplex: false)
    double = try Routines(handle, "d", isComplex: false)
    singleComplex = try Routines(handle, "c", isComplex: true)
    doubleComplex = try Routines(handle, "z", isComplex: true)
  }

  private static func open(_ asked: String?) throws(HillockError) -> UnsafeMutableRawPointer {
    if let asked {
      guard let handle = dlopen(asked, RTLD_NOW | RTLD_LOCAL) else {
        throw HillockError(.system, "HILLOCK_LAPACK: the library \(asked) cannot be loaded: \(reason())")
      }
      return handle
    }
    for directory in directories {
      // First the BLAS that belongs to it: otherwise the loader takes the one that the usual name stands for.
      guard dlopen("\(directory)/blas/libblas.so.3", RTLD_NOW | RTLD_LOCAL) != nil else { continue }
      if let handle = dlopen("\(directory)/lapack/liblapack.so.3", RTLD_NOW | RTLD_LOCAL) { return handle }
    }
    for name in others {
      if let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) { return handle }
    }
    throw HillockError(
      .system,
      "linear algebra needs LAPACK, which this machine does not have (\(reason())); install liblapack3, or name another library in "
        + "HILLOCK_LAPACK")
  }

  private static let directories = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"]
  private static let others = ["liblapack.so.3", "/System/Library/Frameworks/Accelerate.framework/Accelerate"]

  static func reason() -> String { dlerror().map { String(cString: $0) } ?? "no reason was given" }
}
