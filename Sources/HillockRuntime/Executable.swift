import CHillock
import HillockBytecode
import HillockIR
import Synchronization

/// A verified program ready to run, in whatever tier the controller has it at the moment. Safe to run from many threads.
package final class Executable: Sendable {
  package let verified: VerifiedProgram
  package let signature: String
  package let options: ExecutionOptions
  let prepared: PreparedProgram
  private let frames = Mutex<[Frame]>([])

  package var program: Program { verified.program }

  package init(_ verified: VerifiedProgram, signature: String = "", options: ExecutionOptions = .default) {
    self.verified = verified
    self.signature = signature
    self.options = options
    prepared = PreparedProgram(verified.program, isa: options.isa ?? .best)
    frames.withLock { $0.reserveCapacity(Parameters.pooledFrames) }
  }

  /// A frame for one run at a time: give it back with `recycle`.
  package func makeFrame() -> Frame {
    frames.withLock { $0.popLast() } ?? Frame(prepared)
  }

  package func recycle(_ frame: Frame) {
    guard frame.prepared === prepared else { return }
    frame.clear()
    frames.withLock { if $0.count < Parameters.pooledFrames { $0.append(frame) } }
  }

  /// Computes the frame's outputs from its inputs. Variables are not touched: the caller commits.
  package func run(_ frame: Frame) throws(HillockError) {
    if let error = prepared.error { throw error }
    guard frame.prepared === prepared else {
      throw HillockError(.argument, "\(program.name): the frame belongs to another executable")
    }
    let workers = prepared.isWorthSharing ? options.workers ?? Configuration.workers : 1
    do throws(HillockError) {
      let workspace = try frame.begin(workers: workers)
      let partials = workspace + prepared.buffersByteCount
      var run = Run(
        registers: frame.registers, partialsTable: frame.partialsTable, partials: partials,
        scratch: partials + prepared.partialsByteCount, scratchStride: prepared.scratchStride, workers: workers,
        entries: nil, kernels: prepared.kernels.baseAddress)
      run.execute(prepared.steps)
      try frame.end()
    } catch {
      frame.releaseLargeWorkspace()
      throw error
    }
  }
}
