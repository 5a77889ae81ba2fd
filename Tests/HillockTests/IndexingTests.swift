import Hillock
import Testing

@Suite struct IndexingTests {
  struct Item: Decodable {
    var element: Int?
    var range: [Int?]?
    var list: [Int]?
    var new: Bool?
    var array: Oracle.Values?

    func axisIndex() throws -> AxisIndex {
      if let element { return .element(element) }
      if let range { return .range(from: range[0], to: range[1], by: range[2] ?? 1) }
      if let list { return .list(list) }
      if let array { return .array(try array.array()) }
      return .insertion
    }
  }

  struct Case: Decodable, CustomStringConvertible {
    var shape: [Int]
    var index: [Item]
    var part: Oracle.Values
    var replaced: Oracle.Values?
    var replacedBySeven: Oracle.Values?
    var description: String { "\(shape) at \((try? index.map { try $0.axisIndex() }) ?? [])" }
  }

  /// The forms that NumPy takes, and what it gives, for reading and for writing, outside `jit` and inside.
  @Test func readingAndWritingAgreeWithNumPy() throws {
    for example in try Oracle.cases("indexing", of: Case.self) {
      let index = try example.index.map { try $0.axisIndex() }
      let x = arange(example.shape.reduce(1, *)).reshaped(example.shape)
      let part = read(x, index)
      #expect(try areIdentical(part, example.part.array()), "\(example): \(part)")
      #expect(try areIdentical(x[at: index], part), "\(example) as a list")
      if let replaced = example.replaced {
        let update = -(arange(part.count).reshaped(part.shape) + 1)
        #expect(try areIdentical(write(x, index, update), replaced.array()), "\(example)")
        #expect(try areIdentical(x.at[at: index].set(update), replaced.array()), "\(example) as a list")
        let f = jit { (x: NDArray, u: NDArray) in (read(x, index), write(x, index, u)) }
        let (tracedPart, traced) = try f(x, update)
        #expect(try areIdentical(tracedPart, part), "\(example)")
        #expect(try areIdentical(traced, replaced.array()), "\(example)")
      }
      if let replaced = example.replacedBySeven {
        #expect(try areIdentical(write(x, index, NDArray(-7)), replaced.array()), "\(example)")
      }
    }
  }

