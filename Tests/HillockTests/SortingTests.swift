import Hillock
import Testing

/// Scans, places and order: the same outside `jit`, inside, and in loops. Values of whole arrays are in Spec/conformance.
@Suite struct SortingTests {
  @Test func allSpellingsAgreeInsideAndOutside() throws {
    let x = NDArray([[3.0, -1, 2, 2], [0, 7, -5, 7]])
    let functions: [(String, @Sendable (NDArray) -> NDArray, [Double])] = [
      ("cumsum", { $0.cumsum(axis: 1) }, [3, 2, 4, 6, 0, 7, 2, 9]),
      ("cumsum of all", { $0.cumsum() }, [3, 2, 4, 6, 6, 13, 8, 15]),
      ("cumprod", { $0.cumprod(axis: 0, reversed: true) }, [0, -7, -10, 14, 0, 7, -5, 7]),
      ("cummax", { $0.cummax(axis: -1) }, [3, 3, 3, 3, 0, 7, 7, 7]),
      ("cummin", { $0.cummin(axis: 1, reversed: true) }, [-1, -1, 2, 2, -5, -5, -5, 7]),
      ("exclusive", { $0.cumsum(axis: 1, exclusive: true) }, [0, 3, 2, 4, 0, 0, 7, 2]),
      ("argmax", { $0.argmax(axis: 1) }, [0, 1]),
      ("argmin", { $0.argmin(axis: 0) }, [1, 0, 1, 0]),
      ("argmax of all", { $0.argmax() }, [5]),
      ("sorted", { $0.sorted() }, [-1, 2, 2, 3, -5, 0, 7, 7]),
      ("sorted down columns", { $0.sorted(axis: 0, descending: true) }, [3, 7, 2, 7, 0, -1, -5, 2]),
      ("argsort", { $0.argsort() }, [1, 2, 3, 0, 2, 0, 1, 3]),
      ("argsort descending", { $0.argsort(axis: 1, descending: true) }, [0, 2, 3, 1, 1, 3, 0, 2]),
      ("top values", { $0.topK(2).values }, [3, 2, 7, 7]),
      ("top places", { $0.topK(2).indices.asType(.f32) }, [0, 2, 1, 3]),
      ("payload", { sort($0, -$0)[1] }, [1, -2, -2, -3, 5, 0, -7, -7]),
      ("median", { $0.median() }, [2]),
      ("median of rows", { $0.median(axis: 1) }, [2, 3.5]),
      ("searchsorted", { searchsorted(NDArray([0.0, 2, 2, 5]), $0) }, [3, 0, 1, 1, 0, 4, 0, 4]),
      ("searchsorted right", { searchsorted(NDArray([0.0, 2, 2, 5]), $0, right: true) }, [3, 0, 3, 3, 1, 4, 0, 4]),
    ]
    for (name, function, expected) in functions {
      #expect(try function(x).asType(.f64).scalars(as: Double.self) == expected, "\(name)")
      #expect(try areIdentical(jit(function)(x), function(x)), "\(name), jitted")
    }
  }

  @Test func aStepOfSeveralResultsIsTracedInLoops() throws {
    let x = NDArray([5, 3, 4])
    let last = try forLoop(0..<3, carry: x) { _, x in sort(x + NDArray([2, 0, 1]), x)[0] }
    #expect(try last.ints() == [5, 7, 9])
  }

  @Test func keptAxesHaveExtentOne() throws {
    let x = NDArray([[1, 2], [4, 3]])
    #expect(x.argmax(axis: 1, keepDims: true).shape == [2, 1] && x.argmin(keepDims: true).shape == [1, 1])
    #expect(x.median(axis: 0, keepDims: true).shape == [1, 2] && x.median(keepDims: true).shape == [1, 1])
    #expect(x.argmax().dtype == .i64 && x.argsort().dtype == .i64 && x.median().dtype == .f32)
  }

  @Test func notANumberComesLastAndCountsFirst() throws {
    let x = NDArray([2.0, .nan, 1, .nan])
    #expect(try x.sorted().floats()[..<2] == [1, 2] && x.argsort().ints() == [2, 0, 1, 3])
    #expect(try x.argsort(descending: true).ints() == [0, 2, 1, 3])
    #expect(try x.argmax().item(as: Int.self) == 1 && x.argmin().item(as: Int.self) == 1)
    #expect(try x.median().item(as: Float.self).isNaN)
    #expect(try x.topK(1).values.floats() == [2])
  }

  @Test func logarithmsOfSumsDoNotOverflow() throws {
    let x = NDArray([1000.0, 1000])
    #expect(try Swift.abs(x.cumlogsumexp().floats()[1] - 1000.6931) < 1e-3)
    #expect(try NDArray([0, 0]).cumlogsumexp(exclusive: true).floats() == [-.infinity, 0])
  }

  @Test func whatDoesNotFitIsAnError() throws {
    let x = ones(2, 3)
    func code(_ array: NDArray) -> ErrorCode? { array.error?.code }
    #expect(code(x.cumsum(axis: 2)) == .index && code(x.argmax(axis: -3)) == .index && code(x.sorted(axis: 2)) == .index)
    #expect(
      code(NDArray(1.0).sorted()) == .index && code(ones(0, 3).argmax(axis: 0)) == .shape && code(ones(0).median()) == .shape)
    #expect(code(x.topK(4).values) == .index && code(x.topK(-1).indices) == .index)
    #expect(code((x .> 0).cummax(axis: 0)) == .dtype && code(searchsorted(x, x)) == .shape)
    let results = sort(x, ones(2))
    #expect(results.count == 2 && results.allSatisfy { $0.error?.code == .shape })
    let failed = sort(x.cumsum(axis: 5), x)
    #expect(failed.count == 2 && failed.allSatisfy { $0.error?.code == .index })
  }
}
