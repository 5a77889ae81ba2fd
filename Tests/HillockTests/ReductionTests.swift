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
  }

  @Test func axesOutOfRangeAreErrors() {
    #expect(zeros(2).sum(axis: 1).error?.code == .index)
    #expect(zeros(2, 2).sum(axes: [0, -2]).error?.code == .index)
    #expect(zeros(0).max().error?.code == .shape)
  }
}
