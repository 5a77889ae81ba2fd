import Hillock

/// A synapse whose answer to a spike depends on how far its channels are open already. The fraction s of open channels is kept for each
/// sender, and a target gets Σ w·s over its senders, at a cost of all synapses in each step.
///
/// | | equations |
/// |---|---|
/// | ``ampa(alpha:beta:concentration:duration:)``, ``gabaA(alpha:beta:concentration:duration:)`` | s' = α·T·(1 − s) − β·s; T is on for a while after each spike |
/// | ``nmda(rise:decay:slope:)`` | s' = −s/τ_d + a·x·(1 − s), x' = −x/τ_r; x grows by 1 with each spike |
///
/// (Destexhe, Mainen and Sejnowski, J. Comput. Neurosci. 1, 1994; Wang, J. Neurosci. 19, 1999.)
///
/// The pulse T is counted in whole steps, and s is exact for it. In the equation of NMDA x keeps the value of the step's beginning.
public struct GatedSynapse: Hashable, Sendable {
  enum Kinetics: Hashable, Sendable {
    case pulse(alpha: Double, beta: Double, concentration: Double, duration: Double)
    case saturating(rise: Double, decay: Double, slope: Double)
  }
  let kinetics: Kinetics

  /// AMPA receptors: α in 1/(ms·mM), β in 1/ms, the transmitter's concentration in mM and the length of its pulse in ms.
  public static func ampa(
    alpha: Double = 0.98, beta: Double = 0.18, concentration: Double = 0.5, duration: Double = 0.5
  ) -> GatedSynapse {
    GatedSynapse(kinetics: .pulse(alpha: alpha, beta: beta, concentration: concentration, duration: duration))
  }

  /// GABA-A receptors, with the same parameters.
  public static func gabaA(
    alpha: Double = 0.53, beta: Double = 0.18, concentration: Double = 1, duration: Double = 1
  ) -> GatedSynapse {
    GatedSynapse(kinetics: .pulse(alpha: alpha, beta: beta, concentration: concentration, duration: duration))
  }

  /// NMDA receptors: τ_r and τ_d in ms, a in 1/ms.
  public static func nmda(rise: Double = 2, decay: Double = 100, slope: Double = 0.5) -> GatedSynapse {
    GatedSynapse(kinetics: .saturating(rise: rise, decay: decay, slope: slope))
  }

  func check() throws(HillockError) {
    let constants: [Double] =
      switch kinetics {
      case .pulse(let alpha, let beta, let concentration, let duration): [alpha, beta, concentration, duration]
      case .saturating(let rise, let decay, let slope): [rise, decay, slope]
      }
    guard constants.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw HillockError(.argument, "a synapse with gates has rates and times above 0, not \(constants)")
    }
  }
}

/// The open fraction of a sender's channels.
final class Gates: Base {
  private let synapse: GatedSynapse
  /// The open fraction.
  let s: Variable
  /// The rise x of NMDA; for a pulse the number of steps for which it is still on.
  let x: Variable

  init(_ synapse: GatedSynapse, count: Int, dtype: DType) {
    self.synapse = synapse
    s = Variable(zeros([count], dtype: dtype), name: "s")
    x = Variable(zeros([count], dtype: dtype), name: "x")
    super.init()
  }

  /// Durations as steps.
  func prepare(dt: Double) throws(HillockError) {
    if case .pulse(_, _, _, let duration) = synapse.kinetics { _ = try TimeStep.count(duration, dt: dt, "a transmitter's pulse") }
  }

  /// Advances over a step, then takes in the spikes that arrive at its end.
  ///
  /// - Parameter amount: how much each spike releases, by which x of NMDA grows; nil for 1. A pulse is on or off.
  func advance(_ spikes: NDArray, amount: NDArray?, dt: Double) {
    let s = self.s.value, x = self.x.value, arrived = amount ?? spikes.asType(s.dtype)
    switch synapse.kinetics {
    case .pulse(let alpha, let beta, let concentration, let duration):
      let opening = (x .> 0).asType(s.dtype) * (alpha * concentration), rate = opening + beta
      self.s.value = s + (opening / rate - s) * -expm1(-dt * rate)
      self.x.value = select(spikes, (duration / dt).rounded(), maximum(x - 1, 0))
    case .saturating(let rise, let decay, let slope):
      let opening = slope * x, rate = opening + 1 / decay
      self.s.value = s + (opening / rate - s) * -expm1(-dt * rate)
      self.x.value = x * Scalar.exp(-dt / rise) + arrived
    }
  }

  func reset() {
    s.value = zerosLike(s.value)
    x.value = zerosLike(x.value)
  }
}