  private func read(_ x: NDArray, _ i: [AxisIndex]) -> NDArray {
    switch i.count {
    case 0: x
    case 1: x[i[0]]
    case 2: x[i[0], i[1]]
    case 3: x[i[0], i[1], i[2]]
    case 4: x[i[0], i[1], i[2], i[3]]
    case 5: x[i[0], i[1], i[2], i[3], i[4]]
    case 6: x[i[0], i[1], i[2], i[3], i[4], i[5]]
    case 7: x[i[0], i[1], i[2], i[3], i[4], i[5], i[6]]
    default: x[i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7]]
    }
  }

  private func write(_ x: NDArray, _ i: [AxisIndex], _ u: NDArray) -> NDArray {
    switch i.count {
    case 0: x.at[...].set(u)
    case 1: x.at[i[0]].set(u)
    case 2: x.at[i[0], i[1]].set(u)
    case 3: x.at[i[0], i[1], i[2]].set(u)
    case 4: x.at[i[0], i[1], i[2], i[3]].set(u)
    case 5: x.at[i[0], i[1], i[2], i[3], i[4]].set(u)
    case 6: x.at[i[0], i[1], i[2], i[3], i[4], i[5]].set(u)
    case 7: x.at[i[0], i[1], i[2], i[3], i[4], i[5], i[6]].set(u)
    default: x.at[i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7]].set(u)
    }
  }

  @Test func swiftRangesOfEveryKind() throws {
    let x = arange(6)
    #expect(try x[1..<3].ints() == [1, 2])
    #expect(try x[1...3].ints() == [1, 2, 3])
    #expect(try x[4...].ints() == [4, 5])
    #expect(try x[..<2].ints() == [0, 1])
    #expect(try x[...2].ints() == [0, 1, 2])
    #expect(try x[(-2)...].ints() == [4, 5])
    #expect(try x[..<(-4)].ints() == [0, 1])
    #expect(try x[-3 ... -1].ints() == [3, 4, 5])
    #expect(try x[-3..<0].ints() == [3, 4, 5])
    #expect(try x[.stride(by: -2)].ints() == [5, 3, 1])
    #expect(try x[...].ints() == [0, 1, 2, 3, 4, 5])
    let y = x.reshaped(2, 3)
    #expect(try y[..., 1].ints() == [1, 4])
    #expect(try y[.all, -1].ints() == [2, 5])
    #expect(y[.newAxis, 0].shape == [1, 3])
  }

  // The formatter puts spaces around operators that it does not know.
  // swift-format-ignore
  @Test func boundsThatCountFromTheEndHaveOperators() throws {
    let x = arange(6), two = 2
    #expect(try x[1..<-1].ints() == [1, 2, 3, 4])
    #expect(try x[two..<-two].ints() == [2, 3])
    #expect(try x[-3..<-1].ints() == [3, 4])
    #expect(try x[4..<-4].ints() == [])
    #expect(try x[1..<-0].ints() == [1, 2, 3, 4, 5], "nothing is left out at the end")
    #expect(try x[1...-1].ints() == [1, 2, 3, 4, 5])
    #expect(try x[1...-2].ints() == [1, 2, 3, 4])
    #expect(try x[..<-2].ints() == [0, 1, 2, 3])
    #expect(try x[...-2].ints() == [0, 1, 2, 3, 4])
    #expect(try x.reshaped(2, 3)[..., ..<-1].ints() == [0, 1, 3, 4])
    #expect(try x.at[1..<-1].set(0).ints() == [0, 0, 0, 0, 0, 5])
    let v = Variable(zeros(4))
    v[1..<-1] += 1
    #expect(try v.floats() == [0, 1, 1, 0])
    for number in [8, -8, Int.max, -Int.max, .min] {
      #expect([x[0..<-number], x[0...-number], x[..<-number], x[...-number]].allSatisfy { $0.error?.code == .index }, "\(number)")
    }
    #expect(x[0...-0].error?.code == .index, "the last is number 1")
  }

  @Test func fixedIndicesBeyondTheEndsAreErrors() {
    let x = arange(6).reshaped(2, 3)
    func code(_ x: NDArray) -> ErrorCode? { x.error?.code }
    #expect(code(x[2]) == .index)
    #expect(code(x[-3]) == .index)
    #expect(code(x[0..<3]) == .index)
    #expect(code(x[0, 0, 0]) == .index)
    #expect(code(x[[0, 2]]) == .index)
    #expect(code(x[.stride(by: 0)]) == .index)
    #expect(code(x[NDArray([0.5])]) == .dtype)
    #expect(x[2].error?.message == "index 2 is out of range for axis 0 of an array of shape [2, 3], whose extent is 2")
    #expect(code(x.at[0].set(zeros(2))) == .shape)
  }

  /// The elements of an index array are known at run time only: reading clamps, writing drops.
  @Test func indexArraysClampWhenReadAndDropWhenWritten() throws {
    let x = arange(4), far = NDArray([-9, -1, 9])
    #expect(try x[far].ints() == [0, 3, 3])
    #expect(try x.at[far].set(7).ints() == [0, 1, 2, 7])
    let y = arange(4).reshaped(2, 2)
    #expect(try y[NDArray([0, 5]), NDArray([1, 0])].ints() == [1, 2])
    #expect(try y.at[NDArray([0, 5]), NDArray([1, 0])].set(9).ints() == [0, 9, 2, 3])
  }

  @Test func aMaskSaysWhereToWrite() throws {
    let x = arange(6).reshaped(2, 3)
    #expect(try x.at[x .> 3].set(0).ints() == [0, 1, 2, 3, 0, 0])
    #expect(try x.at[NDArray([true, false])].set(9).ints() == [9, 9, 9, 3, 4, 5])
    #expect(x[x .> 3].error?.code == .dtype)
  }

  @Test func updatesLeaveTheOriginal() throws {
    let x = zeros(4)
    #expect(try x.at[1..<3].set(5).ints32() == [0, 5, 5, 0])
    #expect(try x.at[[0, 3]].add(1).multiply(by: 2).ints32() == [2, 0, 0, 2])
    #expect(try x.floats() == [0, 0, 0, 0])
  }
}

extension NDArray {
  fileprivate func ints32() throws -> [Int] { try asType(.i32).ints() }
  /// Chaining in tests: the whole array again.
  fileprivate func multiply(by factor: Double) -> NDArray { self * factor }
}
