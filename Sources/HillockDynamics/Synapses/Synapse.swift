import Foundation
import Hillock

/// How a synapse answers to a spike: the course of its conductance (or current) g in time. All of these are linear, so one state for each
/// target neuron holds the sum of its synapses.
///
/// Each step is exact. (Rotter and Diesmann, Biol. Cybern. 81, 1999.)
///
/// | | after a spike of weight w | state |
/// |---|---|---|
/// | ``delta`` | V jumps by w | none |
/// | ``exponential(tau:)`` | g(t) = w·exp(−t/τ) | g |
/// | ``alpha(tau:normalization:)`` | g(t) = w·e·(t/τ)·exp(−t/τ) | g, h |
/// | ``dualExponential(rise:decay:normalization:)`` | g(t) = w·a·(exp(−t/τ_d) − exp(−t/τ_r)) | g, h |
public struct Synapse: Hashable, Sendable {
  enum Kinetics: Hashable, Sendable {
    case delta
    case exponential(tau: Double)
    /// g' = −g/decay + scale·h, h' = −h/rise, and h grows by w.
    case dual(rise: Double, decay: Double, scale: Double)
  }
  let kinetics: Kinetics

  /// What the weight of a synapse that rises and falls is.
  public enum Normalization: Hashable, Sendable {
    /// The largest value of g.
    case peak
    /// The jump of h in g' = −g/τ_d + h, h' = −h/τ_r; of an alpha synapse that of h/τ, so that g(t) = w·(t/τ)·exp(−t/τ).
    case jump
  }

  /// V jumps by the weight, in mV, when the spike arrives.
  public static let delta = Synapse(kinetics: .delta)

  /// g jumps by the weight and decays with the time constant τ, in ms, above 0.
  public static func exponential(tau: Double) -> Synapse { Synapse(kinetics: .exponential(tau: tau)) }

  /// g rises and falls with one time constant τ, in ms, above 0. Its peak comes τ after the spike.
  public static func alpha(tau: Double, normalization: Normalization = .peak) -> Synapse {
    Synapse(kinetics: .dual(rise: tau, decay: tau, scale: (normalization == .peak ? M_E : 1) / tau))
  }

  /// g rises with one time constant and falls with another, in ms, above 0. They may be equal, or nearly so.
  public static func dualExponential(rise: Double, decay: Double, normalization: Normalization = .peak) -> Synapse {
    Synapse(kinetics: .dual(rise: rise, decay: decay, scale: normalization == .peak ? 1 / peak(rise: rise, decay: decay) : 1))
  }

  /// The largest value of g after a jump of h by 1. With b = 1/τ_r − 1/τ_d, g(t) = exp(−t/τ_d)·(1 − exp(−b·t))/b, and
  /// its peak is at t = ln(τ_d/τ_r)/b.
  private static func peak(rise: Double, decay: Double) -> Double {
    let difference = (decay - rise) / rise
    // ln(1 + x)/x, which is 1 for equal constants.
    let ratio = difference == 0 ? 1 : log1p(difference) / difference
    let time = decay * ratio
    return response(time, rise: rise, decay: decay)
  }

  /// exp(−t/τ_d)·(1 − exp(−b·t))/b with b = 1/τ_r − 1/τ_d: what a jump of h by 1 has made of g after a time. Exact also for nearly equal
  /// constants, where b·t is small.
  static func response(_ t: Double, rise: Double, decay: Double) -> Double {
    let x = t * (decay - rise) / (rise * decay)
    return exp(-t / decay) * t * (x == 0 ? 1 : -expm1(-x) / x)
  }

  /// - Throws: an `argument` error for a time constant that is not above 0.
  func check() throws(HillockError) {
    let constants: [Double] =
      switch kinetics {
      case .delta: []
      case .exponential(let tau): [tau]
      case .dual(let rise, let decay, _): [rise, decay]
      }
    for tau in constants where !(tau > 0 && tau.isFinite) {
      throw HillockError(.argument, "a synapse has time constants above 0 ms, not \(tau) ms")
    }
  }
}

/// How the conductance of a synapse becomes a current.
public enum SynapticOutput: Hashable, Sendable {
  /// g is the current itself, in the unit of the group's `input`.
  case current
  /// g·(E − V): g in the unit of `input` per mV, E in mV.
  case conductance(reversal: Double)
  /// g·(E − V)/(1 + [Mg]/β·exp(−α·V)): NMDA receptors, which magnesium blocks at rest. [Mg] in mM, α in 1/mV, β in mM. (Jahr and
  /// Stevens, J. Neurosci. 10, 1990.)
  case magnesiumBlock(reversal: Double = 0, magnesium: Double = 1.2, alpha: Double = 0.062, beta: Double = 3.57)
}

/// What synapses do to a group in a step.
enum Effect {
  case current(NDArray)
  /// g and the reversal potential in mV.
  case conductance(NDArray, Double)
  /// Added to V after the integration, in mV.
  case jump(NDArray)
}

extension SynapticOutput {
  /// The effect of a conductance at a membrane potential, that of the step's beginning.
  func effect(of g: NDArray, at V: NDArray) -> Effect {
    switch self {
    case .current: .current(g)
    case .conductance(let reversal): .conductance(g, reversal)
    case .magnesiumBlock(let reversal, let magnesium, let alpha, let beta):
      .conductance(g / (1 + (magnesium / beta) * exp(-alpha * V)), reversal)
    }
  }
}
