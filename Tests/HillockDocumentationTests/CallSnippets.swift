// The snippets stand here as the documents show them, to the letter.
// swift-format-ignore-file

import Foundation
import Hillock
import Testing

/// The snippets of Sources/Hillock/Calls.
@Suite struct CallSnippets {
  #if Foreign
    @Test func foreignCalls() throws {
      // double frexp(double x, int *exponent), of the C library
      let frexp = try ForeignFunction(symbol: "frexp", returns: .value(.f64))
      let f = jit { (x: NDArray) in
        let parts = try foreignCall(frexp, .value(x), .output(ArrayForm([], dtype: .i32)))
        return parts[0] * 2 + parts[1]
      }
      _ = try f(NDArray(12.0, dtype: .f64))      // 12 = 0.75 · 2⁴: 5.5
      #expect(try f(NDArray(12.0, dtype: .f64)).item(as: Double.self) == 5.5)
    }
  #endif

  @Test func hostCalls() throws {
    let f = jit { (x: NDArray) in
      try hostCall(x, returning: ArrayForm(like: x), name: "sorted") { arrays in
        NDArray(try arrays[0].floats().sorted())
      }
    }
    _ = try f(NDArray([3.0, 1.0, 2.0]))      // [1, 2, 3]
    #expect(try f(NDArray([3.0, 1.0, 2.0])).floats() == [1, 2, 3])
  }

  @Test func pureCalls() throws {
    let sorted = vmap { (x: NDArray) in
      try hostCall(x, returning: ArrayForm(like: x), name: "sorted", isPure: true) { NDArray(try $0[0].floats().sorted()) }
    }
    _ = try sorted(NDArray([[3.0, 1.0], [2.0, 4.0]]))      // [[1, 3], [2, 4]]
    #expect(try sorted(NDArray([[3.0, 1.0], [2.0, 4.0]])).floats() == [1, 3, 2, 4])
  }

  @Test func taps() throws {
    let v = Variable(zeros([]))
    try forLoop(0..<3) { i in
      v += i
      try tap(i, v) { print("step", $0[0], "v =", $0[1]) }
    }
    #expect(try v.value.item(as: Float.self) == 3)
  }

  @Test func cancellation() throws {
    let v = Variable(zeros([]))
    func simulate() throws { try forLoop(0..<1_000_000_000) { _ in v += 1 } }
    // Where the snippet's token stops nothing, this one does, and the test fails.
    let limit = CancellationToken()
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(300)) { limit.cancel() }
    #expect(throws: CancellationError.self) {
      try withCancellation(limit) {
        let stop = CancellationToken()
        Thread.detachNewThread { stop.cancel() }           // a button, a timer
        try withCancellation(stop) { try simulate() }      // throws CancellationError
      }
    }
    #expect(!limit.isCancelled)
    #expect(try v.value.item(as: Float.self) == 0)
  }
}
