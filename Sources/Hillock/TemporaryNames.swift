import HillockIR

extension ElementwiseOp {
  static let logarithm = ElementwiseOp.named("log") ?? .sqrt
  static let cosine = ElementwiseOp.named("cos") ?? .sqrt
  static let power = ElementwiseOp.named("pow") ?? .mul
}
