import Foundation

/// What the equations of the models give by hand, in double.
enum ClosedForms {
  /// The potential of a LIF neuron that starts at rest at 0, after t ms of a constant drive R·I.
  static func lifPotential(_ t: Double, drive: Double, tau: Double) -> Double { drive * -expm1(-t / tau) }

  /// The potential of a membrane C with a leak g alone, t ms after it began at the leak's potential E with a constant input I.
  static func leakPotential(_ t: Double, E: Double, I: Double, g: Double, C: Double) -> Double {
    E + (g == 0 ? I / C * t : I / g * -expm1(-g * t / C))
  }

  /// The steps of length dt in which a LIF neuron with a constant drive goes from V to its threshold.
  static func lifSteps(from V: Double, to threshold: Double, drive: Double, tau: Double, dt: Double) -> Int {
    let time = tau * log((drive - V) / (drive - threshold))
    return Int((time / dt).rounded(.up))
  }

  /// m∞ of the Hodgkin–Huxley model at −40 mV, where α is at its limit of 1.
  static let sodiumActivationAtMinus40 = 1 / (1 + 4 * exp(-25.0 / 18))

  /// n∞ at −55 mV, where α is at its limit of 0.1.
  static let potassiumActivationAtMinus55 = 0.1 / (0.1 + 0.125 * exp(-0.125))
}
