// The snippets stand here as the guide shows them, to the letter.
// swift-format-ignore-file

import Hillock
import HillockTestSupport
import Testing

/// The snippets of Sources/Hillock/Hillock.docc/Errors.md.
@Suite(.serialized) struct ErrorsGuide {
  @Test func first() throws {
    let sum = ones(3) + ones(4)                      // no exception here
    do {
      let numbers = try sum.floats()                 // here
      print(numbers)
    } catch {
      print(error.message)                           // add: shapes [3] and [4] cannot be broadcast together
    }
    #expect(throws: HillockError.self) { try sum.floats() }
    #expect(sum.error?.message == "add: shapes [3] and [4] cannot be broadcast together")
  }

  @Test func shapes() throws {
    let product = dot(ones(8, 63), ones(64, 2))
    print(product.error?.code == .shape, product.shape[1])   // true 1
    #expect(product.error?.code == .shape && product.shape[1] == 1 && product.rank == 16 && product.count == 1)
  }

  @Test func memory() throws {
    let limit = Engine.memoryLimit
    defer { Engine.memoryLimit = limit }
    Engine.memoryLimit = 8 << 30                      // 8 GiB
    let huge = zeros(60_000, 60_000)                  // 14.4 GB
    print(huge.error?.code == .system)                // true
    #expect(huge.error?.code == .system)
  }

  @Test func calls() throws {
    let v = Variable(zeros(2))
    let f = jit { (x: NDArray) in
      v += 1
      return x + ones(3)
    }
    let result = Result { try f(zeros(4)) }           // failure, and v is still [0, 0]
    let error = #expect(throws: HillockError.self) { try result.get() }
    #expect(error?.code == .shape && error?.location != nil)
    #expect(try v.floats() == [0, 0])
  }
}
