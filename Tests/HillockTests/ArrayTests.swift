import Hillock
import Testing

@Suite struct ArrayTests {
  @Test func creation() throws {
    #expect(zeros(2, 3).shape == [2, 3])
    #expect(zeros(2).dtype == .f32)
    #expect(try ones(3, dtype: .i64).ints() == [1, 1, 1])
    #expect(try full([2], 2.5).floats() == [2.5, 2.5])
    #expect(full([2], 3).dtype == .i32)
    #expect(full([2], true).dtype == .bool)
    #expect(try arange(4).ints() == [0, 1, 2, 3])
    #expect(try arange(5, 0, -2).ints() == [5, 3, 1])
    #expect(try arange(0.0, 1.0, 0.25).floats() == [0, 0.25, 0.5, 0.75])
    #expect(try linspace(0, 1, count: 5).floats() == [0, 0.25, 0.5, 0.75, 1])
    #expect(try eye(2).floats() == [1, 0, 0, 1])
    #expect(try eye(1, 2, dtype: .i32).ints() == [1, 0])
    #expect(NDArray([1.5, 2]).dtype == .f32)
    #expect(NDArray([1.5, 2], dtype: .f64).dtype == .f64)
    #expect(NDArray([1, 2]).dtype == .i32)
    #expect(NDArray([true]).dtype == .bool)
    #expect(try NDArray([[1, 2], [3, 4]])[1].ints() == [3, 4])
    #expect(try zerosLike(arange(2)).ints() == [0, 0])
  }

  @Test func badCreationCarriesAnError() {
    #expect(zeros(-1).error?.code == .shape)
    #expect(zeros(1 << 40, 1 << 40).error?.code == .shape)
    #expect(NDArray([3_000_000_000]).error?.code == .argument)
    #expect(NDArray([-1], dtype: .u32).error?.code == .argument)
    #expect(NDArray([[1], [2, 3]]).error?.code == .shape)
    #expect(arange(0, 5, 0).error?.code == .argument)
    #expect(NDArray([1, 2, 3], shape: [2, 2]).error?.code == .shape)
  }

  /// A literal is computed with in double and rounded once, to the dtype of the array it meets.
  @Test func literalsAdoptTheArraysDType() throws {
    let f64 = NDArray([1.0], dtype: .f64), f32 = NDArray([1.0]), i64 = NDArray([1], dtype: .i64), flag = NDArray([true])
    #expect(try (f64 * 0.1).scalars(as: Double.self) == [0.1])
    #expect((f32 * 0.1).dtype == .f32)
    #expect((i64 + 1).dtype == .i64)
    #expect((i64 * 0.5).dtype == .f32)
    #expect((i64 / 2).dtype == .f32)
    #expect((flag + 1).dtype == .i32)
    // √(2/π) in double, then rounded: not the quotient of rounded numbers.
    #expect(try (sqrt(2 / NDArray.pi) * f64).scalars(as: Double.self) == [(2 / Double.pi).squareRoot()])
    #expect(try (sqrt(2 / NDArray.pi) * f32).floats() == [Float((2 / Double.pi).squareRoot())])
    let dt = 0.1
    #expect(try (dt * f64).scalars(as: Double.self) == [0.1])
    #expect((NDArray([1]) + 3_000_000_000).error?.code == .argument)
    #expect(try (arange(3) .> 1).bools() == [false, false, true])
  }

  @Test func promotionOfArrays() {
    #expect((NDArray([1]) + NDArray([1.5])).dtype == .f32)
    #expect((NDArray([1.0]) + NDArray([1.0], dtype: .f64)).dtype == .f64)
    #expect((NDArray([1], dtype: .u32) + NDArray([1])).dtype == .i64)
    #expect((NDArray([true]) + NDArray([1])).dtype == .i32)
  }

  @Test func powersWithWholeExponentsAreProducts() throws {
    let x = NDArray([1.1, -2.0, 0.5]), values: [Float] = [1.1, -2, 0.5]
    #expect(try (x ** 2).floats() == values.map { $0 * $0 })
    #expect(try (x ** 3).floats() == values.map { $0 * $0 * $0 })
    #expect(try (x ** 0).floats() == [1, 1, 1])
    #expect(try (NDArray([3]) ** 4).ints() == [81])
    // ** binds tighter than * and the negative sign of a literal, and to the right.
    #expect(try (2 * NDArray([3]) ** 2).ints() == [18])
    #expect((NDArray([2.0]) ** NDArray([1.0]) ** 3).error == nil)
  }

