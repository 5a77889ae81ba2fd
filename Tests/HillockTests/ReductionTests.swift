import Hillock
import Testing

@Suite struct ReductionTests {
  struct Case: Decodable {
    var op: String
    var axis: Int?
    var keepDims: Bool
    var x: Oracle.Values
    var shape: [Int]
    var values: [Double]
  }

  /// Over every axis, with and without the reduced axes kept; what is exact in NumPy is exact here.
  @Test func agreeWithNumPy() throws {
    for example in try Oracle.cases("reductions", of: Case.self) {
      let x = try example.x.array(), axis = example.axis, keep = example.keepDims
      let result =
        switch example.op {
        case "sum": x.sum(axis: axis, keepDims: keep)
        case "prod": x.prod(axis: axis, keepDims: keep)
        case "max": x.max(axis: axis, keepDims: keep)
        case "min": x.min(axis: axis, keepDims: keep)
        case "mean": x.mean(axis: axis, keepDims: keep)
        case "std": x.std(axis: axis, keepDims: keep)
        case "any": x.any(axis: axis, keepDims: keep)
        default: x.all(axis: axis, keepDims: keep)
        }
      let comment = "\(example.op) over \(String(describing: axis)) of \(x)"
      #expect(result.shape == example.shape, "\(comment)")
      let values = result.dtype == .bool ? try result.bools().map { $0 ? 1 : 0 } : try result.scalars(as: Double.self)
      for (value, exact) in zip(values, example.values) {
        #expect(Swift.abs(value - exact) <= 2e-6 * Swift.max(1, Swift.abs(exact)), "\(comment)")
      }
    }
  }

  @Test func productsOfVectorsAndMatrices() throws {
    let A = arange(6, dtype: .f32).reshaped(2, 3), v = NDArray([1.0, 2, 3]), u = NDArray([1.0, -1])
    #expect(try dot(v, v).item(as: Float.self) == 14)
    #expect(try dot(A, v).floats() == [8, 26])
    #expect(try dot(u, A).floats() == [-3, -3, -3])
    #expect(try matmul(A, A.T).floats() == [5, 14, 14, 50])
    #expect(dot(A, u).error?.code == .shape)
    #expect(try dot(2.0, v).floats() == [2, 4, 6])
  }

  /// Of numbers 0, 1, 2, …; the expected values are NumPy's (`numpy.dot`, `matmul`, `tensordot`).
  @Test func productsOfMoreAxes() throws {
    let a = arange(12, dtype: .f32).reshaped(2, 2, 3), b = arange(12, dtype: .f32).reshaped(2, 3, 2),
      M = arange(6, dtype: .f32).reshaped(3, 2)
    #expect(try matmul(a, b).floats() == [10, 13, 28, 40, 172, 193, 244, 274])
    #expect(try matmul(a, M).floats() == [10, 13, 28, 40, 46, 67, 64, 94])
    #expect(matmul(a.reshaped(2, 1, 2, 3), b).shape == [2, 2, 2, 2])
    #expect(
      try matmul(a.reshaped(2, 1, 2, 3), b).floats() == [10, 13, 28, 40, 28, 31, 100, 112, 46, 67, 64, 94, 172, 193, 244, 274])
    #expect(try matmul(NDArray([1.0, 2, 3]), b).floats() == [16, 22, 52, 58])
    #expect(try matmul(b, NDArray([1.0, 2])).floats() == [2, 8, 14, 20, 26, 32])
    #expect(try dot(a, b).floats() == [10, 13, 28, 31, 28, 40, 100, 112, 46, 67, 172, 193, 64, 94, 244, 274])
    #expect(try tensordot(a, b, axes: ([0, 2], [0, 1])).floats() == [182, 206, 272, 314])
    #expect(try tensordot(a, M, axes: ([-1], [0])).floats() == [10, 13, 28, 40, 46, 67, 64, 94])
    #expect(try tensordot(NDArray([1.0, 2]), NDArray([3.0, 4]), axes: 0).floats() == [3, 4, 6, 8])
    #expect(matmul(a, zeros(2, 2)).error?.code == .shape)
    #expect(matmul(zeros(2, 2, 2), zeros(3, 2, 2)).error?.code == .shape)
    #expect(matmul(2.0, M).error?.code == .shape)
    #expect(tensordot(a, b, axes: 4).error?.code == .index)
    #expect(tensordot(a, b, axes: ([0], [3])).error?.code == .index)
    #expect(tensordot(a, b, axes: ([0, 1], [0])).error?.code == .shape)
  }

  @Test func axesOutOfRangeAreErrors() {
    #expect(zeros(2).sum(axis: 1).error?.code == .index)
    #expect(zeros(2, 2).sum(axes: [0, -2]).error?.code == .index)
    #expect(zeros(0).max().error?.code == .shape)
  }
}
