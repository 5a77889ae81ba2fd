import Hillock
import HillockTestSupport
import Testing

/// Writing to parts by index arrays and masks. Expected values are NumPy's (`np.add.at` and the like) or worked out by hand.
@Suite struct UpdatesTests {
  /// b ← -b, and a ← the new b with 10 and 20 added: two steps from 0 and 1, 2, 3, 4. What is updated goes on as another carried value.
  @Test func aLoopCarriesWhatItUpdatesBesideTheUpdate() throws {
    let f = jit { (a: NDArray, b: NDArray) in
      try forLoop(0..<2, carry: a, b) { _, _, b in
        let c = -b
        return (c.at[[0, 2]].add(NDArray([10, 20])), c)
      }
    }
    let (a, b) = try f(zeros(4), NDArray([1.0, 2, 3, 4]))
    #expect(try a.floats() == [11, 2, 23, 4] && b.floats() == [1, 2, 3, 4])
  }

  @Test func valuesForOneElementAreTakenOneAfterTheOther() throws {
    let i = NDArray([0, 2, 0, -1, 9, -9])
    let x = NDArray([1.0, 2, 3, 4])
    let u = NDArray([10.0, 20, 30, 40, 50, 60])
    #expect(try x.at[i].add(u).floats() == [41, 2, 23, 44])
    #expect(try x.at[i].subtract(u).floats() == [-39, 2, -17, -36])
    #expect(try x.at[i].multiply(by: u).floats() == [300, 2, 60, 160])
    #expect(try x.at[i].divide(by: u).floats() == [1.0 / 300, 2, 3.0 / 20, 4.0 / 40])
    #expect(try x.at[i].minimum(u - 28).floats() == [-18, 2, -8, 4])
    #expect(try x.at[i].maximum(u - 18).floats() == [12, 2, 3, 22])
    #expect(try x.at[i].set(u).floats() == [30, 2, 20, 40])
    #expect(try zeros(3).at[[0, 0]].add(1).floats() == [2, 0, 0])
  }

  @Test func alongAnyAxisAndByTables() throws {
    let m = zeros(2, 3, dtype: .i32)
    // np.add.at(m, (slice(None), [0, 0, 2]), [[1, 2, 3], [4, 5, 6]])
    #expect(try m.at[.all, [0, 0, 2]].add(NDArray([[1, 2, 3], [4, 5, 6]])).ints() == [3, 0, 3, 9, 0, 6])
    // np.add.at(m, ([0, 1, 0], [1, 1, 1]), [1, 2, 4])
    #expect(try m.at[[0, 1, 0], [1, 1, 1]].add(NDArray([1, 2, 4])).ints() == [0, 5, 0, 0, 2, 0])
    // Axes 0 and 2 of three: np.add.at(c, ([1, 1], slice(None), [0, 0]), [[1, 2], [3, 4]])
    let c = zeros(2, 2, 2, dtype: .i32)
    #expect(try c.at[[1, 1], .all, [0, 0]].add(NDArray([[1, 2], [3, 4]])).ints() == [0, 0, 0, 0, 4, 0, 6, 0])
    // A part of an axis: np.add.at(m[:, 1:], (slice(None), [1, 1]), 1)
    #expect(try m.at[1, [2, 2, -1]].add(1).ints() == [0, 0, 0, 0, 0, 3])
  }

  @Test func gathersAlongAnyAxis() throws {
    let x = arange(24).reshaped(2, 3, 4), i = NDArray([[2, 0], [-1, 9]])
    // np.take(x, np.clip(…), axis)
    #expect(x[.all, i].shape == [2, 2, 2, 4])
    #expect(try x[.all, i, 1].ints() == [9, 1, 9, 9, 21, 13, 21, 21])
    #expect(try x[1, .all, NDArray([3, 0])].ints() == [15, 19, 23, 12, 16, 20])
    #expect(try x[.all, NDArray([0, 2]), NDArray([1, 3])].ints() == [1, 11, 13, 23])
    #expect(try x[NDArray([0, 1]), .all, NDArray([1, 3])].ints() == [1, 5, 9, 15, 19, 23])
  }

