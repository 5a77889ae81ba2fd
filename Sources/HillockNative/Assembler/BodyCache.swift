import HillockIR
import Synchronization

/// The bodies of ops, each made once in a process: expanding one builds hundreds of small values.
enum BodyCache {
  private static let bodies = Mutex<[Int: Body]>([:])

  static func body(_ op: ElementwiseOp, _ dtype: DType) -> Body {
    let key = Int(op.code) << 8 | Int(dtype.rawValue)
    if let known = bodies.withLock({ $0[key] }) { return known }
    let body = op.row.body(dtype)
    bodies.withLock { $0[key] = body }
    return body
  }
}
