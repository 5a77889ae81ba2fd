import Hillock

/// Sources that fire at random with given rates, each step anew: with the probability 1 − exp(−rate·dt), that of one spike or more.
///
/// ```swift
/// let inputs = PoissonGroup(1000, rates: 15)
/// let record = try inputs.run(1000, monitors: ["spike": inputs.spike])
/// ```
public final class PoissonGroup: DynamicalSystem, SpikeSource {
  /// The shape of the group.
  public let size: [Int]
  /// The rates in Hz.
  public let rates: GroupParameter
  /// Which sources fired in the last step, `bool`.
  public private(set) var spike: Variable
  private let generator: RandomState

  /// - Parameters:
  ///   - rates: in Hz: a number, an array of the group's shape, or a Variable. A rate of 0 or less never fires.
  ///   - seed: of the group's own generator.
  public convenience init(_ size: Int..., rates: some ParameterConvertible, seed: UInt64 = 0) {
    self.init(size: size, rates: rates, seed: seed)
  }

  /// A group of this shape, as an array.
  public init(size: [Int], rates: some ParameterConvertible, seed: UInt64 = 0) {
    self.size = size
    self.rates = rates.parameter("rates", size: size, dtype: .f32)
    spike = Variable(zeros(size, dtype: .bool), name: "spike")
    generator = RandomState(seed: seed, name: "generator")
    super.init()
  }

  public override func propagate(_ step: TimeStep) throws {}

  public override func update(_ step: TimeStep) throws {
    // 1 − exp(−z), which keeps its digits where z is small. A known rate gives a known number.
    let probability = maximum(-expm1(rates * (-step.dt / 1000)), 0)
    spike.value = generator.bernoulli(probability, spike.shape)
  }

  /// Spikes are cleared; the generator goes on.
  public override func reset(batch: Int? = nil) throws {
    try super.reset(batch: batch)
    let shape = (batch.map { [$0] } ?? []) + size
    if spike.shape == shape {
      spike.value = zeros(shape, dtype: .bool)
    } else {
      spike = Variable(try zeros(shape, dtype: .bool).checked(), name: "spike")
    }
  }
}
