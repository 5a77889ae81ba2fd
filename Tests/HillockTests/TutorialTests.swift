import Hillock
import Testing

/// The tutorial pages on just-in-time compilation, line by line, with the values they show.
@Suite struct TutorialTests {
  @Test func variableIsPrintedAsThePageShows() {
    let v = Variable(arange(10))
    #expect("\(v)" == "Variable(NDArray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], dtype=int32))")
  }

  @Test func indexAssignmentConvertsToTheVariablesDType() {
    let v = Variable(arange(10))
    v[0] = 2.0
    #expect("\(v)" == "Variable(NDArray([2, 1, 2, 3, 4, 5, 6, 7, 8, 9], dtype=int32))")
  }

  @Test func augmentedAssignment() {
    let v = Variable(arange(10))
    v[0] = 2.0
    v += 1
    #expect("\(v)" == "Variable(NDArray([ 3,  2,  3,  4,  5,  6,  7,  8,  9, 10], dtype=int32))")
  }

  @Test func valueAssignmentAndUpdate() {
    let v = Variable(arange(10))
    v += 1
    v.value = arange(10)
    #expect("\(v)" == "Variable(NDArray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], dtype=int32))")
    v.update(onesLike(v))
    #expect("\(v)" == "Variable(NDArray([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], dtype=int32))")
  }

  @Test func everyIndexFormOfThePage() throws {
    let v = Variable(arange(6))
    v[1] = 10  // v[i] = a
    v[2..<4] = NDArray([20, 30])  // v[i:j] = b
    v[[4, 5]] = 7  // v[[1, 3]] = c
    #expect(try v.value.ints() == [0, 10, 20, 30, 7, 7])
    v[.all] = 3  // v[:] = d
    #expect(try v.value.ints() == [3, 3, 3, 3, 3, 3])
    v[...] = arange(6)  // v[...] = e
    #expect(try v.value.ints() == [0, 1, 2, 3, 4, 5])
  }

  @Test func everyAugmentedAssignmentOfThePage() throws {
    func after(_ start: [Int], _ change: (Variable) -> Void) throws -> [Int] {
      let v = Variable(NDArray(start))
      change(v)
      return try v.value.ints()
    }
    #expect(try after([5, -7]) { $0 += 2 } == [7, -5])
    #expect(try after([5, -7]) { $0 -= 2 } == [3, -9])
    #expect(try after([5, -7]) { $0 *= 2 } == [10, -14])
    #expect(try after([5, -7]) { $0.floorDivide(by: 2) } == [2, -4])
    #expect(try after([5, -7]) { $0 %= 3 } == [2, 2])
    #expect(try after([5, -7]) { $0 **= 2 } == [25, 49])
    #expect(try after([5, 6]) { $0 .&= 3 } == [1, 2])
    #expect(try after([5, 6]) { $0 .|= 3 } == [7, 7])
    #expect(try after([5, 6]) { $0 .^= 3 } == [6, 5])
    #expect(try after([5, -7]) { $0 <<= 2 } == [20, -28])
    #expect(try after([5, -7]) { $0 >>= 1 } == [2, -4])
    let x = Variable(NDArray([1.0, 3.0]))
    x /= 2
    #expect(try x.value.floats() == [0.5, 1.5])
  }

  /// `/=` on an integer Variable would change its dtype, which is refused; the Variable keeps its value.
  @Test func trueDivisionOfAnIntegerVariableIsRefused() throws {
    let v = Variable(NDArray([4, 6]))
    v /= 2
    #expect(throws: HillockError.self) { try v.value.ints() }
    #expect(try v.value.ints() == [4, 6])
  }
}
