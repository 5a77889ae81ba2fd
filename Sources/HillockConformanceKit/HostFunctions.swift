import HillockIR
import HillockRuntime
import Synchronization

/// The host functions that the programs of cases may call, by name (`Spec/conformance/README.md` says what each does), and what
/// has been called in one run. Calls come in the order of the program, one at a time.
package final class HostFunctions: Sendable {
  package enum Known: String, CaseIterable, Sendable {
    /// Each operand's elements in reverse order.
    case reverse
    /// The number of calls in this run, this one included.
    case count
    /// A digest of all calls so far and of this one.
    case digest
    /// Nothing; but it has been called.
    case tap
    /// Fails where its first operand is true, else gives the others.
    case fail

    /// What is wrong with a function of this name and these types; nil where nothing is.
    func misfit(_ slot: FunctionSlot) -> String? {
      let isFitting: Bool
      let form: String
      switch self {
      case .reverse: (isFitting, form) = (slot.results == slot.operands, "gives what it takes")
      case .count: (isFitting, form) = (slot.results == [ArrayType(.i64, [])], "gives one i64[]")
      case .digest: (isFitting, form) = (slot.results == [ArrayType(.u64, [])], "gives one u64[]")
      case .tap: (isFitting, form) = (slot.results.isEmpty, "gives nothing")
      case .fail:
        isFitting = slot.operands.first == ArrayType(.bool, []) && slot.results == Array(slot.operands.dropFirst())
        form = "takes a bool[], and gives what else it takes"
      }
      return isFitting ? nil : "function \(slot.text): \(rawValue) \(form)"
    }
  }

  /// What has been called: compared between modes like a result.
  package struct Calls: Sendable, Hashable {
    package var count: Int = 0
    /// FNV-1a (64 bits) of each call's name and operands; any NaN counts as the quiet one without a sign.
    package var digest: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ byte: UInt8) { digest = (digest ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  }

  /// What a call throws that is meant to fail.
  package struct Failure: Error, CustomStringConvertible {
    package let call: Int
    package var description: String { "call \(call) is meant to fail" }
  }

  /// A C function beside the known ones: called with what it is to return as its status, where it has one.
  package typealias Foreign =
    @Sendable (
      _ status: Int32, _ operands: [UnsafeRawPointer], _ results: [UnsafeMutableRawPointer]
    ) throws -> Void

  /// What binds C functions to slots; nil where it knows none of the name and the types. (This module cannot call C itself: a
  /// test brings them.)
  package static let foreign = Mutex<(@Sendable (FunctionSlot) -> Foreign?)?>(nil)

  private let calls = Mutex(Calls())
  /// The call that fails, whatever its function is; 1 is the first.
  private let failingCall: Int?

  package init(failingCall: Int? = nil) { self.failingCall = failingCall }

  package var record: Calls { calls.withLock { $0 } }

  /// The function of a slot; nil where its name is not known.
  package func function(_ slot: FunctionSlot) throws(HillockError) -> ExternalFunction? {
    guard let known = Known(rawValue: slot.name) else { return foreignFunction(slot) }
    if let misfit = known.misfit(slot) { throw HillockError(.call, misfit) }
    return ExternalFunction(.host, name: slot.name) { operands, results in
      let made = self.record(slot, operands)
      if made.count == self.failingCall { throw Failure(call: made.count) }
      switch known {
      case .reverse: for index in operands.indices { Self.reverse(operands[index], slot.operands[index], results[index]) }
      case .count: results[0].storeBytes(of: Int64(made.count), as: Int64.self)
      case .digest: results[0].storeBytes(of: made.digest, as: UInt64.self)
      case .tap: break
      case .fail:
        if operands[0].load(as: UInt8.self) != 0 { throw Failure(call: made.count) }
        for (index, type) in slot.results.enumerated() {
          results[index].copyMemory(from: operands[index + 1], byteCount: type.byteCount)
        }
      }
    }
  }

  /// A call that is meant to fail is told so by its status, the number of the call.
  private func foreignFunction(_ slot: FunctionSlot) -> ExternalFunction? {
    guard let bind = Self.foreign.withLock({ $0 }), let function = bind(slot) else { return nil }
    return ExternalFunction(.foreign, name: slot.name) { operands, results in
      let made = self.record(slot, operands)
      try function(made.count == self.failingCall ? Int32(made.count) : 0, operands, results)
    }
  }

  /// The calls so far, this one included.
  private func record(_ slot: FunctionSlot, _ operands: [UnsafeRawPointer]) -> Calls {
    calls.withLock { calls in
      calls.count += 1
      for byte in slot.name.utf8 { calls.add(byte) }
      for (operand, type) in zip(operands, slot.operands) { Self.add(operand, type, to: &calls) }
      return calls
    }
  }

  private static func reverse(_ operand: UnsafeRawPointer, _ type: ArrayType, _ result: UnsafeMutableRawPointer) {
    let size = type.dtype.size
    for index in 0..<type.count {
      (result + index * size).copyMemory(from: operand + (type.count - 1 - index) * size, byteCount: size)
    }
  }

  private static func add(_ operand: UnsafeRawPointer, _ type: ArrayType, to calls: inout Calls) {
    for index in 0..<type.count {
      let element = operand + index * type.dtype.size
      switch type.dtype {
      case .f32 where element.load(as: Float.self).isNaN:
        withUnsafeBytes(of: Float.nan.bitPattern.littleEndian) { for byte in $0 { calls.add(byte) } }
      case .f64 where element.load(as: Double.self).isNaN:
        withUnsafeBytes(of: Double.nan.bitPattern.littleEndian) { for byte in $0 { calls.add(byte) } }
      case .f16 where NarrowFormat.f16.value(UInt64(element.load(as: UInt16.self))).isNaN:
        for byte in [0x00, 0x7e] as [UInt8] { calls.add(byte) }
      case .bf16 where NarrowFormat.bf16.value(UInt64(element.load(as: UInt16.self))).isNaN:
        for byte in [0xc0, 0x7f] as [UInt8] { calls.add(byte) }
      default:
        for offset in 0..<type.dtype.size { calls.add(element.load(fromByteOffset: offset, as: UInt8.self)) }
      }
    }
  }
}
