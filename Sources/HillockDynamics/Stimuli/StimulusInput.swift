import Hillock

/// A stimulus as a part of a network: it gives a group a current, or a conductance, in each step.
///
/// ```swift
/// final class Driven: DynamicalSystem {
///   let neurons = LIF(10)
///   let noise: StimulusInput
///
///   override init() {
///     noise = StimulusInput(to: neurons, .ou(mean: 20, std: 4, tau: 5, size: [10], seed: 2))
///     super.init()
///   }
/// }
/// let network = Driven()
/// try network.run(50)
/// try network.reset()                              // the noise begins where it began, too
/// ```
public final class StimulusInput: DynamicalSystem {
  /// The group that gets it.
  public let target: NeuGroup
  public let stimulus: Stimulus
  private let reversal: Double?

  /// - Parameters:
  ///   - stimulus: a current in the unit of the group's `input`; or with a reversal potential a conductance, in that unit per mV.
  ///   - reversal: E in mV, of the current g·(E − V); nil for a current.
  public init(to target: NeuGroup, _ stimulus: Stimulus, reversal: Double? = nil) {
    self.target = target
    self.stimulus = stimulus
    self.reversal = reversal
    super.init()
  }

  override var ends: [DynamicalSystem] { [target] }

  public override func propagate(_ step: TimeStep) throws {
    let value = try stimulus(step).asType(target.dtype)
    if let reversal {
      step.send(conductance: value, reversal: reversal, to: target)
    } else {
      step.send(current: value, to: target)
    }
  }

  public override func update(_ step: TimeStep) throws {}

  /// The stimulus begins where it began; its generators go on.
  public override func reset(batch: Int? = nil) throws {
    clock.reset()
    stimulus.reset()
  }
}
