// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import HillockTestSupport
import Synchronization
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/HostCalls.md.
@Suite(.serialized) struct HostCallsGuide {
  @Test func first() throws {
    let f = jit { (x: NDArray) in
      try hostCall(x * 2, returning: ArrayForm(like: x), name: "sorted") { arrays in
        NDArray(try arrays[0].floats().sorted())
      }
    }
    let y = try f(NDArray([3.0, 1.0, 2.0]))          // [2, 4, 6]
    #expect(try y.floats() == [2, 4, 6])
  }

  @Test func taps() throws {
    final class Log: Sendable {
      let values = Mutex<[Float]>([])
    }

    let log = Log()
    let v = Variable(zeros([]))
    try forLoop(0..<4) { i in
      v += i
      try tap(v) { arrays in
        let now = try arrays[0].item(as: Float.self)
        log.values.withLock { $0.append(now) }
      }
    }
    print(log.values.withLock { $0 })                // [0.0, 1.0, 3.0, 6.0]
    #expect(log.values.withLock { $0 } == [0, 1, 3, 6])
  }

  @Test func pureFunctions() throws {
    func bessel(_ x: NDArray) throws -> NDArray {
      func call(_ x: NDArray, _ f: @escaping @Sendable (Float) -> Float) throws -> NDArray {
        try hostCall(x, returning: ArrayForm(like: x), isPure: true) { arrays in
          NDArray(try arrays[0].floats().map(f)).reshaped(arrays[0].shape)
        }
      }
      let function = customJVP {
        try call($0) { Float(j0(Double($0))) }
      } jvp: { (x: NDArray, y: NDArray, dx: NDArray) in
        -dx * (try call(x) { Float(j1(Double($0))) })
      }
      return try function(x)
    }
    let slopes = try vmap(grad(bessel))(NDArray([0.0, 1.0]))       // -J₁: [0, -0.4401]
    #expect(abs(try slopes[1].item(as: Float.self) + 0.4400506) < 1e-6)
  }

  @Test func errors() throws {
    struct TooLarge: Error {}

    let guarded = jit { (x: NDArray) in
      try tap(x.max()) { if try $0[0].item(as: Float.self) > 10 { throw TooLarge() } }
      return x + 1
    }
    do {
      let z = try guarded(NDArray([3.0, 30.0]))
      print(z)
    } catch let error as HillockError {
      print(error.code, error.underlyingError is TooLarge)   // call true
    }
    let error = #expect(throws: HillockError.self) { try guarded(NDArray([30.0])) }
    #expect(error?.code == .call && error?.underlyingError is TooLarge)
    #expect(try guarded(NDArray([3.0])).floats() == [4])
  }

  @Test func foreign() throws {
    // double frexp(double x, int *exponent), of the C library
    let frexp = try ForeignFunction(symbol: "frexp", returns: .value(.f64))
    let parts = jit { (x: NDArray) in
      let result = try foreignCall(frexp, .value(x), .output(ArrayForm([], dtype: .i32)))
      return (result[0], result[1])
    }
    let (mantissa, exponent) = try parts(NDArray(12.0, dtype: .f64))      // 0.75, 4: 12 = 0.75 · 2⁴
    #expect(try mantissa.item(as: Double.self) == 0.75 && exponent.item(as: Int.self) == 4)
  }
}
