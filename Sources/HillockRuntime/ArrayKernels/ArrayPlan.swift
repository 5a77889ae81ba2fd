import HillockBytecode
import HillockIR

/// How an array op is done, worked out once: its phases, one after the other.
struct ArrayPlan {
  /// Equal units of work, which workers share.
  struct Phase: BitwiseCopyable {
    var units: Int
    /// Picoseconds a unit takes, estimated.
    var unitCost: Int
    /// Whether one worker does all units, in order, when all others are done with what came before.
    var runsAlone = false
    /// Whether it is left out where the first destination lies in the place of the source that the op overwrites.
    var unlessInPlace = false
    /// What a unit takes where that is known only when the phases before are done; `unitCost` is then what is expected.
    var liveCost: Cost?
    /// Whether the body looks by itself whether the run is stopped: it is given its whole claim at once.
    var looks = false
    /// Does some units; its context is the run (`ArrayCall`).
    var body: Team.Body

    /// Picoseconds, from the run.
    typealias Cost = @convention(c) (_ context: UnsafeRawPointer) -> Int

    var cost: Int {
      let (cost, overflow) = units.multipliedReportingOverflow(by: unitCost)
      return overflow ? .max : cost
    }
  }

  var phases: [Phase]
  /// What the bodies read: plain numbers, in memory that the prepared program owns.
  var parameters: UnsafeRawPointer?
  /// Memory that the phases hand things on in.
  var workspaceByteCount = 0
  /// Memory of each worker's own.
  var scratchByteCount = 0

  init<Parameters: BitwiseCopyable>(
    _ parameters: Parameters, in arena: Arena, workspaceByteCount: Int = 0, scratchByteCount: Int = 0, _ phases: [Phase]
  ) {
    self.phases = phases
    self.parameters = arena.copy([parameters]).baseAddress.map { UnsafeRawPointer($0) }
    self.workspaceByteCount = workspaceByteCount
    self.scratchByteCount = scratchByteCount
  }

  /// The plan of an op at these types.
  init(_ order: ArrayOrder) throws(HillockError) {
    switch order.op {
    case .matmul: self = try MatmulKernel.plan(order)
    case .reduce: self = try AxisReductionKernel.plan(order)
    case .gather: self = try GatherKernel.plan(order)
    case .scatter: self = try ScatterKernel.plan(order)
    case .update: self = UpdateKernel.plan(order)
    case .concatenate: self = ConcatenateKernel.plan(order)
    case .dynamicSlice: self = DynamicSliceKernel.plan(order)
    case .dynamicUpdate: self = DynamicUpdateKernel.plan(order)
    case .pad: self = PadKernel.plan(order)
    case .scan: self = try ScanKernel.plan(order)
    case .argReduce: self = try ArgReduceKernel.plan(order)
    case .sort: self = SortKernel.plan(order)
    case .deliver: self = try DeliverKernel.plan(order)
    case .rowProducts, .synapseProducts: self = try SynapseProductsKernel.plan(order)
    case .adapt: self = try AdaptKernel.plan(order)
    case .deliverDrawn, .drawnProducts: self = try DrawnSynapsesKernel.plan(order)
    case .randomCounts: self = try RandomCountsKernel.plan(order)
    case .fft: self = try FFTKernel.plan(order)
    case .topK: self = TopKKernel.plan(order)
    case .places: self = PlacesKernel.plan(order)
    case .search: self = SearchKernel.plan(order)
    }
  }
}

/// What a plan is made for.
struct ArrayOrder {
  let op: ArrayOp
  let attributes: Attributes
  let sources: [ArrayType]
  let destinations: [ArrayType]
  let isa: Int32
  let arena: Arena

  /// Picoseconds for moving so many bytes.
  static func copyCost(_ bytes: Int) -> Int { bytes * (Parameters.moveCost + Parameters.streamCost) / 64 + 1 }

  func missing(_ dtype: DType) -> HillockError {
    HillockError(.verification, "there is no kernel for \(op.name(attributes)) at \(dtype.name)")
  }
}

/// A plan, and the registers it works on, in plain memory.
struct PreparedArrayOp: BitwiseCopyable {
  var op: ArrayOp
  var phases: UnsafeMutableBufferPointer<ArrayPlan.Phase>
  var parameters: UnsafeRawPointer?
  /// Sources, then destinations.
  var registers: UnsafeMutableBufferPointer<Int>
  var sourceCount: Int
  /// The source whose place the first destination may take; -1: none.
  var overwrites: Int

  var sources: ArraySlice<Int> { Array(registers)[..<sourceCount] }
  var destinations: ArraySlice<Int> { Array(registers)[sourceCount...] }
}

/// What the body of a phase works on.
struct ArrayCall<Parameters: BitwiseCopyable> {
  let run: UnsafePointer<Run>
  private let prepared: UnsafePointer<PreparedArrayOp>
  let parameters: Parameters

  init(_ context: UnsafeRawPointer, _ type: Parameters.Type = Parameters.self) {
    run = Run.at(context)
    prepared = run.pointee.arrayOp.unsafelyUnwrapped
    parameters = prepared.pointee.parameters.unsafelyUnwrapped.load(as: Parameters.self)
  }

  var sourceCount: Int { prepared.pointee.sourceCount }

  func source(_ position: Int) -> Run.Pointer {
    run.pointee.registers[prepared.pointee.registers[position]].unsafelyUnwrapped
  }

  func destination(_ position: Int = 0) -> Run.Pointer {
    run.pointee.registers[prepared.pointee.registers[prepared.pointee.sourceCount &+ position]].unsafelyUnwrapped
  }

  /// Memory that phases hand things on in.
  var workspace: Run.Pointer { run.pointee.partials }

  /// Memory of a worker's own.
  func scratch(_ worker: Int) -> Run.Pointer { run.pointee.scratch + worker &* run.pointee.scratchStride }
}

extension Run {
  /// Does an array op, phase by phase.
  mutating func array(_ step: UnsafePointer<Step>) {
    let prepared = UnsafePointer(arrayOps.unsafelyUnwrapped + step.pointee.a)
    arrayOp = prepared
    for phase in prepared.pointee.phases {
      if phase.unlessInPlace, isInPlace(prepared) { continue }
      if !phase.runsAlone {
        var cost = phase.unitCost
        if let live = phase.liveCost {
          // Members of a team read it at one time, and go the same way.
          guard willDecide() else { return }
          cost = withUnsafePointer(to: &self) { live($0) }
        }
        share(units: phase.units, unitCost: cost, slice: phase.looks ? phase.units : 1, phase.body)
      } else if alone() {
        withUnsafePointer(to: &self) { phase.body($0, 0, 0, phase.units) }
      }
    }
  }

  private func isInPlace(_ prepared: UnsafePointer<PreparedArrayOp>) -> Bool {
    let old = prepared.pointee.overwrites
    guard old >= 0 else { return false }
    return registers[prepared.pointee.registers[old]] == registers[prepared.pointee.registers[prepared.pointee.sourceCount]]
  }
}