  @Test func takenAlongAnAxis() throws {
    // np.take_along_axis
    let x = NDArray([[3, 9, 1], [7, 2, 8]])
    #expect(try x.takeAlong(NDArray([[2, 0], [1, -1]]), axis: 1).ints() == [1, 3, 2, 8])
    #expect(try x.takeAlong(NDArray([[1, 0, 1]]), axis: 0).ints() == [7, 9, 8])
    #expect(x.takeAlong(NDArray([[0]]), axis: 1).error?.code == .shape)
    #expect(x.takeAlong(NDArray([0]), axis: 1).error?.code == .shape)
    #expect(x.takeAlong(NDArray([[0.5], [0]]), axis: 1).error?.code == .dtype)
    #expect(x.takeAlong(NDArray([[0], [0]]), axis: 2).error?.code == .index)
  }

  @Test func masksSelect() throws {
    let x = NDArray([[1.0, -2, 3], [-4, 5, -6]]), mask = x .< 0
    #expect(try x.at[mask].add(10).floats() == [1, 8, 3, 6, 5, 4])
    #expect(try x.at[mask].multiply(by: NDArray([1.0, 2, 3])).floats() == [1, -4, 3, -4, 5, -18])
    #expect(try x.at[NDArray([true, false])].subtract(1).floats() == [0, -3, 2, -4, 5, -6])
    #expect(try x.at[mask].divide(by: 2).floats() == [1, -1, 3, -2, 5, -3])
    #expect(try x.at[mask].maximum(-3).floats() == [1, -2, 3, -3, 5, -3])
    #expect(x.at[NDArray([true, false, true])].add(1).error?.code == .shape)
  }

  @Test func dtypesStay() throws {
    let x = NDArray([1, 2, 1 << 30]), i = NDArray([0, 0, 1])
    // Computed with the fraction and then truncated; what is not named is not touched.
    #expect(try x.at[i].add(0.75).ints() == [2, 2, 1 << 30])
    #expect(x.at[i].add(0.75).dtype == .i32)
    #expect(try x.at[i].multiply(by: 0.5).ints() == [0, 1, 1 << 30])
    #expect(try NDArray([7, (1 << 30) + 1]).at[NDArray([0, 0])].divide(by: 2).ints() == [1, (1 << 30) + 1])
    let u = NDArray([5, 6]).asType(.u32)
    #expect(try u.at[i].subtract(1).ints() == [3, 5])
    #expect(x.at[i].add(3_000_000_000).error?.code == .argument)
    let truth = NDArray([true, false])
    #expect(truth.at[i].add(NDArray(true)).error?.code == .dtype)
    #expect(try truth.at[i].maximum(NDArray(true)).bools() == [true, true])
    #expect(x.at[[0, 1]].add(zeros(3)).error?.code == .shape)
  }

  @Test func variablesInPlace() throws {
    let v = Variable(NDArray([1.0, -2, 3]))
    v[v .< 0] += 10
    #expect(try v.floats() == [1, 8, 3])
    v[v .> 2] *= 2
    #expect(try v.floats() == [1, 16, 6])
    // Read, add, write: once, as NumPy's v[[0, 0]] += 1.
    v[[0, 0]] += 1
    #expect(try v.floats() == [2, 16, 6])
    v[NDArray([2, 2, 1])] -= NDArray([1.0, 2, 3])
    #expect(try v.floats() == [2, 13, 4])
    v.value = v.at[NDArray([0, 0, 9])].add(1)
    #expect(try v.floats() == [4, 13, 4])
    v[NDArray([true, false])] += 1
    #expect(v.error?.code == .shape)
  }

  @Test func variablesInPlaceInJit() throws {
    let v = Variable(NDArray([1.0, -2, 3])), counts = Variable(zeros(4))
    let step = jit { (x: NDArray) -> NDArray in
      v[v .< 0] += x
      v[[0, 0]] += 1
      counts.value = counts.at[(x * arange(5)).asType(.i32)].add(1)
      return v.sum()
    }
    #expect(try step(NDArray(1.0)).floats() == [4])
    #expect(try v.floats() == [2, -1, 3])
    #expect(try counts.floats() == [1, 1, 1, 1])
    #expect(try step(NDArray(0.0)).floats() == [5])
    #expect(try counts.floats() == [6, 1, 1, 1])
  }

