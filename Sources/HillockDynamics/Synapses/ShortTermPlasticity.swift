import Hillock

/// How much a spike releases, which depends on the spikes before it: facilitation and depression.
///
/// Between spikes u decays to 0 (or to U) with τ_f, and x recovers to 1 with τ_r. A spike first raises u by U·(1 − u), then releases u·x,
/// by which x falls:
///
///     u⁺ = u + U·(1 − u),   released = u⁺·x,   x⁺ = x − u⁺·x
///
/// (Tsodyks, Uziel and Markram, J. Neurosci. 20, 2000; with u decaying to U: Mongillo, Barak and Tsodyks, Science 319, 2008.)
/// With τ_f = 0 there is no facilitation: u⁺ = U at each spike.
public struct ShortTermPlasticity: Sendable {
  let use: Double
  let facilitation: Double
  let recovery: Double
  let restsAtUse: Bool

  /// Facilitation and depression.
  ///
  /// - Parameters:
  ///   - use: U, between 0 and 1.
  ///   - facilitation: τ_f in ms, 0 or more.
  ///   - recovery: τ_r in ms, above 0.
  ///   - restsAtUse: whether u decays to U, as in Mongillo's form, and not to 0.
  public init(use: Double, facilitation: Double, recovery: Double, restsAtUse: Bool = false) {
    self.use = use
    self.facilitation = facilitation
    self.recovery = recovery
    self.restsAtUse = restsAtUse
  }

  /// Depression alone: a spike releases U·x.
  public static func depression(use: Double, recovery: Double) -> ShortTermPlasticity {
    ShortTermPlasticity(use: use, facilitation: 0, recovery: recovery)
  }

  func check() throws(HillockError) {
    guard (0...1).contains(use), facilitation >= 0, facilitation.isFinite, recovery > 0, recovery.isFinite else {
      throw HillockError(
        .argument,
        "short-term plasticity takes U from 0 to 1, τ_f of 0 ms or more and τ_r above 0 ms, not \(use), \(facilitation) and \(recovery)"
      )
    }
  }
}

/// The state of short-term plasticity: u and x for each sender.
final class Release: Base {
  private let rule: ShortTermPlasticity
  let u: Variable, x: Variable

  init(_ rule: ShortTermPlasticity, count: Int, dtype: DType) {
    self.rule = rule
    u = Variable(full([count], rule.restsAtUse ? rule.use : 0, dtype: dtype), name: "u")
    x = Variable(ones([count], dtype: dtype), name: "x")
    super.init()
  }

  /// What the spikes release: 0 where there is none.
  func release(_ spikes: NDArray) -> NDArray {
    let u = self.u.value, x = self.x.value
    let raised = u + rule.use * (1 - u), released = raised * x
    self.u.value = select(spikes, raised, u)
    self.x.value = select(spikes, x - released, x)
    return select(spikes, released, zerosLike(released))
  }

  /// Exact between spikes.
  func advance(dt: Double) {
    let rest = rule.restsAtUse ? rule.use : 0
    let kept = rule.facilitation == 0 ? 0 : Scalar.exp(-dt / rule.facilitation)
    u.value = rest + (u.value - rest) * kept
    x.value = 1 + (x.value - 1) * Scalar.exp(-dt / rule.recovery)
  }

  func reset() {
    u.value = full(u.shape, rule.restsAtUse ? rule.use : 0, dtype: u.dtype)
    x.value = onesLike(x.value)
  }
}
