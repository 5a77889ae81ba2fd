import Hillock

/// The delays of a projection's connections: one for all, or one for each.
///
/// They are kept as whole numbers of steps as soon as the length of a step is known, and until then of the usual one if they are on its
/// grid, in the smallest dtype that holds them: the times of 300 million synapses would take 2.4 GB, and their steps take 0.3 GB up to
/// a delay of 25.6 ms. For another length of step the times follow from the steps.
struct SynapticDelays {
  /// In steps of a length in ms: less 1, one for each or one for all, and between which bounds they lie without that.
  private struct Steps {
    var dt: Double
    var later: NDArray
    var bounds: ClosedRange<Int>
  }

  /// Connections that are looked at together. A distribution draws so many at a time.
  private static let block = 1 << 20

  private enum Content {
    /// In ms: a Variable, or not known as steps yet.
    case times(GroupParameter)
    case steps(Steps)
  }

  private let count: Int
  private var content: Content

  /// What is wrong with the delays that were given.
  var error: HillockError? { if case .times(let times) = content { times.array.error } else { nil } }

  init(_ delay: any ParameterConvertible, count: Int) throws {
    self.count = count
    if let distribution = delay as? Distribution, count > Self.block {
      let blocks = stride(from: 0, to: count, by: Self.block).lazy.map { start in
        distribution.parameter("delay", size: [min(Self.block, count - start)], dtype: .f64).array
      }
      content = try Trace.suspended { try Self.content(blocks, count) }
      return
    }
    let given = delay.parameter("delay", size: [count], dtype: .f64), array = given.array
    if given.variable == nil, array.error == nil,
      let known = try array.known({ try Self.content(Self.blocks($0) { $0.asType(.f64) }, count) })
    {
      content = known
    } else {
      content = .times(given)
    }
  }

  /// Steps of the usual length, or the times where one of them is off its grid.
  private static func content(_ blocks: some Sequence<NDArray>, _ count: Int) throws -> Content {
    var times: [NDArray] = []
    let steps = try steps(blocks, dt: DynamicalSystem.defaultTimeStep) { times.append($0) }
    return steps.map { .steps($0) } ?? .times(concatenate(times).parameter("delay", size: [count], dtype: .f64))
  }

  /// The longest delay in steps of this length. Of connections with equal delays also what all have, otherwise what each has, both less 1.
  ///
  /// - Throws: an `argument` error for delays that are no whole numbers of steps from 1 on, or not known yet.
  mutating func prepare(dt: Double) throws -> (longest: Int, common: Int, each: NDArray?) {
    let steps: Steps
    switch content {
    case .steps(let known):
      steps = known.dt == dt ? known : try Self.steps(of: known.later, dt: dt) { ($0.asType(.f64) + 1) * known.dt }
      content = .steps(steps)
    case .times(let times):
      steps = try Self.steps(of: times.array, dt: dt)
      // The value of a Variable may be another one at the next run.
      if times.variable == nil { content = .steps(steps) }
    }
    let longest = steps.bounds.upperBound
    if steps.bounds.count == 1 { return (longest, longest - 1, nil) }
    return (longest, 0, try steps.later.broadcast(to: [count]).checked())
  }

  /// The steps of delays, of whose blocks `times` makes times.
  private static func steps(
    of delays: NDArray, dt: Double, times: @escaping (NDArray) -> NDArray = { $0.asType(.f64) }
  ) throws -> Steps {
    guard let steps = try delays.known({ try steps(blocks($0, times), dt: dt) }) else {
      throw HillockError(
        .argument, "delays of a projection are known before a run is traced, and are no arguments of jit or vmap")
    }
    guard let steps else {
      throw HillockError(
        .argument, "delays of a projection are whole numbers of steps of \(dt) ms, at least one; give others, or another dt")
    }
    return steps
  }

  /// What `times` makes of each block of an array.
  private static func blocks(_ array: NDArray, _ times: @escaping (NDArray) -> NDArray) -> some Sequence<NDArray> {
    let all = array.flattened()
    return stride(from: 0, to: all.count, by: block).lazy.map { times(all[$0..<min($0 + block, all.count)]) }
  }

  /// Times as steps; nil if one of them is no whole number of steps from 1 on. Then `orElse` is called with all blocks of times, in order.
  private static func steps(
    _ blocks: some Sequence<NDArray>, dt: Double, orElse: (NDArray) -> Void = { _ in }
  ) throws -> Steps? {
    var later: [NDArray] = [], least = Int.max, greatest = 0, isOnGrid = true
    for times in blocks {
      if !isOnGrid {
        orElse(times)
        continue
      }
      let steps = round(times / dt), isNear = abs(times / dt - steps) .<= 1e-6
      let bounds = try stack([steps.min(), steps.max()]).scalars(as: Double.self)
      isOnGrid = try isNear.all().item(as: Bool.self) && bounds[0] >= 1 && bounds[1] < 0x1p31
      if isOnGrid {
        later.append((steps - 1).asType(SparseMatrix.delayDType(holding: Int(bounds[1]) - 1)))
        (least, greatest) = (min(least, Int(bounds[0])), max(greatest, Int(bounds[1])))
      } else {
        for block in later { orElse((block.asType(.f64) + 1) * dt) }
        orElse(times)
      }
    }
    guard isOnGrid else { return nil }
    if later.isEmpty { return Steps(dt: dt, later: zeros([0], dtype: .u8), bounds: 1...1) }
    let dtype = SparseMatrix.delayDType(holding: greatest - 1)
    return Steps(dt: dt, later: try concatenate(later.map { $0.asType(dtype) }).checked(), bounds: least...greatest)
  }
}

/// A Variable is found under the name of the delays.
extension SynapticDelays: CustomReflectable {
  var customMirror: Mirror {
    let variable: Variable? = if case .times(let times) = content { times.variable } else { nil }
    return Mirror(self, children: variable.map { [(label: "some", value: $0)] } ?? [], displayStyle: .optional)
  }
}
