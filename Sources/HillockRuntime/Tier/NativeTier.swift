import CHillock
import Synchronization

/// The native tier of the process: what compiles, and the rule that it compiles one program at a time.
package enum NativeTier {
  private static let compiler = Mutex<(any NativeCompiler)?>(nil)
  /// Held during a compile: libtcc is not re-entrant.
  private static let compiles = Mutex(())

  /// Makes a compiler the native tier of this process; nil takes it away. Code that is already compiled stays in use.
  package static func install(_ compiler: (any NativeCompiler)?) {
    Self.compiler.withLock { $0 = compiler }
  }

  package static var isInstalled: Bool { compiler.withLock { $0 != nil } }

  static var installed: (any NativeCompiler)? { compiler.withLock { $0 } }

  /// Runs a compile while no other runs.
  static func exclusively<Result>(
    _ body: () throws(NativeFailure) -> sending Result
  ) throws(NativeFailure) -> sending Result {
    try compiles.withLock { _ throws(NativeFailure) in try body() }
  }
}

/// The entries of a program's native code in plain memory.
struct NativeEntryTable {
  let kernels: UnsafeMutablePointer<hk_kernel_entry?>
  let loops: UnsafeMutablePointer<hk_loop_entry>
  /// Of the program as a whole, where there is one.
  let program: hk_program_entry?
}

/// The entries of a program's native code, and the code that they point into.
final class NativeEntries: @unchecked Sendable {
  let table: UnsafeMutablePointer<NativeEntryTable>
  let code: any NativeCode

  init(_ code: any NativeCode) {
    self.code = code
    let kernels = UnsafeMutablePointer<hk_kernel_entry?>.allocate(capacity: max(code.kernels.count, 1))
    for (index, entry) in code.kernels.enumerated() { (kernels + index).initialize(to: entry) }
    let loops = UnsafeMutablePointer<hk_loop_entry>.allocate(capacity: max(code.loops.count, 1))
    for (index, entry) in code.loops.enumerated() { (loops + index).initialize(to: entry) }
    table = .allocate(capacity: 1)
    table.initialize(to: NativeEntryTable(kernels: kernels, loops: loops, program: code.program))
  }

  deinit {
    table.pointee.kernels.deallocate()
    table.pointee.loops.deallocate()
    table.deallocate()
  }
}