  @Test func shaping() throws {
    let x = arange(6)
    #expect(x.reshaped(2, -1).shape == [2, 3])
    #expect(x.reshaped(4, -1).error?.code == .shape)
    #expect(try x.reshaped(2, 3).T.ints() == [0, 3, 1, 4, 2, 5])
    #expect(x.reshaped(1, 2, 3).transposed(2, 0, 1).shape == [3, 1, 2])
    #expect(x.reshaped(1, 6, 1).squeezed().shape == [6])
    #expect(x.reshaped(1, 6, 1).squeezed(axis: 0).shape == [6, 1])
    #expect(x.expandingDims(axis: -1).shape == [6, 1])
    #expect(try concatenate([x[0..<2], x[4...]]).ints() == [0, 1, 4, 5])
    #expect(try stack([x[0..<2], x[4...]], axis: 1).ints() == [0, 4, 1, 5])
    #expect(try x[0..<2].broadcast(to: 2, 2).ints() == [0, 1, 0, 1])
    #expect(stack([x, zeros(2)]).error?.code == .shape)
  }

  @Test func conversion() throws {
    #expect(try NDArray([1.9, -1.9, .nan, 1e20]).asType(.i32).ints() == [1, -1, 0, Int(Int32.max)])
    #expect(try NDArray([0.0, 0.5]).asType(.bool).bools() == [false, true])
    #expect(try NDArray([1, 2]).asType(.f64).scalars(as: Double.self) == [1, 2])
  }

  @Test func selectionAndClipping() throws {
    let x = NDArray([-1.0, 0.5, 2])
    #expect(try select(x .< 0, 0, x).floats() == [0, 0.5, 2])
    #expect(try clip(x, 0, 1).floats() == [0, 0.5, 1])
    #expect(try maximum(x, 0).floats() == [0, 0.5, 2])
    #expect(select(x, 0, x).error?.code == .dtype)
  }

  @Test func reading() throws {
    #expect(try NDArray([1.5]).item(as: Double.self) == 1.5)
    #expect(throws: HillockError.self) { try zeros(2).item(as: Float.self) }
    #expect(throws: HillockError.self) { try NDArray([1.5]).ints() }
    #expect(throws: HillockError.self) { try NDArray([-1]).scalars(as: UInt32.self) }
  }

  /// The error of an expression is the first one, with the place in this file; nothing traps on the way.
  @Test func aFailingExpressionCarriesItsFirstErrorAndPlace() throws {
    let line = #line + 1
    let bad = zeros(2) + zeros(3)
    let later = exponential(bad * 2).sum() + zeros(5).reshaped(7)
    let error = try #require(later.error)
    #expect(error.code == .shape)
    #expect(error.message == "add: shapes [2] and [3] cannot be broadcast together")
    #expect(error.location == "ArrayTests.swift:\(line)")
    #expect(throws: error) { try later.floats() }
    #expect("\(later)".contains("cannot be broadcast together"))
  }

  private func exponential(_ x: NDArray) -> NDArray { 1 + x + x ** 2 / 2 }

  @Test func npyFilesRoundTrip() throws {
    for dtype in DType.allCases {
      let x = arange(6).reshaped(2, 3).asType(dtype)
      #expect(try areIdentical(NDArray(npyBytes: x.npyBytes()), x))
    }
    #expect(throws: HillockError.self) { try NDArray(npyBytes: [1, 2, 3]) }
    #expect(throws: HillockError.self) { try NDArray(npy: "/nowhere/x.npy") }
  }

  @Test func compoundAssignmentOfAnArrayChangesTheVariableNotTheArray() throws {
    var a = zeros(2)
    let b = a
    a += 1
    #expect(try a.floats() == [1, 1])
    #expect(try b.floats() == [0, 0])
  }

  @Test func literalsOfThreeAndFourAxes() throws {
    let cube = NDArray([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])
    #expect(cube.shape == [2, 2, 2] && cube.dtype == .i32)
    #expect(try cube.ints() == [1, 2, 3, 4, 5, 6, 7, 8])
    let blocks = NDArray([[[[0.5, 1.5]]], [[[2.5, 3.5]]]], dtype: .f64)
    #expect(blocks.shape == [2, 1, 1, 2] && blocks.dtype == .f64)
    #expect(try blocks.scalars(as: Double.self) == [0.5, 1.5, 2.5, 3.5])
    #expect(NDArray([[[1], [2]], [[3]]]).error?.code == .shape)
    #expect(NDArray([[[Float]]]()).shape == [0])
  }
}