  /// So many updates that workers share the rows.
  @Test func manyUpdatesGiveTheSameBits() throws {
    let count = 200_000, rows = 1000
    let places = (0..<count).map { ($0 &* 7919 &+ $0 / 3) % (rows + 20) - 10 }
    let given = (0..<count).map { Float($0 % 97) * 0.1 }
    var expected = [Float](repeating: 0, count: rows)
    for (place, value) in zip(places, given) {
      let row = place < 0 ? place + rows : place
      if row < rows { expected[row] += value }
    }
    let add = jit { (at: NDArray, u: NDArray) in zeros(rows).at[at].add(u) }
    #expect(try add(NDArray(places), NDArray(given)).floats() == expected)
  }
}

@Suite struct WindowTests {
  @Test func windowsAtValuesOfTheProgram() throws {
    let x = arange(12).reshaped(3, 4)
    let slice = jit { (i: NDArray, j: NDArray) in x.dynamicSlice(at: [i, j], sizes: [2, 2]) }
    #expect(try slice(NDArray(0), NDArray(1)).ints() == [1, 2, 5, 6])
    #expect(try slice(NDArray(9), NDArray(-1)).ints() == [6, 7, 10, 11])
    #expect(try slice(NDArray(-9), NDArray(-2)).ints() == [2, 3, 6, 7])
    #expect(try x.dynamicSlice(at: [-1, 0], sizes: [1, 4]).ints() == [8, 9, 10, 11])
    #expect(try x.dynamicSlice(at: [Int.min, Int.max], sizes: [1, 1]).ints() == [3])
    #expect(x.dynamicSlice(at: [0], sizes: [1, 1]).error?.code == .shape)
    #expect(x.dynamicSlice(at: [0, 0], sizes: [4, 1]).error?.code == .shape)
    #expect(x.dynamicSlice(at: [0, 0.5], sizes: [1, 1]).error?.code == .dtype)
    #expect(x.dynamicSlice(at: [0, arange(2)], sizes: [1, 1]).error?.code == .dtype)
    #expect(try NDArray(7).dynamicSlice(at: [], sizes: []).ints() == [7])
  }

  @Test func updatesAtValuesOfTheProgram() throws {
    let x = zeros(2, 3, dtype: .i32)
    #expect(try x.dynamicUpdate(at: [NDArray(1), 2], with: NDArray([[7.9, 8]])).ints() == [0, 0, 0, 0, 7, 8])
    #expect(x.dynamicUpdate(at: [0, 0], with: ones(3, 1)).error?.code == .shape)
    #expect(x.dynamicUpdate(at: [0, 0], with: ones(2)).error?.code == .shape)
    let history = Variable(zeros(3, 2))
    try forLoop(0..<3) { i in history.value = history.dynamicUpdate(at: [i, 0], with: ones(1, 2) * i) }
    #expect(try history.floats() == [0, 0, 1, 1, 2, 2])
  }

  /// np.pad(…, constant_values=…)
  @Test func padding() throws {
    #expect(try NDArray([[1, 2]]).padded(1, with: 9).ints() == [9, 9, 9, 9, 9, 1, 2, 9, 9, 9, 9, 9])
    #expect(try arange(4).padded(before: [2], after: [-1]).ints() == [0, 0, 0, 1, 2])
    #expect(try NDArray([1, 2, 3]).padded(before: [0], after: [1], between: [1], with: 7.9).ints() == [1, 7, 2, 7, 3, 7])
    #expect(NDArray([1.0, 2]).padded(-1).count == 0)
    #expect(NDArray([1.0, 2]).padded(-2).error?.code == .shape)
    #expect(NDArray([1.0, 2]).padded(before: [1], after: []).error?.code == .argument)
    #expect(NDArray([1.0, 2]).padded(before: [1], after: [1], between: [-1]).error?.code == .argument)
    #expect(NDArray([1.0, 2]).padded(1, with: zeros(2)).error?.code == .shape)
    #expect(zeros(2).padded(.max).error?.code == .argument)
    #expect(try NDArray(5).padded(3).ints() == [5])
  }
}
