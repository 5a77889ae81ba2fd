/// The first phase of an op that replaces parts of its first source: the destination starts as a copy of it, unless it lies in its
/// place already.
enum BaseCopy {
  /// `body` calls `run` with the number of bytes that the op's parameters say.
  static func phase(_ byteCount: Int, _ body: Team.Body) -> ArrayPlan.Phase {
    let block = Parameters.copyBlock
    return ArrayPlan.Phase(
      units: (byteCount + block - 1) / block, unitCost: ArrayOrder.copyCost(block), unlessInPlace: true, body: body)
  }

  static func run<Kernel>(_ call: ArrayCall<Kernel>, byteCount: Int, _ first: Int, _ last: Int) {
    let start = first * Parameters.copyBlock
    let end = min(last * Parameters.copyBlock, byteCount)
    (call.destination() + start).copyMemory(from: call.source(0) + start, byteCount: end - start)
  }
}
