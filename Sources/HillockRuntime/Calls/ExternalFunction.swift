import HillockIR

/// What a program calls outside itself: a Swift closure or a C function. It is bound to a slot of the program for each run.
package final class ExternalFunction: Sendable {
  package enum Kind: String, Sendable {
    case host = "host function"
    case foreign = "foreign function"
  }

  /// Gets the memory of the operands and the results, of the slot's types, dense and row-major. It reads the operands, writes
  /// every element of the results, and keeps neither address. What it throws ends the run.
  package typealias Body =
    @Sendable (
      _ operands: [UnsafeRawPointer], _ results: [UnsafeMutableRawPointer]
    ) throws -> Void

  package let kind: Kind
  package let name: String
  private let body: Body

  package init(_ kind: Kind, name: String, _ body: @escaping Body) {
    self.kind = kind
    self.name = name
    self.body = body
  }

  package func call(_ operands: [UnsafeRawPointer], _ results: [UnsafeMutableRawPointer]) throws {
    try body(operands, results)
  }

  /// The error of a run, or of an expression, that ended because the function threw.
  package func failure(_ error: any Error, caller: String?) -> HillockError {
    let place = caller.map { ", called by \($0)," } ?? ""
    return HillockError(.call, "\(kind.rawValue) \(name)\(place) failed: \(error)", underlying: error)
  }
}

extension Run {
  /// Calls the function of a step, on the thread of the run's caller. Nothing is locked or claimed meanwhile, so the function
  /// may run other programs, and this one.
  mutating func call(_ step: UnsafePointer<Step>) throws(HillockError) {
    let frame = frame.takeUnretainedValue()
    guard let function = frame.function(step.pointee.a) else { return }
    var operands: [UnsafeRawPointer] = []
    var results: [UnsafeMutableRawPointer] = []
    for (position, register) in UnsafeBufferPointer(start: step.pointee.table, count: step.pointee.tableCount).enumerated() {
      let base = registers[register].unsafelyUnwrapped
      if position < step.pointee.b { operands.append(UnsafeRawPointer(base)) } else { results.append(base) }
    }
    do {
      try function.call(operands, results)
    } catch is CancellationError where isCancellable {
      // What it called was cancelled, or it wants this to stop.
      isStopped.pointee.store(true, ordering: .relaxed)
    } catch {
      throw function.failure(error, caller: frame.prepared.program.name)
    }
  }
}
