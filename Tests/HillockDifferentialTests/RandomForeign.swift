import CForeignSamples
import HillockConformanceKit
import HillockIR

@testable import Hillock

/// C functions that random programs call through libffi, with the memory of their values and with values.
enum RandomForeign {
  /// Slots for these operands, converted to what each function takes; none in a build without foreign calls.
  static func slots(_ x: ArrayType) -> [FunctionSlot] {
    #if Foreign
      _ = registered
      let pair = ArrayType(.f64, x.shape)
      return [
        FunctionSlot(name: "c_reverse", operands: [x], results: [x]),
        FunctionSlot(name: "c_choose", operands: [pair, pair], results: [pair, ArrayType(.bool, x.shape)]),
        FunctionSlot(name: "c_pick", operands: picked, results: [picked[0]]),
      ]
    #else
      return []
    #endif
  }

  private static let picked = [ArrayType(.f32, []), ArrayType(.i32, []), ArrayType(.bool, [])]

  #if Foreign
    private static let registered: Void = {
      HostFunctions.foreign.withLock { $0 = { bound($0) } }
    }()

    private static func bound(_ slot: FunctionSlot) -> HostFunctions.Foreign? {
      let x = slot.operands.first ?? ArrayType(.f64, []), count = Int64(x.count)
      switch slot.name {
      case "c_reverse" where slot.operands == [x] && slot.results == [x]:
        return bound("reverse", slot) { [.integer($0), .integer(count), .integer(Int64(x.dtype.size)), .operand, .result] }
      case "c_choose" where x.dtype == .f64 && slot.operands == [x, x] && slot.results == [x, ArrayType(.bool, x.shape)]:
        return bound("choose", slot) { [.integer($0), .integer(count), .operand, .operand, .result, .result] }
      case "c_pick" where slot.operands == picked && slot.results == [picked[0]]:
        guard let pick = bound("pick", slot, returns: .value(.f32), { _ in picked.map { .value($0.dtype) } }) else { return nil }
        return { status, operands, results in
          // It has no status to return: this is a call that never came about.
          if status != 0 { throw ForeignStatus(code: status) }
          try pick(0, operands, results)
        }
      default: return nil
      }
    }

    /// Calls of a sample with a slot's values; where it has a status, `passed` is told which one it is to return.
    private static func bound(
      _ name: String, _ slot: FunctionSlot, returns returned: ForeignFunction.Returned = .status,
      _ passed: @escaping @Sendable (_ status: Int64) -> [ForeignInterface.Passed]
    ) -> HostFunctions.Foreign? {
      guard let pointer = hk_sample_function(name) else { return nil }
      let function = ForeignFunction(unsafePointer: pointer, name: name, returns: returned)
      guard let succeeding = try? ForeignInterface(function, passed(0)) else { return nil }
      return { status, operands, results in
        let interface = status == 0 ? succeeding : try ForeignInterface(function, passed(Int64(status)))
        try interface.call(operands, slot.operands, results, slot.results)
      }
    }
  #endif
}
